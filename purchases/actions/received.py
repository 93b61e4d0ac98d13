"""An expense from a received e-Factura, in one step. What was received is kept beside it and never written again."""

from decimal import Decimal
from typing import Any

from django.db import transaction

from catalog.actions import rate_in_force
from companies.events import record_event
from lib.banks import bank_of
from lib.cif import identity
from lib.dates import bucharest_today
from lib.errors import Refused
from lib.identifiers import Wrong, check_iban
from lib.money import money, price
from lib.text import limit
from partners.models import Partner
from partners.rules import country_of_code
from purchases.actions.expenses import save_expense
from purchases.actions.files import attach
from purchases.actions.locks import hold_once
from purchases.categories import categories, usual_category
from purchases.models import Expense, ExpenseLine, ExpenseVat
from purchases.received import Received, ReceivedLine

LENGTHS = {"reg_no": 30, "street": 150, "city": 50, "county": 50, "postal_code": 20, "country": 2, "email": 300, "phone": 50}


@transaction.atomic
def expense_from_received(received: Received, *, by: Any) -> Expense:
    """A draft with the supplier's lines and amounts; the supplier is found by its CIF, or made. The same `key` is one expense.

    Refuses: expense_empty, expense_rates_off, expense_total_off, when the text contradicts itself by a leu or more.
    """
    hold_once(f"received {received.key}")
    if earlier := Expense.objects.filter(source_key=received.key).first():
        return earlier
    supplier = _supplier(received, by=by)
    categories()
    usual = usual_category(supplier.pk, [line.name for line in received.lines])
    lines = [_line(line, usual.get(line.name)) for line in received.lines]
    groups = [ExpenseVat(vat_category=g.vat_category, vat_percent=g.vat_percent, net=g.net, vat=g.vat) for g in received.groups]
    _spread(lines, groups)
    expense = Expense(
        partner=supplier,
        number=limit(received.number, 60),
        issue_date=received.issue_date,
        booked_on=received.received_on or bucharest_today(),
        due_date=received.due_date,
        currency=received.currency,
        exchange_rate=_rate(received),
        on_payment=received.on_payment,
        iban=_iban(received.iban),
        note=limit(received.note, 300),
        source=received.source or {"number": received.number, "iban": received.iban, "total": str(received.total)},
        source_key=received.key,
    )
    expense.rounding = received.total - sum((g.net + g.vat for g in groups), Decimal(0))
    save_expense(expense, lines, groups, by=by)
    record_event(expense, "received", by=by, key=received.key)
    for name, content in received.files:
        try:
            attach(expense, name=name, content=content, by=by)
        except Refused as refusal:  # what came along may be anything; the document itself stands
            record_event(expense, "file_left_out", by=by, name=limit(name, 150), why=refusal.message)
    return expense


def _supplier(received: Received, *, by: Any) -> Partner:
    code = identity(received.supplier_cif)
    known = Partner.objects.filter(identity=code).first() if code else None
    known = known or Partner.objects.suppliers().filter(name__iexact=received.supplier_name, identity="").first()
    if known:
        return known
    given = {name: limit(text, LENGTHS[name]) for name, text in received.supplier.items() if name in LENGTHS and text}
    written = limit(received.supplier_cif, 30)
    values = given | {"is_client": False, "is_supplier": True, "name": limit(received.supplier_name, 200), "cif": written}
    values["country"] = given.get("country") or country_of_code(written, "RO") or "RO"
    values["vat_payer"] = any(group.vat for group in received.groups) or written.upper().startswith("RO")
    partner = Partner(**values, iban=_iban(received.iban))
    partner.bank = bank_of(partner.iban)
    if code := partner.identity_of_code():  # two invoices of a new supplier at once make one partner
        made, created = Partner.objects.get_or_create(identity=code, defaults=values | {"iban": partner.iban, "bank": partner.bank})
    else:
        made, created = partner, True
        partner.save()
    if created:
        record_event(made, "created", by=by)
    return made


def _line(line: ReceivedLine, category: Any) -> ExpenseLine:
    each = price(line.unit_price or (line.net / line.quantity if line.quantity else line.net))
    made = ExpenseLine(name=limit(line.name, 300), quantity=line.quantity, unit_price=each, net=line.net)
    made.vat_category, made.vat_percent, made.category = line.vat_category, line.vat_percent, category
    made.vat = money(line.net * line.vat_percent / 100)
    made.deductible = category.deductible if category else 100
    return made


def _spread(lines: list[ExpenseLine], groups: list[ExpenseVat]) -> None:
    """Let the last line of a rate carry the cents by which the supplier's VAT differs from that of its lines."""
    for group in groups:
        of_rate = [line for line in lines if (line.vat_category, line.vat_percent) == (group.vat_category, group.vat_percent)]
        if of_rate:
            of_rate[-1].vat += group.vat - sum((line.vat for line in of_rate), Decimal(0))


def _rate(received: Received) -> Decimal:
    """The rate written on the document, else BNR's of its day, else one to be corrected before booking."""
    if received.currency == "RON" or received.exchange_rate:
        return received.exchange_rate or Decimal(1)
    try:
        return rate_in_force(received.currency, received.issue_date).rate
    except Refused:
        return Decimal(1)


def _iban(text: str) -> str:
    try:
        return check_iban(text) if text.strip() else ""
    except Wrong:
        return ""  # as it was written, it stays in the source
