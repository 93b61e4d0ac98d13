"""`python -m bench.spv_simulation [--runs 1000] [--seed 1] [--days 2] [--processes 2] [--without claim|unknown]`: what must hold
when everything around e-Factura goes wrong (tests/efactura/simulation). Each run has its own seed, from `--seed` upwards; every
tenth calls the rehearsal SPV over real HTTP. A seed that fails is printed and fails again with `--runs 1 --seed N`.
"""

import argparse
import os
import subprocess
import sys
import time
from collections import Counter

from ops import testing


def main(runs: int, seed: int, days: int, processes: int, without: str) -> int:
    os.environ["FACTURIER_ENV"] = "local"
    os.environ.setdefault("LOG_LEVEL", "CRITICAL")
    if not {"DATABASE_URL", "REDIS_URL"} <= os.environ.keys():
        urls = testing.start()
        os.environ |= {"DATABASE_URL": urls["postgres"], "REDIS_URL": urls["redis"]}
    if processes == 1:
        return _run(range(seed, seed + runs), days, without)
    share = -(-runs // processes)
    starts = range(seed, seed + runs, share)
    counts = [min(share, seed + runs - start) for start in starts]
    command = [sys.executable, "-m", "bench.spv_simulation", "--processes", "1", "--days", str(days), "--without", without]
    parts = [subprocess.Popen([*command, "--seed", str(start), "--runs", str(count)]) for start, count in zip(starts, counts, strict=True)]
    return max(part.wait() for part in parts)


def _run(seeds: range, days: int, without: str) -> int:
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    if "?db=" in os.environ["REDIS_URL"]:
        os.environ["REDIS_URL"] = f"{os.environ['REDIS_URL'].partition('?')[0]}?db={os.getpid() % 4096}"
    import django

    django.setup()
    from tests.database import test_database
    from tests.efactura.simulation.invariants import Broken
    from tests.efactura.simulation.run import simulate

    began, sums, failed = time.monotonic(), Counter[str](), 0
    with test_database():
        for seed in seeds:
            try:
                outcome = simulate(seed, days=days, over_http=seed % 10 == 0, without=without)
            except Broken as error:
                failed += 1
                print(f"VIOLATION {error}", flush=True)
            else:
                sums.update(outcome._asdict())
    del sums["seed"]
    said = ", ".join(f"{name} {count}" for name, count in sums.items())
    print(f"seeds {seeds[0]}–{seeds[-1]}: {failed} violations, {time.monotonic() - began:.0f} s; {said}", flush=True)
    return min(failed, 1)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--days", type=int, default=2)
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--without", choices=["", "claim", "unknown"], default="")
    given = parser.parse_args()
    sys.exit(main(given.runs, given.seed, given.days, given.processes, given.without))
