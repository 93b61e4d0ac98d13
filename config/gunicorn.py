"""How gunicorn serves Facturier; the address comes from the command line (docs/operations.md)."""

import gc
import os

from django.db import connections

workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
worker_class = "gthread"
threads = int(os.environ.get("WEB_THREADS", "3"))  # each thread keeps a connection to PostgreSQL
preload_app = True  # loaded once before the fork, so that the workers share that memory
max_requests, max_requests_jitter = 5000, 500  # a worker that grew gives its memory back
timeout, graceful_timeout, keepalive = 60, 10, 5
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108 - the heartbeat must not wait for a disk
control_socket_disable = True
accesslog = "-"
access_log_format = '%(h)s "%(r)s" %(s)s %(b)s %(M)sms'


def pre_fork(server: object, worker: object) -> None:
    """A connection opened while loading would be shared by the workers; and memory that is never written stays shared."""
    connections.close_all()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)  # a request makes many short-lived objects: collecting at each 700 costs a tenth of it
