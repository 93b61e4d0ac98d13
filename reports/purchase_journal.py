"""Jurnalul de cumpărări: what purchases/journal.py deducts, and the invoices that the company made in its suppliers' name."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from itertools import groupby

from django.db.models import Exists, OuterRef
from django.db.models.functions import Upper

from companies.models import is_vat_payer
from invoicing.models import Document, Kind, Status
from lib.formats import amount, date_ro, unit_price
from lib.money import ZERO, money
from partners.models import Partner
from purchases.journal import JournalRow, OpenRow, Regime
from purchases.journal import journal as purchases_of
from purchases.models import Expense
from reports.journal import NOTHING, Journal, Line, Open, Pair, add, column_of, journal_of


def purchase_journal(since: date, until: date) -> Journal:
    """The journal of the days between two, both included; the same number of queries for any of them."""
    found = purchases_of(since, until)
    lines = [*_lines(found.rows), *_self_billed(since, until)]
    return journal_of(lines, [_open(row) for row in found.open], sales=False, since=since, until=until, payer=is_vat_payer(until))


def _lines(rows: Iterable[JournalRow]) -> Iterator[Line]:
    """A line for each document and for each payment, of its rows by rate."""
    for _, group in groupby(rows, key=lambda row: (row.expense.pk, row.payment.pk if row.payment else None)):
        yield _line(list(group))


def _line(rows: Sequence[JournalRow]) -> Line:
    first = rows[0]
    expense, payment = first.expense, first.payment
    due: dict[str, Pair] = {}
    for row in rows:
        if pair := _due(row):
            key = _column(row)
            due[key] = add(due.get(key, NOTHING), pair)
    return Line(
        day=first.paid_on or first.on,
        text=f"Plată {expense.number}" if payment else expense.number,
        page="purchases:expense",
        pk=expense.pk,
        partner=expense.partner.name,
        cif=_code(expense),
        note=", ".join(_notes(first)),
        total=ZERO if payment else expense.total_ron,
        paid=money(first.paid * expense.exchange_rate),
        due=due,
        waiting=(sum((row.waiting_net for row in rows), ZERO), sum((row.waiting for row in rows), ZERO)),
        deducted=sum((row.deductible for row in rows), ZERO),
        refused=sum((row.refused for row in rows), ZERO),
        is_payment=payment is not None,
    )


def _code(expense: Expense) -> str:
    """The fiscal code of a firm; a person's CNP has no business in a journal."""
    return expense.partner.cif if expense.partner.kind == Partner.Kind.LEGAL else ""


def _due(row: JournalRow) -> Pair | None:
    """Base and VAT that count in this period; None for what is wholly put off."""
    put_off = row.payment is None and (row.waiting or row.waiting_net)
    return None if put_off else (row.due_net, row.deductible + row.refused)


def _column(row: JournalRow) -> str:
    """What a supplier's category is to its buyer: the document says no exemption code."""
    partner = row.expense.partner
    if row.vat_category == "AE" and partner.country != "RO":
        return "servicii-ue"
    if row.vat_category == "O" and not partner.vat_payer:
        return "neplatitor"
    return column_of(row.vat_category, row.vat_percent)


def _notes(row: JournalRow) -> Iterator[str]:
    expense = row.expense
    if row.payment:
        yield " ".join(filter(None, [row.payment.get_method_display(), row.payment.reference]))
        return
    if expense.issue_date != expense.booked_on:
        yield f"din {date_ro(expense.issue_date)}"
    if expense.on_payment:
        yield "TVA la încasare"
    if expense.currency != "RON":
        yield f"{amount(expense.total, expense.currency)} × {unit_price(expense.exchange_rate)}"


def _open(row: OpenRow) -> Open:
    expense = row.expense
    at = expense.booked_on, expense.number, "purchases:expense", expense.pk, expense.partner.name, _code(expense)
    return Open(*at, row.total, row.net, row.vat, row.paid_before, row.paid, row.due_net, row.due_vat, row.left_net, row.left_vat)


def _self_billed(since: date, until: date) -> Iterator[Line]:
    """Autofacturi of suppliers that were not booked as expenses as well: the expense, which can be paid, stands for both."""
    booked = Expense.objects.booked().filter(partner=OuterRef("partner")).annotate(upper=Upper("number"))
    documents = Document.objects.filter(kind=Kind.SELF_BILLED, issue_date__gte=since, issue_date__lte=until).exclude(status=Status.DRAFT)
    documents = documents.filter(~Exists(booked.filter(upper=Upper(OuterRef("label"))))).select_related("partner")
    regime: Regime | None = None
    for document in documents.order_by("issue_date", "series__name", "number").prefetch_related("vat_groups"):
        regime = regime or Regime.of_company()
        yield _of_self_billed(document, regime)


def _of_self_billed(document: Document, regime: Regime) -> Line:
    seller = document.seller or {}
    at = document.issue_date, document.label, "invoicing:document", document.pk, document.partner_name, str(seller.get("cif", ""))
    if document.status == Status.CANCELLED:
        return Line(*at, "autofactură anulată", cancelled=True)
    due: dict[str, Pair] = {}
    waiting, notes = NOTHING, ["autofactură"]
    for group in document.vat_groups.all():
        pair = group.taxable_ron, group.vat_ron
        if group.category == "S" and regime.is_cash_vat(document.issue_date):
            waiting = add(waiting, pair)
        else:
            key = column_of(group.category, group.percent, group.exemption_code, group.mention)
            due[key] = add(due.get(key, NOTHING), pair)
    if waiting != NOTHING:
        notes.append("TVA se deduce la plată: înregistrați-o la cheltuieli")
    if document.currency != "RON":
        notes.append(f"{amount(document.total, document.currency)} × {unit_price(document.exchange_rate)}")
    vat = sum((pair[1] for pair in due.values()), Decimal(0))
    deducted = vat if regime.is_payer(document.issue_date) else ZERO
    return Line(*at, ", ".join(notes), document.total_ron, due=due, waiting=waiting, deducted=deducted, refused=vat - deducted)
