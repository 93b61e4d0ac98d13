"""`python -m bench.memory`: memory of the web and worker processes after work, and the cold weight of the pages.

Data: the demonstration firm with 1,000 documents; each web worker has served 300 pages of every kind, the Celery worker 100 PDFs.
Memory is the unique part (USS) and the resident part (RSS) of each process; weight is what a browser without a cache downloads.
"""

import re
import subprocess
import sys
import time
import zlib

import psutil

from bench.stand import EMAIL, PASSWORD, ROOT, Client, Stand, django, owner, stand


def main() -> None:
    with stand() as bench:
        django()
        owner()
        bench.manage("demo", "--documents", "1000", "--email", EMAIL, "--password", PASSWORD)
        from companies.models import Company

        company = Company.objects.latest("id").pk
        client = bench.client()
        pages = [
            f"/{company}/",
            f"/{company}/facturi/?perioada=tot",
            f"/{company}/facturi/noua/",
            f"/{company}/clienti/",
            f"/{company}/firma/",
        ]
        for turn in range(600):
            client.get(pages[turn % len(pages)])
        assert bench.gunicorn is not None
        for process in psutil.Process(bench.gunicorn.pid).children():
            report("web worker", process)
        worker(bench, company)
        client.connection.close()  # the server has closed it while the worker was busy
        for page in pages:
            print(f"cold weight of {page:32} {weight(client, page) / 1000:6.1f} kB compressed")


def worker(bench: Stand, company: int) -> None:
    """A Celery worker with one child that renders 100 PDFs asked for by the sweep."""
    from companies.scope import company_scope
    from invoicing.models import Document, RenderedPdf

    with company_scope(company):
        RenderedPdf.objects.bulk_create(RenderedPdf(document=d, revision=1) for d in Document.objects.issued().order_by("id")[:100])
        command = [sys.executable, "-m", "celery", "-A", "config", "worker", "--concurrency", "1", "--loglevel", "ERROR"]
        process = subprocess.Popen(command, cwd=ROOT, env=bench.env)
        try:
            from invoicing.tasks import sweep_pdfs

            sweep_pdfs.delay()
            end = time.monotonic() + 120
            while RenderedPdf.objects.filter(file=None).exists() and time.monotonic() < end:
                time.sleep(0.5)
            for child in [psutil.Process(process.pid), *psutil.Process(process.pid).children()]:
                report("celery", child)
        finally:
            process.terminate()
            process.wait(30)


def report(name: str, process: psutil.Process) -> None:
    memory = process.memory_full_info()
    print(f"{name:12} USS {memory.uss / 1e6:6.1f} MB   RSS {memory.rss / 1e6:6.1f} MB")


def weight(client: Client, page: str) -> int:
    """Bytes of the page and of everything that it loads, compressed as a browser asks."""
    _, body = client.get(page)
    paths = set(re.findall(r'(?:href|src)="(/static/[^"#]+)', body))
    return sum(len(zlib.compress(text.encode(), 9)) for text in [body, *(client.get(path)[1] for path in paths)])


if __name__ == "__main__":
    main()
