"""The nightly proof of every book: documents, payments, credits, numbers, the till, purchases, bank statements, recurring invoices."""

import logging
from collections.abc import Iterator

from django.core.mail import mail_admins

from bank import checks as bank
from cashbook import checks as cashbook
from invoicing import book_checks as invoicing
from invoicing.checks import plans_of_former_status
from lib.dates import bucharest_today
from purchases import checks as purchases

log = logging.getLogger(__name__)
MOST_MAILED = 200


def differences() -> Iterator[tuple[int, str]]:
    """(company, what does not add up and where); nothing when every book is right."""
    yield from invoicing.differences()
    yield from cashbook.differences()
    yield from purchases.differences()
    yield from bank.differences()
    for plan in plans_of_former_status(bucharest_today()).iterator(chunk_size=1000):
        yield plan.company_id, f"recurring plan {plan.pk} is {plan.state} under a former VAT status"


def check() -> list[str]:
    """A line for each difference; logged as errors, and sent to the operators (`OPERATORS`) in one e-mail."""
    lines = [f"company {company_id}: {sentence}" for company_id, sentence in differences()]
    for line in lines:
        log.error(line)
    if lines:
        more = len(lines) - MOST_MAILED
        shown = [*lines[:MOST_MAILED], *([f"and {more} more, in the log"] if more > 0 else [])]
        mail_admins("Books that do not add up", "\n".join(shown), fail_silently=True)
    return lines
