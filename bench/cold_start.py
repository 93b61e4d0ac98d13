"""`python -m bench.cold_start`: from `./run` in a fresh clone to the sign-in page, twice: with nothing installed, and again."""

import re
import subprocess
import tempfile
import time
import urllib.request
from pathlib import Path

from bench.stand import ROOT

LIMIT = 1200


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="facturier-cold-") as folder:
        clone = Path(folder) / "facturier"
        Path(folder).chmod(0o711)
        subprocess.run(["git", "clone", "-q", str(ROOT), str(clone)], check=True)
        for name in ("first start, nothing installed", "second start"):
            print(f"{name:32} {start(clone):6.1f} s")


def start(clone: Path) -> float:
    """Seconds until the sign-in page answers; everything is stopped afterwards."""
    begun = time.perf_counter()
    process = subprocess.Popen(["./run"], cwd=clone, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        assert process.stdout is not None
        for line in process.stdout:
            if found := re.search(r"http://127\.0\.0\.1:\d+/", line):
                urllib.request.urlopen(found[0], timeout=30).read()
                return time.perf_counter() - begun
            if time.perf_counter() - begun > LIMIT:
                break
        raise RuntimeError("./run ended without an address")
    finally:
        process.terminate()
        process.wait(60)


if __name__ == "__main__":
    main()
