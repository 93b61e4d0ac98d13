"""The pages of receipts and credit: the list, a new one, the page, cancelling, and what the payment form offers."""

from decimal import Decimal
from uuid import uuid4

import pytest
from django.urls import reverse

from companies.models import Role
from invoicing.actions import Chit, issue, record_advance, record_payment
from invoicing.actions.credits import credit_of
from invoicing.models import ClientCredit, Document, Kind, Payment, Receipt, RenderedPdf, Series
from invoicing.pdf import render
from lib.formats import date_ro
from tests.factories import TODAY, make_draft, make_member, make_partner, make_user

D = Decimal


@pytest.fixture
def web(client, ana, scope):
    client.force_login(ana)
    return client


@pytest.fixture
def series(scope):
    return Series.objects.create(kind=Kind.RECEIPT, name="CH", is_default=True)


@pytest.fixture
def issued(ana, scope):
    """An invoice of 121 lei."""
    return issue(make_draft(), by=ana)


@pytest.fixture
def receipt(issued, series, ana):
    payment = record_payment([issued], amount=D(21), method="cash", on=TODAY, by=ana, token=uuid4(), receipt=Chit(series), keep_rest=True)
    return payment.receipts.get().document


def url(company, name, *args):
    return reverse(f"invoicing:{name}", args=(company.pk, *args))


def typed(amount="121,00", **fields):
    return {"amount": amount, "method": "cash", "on": date_ro(TODAY), "token": str(uuid4())} | fields


def test_the_payment_form_issues_the_receipt_in_the_same_step(web, company, issued, series):
    web.post(url(company, "document_pay", issued.pk), typed(receipt="on", series=series.pk))
    assert Receipt.objects.get().document.label == "CH 0001"


def test_a_receipt_for_a_card_is_refused_at_its_field(web, company, issued, series):
    answer = web.post(url(company, "document_pay", issued.pk), typed(receipt="on", series=series.pk, method="card"))
    assert (answer.status_code, answer.context["form"].errors["receipt"]) == (
        422,
        ["Chitanța se emite doar pentru încasări în numerar."],
    )


def test_what_is_over_is_offered_as_credit(web, company, issued):
    address = url(company, "document_pay", issued.pk)
    answer = web.post(address, typed("130"))
    assert (answer.status_code, "rămâne credit al clientului" in answer.content.decode()) == (422, True)
    web.post(address, typed("130", keep_rest="on"))
    assert credit_of(issued.partner_id, "RON") == D("9.00")


def test_the_form_takes_lei_for_euro(web, company, scope, ana):
    euro = issue(make_draft(currency="EUR", exchange_rate=D(5), rate_source="manual"), by=ana)
    web.post(url(company, "document_pay", euro.pk), typed("605", currency="RON", rate="5", method="transfer"))
    assert (Document.objects.get().balance, Payment.objects.get().currency) == (D("0.00"), "RON")


def test_a_client_that_changed_is_named_and_the_receipt_may_say_the_old_name(web, company, issued, series):
    issued.partner.name = "Client Redenumit SRL"
    issued.partner.save()
    address = url(company, "document_pay", issued.pk)
    sentence = "clientul este Client Bun SRL (RO14399840); în nomenclator este Client Redenumit SRL (RO14399840)"
    assert sentence in web.get(address).content.decode()
    web.post(address, typed(receipt="on", series=series.pk, payer="factura"))
    assert Receipt.objects.get().document.buyer["name"] == "Client Bun SRL"


def test_a_receipt_alone_is_an_advance(web, company, issued, series):
    data = typed("50", client="14399840", currency="RON", receipt="on", series=series.pk)
    answers = [web.post(url(company, "receipt_new"), data) for _ in range(2)]
    receipt = Receipt.objects.get().document
    assert {answer.headers["Location"] for answer in answers} == {url(company, "receipt", receipt.pk)}
    assert (receipt.notes, credit_of(issued.partner_id, "RON")) == ("Avans", D("50.00"))


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("nimeni", "Niciun client activ cu acest nume sau CIF. Adăugați-l în Nomenclatoare › Clienți."),
        (
            "client",
            "Se potrivesc mai mulți clienți: Client Bun SRL (RO14399840), Client Nou SRL (RO1590082). Scrieți CIF-ul sau numele întreg.",
        ),
    ],
)
def test_the_client_is_one(web, company, issued, text, error):
    make_partner("Client Nou SRL", "RO1590082")
    answer = web.post(url(company, "receipt_new"), typed("50", client=text, currency="RON"))
    assert (answer.status_code, answer.context["form"].errors["client"]) == (422, [error])


def test_the_client_of_the_card_is_filled_in(web, company, issued):
    page = web.get(url(company, "receipt_new"), {"client": issued.partner_id}).content.decode()
    assert 'value="RO14399840"' in page


def test_a_date_before_the_last_receipt_is_asked_about(web, company, issued, receipt):
    data = typed("1", on="01.11.2026", receipt="on", series=receipt.series_id)
    answer = web.post(url(company, "document_pay", issued.pk), data)
    assert (answer.status_code, answer.context["form"].offers_earlier_date) == (422, True)
    assert web.post(url(company, "document_pay", issued.pk), data | {"earlier": "on"}).status_code == 302


def test_a_payment_gets_its_receipt_from_its_page(web, company, issued, series, ana):
    payment = record_payment([issued], amount=D(21), method="cash", on=TODAY, by=ana, token=uuid4())
    assert url(company, "payment_receipt", payment.pk) in web.get(url(company, "payment", payment.pk)).content.decode()
    web.post(url(company, "payment_receipt", payment.pk), {"series": series.pk})
    assert payment.receipts.get().document.label == "CH 0001"
    assert url(company, "payment_receipt", payment.pk) not in web.get(url(company, "payment", payment.pk)).content.decode()


def test_without_a_series_the_receipt_says_where_to_add_one(web, company, issued, ana):
    payment = record_payment([issued], amount=D(21), method="cash", on=TODAY, by=ana, token=uuid4())
    answer = web.get(url(company, "payment_receipt", payment.pk))
    assert (answer.status_code, "Configurare › Serii" in answer.content.decode()) == (409, True)


def test_the_page_shows_the_form_and_its_payment(web, company, issued, receipt):
    page = web.get(url(company, "receipt", receipt.pk)).content.decode()
    assert ["douăzeci și unu de lei" in page, url(company, "document", issued.pk) in page, "a emis CH" in page] == [True] * 3


def test_the_address_of_documents_leads_to_it(web, company, receipt):
    assert web.get(url(company, "document", receipt.pk)).headers["Location"] == url(company, "receipt", receipt.pk)


def test_its_pdf_is_made_and_stored_once(receipt):
    row = RenderedPdf.objects.get(document=receipt)
    render(row)
    row.refresh_from_db()
    assert bytes(row.file.content).startswith(b"%PDF")


@pytest.mark.parametrize(("with_payment", "live"), [("on", 0), ("", 1)])
def test_cancelling_takes_the_payment_along_or_not(web, company, receipt, with_payment, live):
    web.post(url(company, "receipt_cancel", receipt.pk), {"reason": "greșită", "with_payment": with_payment})
    receipt.refresh_from_db()
    assert (receipt.status, receipt.label, Payment.objects.live().count()) == ("cancelled", "CH 0001", live)


def test_cancelling_wants_a_reason(web, company, receipt):
    assert web.post(url(company, "receipt_cancel", receipt.pk), {"reason": ""}).status_code == 422


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_takes_the_same_queries_for_one_row_and_for_three(web, company, issued, series, ana, django_assert_num_queries, count):
    for _ in range(count):
        record_payment([issued], amount=D(1), method="cash", on=TODAY, by=ana, token=uuid4(), receipt=Chit(series))
    web.get(url(company, "receipt_list"))
    with django_assert_num_queries(5):
        assert len(web.get(url(company, "receipt_list")).context["list"].rows) == count


@pytest.mark.parametrize("text", ["CH 1", "1", "bun", "21,00"])
def test_a_receipt_is_found_by_what_people_type(web, company, receipt, text):
    rows = web.get(url(company, "receipt_list"), {"q": text}).context["list"].rows
    assert [row.pk for row in rows] == [receipt.pk]


def test_sums_and_export(web, company, receipt):
    assert "21,00" in web.get(url(company, "receipt_totals")).content.decode()
    assert "CH 0001;20.11.2026;emisă;Client Bun SRL;RO14399840;21,00;RON;21,00" in b"".join(
        web.get(url(company, "receipt_export", "csv"))
    ).decode("utf-8-sig")


def test_credit_is_used_and_given_back_from_their_pages(web, company, issued, ana):
    record_advance(issued.partner, amount=D(50), method="cash", on=TODAY, by=ana, token=uuid4())
    assert "un credit de" in web.get(url(company, "document_pay", issued.pk)).content.decode()
    assert web.get(url(company, "document_use_credit", issued.pk)).status_code == 200
    web.post(url(company, "document_use_credit", issued.pk), {"amount": "20", "token": str(uuid4())})
    credit = ClientCredit.objects.get()
    card = web.get(reverse("partners:partner", args=(company.pk, issued.partner_id))).content.decode()
    assert (credit.amount, url(company, "credit_refund", credit.pk) in card) == (D("30.00"), True)
    answer = web.post(url(company, "credit_refund", credit.pk), typed("31"))
    assert (answer.status_code, "Creditul clientului este de 30,00" in answer.content.decode()) == (422, True)
    web.post(url(company, "credit_refund", credit.pk), typed("30"))
    assert credit_of(issued.partner_id, "RON") == D("0.00")
    assert "Restituire" in web.get(url(company, "payment", Payment.objects.order_by("-pk")[0].pk)).content.decode()


def test_an_accountant_gives_credit_back_but_issues_no_receipt(client, company, receipt):
    user = make_user("bogdan@exemplu.ro")
    make_member(user, company, Role.ACCOUNTANT)
    client.force_login(user)
    names = ("receipt_list", "receipt_new")
    assert [client.get(url(company, name)).status_code for name in names] == [200, 403]
