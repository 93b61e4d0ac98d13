"""A statement of the demonstration firm's account: some movements booked, the rest waiting for a click."""

import csv
import io
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from bank.actions import add_statement, book_documents, book_fee, ignore
from bank.matching import suggest
from bank.models import StatementLine
from companies.models import BankAccount
from invoicing.models import Document
from lib.dates import bucharest_today
from lib.formats import date_ro
from partners.models import Partner
from purchases.models import Expense, FileRow

HEAD = ["Data", "Suma", "Moneda", "Nume beneficiar/ordonator", "Cont beneficiar/ordonator", "Referința tranzacției", "Detalii tranzacție"]
TREASURY = "Trezoreria Cluj-Napoca"
Row = tuple[int, Decimal, str, str, str]  # days ago, amount, name, IBAN, details


def bring_statement(owner: Any) -> None:
    """The last ten days of the account in lei, as a file of the bank; what is certain and older is booked."""
    account = BankAccount.objects.filter(currency="RON").first()
    if account is None:
        return
    today = bucharest_today()
    rows = [*_of_clients(), *_of_suppliers(today), (3, Decimal("-18.50"), "", "", "Comision administrare cont")]
    rows.append((6, Decimal("-1830.00"), TREASURY, "", "Impozit pe venitul microintreprinderilor"))
    rows += [(2, Decimal("1000.00"), "", "", "Depunere numerar, foaie de vărsământ"), (1, Decimal("-42.00"), "", "", "Comision plăți")]
    content = _file(sorted(rows, key=lambda row: -row[0]), today)
    made = add_statement(content, name=f"extras-{today:%Y-%m-%d}.csv", account=account.iban, by=owner) or []
    lines = list(StatementLine.objects.filter(statement__in=made).order_by("on", "pk"))
    for line in lines:
        best = next(iter(suggest([line])[line.pk]), None)
        if best and best.exact and (today - line.on).days > 4:
            book_documents(line, best.documents, by=owner, reason=best.reason, confidence=best.confidence)
    fee = next((line for line in lines if line.details == "Comision administrare cont"), None)
    if fee:
        book_fee(fee, by=owner)
    tax = next((line for line in lines if line.counterparty == TREASURY), None)
    if tax:
        ignore(tax, by=owner, reason="Impozit, în nota contabilă a lunii")


def _of_clients() -> list[Row]:
    """Invoices paid with and without their number, by firms that are known, two of them at once."""
    open_ones = Document.objects.invoices().unpaid().filter(currency="RON", total__gt=100, paid=0, partner__kind=Partner.Kind.LEGAL)
    found = list(open_ones.exclude(partner__iban="").select_related("partner").order_by("issue_date", "pk")[:6])
    rows: list[Row] = []
    for number, invoice in enumerate(found):
        partner = invoice.partner
        text = f"Plata factura {invoice.label}" if number < 4 else "Plata factura"
        rows.append((9 - number, invoice.balance, partner.name if number != 4 else "", partner.iban, text))
    if found:
        rows.append((2, Decimal("2750.00"), "Client Nou Impex SRL", "", "Avans comanda mobilier"))
    return rows


def _of_suppliers(today: date) -> list[Row]:
    """The bills that a file asked the bank to pay, and one more."""
    waiting = Expense.objects.filter(file_rows__state=FileRow.State.WAITING).select_related("partner").order_by("pk")
    rows = [(1, -bill.balance, bill.partner.name, bill.iban, f"Plata {bill.number}") for bill in waiting[:1]]
    late = Expense.objects.due_by(today).filter(currency="RON").exclude(pk__in=[bill.pk for bill in waiting]).exclude(iban="")
    for bill in late.select_related("partner").order_by("-due_date", "pk")[:1]:
        rows.append((2, -bill.balance, bill.partner.name, bill.iban, "Plata furnizor"))
    return rows


def _file(rows: list[Row], today: date) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";")
    writer.writerow(HEAD)
    for number, (ago, amount, name, iban, details) in enumerate(rows, 1):
        on = date_ro(today - timedelta(days=ago))
        writer.writerow([on, f"{amount:.2f}".replace(".", ","), "RON", name, iban, f"TRX{today:%y%m}{number:04}", details])
    return text.getvalue().encode("utf-8-sig")
