"""Asking for a PDF: the page is made here, in the words of the moment; a worker turns it into a file (cashbook/pdf.py)."""

import hashlib
from datetime import date
from typing import Any

from django.template.loader import render_to_string

from cashbook.models import CashOperation, CashPrint, Till
from cashbook.register import sheets
from cashbook.tasks import render_print
from companies.models import Company
from lib.dates import month_bounds
from lib.nudge import nudge
from lib.words import amount_in_words


def ask_for_register(till: Till, company: Company, *, since: date, until: date) -> CashPrint:
    """The register of a day or of a month. Refuses: register_too_long."""
    name = f"registru-casa-{since:%Y-%m-%d}" if since == until else f"registru-casa-{since:%Y-%m}"
    context = {"till": till, "company": company, "sheets": sheets(till, since, until), "since": since, "until": until}
    return ask("cashbook/print/register.html", name, context | {"month": month_bounds(since) == (since, until)})


def ask_for_order(operation: CashOperation, company: Company) -> CashPrint:
    """The dispoziție de încasare or de plată of an operation."""
    name = operation.label.lower().replace(" ", "-")
    context = {
        "operation": operation,
        "till": operation.till,
        "company": company,
        "value": abs(operation.amount),
        "in_words": amount_in_words(abs(operation.amount), operation.till.currency),
    }
    return ask("cashbook/print/order.html", f"dispozitie-{name}", context)


def ask(template: str, name: str, context: dict[str, Any]) -> CashPrint:
    """The row of this very page, new or not; a worker is woken while it has no file. Also for later apps."""
    html = render_to_string(template, context)
    digest = hashlib.sha256(html.encode()).hexdigest()
    row, _ = CashPrint.objects.get_or_create(digest=digest, defaults={"name": name, "html": html})
    if row.file_id is None:
        nudge(render_print, row.company_id, row.pk)
    return row
