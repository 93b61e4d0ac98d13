"""The pages of payments: the form, the payment itself, cancelling, the list."""

from decimal import Decimal
from uuid import uuid4

import pytest
from django.urls import reverse

from companies.models import Role
from invoicing.actions import cancel_payment, issue
from invoicing.models import Document, Payment
from lib.formats import date_ro
from partners.models import Partner
from tests.factories import TODAY, make_company, make_draft, make_member, make_partner, make_user
from tests.invoicing.test_payments import pay

HTMX = {"HX-Request": "true"}


@pytest.fixture
def web(client, ana, scope):
    client.force_login(ana)
    return client


@pytest.fixture
def issued(ana, scope):
    """An invoice of 121 lei."""
    return issue(make_draft(), by=ana)


def url(company, name, *args):
    return reverse(f"invoicing:{name}", args=(company.pk, *args))


def typed(amount="121,00", **fields):
    return {"amount": amount, "method": "cash", "on": date_ro(TODAY), "token": str(uuid4())} | fields


def member(company, role):
    user = make_user("cristi@exemplu.ro")
    make_member(user, company, role)
    return user


def test_the_form_offers_the_balance(web, company, issued, ana):
    pay(issued, "21", by=ana)
    page = web.get(url(company, "document_pay", issued.pk)).content.decode()
    assert ('value="100,00"' in page, "<html" in page) == (True, True)


def test_a_payment_is_recorded_and_leads_back_to_the_invoice(web, company, issued):
    answer = web.post(url(company, "document_pay", issued.pk), typed("121,00", reference="OP 5"))
    assert answer.headers["Location"] == url(company, "document", issued.pk)
    payment = Payment.objects.get()
    assert (payment.amount, payment.method, payment.received_on, payment.reference) == (Decimal("121.00"), "cash", TODAY, "OP 5")


def test_in_a_dialog_the_form_is_a_part_and_the_page_under_it_is_loaded_again(web, company, issued):
    part = web.get(url(company, "document_pay", issued.pk), headers=HTMX).content.decode()
    answer = web.post(url(company, "document_pay", issued.pk), typed(), headers=HTMX)
    assert ("<html" in part, answer.headers["HX-Refresh"], Payment.objects.count()) == (False, "true", 1)


def test_a_refusal_stands_at_its_field_and_keeps_what_was_typed(web, company, issued):
    answer = web.post(url(company, "document_pay", issued.pk), typed("500", reference="OP 7"), headers=HTMX)
    page = answer.content.decode()
    assert (answer.status_code, "Rest de încasat: 121,00" in page, 'value="OP 7"' in page) == (422, True, True)


def test_the_same_form_sent_twice_is_one_payment(web, company, issued):
    data = typed("20")
    for _ in range(2):
        web.post(url(company, "document_pay", issued.pk), data)
    assert (Payment.objects.count(), Document.objects.get().paid) == (1, Decimal("20.00"))


def test_several_invoices_of_one_client_are_paid_together(web, company, issued, ana):
    second = issue(make_draft(), by=ana)
    address = f"{url(company, 'payment_new')}?documente={issued.pk},{second.pk}"
    assert 'value="242,00"' in web.get(address).content.decode()
    answer = web.post(address, typed("242"))
    assert answer.headers["Location"] == url(company, "payment", Payment.objects.get().pk)


def test_r32_several_clients_are_told_before_anything_is_typed(web, company, issued, ana):
    other = issue(make_draft(make_partner("Altă Firmă SRL", "RO1590082")), by=ana)
    answer = web.get(url(company, "payment_new"), {"alese": [issued.pk, other.pk]}, headers=HTMX)
    text = "Nu puteți emite o încasare pentru facturi de la mai mulți clienți."
    assert (answer.status_code, f"<p>{text}</p>" in answer.content.decode()) == (409, True)


@pytest.mark.parametrize("keys", ["", "x", "1,x", "999999999", "-1"])
def test_an_address_without_invoices_records_nothing(web, company, scope, keys):
    assert web.get(url(company, "payment_new"), {"documente": keys}).status_code == 404


def test_no_invoice_chosen_is_a_sentence(web, company):
    answer = web.get(url(company, "payment_new"))
    assert (answer.status_code, "Alegeți cel puțin o factură." in answer.content.decode()) == (409, True)


def test_the_payment_shows_what_it_covers(web, company, issued, ana):
    payment = pay(issued, "21", by=ana)
    page = web.get(url(company, "payment", payment.pk)).content.decode()
    assert (issued.label in page, "Anulează încasarea" in page) == (True, True)


def test_cancelling_asks_for_the_reason(web, company, issued, ana):
    address = url(company, "payment_cancel", pay(issued, "21", by=ana).pk)
    assert web.post(address, {"reason": ""}).status_code == 422
    assert web.post(address, {"reason": "dublă"}).headers["Location"] == url(company, "payment", Payment.objects.get().pk)
    assert (Payment.objects.get().cancel_reason, Document.objects.get().paid) == ("dublă", Decimal("0.00"))


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_takes_the_same_queries_for_one_row_and_for_three(web, company, issued, ana, count, django_assert_num_queries):
    for _ in range(count):
        pay(issued, "1", by=ana)
    web.get(url(company, "payment_list"))
    with django_assert_num_queries(5):  # user, membership, rows, what they cover, companies of the user
        page = web.get(url(company, "payment_list")).content.decode()
    assert page.count("<tr data-open") == count


@pytest.mark.parametrize("text", ["bun", "RO14399840", "OP 77", "op 77", "FCT 1", "1", "21,00"])
def test_a_payment_is_found_by_what_people_type(web, company, issued, ana, text):
    other = issue(make_draft(make_partner("Altă Firmă SRL", "RO1590082")), by=ana)
    pay(other, "5", by=ana)
    web.post(url(company, "document_pay", issued.pk), typed("21", reference="OP 77"))
    page = web.get(url(company, "payment_list"), {"q": text}).content.decode()
    assert (page.count("<tr data-open"), "Client Bun SRL</td>" in page) == (1, True)


def test_sums_are_by_currency_and_leave_out_the_cancelled(web, company, issued, ana):
    pay(issued, "21", by=ana)
    cancel_payment(pay(issued, "50", by=ana), by=ana, reason="dublă")
    page = web.get(url(company, "payment_totals")).content.decode()
    assert ("1 încasare, total <strong>21,00" in page, page.count('class="chip-count">1<')) == (True, 2)


def test_the_export_names_what_each_payment_covers(web, company, issued, ana):
    second = issue(make_draft(), by=ana)
    pay(issued, "242", second, by=ana)
    answer = web.get(url(company, "payment_export", "csv"))
    row = b"".join(answer.streaming_content).decode().splitlines()[1]
    assert row.startswith("20.11.2026;Client Bun SRL;RO14399840;transfer bancar;;242,00;RON;FCT 0001, FCT 0002;")
    answer.close()


@pytest.mark.parametrize("count", [1, 3])
def test_the_export_takes_the_same_queries_for_one_row_and_for_three(web, company, issued, ana, count, django_assert_num_queries):
    for _ in range(count):
        pay(issued, "1", by=ana)
    web.get(url(company, "payment_list"))
    with django_assert_num_queries(4):  # user, membership, rows, what they cover
        web.get(url(company, "payment_export", "csv")).close()


def test_a_viewer_reads_and_records_nothing(client, company, issued, ana):
    payment = pay(issued, "21", by=ana)
    client.force_login(member(company, Role.VIEWER))
    assert [client.get(url(company, name, *args)).status_code for name, *args in reading(payment)] == [200, 200, 200]
    assert [client.get(url(company, name, *args)).status_code for name, *args in writing(issued, payment)] == [403] * 4


def test_a_stranger_finds_nothing(client, company, issued, ana):
    payment = pay(issued, "21", by=ana)
    client.force_login(member(make_company("Alta SRL", "RO1590082"), Role.OWNER))
    for name, *args in [*reading(payment), *writing(issued, payment)]:
        assert client.get(url(company, name, *args)).status_code == 404


def reading(payment):
    return [("payment_list",), ("payment_totals",), ("payment", payment.pk)]


def writing(issued, payment):
    return [("document_pay", issued.pk), ("payment_new",), ("payment_cancel", payment.pk), ("payment_export", "csv")]


def test_r32_what_the_address_book_says_otherwise_is_named(web, company, issued):
    Partner.objects.update(name="Client Bun și Fiii SRL")
    page = web.get(url(company, "document_pay", issued.pk)).content.decode()
    assert "clientul este Client Bun SRL (RO14399840); în nomenclator este Client Bun și Fiii SRL (RO14399840)" in page
