"""A process that issues what is due until nothing is, or until it is killed: `python -m tests.invoicing.recurring_worker COMPANY DAY`."""

import os
import sys
from datetime import date

import django


def main(company_id: int, on: date) -> None:
    from companies.scope import company_scope
    from invoicing.actions.recurring_runs import run_due
    from invoicing.models import RecurringPlan

    with company_scope(company_id):
        for pk in RecurringPlan.objects.due(on).order_by("look_on", "id").values_list("pk", flat=True):
            run_due(pk, on=on)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    main(int(sys.argv[1]), date.fromisoformat(sys.argv[2]))
