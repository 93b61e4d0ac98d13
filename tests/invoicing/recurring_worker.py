"""A process that issues what is due, in the tasks of the sweep, until nothing is or until it is killed.

`python -m tests.invoicing.recurring_worker COMPANY DAY [SEED]`: the seed decides in which order it takes the plans.
"""

import os
import random
import sys
from datetime import date

import django


def main(company_id: int, on: date, seed: int) -> None:
    from companies.scope import company_scope
    from invoicing.actions.recurring_runs import run_due
    from invoicing.actions.recurring_together import run_together
    from invoicing.models import RecurringPlan

    chance = random.Random(seed)
    with company_scope(company_id):
        while keys := list(RecurringPlan.objects.due(on).values_list("pk", flat=True)):
            chance.shuffle(keys)
            for start in range(0, len(keys), 20):
                run_together(keys[start : start + 20], on=on)
                run_due(keys[start], on=on)  # and some by themselves


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    main(int(sys.argv[1]), date.fromisoformat(sys.argv[2]), int((sys.argv[3:] or ["0"])[0]))
