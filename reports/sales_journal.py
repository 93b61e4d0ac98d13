"""Jurnalul de vânzări: what was invoiced in a period, and the VAT of TVA la încasare that receipts made due in it.

VAT put off becomes due with each receipt, in proportion. A storno takes VAT back on its own day: what the invoice still had put
off becomes due on that day too, by their set-off, and the two are nothing together. Invoices that a buyer made in our name and
that came through SPV are sales as well. Source: Cod fiscal art. 282 (3)-(10), 319 (20) p; norms pct. 26, 101.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.fields.json import KT

from companies.models import CashVatPeriod, is_vat_payer
from invoicing.models import Document, InvoiceType, PaymentAllocation, Status, VatBreakdown
from lib.formats import amount, date_ro, unit_price
from lib.money import ZERO, money
from lib.shares import in_parts
from partners.models import Partner
from reports.in_our_name import lines_in_our_name
from reports.journal import NOTHING, Journal, Line, Open, Pair, add, column_of, journal_of

TYPES = {InvoiceType.ADVANCE: "avans", InvoiceType.SIMPLIFIED: "simplificată", InvoiceType.CORRECTIVE: "corectată"}
FIELDS = (
    *("pk", "status", "label", "issue_date", "delivery_date", "collection_date", "invoice_type", "fiscal_receipt", "partner_name"),
    *("currency", "exchange_rate", "total", "total_ron", "vat_on_collection", "storno_of_id", "storno_of__label", "cif", "who"),
)


@dataclass(frozen=True)
class Group:
    """A VAT group of a document, in lei."""

    category: str
    column: str
    net: Decimal
    vat: Decimal


@dataclass(frozen=True)
class Receipt:
    """What was received of a document, in its currency, on the day on which it counts."""

    day: date
    amount: Decimal
    note: str


def sales_journal(since: date, until: date) -> Journal:
    """The journal of the days between two, both included; the same number of queries for any of them."""
    invoices = Document.objects.invoices().filter(issue_date__gte=since, issue_date__lte=until).exclude(status=Status.DRAFT)
    rows = _rows(invoices)
    earlier = _rows(_earlier(since)) if CashVatPeriod.objects.exists() else []
    groups = _groups(invoices, [row.pk for row in earlier])
    late = [row for row in (*earlier, *rows) if _is_put_off(row)]
    receipts = _receipts(late, until)
    lines = [_document(row, groups[row.pk]) for row in rows]
    on_receipts = _on_receipts(rows, lines)
    opened: list[Open] = []
    for row in late:
        own = [group for group in groups[row.pk] if group.category == "S"]
        payments = list(_payments(row, own, receipts[row.pk]))
        lines += [line for line in payments if line.day >= since]
        opened += _open(row, own, payments, since)
    said = [("din care pe facturi la bon fiscal", on_receipts)]
    lines += lines_in_our_name(since, until)
    return journal_of(lines, opened, sales=True, since=since, until=until, payer=is_vat_payer(until), said=said)


def _on_receipts(rows: Sequence[Any], lines: Sequence[Line]) -> Pair:
    """What is due by invoices for fiscal receipts: one who has the receipts in the journal as well takes it away."""
    total = NOTHING
    for row, line in zip(rows, lines, strict=True):
        if row.invoice_type == InvoiceType.RECEIPTED:
            for pair in line.due.values():
                total = add(total, pair)
    return total


def _rows(documents: QuerySet[Document]) -> list[Any]:
    found = documents.annotate(cif=KT("buyer__cif"), who=KT("buyer__kind")).order_by("issue_date", "series__name", "number", "pk")
    return list(found.values_list(*FIELDS, named=True))


def _earlier(since: date) -> QuerySet[Document]:
    """Invoices of before, whose VAT may wait: not wholly received yet, or received since."""
    received = PaymentAllocation.objects.filter(document=OuterRef("pk"), payment__cancelled_at=None, payment__received_on__gte=since)
    waiting = ~Q(paid=F("total")) | Q(collection_date__gte=since) | Exists(received)
    return Document.objects.invoices().issued().filter(waiting, vat_on_collection=True, storno_of=None, issue_date__lt=since)


def _groups(invoices: QuerySet[Document], earlier: Sequence[int]) -> dict[int, list[Group]]:
    found: dict[int, list[Group]] = defaultdict(list)
    of_these = Q(document__in=invoices.order_by().values("pk")) | Q(document__in=earlier)
    groups = VatBreakdown.objects.filter(of_these).values_list(
        "document", "category", "percent", "exemption_code", "mention", "taxable_ron", "vat_ron"
    )
    for document, category, rate, code, mention, net, vat in groups:
        found[document].append(Group(category, column_of(category, rate, code, mention), net, vat))
    return found


def _is_put_off(row: Any) -> bool:
    """Whether its VAT waits for receipts: not of a storno, nor when the money had come before (R21), nor when none will come."""
    came = row.collection_date and row.collection_date <= row.issue_date
    return row.status == Status.ISSUED and row.vat_on_collection and not row.storno_of_id and row.total != 0 and not came


def _receipts(late: Sequence[Any], until: date) -> dict[int, list[Receipt]]:
    """What made VAT due, by document, in order: its receipts, or the day of receipt that the document itself says."""
    found: dict[int, list[Receipt]] = defaultdict(list)
    followed = {row.pk: row for row in late if not row.collection_date}
    for row in late:
        if row.collection_date and row.collection_date <= until:
            found[row.pk].append(Receipt(row.collection_date, row.total, "data încasării de pe factură"))
    if not followed:
        return found
    parts = PaymentAllocation.objects.filter(document__in=followed, payment__cancelled_at=None, payment__received_on__lte=until)
    for part in parts.select_related("payment").order_by("payment__received_on", "payment_id"):
        # Money that came before the invoice counts on the invoice's day: its journal is the first that has it.
        day = max(part.payment.received_on, followed[part.document_id].issue_date)
        words = " ".join(filter(None, [part.payment.get_method_display(), part.payment.reference]))
        found[part.document_id].append(Receipt(day, part.amount, words))
    return found


def _document(row: Any, groups: Sequence[Group]) -> Line:
    if row.status == Status.CANCELLED:
        return Line(row.issue_date, row.label, "invoicing:document", row.pk, row.partner_name, _code(row), "anulată", cancelled=True)
    due: dict[str, Pair] = {}
    waiting, put_off = NOTHING, _is_put_off(row)
    for group in groups:
        pair = group.net, group.vat
        if put_off and group.category == "S":
            waiting = add(waiting, pair)
        else:
            due[group.column] = add(due.get(group.column, NOTHING), pair)
    at = row.issue_date, row.label, "invoicing:document", row.pk, row.partner_name, _code(row)
    return Line(*at, ", ".join(_notes(row)), row.total_ron, due=due, waiting=waiting)


def _code(row: Any) -> str:
    """The fiscal code of a firm; a person's CNP has no business in a journal."""
    return row.cif or "" if row.who == Partner.Kind.LEGAL else ""


def _notes(row: Any) -> Iterator[str]:
    if row.storno_of_id:
        yield f"stornează {row.storno_of__label}"
    if row.invoice_type in TYPES:
        yield TYPES[row.invoice_type]
    if row.invoice_type == InvoiceType.RECEIPTED:
        yield f"la bonul fiscal {row.fiscal_receipt}"
    if row.vat_on_collection:
        yield "TVA la încasare"
    if row.currency != "RON":
        yield f"{amount(row.total, row.currency)} × {unit_price(row.exchange_rate)}"
    if row.delivery_date and (row.delivery_date.year, row.delivery_date.month) != (row.issue_date.year, row.issue_date.month):
        yield f"livrare {date_ro(row.delivery_date)}"


def _payments(row: Any, groups: Sequence[Group], receipts: Sequence[Receipt]) -> Iterator[Line]:
    """A line for each receipt: what it makes due, by rate."""
    amounts = [value for group in groups for value in (group.net, group.vat)]
    at = f"Încasare {row.label}", "invoicing:document", row.pk, row.partner_name, _code(row)
    for receipt, shares in zip(receipts, in_parts(amounts, row.total, [receipt.amount for receipt in receipts]), strict=True):
        due: dict[str, Pair] = {}
        for place, group in enumerate(groups):
            due[group.column] = add(due.get(group.column, NOTHING), (shares[2 * place], shares[2 * place + 1]))
        net, vat = sum(shares[::2], ZERO), sum(shares[1::2], ZERO)
        paid = money(receipt.amount * row.exchange_rate)
        yield Line(receipt.day, *at, receipt.note, paid=paid, due=due, waiting=(-net, -vat), is_payment=True)


def _open(row: Any, groups: Sequence[Group], payments: Sequence[Line], since: date) -> Iterator[Open]:
    """The document, if some of its VAT was not due when the period began, or it was issued in it."""
    net, vat = sum((group.net for group in groups), ZERO), sum((group.vat for group in groups), ZERO)
    before, now = ([line for line in payments if (line.day < since) == earlier] for earlier in (True, False))
    (paid_before, gone_net, gone_vat), (paid, due_net, due_vat) = _gone(before), _gone(now)
    if groups and (row.issue_date >= since or (net, vat) != (gone_net, gone_vat)):
        at = row.issue_date, row.label, "invoicing:document", row.pk, row.partner_name, _code(row)
        left = net - gone_net - due_net, vat - gone_vat - due_vat
        yield Open(*at, row.total_ron, net, vat, paid_before, paid, due_net, due_vat, *left)


def _gone(payments: Sequence[Line]) -> tuple[Decimal, Decimal, Decimal]:
    """(received, base, VAT) of some receipts."""
    net, vat = (-sum((line.waiting[at] for line in payments), ZERO) for at in (0, 1))
    return sum((line.paid for line in payments), ZERO), net, vat
