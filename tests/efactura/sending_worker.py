"""A process that uploads one submission: `python -m tests.efactura.sending_worker COMPANY SUBMISSION REHEARSAL_URL`."""

import os
import sys

import django


def main(company_id: int, key: int, url: str) -> None:
    from django.conf import settings

    from companies.scope import company_scope
    from efactura.sending.work import work

    settings.REHEARSAL_URL = url
    with company_scope(company_id):
        work([key])


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3])
