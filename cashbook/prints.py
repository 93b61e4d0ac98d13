"""Asking for a PDF: the page is made here, in the words of the moment; a worker turns it into a file (cashbook/pdf.py)."""

import hashlib
from datetime import date
from typing import Any

from django.template.loader import render_to_string

from cashbook.balances import balance_at, opening_of
from cashbook.models import CashOperation, CashPrint, Till
from cashbook.register import sheets
from cashbook.tasks import render_print
from companies.models import Company
from lib.counties import city_name, county_name
from lib.dates import month_bounds
from lib.nudge import nudge
from lib.words import amount_in_words


def ask_for_register(till: Till, company: Company, *, since: date, until: date, together: bool = False) -> CashPrint:
    """The register of a day or of a month, a sheet for each day, or `together` with the days one under the other.

    Source: OMFP 2634/2015: 14-4-7A and 14-4-7/aA (currency) a day on a sheet, 14-4-7bA and 14-4-7/cA several days with their dates.
    Refuses: register_too_long.
    """
    name = f"registru-casa-{since:%Y-%m-%d}" if since == until else f"registru-casa-{since:%Y-%m}"
    found = sheets(till, since, until)
    context = {"till": till, "company": company, "seat": seat(company), "sheets": found, "since": since, "until": until}
    context |= {"month": month_bounds(since) == (since, until)}
    if not together:
        return ask("cashbook/print/register.html", name, context)
    context |= {"opening": opening_of(till, since), "received": sum(sheet.received for sheet in found)}
    context |= {"paid": sum(sheet.paid for sheet in found), "balance": balance_at(till, until)}
    return ask("cashbook/print/register_days.html", f"{name}-zile", context)


def ask_for_order(operation: CashOperation, company: Company) -> CashPrint:
    """The dispoziție de încasare or de plată of an operation."""
    name = operation.label.lower().replace(" ", "-")
    context = {
        "operation": operation,
        "till": operation.till,
        "company": company,
        "seat": seat(company),
        "value": abs(operation.amount),
        "in_words": amount_in_words(abs(operation.amount), operation.till.currency),
    }
    return ask("cashbook/print/order.html", f"dispozitie-{name}", context)


def seat(company: Company) -> str:
    """Where a company stands, as papers say it: `Str. Fabricii 12A, Sector 3, București`."""
    county = county_name(company.county)
    city = city_name(company.city)
    return ", ".join(filter(None, [company.street, city, county if county != city else ""]))


def ask(template: str, name: str, context: dict[str, Any]) -> CashPrint:
    """The row of this very page, new or not; a worker is woken while it has no file. Also for later apps."""
    html = render_to_string(template, context)
    digest = hashlib.sha256(html.encode()).hexdigest()
    row, _ = CashPrint.objects.get_or_create(digest=digest, defaults={"name": name, "html": html})
    if row.file_id is None:
        nudge(render_print, row.company_id, row.pk)
    return row
