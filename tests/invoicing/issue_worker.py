"""A process that issues drafts until it is done or killed: `python -m tests.invoicing.issue_worker COMPANY USER DRAFT…`."""

import os
import sys

import django


def main(company_id: int, user_id: int, drafts: list[int]) -> None:
    from accounts.models import User
    from companies.scope import company_scope
    from invoicing.actions import issue
    from invoicing.models import Document

    user = User.objects.get(pk=user_id)
    with company_scope(company_id):
        for pk in drafts:
            issue(Document.objects.get(pk=pk), by=user)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    main(int(sys.argv[1]), int(sys.argv[2]), [int(pk) for pk in sys.argv[3:]])
