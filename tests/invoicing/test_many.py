"""Several documents at once: sent by e-mail with one dialog, downloaded as one archive."""

import io
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import uuid4
from zipfile import ZipFile

import pytest
from django.core import mail as outbox
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from companies.scope import company_scope
from invoicing.actions import cancel, issue
from invoicing.actions.mail_many import MOST, obstacle_of, send_failed_again, send_many
from invoicing.mail import deliver
from invoicing.models import Document, Kind, Mail, MailBatch, RenderedPdf, Series
from invoicing.pdf import render
from invoicing.views import many
from lib.errors import Refused
from partners.models import Partner
from tests import factories

pytestmark = pytest.mark.usefixtures("scope")


@pytest.fixture
def web(client, ana, company):
    client.force_login(ana)
    return client


def address(company, name, *args):
    return reverse(f"invoicing:{name}", args=(company.pk, *args))


CIFS = {"Client Bun SRL": "RO14399840", "Unu SRL": "RO27193515", "Doi SRL": "RO1590082", "Fără Adresă SRL": "RO27193515"}


def issued(ana, email="client@exemplu.ro", name="Client Bun SRL", **fields):
    partner = Partner.objects.filter(name=name).first() or factories.make_partner(name=name, email=email, cif=CIFS[name])
    return issue(factories.make_draft(by=ana, partner=partner, **fields), by=ana)


def chosen(*documents):
    return {"alese": [document.pk for document in documents]}


def send(ana, *documents, token=None):
    return send_many(
        list(Document.objects.filter(pk__in=[each.pk for each in documents]).select_related("partner")), by=ana, token=token or uuid4()
    )


def failed(batch):
    batch.mails.update(state=Mail.State.FAILED, error="Serverul a refuzat adresa.")
    return batch


def test_each_document_goes_to_its_own_client_in_its_own_words(ana):
    first, second = issued(ana, "unu@exemplu.ro", "Unu SRL"), issued(ana, "doi@exemplu.ro", "Doi SRL")
    batch = send(ana, first, second)
    for each in batch.mails.all():
        deliver(each)
    sent = {message.to[0]: message for message in outbox.outbox}
    assert first.label in sent["unu@exemplu.ro"].subject
    assert second.label in sent["doi@exemplu.ro"].subject
    assert [name for name, _, _ in sent["doi@exemplu.ro"].attachments] == [f"{second.label.replace(' ', '-')}.pdf"]


def test_what_cannot_be_sent_is_kept_with_its_reason(ana):
    good, mute = issued(ana), issued(ana, "", "Fără Adresă SRL")
    draft = factories.make_draft(by=ana)
    batch = send(ana, good, mute, draft)
    assert [mail.document_id for mail in batch.mails.all()] == [good.pk]
    assert sorted(batch.left_out) == sorted([[mute.pk, "no_address"], [draft.pk, "not_issued"]])


def test_an_address_that_no_server_would_take_counts_as_none(ana):
    document = issued(ana, "nu e adresă")
    assert obstacle_of(document) == MailBatch.Reason.NO_ADDRESS


def test_the_same_token_again_sends_nothing_more(ana):
    document, token = issued(ana), uuid4()
    assert send(ana, document, token=token) == send(ana, document, token=token)
    assert Mail.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_the_same_time_are_one_batch(ana, company):
    document, token = issued(ana), uuid4()

    def click(_):
        try:
            with company_scope(company.pk):
                return send(ana, document, token=token).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        batches = set(pool.map(click, range(4)))
    assert len(batches) == 1
    assert Mail.objects.count() == 1


def test_refusals(ana, monkeypatch):
    mute = issued(ana, "", "Fără Adresă SRL")
    for documents, code in (([], "nothing_chosen"), ([mute], "nothing_to_send"), ([mute] * (MOST + 1), "too_many_documents")):
        with pytest.raises(Refused) as refused:
            send_many(documents, by=ana, token=uuid4())
        assert refused.value.code == code
    assert not MailBatch.objects.exists()


def test_what_failed_goes_again_to_the_address_of_now(ana):
    batch = failed(send(ana, issued(ana, "vechi@exemplu.ro")))
    Partner.objects.update(email="nou@exemplu.ro")
    assert send_failed_again(batch, by=ana) == 1
    assert (batch.mails.get().to, batch.mails.get().state) == ("nou@exemplu.ro", Mail.State.WAITING)
    assert send_failed_again(batch, by=ana) == 0


def test_one_of_the_failed_goes_alone_and_a_cancelled_one_stays(ana):
    first, second, gone = issued(ana), issued(ana), issued(ana)
    batch = failed(send(ana, first, second, gone))
    cancel(gone, by=ana, reason="Greșeală")
    assert send_failed_again(batch, by=ana, mail=batch.mails.get(document=second).pk) == 1
    assert batch.mails.get(state=Mail.State.WAITING).document_id == second.pk
    assert send_failed_again(batch, by=ana) == 1


def test_the_database_keeps_a_batch_and_its_company(ana):
    batch, theirs = send(ana, issued(ana)), factories.make_company("Alta SRL", "14399840")
    with pytest.raises(IntegrityError), transaction.atomic():
        MailBatch.objects.update(left_out=[])
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE invoicing_mailbatch SET company_id = %s WHERE id = %s", [theirs.pk, batch.pk])


def test_the_dialog_says_how_many_who_has_no_address_and_the_template(web, ana, company):
    good, mute = issued(ana), issued(ana, "", "Fără Adresă SRL")
    page = web.get(address(company, "mail_many"), chosen(good, mute)).content.decode()
    for part in ("1 document pleacă", "client@exemplu.ro", "Fără Adresă SRL", "nu are e-mail", "Trimiterea unei facturi, în română"):
        assert part in page
    assert reverse("partners:partner_edit", args=(company.pk, mute.partner_id)) in page


def test_sending_leads_to_the_page_of_the_batch(web, ana, company):
    document = issued(ana)
    url = f"{address(company, 'mail_many')}?alese={document.pk}"
    token = web.get(url).context["form"].initial["token"]
    answers = [web.post(url, {"token": str(token)}).url for _ in range(2)]
    assert answers == [address(company, "mail_batch", MailBatch.objects.get().pk)] * 2


def test_the_page_of_a_batch_asks_again_while_something_is_on_its_way(web, ana, company):
    batch = send(ana, issued(ana), issued(ana))
    url = address(company, "mail_batch", batch.pk)
    waiting = web.get(url, headers={"HX-Request": "true"}).content.decode()
    assert "0 din 2 e-mailuri trimise" in waiting
    assert "hx-trigger" in waiting
    for mail in batch.mails.all():
        deliver(mail)
    done = web.get(url).content.decode()
    assert "2 din 2 e-mailuri trimise" in done
    assert 'hx-trigger="load delay' not in done


def test_a_failure_stands_with_its_reason_and_its_repair(web, ana, company):
    batch = failed(send(ana, issued(ana)))
    page = web.get(address(company, "mail_batch", batch.pk)).content.decode()
    assert "Serverul a refuzat adresa." in page
    assert "Corectează adresa" in page
    web.post(address(company, "mail_batch_again", batch.pk), {"mail": batch.mails.get().pk})
    assert batch.mails.get().state == Mail.State.WAITING


def test_who_was_left_out_can_be_sent_once_the_address_is_written(web, ana, company):
    mute = issued(ana, "", "Fără Adresă SRL")
    batch = send(ana, issued(ana), mute)
    offer = f"{address(company, 'mail_many')}?alese={mute.pk}"
    assert offer not in web.get(address(company, "mail_batch", batch.pk)).content.decode()
    Partner.objects.filter(pk=mute.partner_id).update(email="acum@exemplu.ro")
    assert offer in web.get(address(company, "mail_batch", batch.pk)).content.decode()


def test_a_batch_is_found_again_in_the_list(web, ana, company):
    batch = failed(send(ana, issued(ana)))
    page = web.get(address(company, "mail_batches")).content.decode()
    assert address(company, "mail_batch", batch.pk) in page
    assert "0 din 1" in page


@pytest.mark.parametrize("count", [1, 20])
def test_pages_of_a_batch_cost_the_same_for_any_number(web, ana, company, count, django_assert_num_queries):
    batch = send(ana, *(issued(ana) for _ in range(count)))
    web.get(address(company, "mail_batch", batch.pk))
    with django_assert_num_queries(4):
        web.get(address(company, "mail_batch", batch.pk), headers={"HX-Request": "true"})


def test_what_is_made_is_counted_and_the_rest_waited_for(web, ana, company):
    first, second = issued(ana), issued(ana)
    render(RenderedPdf.objects.get(document=first))
    page = web.get(address(company, "pdf_many"), chosen(first, second)).content.decode()
    assert "1 din 2 documente" in page
    assert "hx-trigger" in page


def test_the_archive_holds_each_pdf_once(web, ana, company):
    first, second = issued(ana), issued(ana)
    for row in RenderedPdf.objects.all():
        render(row)
    assert "2 din 2 documente" in web.get(address(company, "pdf_many"), chosen(first, second)).content.decode()
    answer = web.get(address(company, "pdf_many_zip"), {"alese": f"{first.pk},{second.pk}"})
    with ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as archive:
        assert sorted(archive.namelist()) == sorted(f"{each.label.replace(' ', '-')}.pdf" for each in (first, second))
        assert all(archive.read(name).startswith(b"%PDF") for name in archive.namelist())


def test_documents_that_print_the_same_name_are_both_in_the_archive(web, ana, company):
    first = issued(ana)
    series = Series.objects.create(kind=Kind.PROFORMA, name=first.series.name, is_default=True)
    second = issued(ana, kind=Kind.PROFORMA, series=series)
    for row in RenderedPdf.objects.all():
        render(row)
    answer = web.get(address(company, "pdf_many_zip"), chosen(first, second))
    with ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as archive:
        assert len(set(archive.namelist())) == 2


def test_the_archive_waits_for_what_is_not_made(web, ana, company):
    document = issued(ana)
    answer = web.get(address(company, "pdf_many_zip"), chosen(document))
    assert answer.url == f"{address(company, 'pdf_many')}?alese={document.pk}"


def test_a_pdf_that_nobody_asked_for_is_asked_for_by_the_page(web, ana, company):
    document = issue(factories.make_draft(by=ana), by=ana, render=False)
    assert "0 din 1 document<" in web.get(address(company, "pdf_many"), chosen(document)).content.decode()
    render(RenderedPdf.objects.get(document=document))
    assert "Arhiva este gata" in web.get(address(company, "pdf_many"), chosen(document), headers={"HX-Request": "true"}).content.decode()


def test_after_a_minute_what_is_late_is_named_and_the_rest_is_offered(web, ana, company):
    first, second = issued(ana), issued(ana)
    render(RenderedPdf.objects.get(document=first))
    assert "întârzie" not in web.get(address(company, "pdf_many"), chosen(first, second)).content.decode()
    RenderedPdf.objects.filter(document=second).update(asked_at=timezone.now() - timedelta(minutes=2))
    page = web.get(address(company, "pdf_many"), chosen(first, second)).content.decode()
    assert f"1 PDF întârzie: {second.label}." in page
    assert f"alese={first.pk},{second.pk}&amp;gata=1" in page


def test_the_archive_of_what_is_made_names_what_is_missing(web, ana, company):
    first, second = issued(ana), issued(ana)
    query = {"alese": f"{first.pk},{second.pk}", "gata": "1"}
    assert web.get(address(company, "pdf_many_zip"), query).url.endswith(f"?alese={first.pk},{second.pk}")  # nothing is made yet
    render(RenderedPdf.objects.get(document=first))
    with ZipFile(io.BytesIO(b"".join(web.get(address(company, "pdf_many_zip"), query).streaming_content))) as archive:
        assert archive.namelist() == ["FCT-0001.pdf", "lipsesc.txt"]
        assert archive.read("lipsesc.txt").decode().splitlines()[1:] == [second.label]


def test_two_documents_with_the_same_bytes_are_two_files(web, ana, company):
    first, second = issued(ana), issued(ana)
    render(RenderedPdf.objects.get(document=first))
    same = RenderedPdf.objects.get(document=first).file_id
    RenderedPdf.objects.filter(document=second).update(file=same, made_at=timezone.now())
    answer = web.get(address(company, "pdf_many_zip"), chosen(first, second))
    with ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as archive:
        assert sorted(archive.namelist()) == ["FCT-0001.pdf", "FCT-0002.pdf"]


def test_too_many_or_no_documents_are_refused(web, ana, company, monkeypatch):
    monkeypatch.setattr(many, "MOST_PDFS", 1)
    assert web.get(address(company, "pdf_many"), {"alese": "1,2"}).status_code == 409
    assert web.get(address(company, "pdf_many")).status_code == 409
    assert web.get(address(company, "mail_many")).status_code == 409
    assert web.get(address(company, "pdf_many"), {"alese": "987654321"}).status_code == 404


def test_drafts_are_told_and_stay_out_of_the_archive(web, ana, company):
    draft, document = factories.make_draft(by=ana), issued(ana)
    assert "1 ciornă nu are PDF" in web.get(address(company, "pdf_many"), chosen(draft, document)).content.decode()
    assert web.get(address(company, "pdf_many"), chosen(draft)).status_code == 409
