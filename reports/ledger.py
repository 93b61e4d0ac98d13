"""Fișa unui client: everything that moved its balance in a period, by currency, with the balance after each.

Balance = opening + documents − payments − credits. A payment counts in the currency of the documents that it covers, what it
covers nothing of (credit) in its own. The two halves of a set-off are one line, for together they move nothing.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Prefetch, Q, Sum

from invoicing.models import Document, Kind, Payment, PaymentAllocation, Status
from invoicing.models.document import PAYABLE
from lib.export import Column
from lib.money import ZERO
from partners.models import Partner

MOST = 500  # rows of a page; files hold everything
IN_CARD = "kind status label issue_date due_date currency total storno_of_id company_id partner_id".split()


@dataclass(frozen=True)
class Entry:
    """A line of the card. `page` is the URL name of what it leads to."""

    day: date
    text: str
    page: str
    pk: int
    currency: str
    debit: Decimal = ZERO
    credit: Decimal = ZERO
    due_date: date | None = None
    balance: Decimal = ZERO
    rank: int = 0  # within a day: documents before payments


@dataclass
class Account:
    """One currency of the card."""

    currency: str
    opening: Decimal = ZERO
    entries: list[Entry] = field(default_factory=list)

    @property
    def debit(self) -> Decimal:
        return sum((entry.debit for entry in self.entries), ZERO)

    @property
    def credit(self) -> Decimal:
        return sum((entry.credit for entry in self.entries), ZERO)

    @property
    def closing(self) -> Decimal:
        return self.opening + self.debit - self.credit


@dataclass
class Card:
    """The card of a period; `cut` when the period holds more than could be shown."""

    partner: Partner
    since: date | None
    until: date
    accounts: list[Account]
    cut: bool = False

    @property
    def entries(self) -> list[Entry]:
        return [entry for account in self.accounts for entry in account.entries]


def card(partner: Partner, *, since: date | None, until: date, most: int | None = MOST) -> Card:
    """The client's card from the start of one day (None: from the first) to the end of another, both included."""
    entries, cut = _entries(partner, since, until, most)
    return lay_out(partner, since, until, opening_of(partner, since) if since else {}, entries, cut)


def lay_out(partner: Partner, since: date | None, until: date, opening: dict[str, Decimal], entries: Iterable[Entry], cut: bool) -> Card:
    """Entries put in order, with the balance after each; also for a card made of other entries (suppliers)."""
    accounts = {currency: Account(currency, amount) for currency, amount in opening.items() if amount}
    running: dict[str, Decimal] = defaultdict(lambda: ZERO, opening)
    for entry in sorted(entries, key=lambda entry: (entry.day, entry.rank, entry.pk)):
        running[entry.currency] += entry.debit - entry.credit
        account = accounts.setdefault(entry.currency, Account(entry.currency))
        account.entries.append(replace(entry, balance=running[entry.currency]))
    order = sorted(accounts, key=lambda currency: (currency != "RON", currency))
    return Card(partner, since, until, [accounts[currency] for currency in order], cut)


def opening_of(partner: Partner, day: date) -> dict[str, Decimal]:
    """The balance before a day, by currency."""
    sums: dict[str, Decimal] = defaultdict(lambda: ZERO)
    documents = _documents(partner).filter(issue_date__lt=day).order_by().values_list("currency").annotate(Sum("total"))
    covered = PaymentAllocation.objects.filter(
        payment__partner=partner, payment__cancelled_at=None, payment__received_on__lt=day
    )  # fmt: skip
    credits = Payment.objects.live().filter(~Q(credit=ZERO), partner=partner, received_on__lt=day)
    for currency, amount in documents:
        sums[currency] += amount
    for currency, amount in covered.order_by().values_list("document__currency").annotate(Sum("amount")):
        sums[currency] -= amount
    for currency, amount in credits.order_by().values_list("currency").annotate(Sum("credit")):
        sums[currency] -= amount
    return dict(sums)


def _documents(partner: Partner) -> Any:
    return Document.objects.filter(partner=partner, kind__in=PAYABLE, status=Status.ISSUED)


def _entries(partner: Partner, since: date | None, until: date, most: int | None) -> tuple[list[Entry], bool]:
    documents = _documents(partner).filter(issue_date__lte=until).order_by("issue_date", "id").only(*IN_CARD)
    parts = Prefetch("allocations", PaymentAllocation.objects.select_related("document").only("payment_id", "company_id", "amount", "document__label", "document__currency"))  # fmt: skip # noqa: E501
    payments = Payment.objects.live().filter(partner=partner, received_on__lte=until).order_by("received_on", "id").prefetch_related(parts)
    if since:
        documents, payments = documents.filter(issue_date__gte=since), payments.filter(received_on__gte=since)
    held, moved = list(documents[: most + 1] if most else documents), list(payments[: most + 1] if most else payments)
    entries = [_of_document(document) for document in held] + list(_of_payments(moved))
    if most is None or (len(held) <= most and len(moved) <= most):
        return entries, False
    # Both reach some day whole; beyond the nearer one the card would miss lines, so it stops there.
    ends = [rows[most] for rows in (held, moved) if len(rows) > most]
    last = min(row.issue_date if isinstance(row, Document) else row.received_on for row in ends)
    return [entry for entry in entries if entry.day < last], True


def _of_document(document: Document) -> Entry:
    if document.kind == Kind.OPENING:
        text = f"Sold inițial: {document.label}"
    else:
        text = f"{'Stornare' if document.is_storno else 'Factura'} {document.label}"
    page = "invoicing:opening" if document.kind == Kind.OPENING else "invoicing:document"
    return Entry(document.issue_date, text, page, document.pk, document.currency, debit=document.total, due_date=document.due_date)


def _of_payments(payments: Iterable[Payment]) -> Iterable[Entry]:
    seen = set()
    for payment in payments:
        parts = list(payment.allocations.all())
        labels = ", ".join(part.document.label for part in parts)
        if payment.pair:
            if payment.pair not in seen:
                seen.add(payment.pair)
                yield _entry(payment, _set_off(payment, labels), payment.currency, ZERO)
            continue
        for currency in sorted({part.document.currency for part in parts}):
            amount = sum((part.amount for part in parts if part.document.currency == currency), ZERO)
            credit = payment.credit if payment.currency == currency else ZERO
            yield _entry(payment, f"{_name(payment)}: {labels}", currency, amount + credit)
        if payment.credit and payment.currency not in {part.document.currency for part in parts}:
            yield _entry(payment, f"{_name(payment)}, credit", payment.currency, payment.credit)


def _entry(payment: Payment, text: str, currency: str, amount: Decimal) -> Entry:
    return Entry(payment.received_on, text, "invoicing:payment", payment.pk, currency, credit=amount, rank=1)


def _name(payment: Payment) -> str:
    what = "Restituire" if payment.amount < 0 and payment.credit else "Încasare"
    reference = f" {payment.reference}" if payment.reference else ""
    return f"{what}, {payment.get_method_display()}{reference}"


def _set_off(payment: Payment, labels: str) -> str:
    one, other = labels or "credit", payment.reference
    return f"Compensare {one} cu {other}" if other else f"Compensare {one}"


COLUMNS = [
    Column("Data", lambda row: row.day, 13),
    Column("Document", lambda row: row.text, 48),
    Column("Scadența", lambda row: row.due_date, 13),
    Column("Moneda", lambda row: row.currency, 9),
    Column("Debit", lambda row: row.debit, 16),
    Column("Credit", lambda row: row.credit, 16),
    Column("Sold", lambda row: row.balance, 16),
]


def lines(found: Card) -> list[Entry]:
    """The card as rows of a file: for each currency the balance before, then its lines."""
    rows = []
    for account in found.accounts:
        if found.since:
            rows.append(Entry(found.since, "Sold la început", "", 0, account.currency, balance=account.opening))
        rows += account.entries
    return rows
