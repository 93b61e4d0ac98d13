"""From a file to payments: nothing twice, one click, undone, races."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from pathlib import Path
from time import perf_counter

import pytest
from django.db import DatabaseError, connection, transaction

from bank.actions import add_statement, book_ahead, book_documents, book_exact, ignore, undo
from bank.checks import differences
from bank.matching import _candidates, number_in, suggest
from bank.models import BankSettings, Booking, KnownAccount, Statement, StatementLine
from companies.scope import company_scope
from invoicing.actions import cancel_payment
from invoicing.actions.credits import credit_of
from invoicing.models import Document, Payment
from lib.errors import Refused
from partners.models import Partner
from tests import factories

SAMPLES = Path(__file__).parent / "samples"


def add(name, by, account=""):
    return add_statement((SAMPLES / name).read_bytes(), name=name, account=account, by=by)


@pytest.fixture
def line(invoice, bogdan):
    add("bcr.sta", bogdan)
    return StatementLine.objects.get(amount=121)


def test_a_file_brought_twice_adds_nothing(scope, bogdan):
    add("bcr.sta", bogdan)
    (again,) = add("bcr.sta", bogdan)
    assert (again.added, again.repeated, StatementLine.objects.count()) == (0, 2, 2)


def test_the_account_is_said_when_the_file_does_not(scope, bogdan):
    (statement,) = add("bt_nou.csv", bogdan)
    assert (statement.account, statement.currency, statement.since) == ("RO49AAAA1B31007593840000", "RON", date(2026, 11, 20))


def test_an_account_of_others_is_refused(scope, bogdan):
    content = (SAMPLES / "bcr.sta").read_bytes().replace(b":25:RO49AAAA1B31007593840000", b":25:RO65BTRLRONCRT0123456789")
    with pytest.raises(Refused, match="account_of_others"):
        add_statement(content, name="x", account="", by=bogdan)
    assert Statement.objects.count() == 0


def test_euro_do_not_come_into_an_account_of_lei(scope, bogdan):
    with pytest.raises(Refused, match="statement_of_other_account"):
        add("revolut.csv", bogdan, "RO49AAAA1B31007593840000")


def test_number_and_amount_are_certain(line, invoice):
    best = suggest([line])[line.pk][0]
    assert (best.documents, best.exact, best.confidence) == ([invoice], True, 100)
    assert best.reason == f"Numărul {invoice.label} apare în detalii; suma este exact restul de 121,00\N{NO-BREAK SPACE}lei."


@pytest.mark.parametrize(
    ("label", "text", "found"),
    [
        ("FCT 0001", "PLATA FCT1", True),
        ("FCT 0001", "FACT FCT NR 001 DIN", True),
        ("FCT 0001", "FCT 10", False),
        ("FCT 0001", "FCT 11", False),
        ("FCT 0001", "FACTURA 1", False),
        ("12", "FACTURA 12", False),
        ("20261", "FACTURA 020261", True),
    ],
)
def test_numbers_are_found_whatever_their_spaces_and_zeros(label, text, found):
    assert number_in(label, text) is found


def test_one_click_pays_the_invoice_and_learns_the_account(line, invoice, bogdan):
    booking = book_documents(line, [invoice], by=bogdan)
    invoice.refresh_from_db()
    line.refresh_from_db()
    assert (invoice.balance, line.state, booking.payment.amount) == (0, "booked", Decimal(121))
    assert KnownAccount.objects.get().iban == "RO65BTRLRONCRT0123456789"
    assert list(differences()) == []


def test_the_second_click_does_nothing(line, invoice, bogdan):
    assert book_documents(line, [invoice], by=bogdan) == book_documents(line, [invoice], by=bogdan)
    assert Payment.objects.count() == 1


def test_undone_the_payment_is_cancelled_and_the_line_open(line, invoice, bogdan):
    book_documents(line, [invoice], by=bogdan)
    undo(line, by=bogdan)
    invoice.refresh_from_db()
    assert (line.state, invoice.balance, Payment.objects.get().cancelled_by) == ("open", Decimal(121), bogdan)
    assert not KnownAccount.objects.exists()
    assert book_documents(line, [invoice], by=bogdan).is_live
    assert list(differences()) == []


def test_a_payment_cancelled_elsewhere_opens_the_line(line, invoice, bogdan):
    cancel_payment(book_documents(line, [invoice], by=bogdan).payment, by=bogdan, reason="greșită")
    line.refresh_from_db()
    assert line.is_open


def test_money_without_invoice_becomes_credit(line, invoice, bogdan):
    book_ahead(line, invoice.partner, by=bogdan)
    assert credit_of(invoice.partner_id, "RON") == Decimal(121)


def test_an_ignored_line_says_why_and_comes_back(line, bogdan):
    with pytest.raises(Refused, match="reason_missing"):
        ignore(line, by=bogdan, reason=" ")
    ignore(line, by=bogdan, reason="transfer propriu")
    line.refresh_from_db()
    assert (line.state, Booking.objects.get().reason) == ("ignored", "transfer propriu")
    assert undo(line, by=bogdan).is_open


def test_a_booked_line_is_not_booked_as_something_else(line, invoice, bogdan):
    book_documents(line, [invoice], by=bogdan)
    with pytest.raises(Refused, match="line_not_open"):
        book_ahead(line, invoice.partner, by=bogdan)
    with pytest.raises(Refused, match="line_not_open"):
        ignore(line, by=bogdan, reason="x")


def test_a_known_account_is_recognised_next_time(line, invoice, bogdan):
    KnownAccount.objects.create(iban=line.iban, partner=invoice.partner)
    other = StatementLine(pk=line.pk, amount=Decimal(50), currency="RON", iban=line.iban, details="fara numar")
    assert suggest([other])[line.pk][0].reason.startswith("IBAN cunoscut al Client Bun SRL")


def test_only_exact_matches_book_by_themselves_and_only_if_wanted(line, invoice, bogdan):
    lines = StatementLine.objects.all()
    assert book_exact(lines, by=bogdan) == 0
    BankSettings.objects.create(books_exact=True)
    assert book_exact(lines, by=bogdan) == 1
    assert [(one.line_id, one.automatic) for one in Booking.objects.all()] == [(line.pk, True)]


def test_suggestions_ask_no_more_for_more_lines(invoice, bogdan, django_assert_num_queries):
    add("camt053.xml", bogdan)
    lines = list(StatementLine.objects.all())
    for some in (lines[:1], lines[:3]):
        with django_assert_num_queries(3):
            suggest(some)


def test_a_page_of_movements_among_many_open_documents_takes_no_minute(scope):
    """Once 53 s: names were read and compared anew for each pair. The bound is wide, for slow machines."""
    partners = [Partner(pk=number, name=f"Nord Construct {number} SRL", sort_name="") for number in range(1, 41)]
    rows = [
        Document(pk=number, partner=partners[number % 40], label=f"FCT {number:04}", total=Decimal(number), status="issued")
        for number in range(1, 1001)
    ]
    lines = [
        StatementLine(pk=n, amount=Decimal(n), currency="RON", counterparty=f"Nord Montaj {n} SRL", details=f"FCT {n:05} din 11.11.2026")
        for n in range(1, 26)
    ]
    started = perf_counter()
    found = [_candidates(line, rows, {})[0] for line in lines]
    assert [(one.labels, one.exact, one.reason) for one in found if not one.exact] == []
    assert perf_counter() - started < 8


def test_the_words_of_the_bank_stay(line):
    with pytest.raises(DatabaseError, match="stays as the bank wrote it"), transaction.atomic():
        StatementLine.objects.filter(pk=line.pk).update(raw="altceva")
    with pytest.raises(DatabaseError, match="is open, not booked"), transaction.atomic():
        StatementLine.objects.filter(pk=line.pk).update(state="booked")


def test_a_row_altered_by_hand_is_found(line, invoice, bogdan):
    book_documents(line, [invoice], by=bogdan)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE bank_statementline SET amount = 120 WHERE id = %s", [line.pk])
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")
    assert [words for _, words in differences()] == [
        f"statement line {line.pk} of 120.00 is booked with 121.00 booked, its live bookings say 121.00"
    ]


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_book_once(transactional_db):
    company = factories.make_company()
    bogdan = factories.make_user("bogdan@exemplu.ro")
    with company_scope(company.pk):
        partner = factories.make_partner()
        add("bcr.sta", bogdan)
        line = StatementLine.objects.get(amount=121)

    def click(_: int) -> str:
        try:
            with company_scope(company.pk):
                book_ahead(line, partner, by=bogdan)
            return "booked"
        except Refused as refusal:
            return refusal.code
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        answers = sorted(pool.map(click, range(4)))
    with company_scope(company.pk):
        assert (answers, Payment.objects.count()) == (["booked"] + ["line_not_open"] * 3, 1)
