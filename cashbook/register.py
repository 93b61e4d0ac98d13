"""The register of a till, form 14-4-7A, and the dispoziție 14-4-4, as what they say. Source: OMFP 2634/2015, annex 2."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from cashbook.balances import day_lines, opening_of
from cashbook.models import OF_CLIENTS, CashOperation, Kind, Till
from invoicing.models import Document, PaymentAllocation, Status
from lib.errors import require
from lib.money import ZERO

MOST_LINES = 3000  # that one PDF holds
MOST_INVOICES = 3


@dataclass
class Sheet:
    """The page of one day."""

    day: date
    opening: Decimal
    received: Decimal
    paid: Decimal
    lines: list[CashOperation] = field(default_factory=list)

    @property
    def balance(self) -> Decimal:
        return self.opening + self.received - self.paid


def sheets(till: Till, since: date, until: date) -> list[Sheet]:
    """A sheet for each day with operations; of a single day without any, one that carries the balance. Refuses: register_too_long."""
    lines = day_lines(till, since, until)
    count = sum(line.count for line in lines)
    require(
        count <= MOST_LINES,
        "register_too_long",
        f"Perioada are {count} de operațiuni, prea multe pentru un PDF. Tipăriți pe zile, sau exportați luna în XLSX.",
    )
    found = {line.day: Sheet(line.day, line.opening, line.received, line.paid) for line in lines}
    if not found and since == until:
        found[since] = Sheet(since, opening_of(till, since), ZERO, ZERO)
    operations = list(
        CashOperation.objects.filter(till=till).between(since, until).select_related("partner", "reverses").order_by("ordinal")
    )
    explain(operations)
    for operation in operations:
        found[operation.day].lines.append(operation)
    return list(found.values())


def explain(operations: Iterable[CashOperation]) -> None:
    """Give each row `words`, its explanation in the register: payments with their invoices and chitanță, in two queries."""
    rows = list(operations)
    payments = {row.payment_id for row in rows if row.payment_id}
    covered: dict[int, list[str]] = {}
    if payments:
        parts = PaymentAllocation.objects.filter(payment__in=payments).select_related("document").order_by("document_id")
        for part in parts:
            covered.setdefault(part.payment_id, []).append(part.document.label)
        receipts = Document.objects.filter(receipt__payment__in=payments, status=Status.ISSUED).values_list("receipt__payment_id", "label")
        labels = dict(receipts)
        for row in rows:
            row.document = labels.get(row.payment_id or 0, row.document)  # of a payment with a chitanță, the chitanță is the document
    for row in rows:
        row.words = _words(row, covered.get(row.payment_id or 0, []))  # type: ignore[attr-defined]


def _words(row: CashOperation, invoices: list[str]) -> str:
    """`Încasare FCT 0012, FCT 0013 de la Client SRL`; a reversal says what it takes back."""
    if row.kind in OF_CLIENTS:
        shown = ", ".join(invoices[:MOST_INVOICES]) + (" …" if len(invoices) > MOST_INVOICES else "")
        act, towards = ("Încasare", "de la") if row.kind == Kind.PAYMENT else ("Restituire", "către")
        words = " ".join(filter(None, [act, shown, towards, row.party]))
    else:
        detail = row.explanation or row.party
        words = f"{row.get_kind_display()}: {detail}" if detail else row.get_kind_display()
        if row.explanation and row.party and row.party not in row.explanation:
            words = f"{words}, {row.party}"
    return f"Stornare: {words}" if row.reverses_id else words
