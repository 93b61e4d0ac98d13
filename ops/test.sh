#!/bin/sh
# pytest with PostgreSQL and Redis made for tests; see ops/testing.py. Example: ops/test.sh tests/invoicing -q -n 2
cd "$(dirname "$0")/.." && exec .venv/bin/python -m ops.testing "$@"
