"""`manage.py check_recurring`: no active recurrence is older than the VAT status of its company. Ends with 1 if one is."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from invoicing.checks import report
from lib.dates import bucharest_today


class Command(BaseCommand):
    help = "Proves that no active recurrence is older than the VAT status of its company."

    def handle(self, *args: Any, **options: Any) -> None:
        if lines := report(bucharest_today()):
            raise CommandError("\n".join(lines))
        self.stdout.write("No active recurrence is older than the VAT status.")
