"""Files that go with a document: on a draft, on an issued one by a revision, on the form and on the page."""

from threading import Thread

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.db.utils import DatabaseError

from companies.models import Role
from companies.scope import company_scope
from invoicing.actions import attach, cancel, detach, issue, storno
from invoicing.actions.attachments import MOST_BYTES, MOST_FILES
from invoicing.models import Attachment, DocumentRevision
from invoicing.print import document_html, former, saved
from lib.errors import Refused
from tests import factories
from tests.factories import make_draft

pytestmark = pytest.mark.usefixtures("scope")
PDF = b"%PDF-1.7\n%%EOF\n"


def pdf(size):
    return b"%PDF-1.7\n".ljust(size - 5, b" ") + b"%%EOF"


@pytest.fixture
def draft(ana):
    return make_draft(by=ana)


@pytest.fixture
def post(client, company, ana):
    client.force_login(ana)

    def ask(document, *files, path="", **headers):
        data = {"files": [SimpleUploadedFile(name, content) for name, content in files]} if files else {}
        return client.post(f"/{company.pk}/facturi/{document.pk}/fisiere/{path}", data, headers=headers)

    return ask


def names(document):
    return list(document.attachments.values_list("name", flat=True))


def test_files_of_a_draft_come_and_go(draft, ana):
    first, _ = attach(draft, [("oferta.pdf", PDF), ("oferta.pdf", pdf(900))], by=ana)
    assert [(row.name, row.size) for row in draft.attachments.all()] == [("oferta.pdf", 15), ("oferta (2).pdf", 900)]
    detach(first, by=ana)
    detach(first, by=ana)
    draft.refresh_from_db()
    assert (names(draft), draft.revision) == (["oferta (2).pdf"], 1)


@pytest.mark.parametrize(
    ("files", "code"),
    [
        ([], "files_missing"),
        ([("a.pdf", b"")], "file_empty"),
        ([("a.exe", b"MZ\x00")], "file_of_other_kind"),
        ([("a.pdf", PDF), ("b.html", b"<html>")], "file_of_other_kind"),
        ([("a.pdf", PDF)] * (MOST_FILES + 1), "files_too_many"),
        ([("a.pdf", pdf(MOST_BYTES)), ("b.pdf", PDF)], "files_too_large"),
    ],
)
def test_what_cannot_be_attached_leaves_nothing(draft, ana, files, code):
    with pytest.raises(Refused, match=code):
        attach(draft, files, by=ana)
    assert names(draft) == []


def test_the_limits_count_what_is_there(draft, ana):
    attach(draft, [("a.pdf", pdf(MOST_BYTES - 20))], by=ana)
    with pytest.raises(Refused, match="files_too_large"):
        attach(draft, [("b.pdf", pdf(21))], by=ana)
    attach(draft, [("b.pdf", pdf(20))], by=ana)


@pytest.mark.django_db(transaction=True)
def test_two_people_at_once_do_not_pass_the_limit(company, ana, draft):
    def run(n):
        try:
            with company_scope(company.pk):
                attach(draft, [(f"{n}.pdf", pdf(MOST_BYTES // 2 + 1))], by=ana)
        except Refused:
            pass
        finally:
            connection.close()

    threads = [Thread(target=run, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert draft.attachments.count() == 1


def test_an_issued_document_takes_a_file_as_a_revision(draft, ana):
    invoice = issue(draft, by=ana)
    attach(invoice, [("contract.pdf", PDF)], by=ana)
    invoice.refresh_from_db()
    kept = DocumentRevision.objects.get(document=invoice)
    assert (invoice.revision, kept.revision, kept.reason, kept.content["attachments"]) == (2, 1, "Fișiere atașate: contract.pdf", [])
    detach(invoice.attachments.get(), by=ana)
    assert [row["name"] for row in DocumentRevision.objects.get(document=invoice, revision=2).content["attachments"]] == ["contract.pdf"]


def test_the_database_keeps_the_files_of_an_issued_document(draft, ana):
    row = attach(draft, [("contract.pdf", PDF)], by=ana)[0]
    issue(draft, by=ana)
    with pytest.raises(DatabaseError, match="issued document"), transaction.atomic():
        Attachment.objects.filter(pk=row.pk).delete()


@pytest.mark.parametrize(("act", "code"), [(cancel, "document_cancelled"), (storno, "document_storned")])
def test_a_cancelled_or_storned_document_takes_none(draft, ana, act, code):
    invoice = issue(draft, by=ana)
    act(invoice, by=ana, reason="Greșită")
    with pytest.raises(Refused, match=code):
        attach(invoice, [("contract.pdf", PDF)], by=ana)


def test_the_form_names_the_files_also_of_a_former_revision(draft, ana):
    attach(draft, [("deviz.pdf", PDF)], by=ana)
    invoice = issue(draft, by=ana)
    attach(invoice, [("contract.pdf", PDF)], by=ana)
    invoice.refresh_from_db()
    assert "deviz.pdf, contract.pdf" in document_html(saved(invoice))
    assert "<dd>deviz.pdf</dd>" in document_html(former(DocumentRevision.objects.get(document=invoice)))


def test_a_file_is_attached_and_taken_away_from_the_page(post, draft, company, client):
    answer = post(draft, ("oferta.pdf", PDF))
    assert (answer.status_code, answer["Location"]) == (302, f"/{company.pk}/facturi/{draft.pk}/#attachments")
    row = draft.attachments.get()
    assert "oferta.pdf" in client.get(f"/{company.pk}/facturi/{draft.pk}/").content.decode()
    post(draft, path=f"{row.pk}/scoate/")
    assert names(draft) == []


def test_the_editor_gets_its_part_back(post, draft):
    answer = post(draft, ("oferta.pdf", PDF), path="?ciorna=1", **{"HX-Request": "true"})
    page = answer.content.decode().strip()
    assert (answer.status_code, page.count("oferta.pdf") >= 1, page.startswith("<section")) == (200, True, True)


def test_a_refused_file_is_told_at_its_place(post, draft):
    answer = post(draft, ("virus.exe", b"MZ\x00"))
    assert (answer.status_code, "„virus.exe” nu se poate atașa" in answer.content.decode()) == (422, True)


def test_a_file_is_only_saved_never_shown(post, draft, company, client, ana):
    row = attach(draft, [("ofertă.pdf", PDF)], by=ana)[0]
    answer = client.get(f"/{company.pk}/facturi/{draft.pk}/fisiere/{row.pk}/")
    assert (answer.content, answer["Content-Type"], answer["X-Content-Type-Options"]) == (PDF, "application/pdf", "nosniff")
    assert answer["Content-Disposition"] == "attachment; filename*=utf-8''ofert%C4%83.pdf"
    assert "sandbox" in answer["Content-Security-Policy"]


def test_who_only_reads_saves_files_and_changes_none(draft, company, client, ana):
    reader = factories.make_user("dan@exemplu.ro")
    factories.make_member(reader, company, Role.VIEWER)
    client.force_login(reader)
    row = attach(draft, [("oferta.pdf", PDF)], by=ana)[0]
    address = f"/{company.pk}/facturi/{draft.pk}/fisiere/"
    assert [client.get(f"{address}{row.pk}/").status_code, client.post(f"{address}{row.pk}/scoate/").status_code] == [200, 403]
    assert (client.post(address).status_code, names(draft)) == (403, ["oferta.pdf"])


def test_a_second_click_attaches_nothing_more(draft, ana):
    issued = issue(draft, by=ana)
    for _ in range(2):
        attach(issued, [("oferta.pdf", PDF)], by=ana)
    assert [row.name for row in issued.attachments.all()] == ["oferta.pdf"]
    assert issued.revisions.count() == 1
