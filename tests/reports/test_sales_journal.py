"""Jurnalul de vânzări: what is due in a period, by rate and kind, and what waits for receipts."""

from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest

from companies.models import CashVatPeriod
from efactura.models import ReceivedMessage, Settings
from invoicing.actions import cancel, cancel_payment, issue, record_payment, storno
from invoicing.models import InvoiceType
from reports.journal import column_of
from reports.sales_journal import sales_journal
from tests.factories import TODAY, make_draft, make_line, make_partner

D = Decimal
OCTOBER, NOVEMBER = (date(2026, 10, 1), date(2026, 10, 31)), (date(2026, 11, 1), date(2026, 11, 30))
EARLY, LATER = date(2026, 10, 5), date(2026, 11, 5)


@pytest.fixture
def cash_vat(company):
    return CashVatPeriod.objects.create(since=date(2026, 1, 1))


def invoice(by, *lines, on=TODAY, **fields):
    return issue(make_draft(lines=list(lines) or None, issue_date=on, due_date=on, **fields), by=by, allow_earlier_date=True)


def receive(document, amount, on, by, method="transfer"):
    return record_payment([document], amount=D(amount), method=method, on=on, by=by, token=uuid4(), reference="OP 7")


def shown(journal):
    return [(line.text, line.total, line.due, line.waiting) for line in journal.lines]


def test_an_invoice_stands_by_its_rates(company, ana):
    made = invoice(ana, make_line(price="100"), make_line(price="200", rate="s11"))
    journal = sales_journal(*NOVEMBER)
    assert shown(journal) == [(made.label, D("343.00"), {"cota-21": (D(100), D(21)), "cota-11": (D(200), D(22))}, (0, 0))]
    assert (journal.columns, journal.due, journal.open) == (["cota-21", "cota-11"], (D(300), D(43)), [])


@pytest.mark.parametrize(
    ("rate", "partner", "column"),
    [
        ("ae-deseuri", {}, "taxare-inversa"),
        ("ae-servicii-ue", {"country": "DE", "cif": "DE136695976", "county": ""}, "servicii-ue"),
        ("k-bunuri", {"country": "DE", "cif": "DE136695976", "county": ""}, "bunuri-ue"),
        ("g-export", {"country": "US", "cif": "US1", "county": ""}, "cu-drept"),
        ("e-diplomati", {}, "cu-drept"),
        ("e-292-1-f", {}, "fara-drept"),
        ("e-292-2-e", {}, "fara-drept"),
        ("e-marja-second-hand", {}, "regim-special"),
        ("o-servicii-non-ue", {"country": "US", "cif": "US1", "county": ""}, "neimpozabil"),
        ("o-in-afara", {}, "in-afara"),
    ],
)
def test_what_bears_no_vat_stands_in_the_column_of_its_kind(company, ana, rate, partner, column):
    invoice(ana, make_line(price="100", rate=rate), partner=make_partner(**partner))
    assert [line.due for line in sales_journal(*NOVEMBER).lines] == [{column: (D(100), D(0))}]


def test_one_who_is_not_registered_has_a_column_of_its_own():
    assert column_of("O", D(0), "VATEX-EU-O", "scutit de TVA, art. 310 din Legea 227/2015") == "neplatitor"


def test_a_cancelled_invoice_keeps_its_place_with_nothing(company, ana):
    made = invoice(ana)
    cancel(made, by=ana, reason="greșită")
    (line,) = sales_journal(*NOVEMBER).lines
    assert (line.text, line.total, line.due, line.note) == (made.label, 0, {}, "anulată")


def test_the_cnp_of_a_person_is_not_told(company, ana):
    for partner in (make_partner(), make_partner("Ion Pop", "1800101400016", kind="natural", vat_payer=False)):
        invoice(ana, partner=partner)
    assert [line.cif for line in sales_journal(*NOVEMBER).lines] == ["RO14399840", ""]


def test_a_draft_is_not_there(company, ana):
    make_draft()
    assert sales_journal(*NOVEMBER).lines == []


def test_a_storno_takes_away_and_says_of_what(company, ana):
    made = invoice(ana)
    storno(made, by=ana, reason="retur")
    journal = sales_journal(*NOVEMBER)
    assert (journal.lines[1].note, journal.lines[1].due) == (f"stornează {made.label}", {"cota-21": (D(-100), D(-21))})
    assert journal.due == (0, 0)


def test_another_currency_stands_in_lei_with_its_rate(company, ana):
    invoice(ana, currency="EUR", exchange_rate=D("5.0123"), rate_source="manual", delivery_date=date(2026, 10, 30))
    (line,) = sales_journal(*NOVEMBER).lines
    assert line.due == {"cota-21": (D("501.23"), D("105.26"))}
    assert line.note == "121,00\N{NO-BREAK SPACE}EUR × 5,0123, livrare 30.10.2026"


def test_an_invoice_for_a_fiscal_receipt_is_also_counted_apart(company, ana):
    invoice(ana, invoice_type=InvoiceType.RECEIPTED, fiscal_receipt="0123 din 20.11.2026")
    journal = sales_journal(*NOVEMBER)
    assert journal.said == [("din care pe facturi la bon fiscal", (D(100), D(21)))]
    assert journal.lines[0].note == "la bonul fiscal 0123 din 20.11.2026"


def test_of_invoices_for_fiscal_receipts_only_what_is_due_is_told_apart(company, ana, cash_vat):
    invoice(ana, invoice_type=InvoiceType.RECEIPTED, fiscal_receipt="0123 din 20.11.2026")
    assert sales_journal(*NOVEMBER).said == []


def test_vat_waits_for_the_receipt_and_comes_in_proportion(company, ana, cash_vat):
    made = invoice(ana, on=EARLY)
    receive(made, "100", LATER, ana)
    october, november = sales_journal(*OCTOBER), sales_journal(*NOVEMBER)
    assert shown(october) == [(made.label, D(121), {}, (D(100), D(21)))]
    assert shown(november) == [(f"Încasare {made.label}", 0, {"cota-21": (D("82.64"), D("17.36"))}, (D("-82.64"), D("-17.36")))]
    assert [(row.left_net, row.left_vat) for row in (october.opened, november.opened)] == [(100, 21), (D("17.36"), D("3.64"))]


def test_an_invoice_is_in_sight_until_it_is_paid_even_if_nothing_comes(company, ana, cash_vat):
    made = invoice(ana, on=EARLY)
    (row,) = sales_journal(*NOVEMBER).open
    assert (row.text, row.paid, row.due_vat, row.left_vat) == (made.label, 0, 0, 21)
    receive(made, "121", LATER, ana)
    assert [row.left_vat for row in sales_journal(*NOVEMBER).open] == [0]
    assert sales_journal(date(2026, 12, 1), date(2026, 12, 31)).open == []


def test_what_is_excluded_from_the_system_is_due_at_once(company, ana, cash_vat):
    made = invoice(ana, make_line(price="100"), make_line(price="50", rate="ae-deseuri"), on=EARLY)
    (line,) = sales_journal(*OCTOBER).lines
    assert (line.due, line.waiting) == ({"taxare-inversa": (D(50), D(0))}, (D(100), D(21)))
    receive(made, "171", LATER, ana)
    assert sales_journal(*NOVEMBER).totals.due == {"cota-21": (D(100), D(21))}


def test_the_storno_of_an_unpaid_invoice_ends_what_waited(company, ana, cash_vat):
    made = invoice(ana, on=EARLY)
    storno(made, by=ana, reason="retur")
    journal = sales_journal(*NOVEMBER)
    assert (journal.due, journal.opened.left_vat) == ((0, 0), 0)


def test_the_storno_of_a_paid_invoice_takes_its_vat_back_on_its_own_day(company, ana, cash_vat):
    made = invoice(ana, on=EARLY)
    receive(made, "121", EARLY, ana)
    storno(made, by=ana, reason="retur")
    assert (sales_journal(*OCTOBER).due, sales_journal(*NOVEMBER).due) == ((100, 21), (-100, -21))


def test_a_cancelled_receipt_made_nothing_due(company, ana, cash_vat):
    made = invoice(ana, on=EARLY)
    cancel_payment(receive(made, "121", LATER, ana), by=ana, reason="dublă")
    assert (sales_journal(*NOVEMBER).lines, sales_journal(*NOVEMBER).opened.left_vat) == ([], 21)


def test_money_that_came_before_the_invoice_counts_with_it(company, ana, cash_vat):
    made = invoice(ana, on=LATER)
    receive(made, "121", EARLY, ana)
    assert (sales_journal(*OCTOBER).lines, sales_journal(*NOVEMBER).due) == ([], (100, 21))


@pytest.mark.parametrize(("day", "due"), [(EARLY, [(100, 21), (0, 0)]), (LATER, [(0, 0), (100, 21)])])
def test_the_day_of_receipt_that_the_invoice_says_is_taken_for_the_receipt(company, ana, cash_vat, day, due):
    invoice(ana, on=EARLY, collection_date=day)
    assert [sales_journal(*OCTOBER).due, sales_journal(*NOVEMBER).due] == due


def test_in_currency_vat_is_at_the_rate_of_the_invoice(company, ana, cash_vat):
    made = invoice(ana, on=EARLY, currency="EUR", exchange_rate=D(5), rate_source="manual")
    record_payment([made], amount=D("60.50"), method="transfer", currency="EUR", rate=D("5.2"), on=LATER, by=ana, token=uuid4())
    assert sales_journal(*NOVEMBER).totals.due == {"cota-21": (D(250), D("52.50"))}


def test_an_invoice_made_in_our_name_is_a_sale(company, ana):
    party = {"name": "Client Mare SRL", "vat_id": "RO123", "tax_id": ""}
    group = {"category": "S", "percent": "21", "net": "100.00", "vat": "21.00", "reason": ""}
    content = {"credit_note": False, "currency": "RON", "tax_point_code": "", "buyer": party, "vat": [group], "totals": {"total": "121.00"}}
    ReceivedMessage.objects.create(
        environment=Settings.of_company().environment, message_id="1", index="1", kind="self_billed", listed_at="2026-11-20T10:00Z", raw={}, day=TODAY,
        number="AF 7", content=content,
    )  # fmt: skip
    (line,) = sales_journal(*NOVEMBER).lines
    assert (line.text, line.partner, line.total, line.due) == ("AF 7", "Client Mare SRL", 121, {"cota-21": (D(100), D(21))})
