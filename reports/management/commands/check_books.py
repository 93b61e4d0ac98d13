"""`manage.py check_books`: proves every book and names the rows that do not add up. Ends with 1 if there are any."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from reports.books import differences


class Command(BaseCommand):
    help = "Proves documents, payments, credits, numbers, tills, purchases and recurring invoices of every company."

    def handle(self, *args: Any, **options: Any) -> None:
        if lines := [f"company {company_id}: {sentence}" for company_id, sentence in differences()]:
            raise CommandError("\n".join(lines))
        self.stdout.write("Every book adds up.")
