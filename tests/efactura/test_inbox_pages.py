"""e-Factura › Primite: the list, one message, its files; hostile XML is shown as text."""

from base64 import b64encode
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from companies.models import Event, Role
from efactura.actions import mark_received
from efactura.inbox.content import attachment, content_of
from efactura.inbox.handover import received_of
from efactura.inbox.work import work
from efactura.models import InboxReading, ReceivedMessage, ReceivedPdf
from efactura.ubl.reader import Unreadable
from lib.errors import Refused
from purchases.models import Expense
from tests import factories
from tests.efactura.inbox import SUPPLIER, hour_passes, only, sample, supplied, taken
from tests.efactura.sending import Clock
from tests.factories import make_member, make_user

EVIL = '<script>alert("x")</script>'


@pytest.fixture
def clock(authorised, spv, monkeypatch, celery_eager):
    return Clock(spv, monkeypatch)


@pytest.fixture
def web(scope, ana):
    client = Client()
    client.force_login(ana)
    return client


def url(company, name, *keys):
    return reverse(f"efactura:{name}", args=(company.pk, *keys))


def with_file(xml, name, content, mime="application/pdf"):
    """The sample with a document attached inside."""
    inside = f'<cbc:EmbeddedDocumentBinaryObject mimeCode="{mime}" filename="{name}">{b64encode(content).decode()}</cbc:EmbeddedDocumentBinaryObject>'
    node = (
        f"<cac:AdditionalDocumentReference><cbc:ID>A1</cbc:ID><cac:Attachment>{inside}</cac:Attachment></cac:AdditionalDocumentReference>"
    )
    return xml.replace(b"<cac:AccountingSupplierParty>", node.encode() + b"<cac:AccountingSupplierParty>")


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_takes_the_same_queries_for_one_row_and_for_three(web, company, clock, spv, count, django_assert_num_queries):
    supplied(spv, count)
    hour_passes(clock)
    with django_assert_num_queries(8):  # user, membership, settings twice, reading, access, rows, companies of the user
        answer = web.get(url(company, "inbox"))
    assert answer.content.decode().count("Nou</span>") == count


@pytest.mark.parametrize(("query", "count"), [({"q": "bun ext"}, 1), ({"q": SUPPLIER}, 1), ({"q": "altul"}, 0), ({"stare": "mesaje"}, 0)])
def test_the_list_is_searched_by_supplier_number_and_cif(web, company, clock, spv, query, count):
    supplied(spv, number="EXT 9", supplier_name="Furnizor Bun SRL")
    hour_passes(clock)
    assert len(web.get(url(company, "inbox"), query).context["list"].rows) == count


def test_the_sums_are_of_each_currency(web, company, clock, spv):
    supplied(spv, 2, net="100")
    hour_passes(clock)
    listing = web.get(url(company, "inbox_totals")).context["list"]
    assert [(each["currency"], each["count"], each["total"]) for each in listing.amounts] == [("RON", 2, Decimal("242.00"))]


def test_the_ticked_rows_get_a_state_and_the_history_says_who(web, company, clock, spv, ana):
    supplied(spv)
    hour_passes(clock)
    web.post(url(company, "inbox_mark"), {"alese": [only().pk], "stare": "questioned"})
    event = Event.objects.about(only()).get()
    assert (only().state, event.by, event.data) == ("questioned", ana, {"state": "questioned", "former": "new"})


def test_a_state_of_nobody_is_refused(clock, spv, ana):
    with pytest.raises(Refused) as refused:
        mark_received([1], "lost", by=ana)
    assert refused.value.code == "received_state_unknown"


def test_who_opens_a_new_invoice_has_seen_it(web, company, clock, spv):
    supplied(spv)
    hour_passes(clock)
    web.get(url(company, "received", only().pk))
    assert only().state == "seen"


def test_a_viewer_leaves_it_new(company, clock, spv):
    supplied(spv)
    hour_passes(clock)
    client = Client()
    client.force_login(make_member(make_user("vede@exemplu.ro"), company, role=Role.VIEWER).user)
    assert client.get(url(company, "received", only().pk)).status_code == 200
    assert only().state == "new"


def test_the_button_makes_the_reading_due(web, company, clock, spv):
    hour_passes(clock)
    supplied(spv)
    clock.forward(minutes=7)
    web.post(url(company, "inbox_read"))
    InboxReading.objects.filter(read_at=None).delete()
    work()
    assert ReceivedMessage.objects.count() == 1


def test_without_authorisation_the_button_is_refused(web, company, spv):
    answer = web.post(url(company, "inbox_read"), headers={"accept": "application/json"})
    assert (answer.status_code, "Autorizați" in answer.content.decode()) == (409, True)


def test_scripts_in_names_are_shown_as_text(web, company, clock, spv):
    supplied(spv, item=EVIL, supplier_name=EVIL, number=f"{EVIL}1")
    hour_passes(clock)
    for page in (url(company, "received", only().pk), url(company, "inbox")):
        html = web.get(page).content.decode()
        assert ("<script>alert" in html, "&lt;script&gt;alert" in html) == (False, True)


def test_letters_that_turn_the_direction_are_left_out(clock, spv):
    taken(spv, sample(spv, supplier_name="Bun\u202egnp SRL"))
    hour_passes(clock)
    assert only().seller_name == "Bungnp SRL"


@pytest.mark.parametrize(
    "xml",
    [
        b'<!DOCTYPE a [<!ENTITY x "aaaaaaaaaa"><!ENTITY y "&x;&x;&x;&x;&x;&x;&x;&x;">]><Invoice>&y;</Invoice>',
        b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><Invoice>&x;</Invoice>',
        b"<Invoice><<<",
        b"<html/>",
        b"<Invoice>" * 300_001,
    ],
)
def test_bombs_and_what_is_no_invoice_are_not_read(xml):
    with pytest.raises(Unreadable):
        content_of(xml)


def test_an_unreadable_invoice_is_archived_and_shown_with_its_reason(web, company, clock, spv):
    good = sample(spv)
    index = taken(spv, good)
    spv.store.run("UPDATE documents SET xml = ? WHERE id = ?", b"<!DOCTYPE a []>" + good[39:], int(index))
    hour_passes(clock)
    row = only()
    assert (row.archived_at is not None, row.content, "DOCTYPE" in row.unreadable) == (True, None, True)
    assert "DOCTYPE" in web.get(url(company, "received", row.pk)).content.decode()


def test_absurd_amounts_are_not_taken_for_amounts(clock, spv):
    xml = sample(spv).replace(b">121.00<", b">1e400<")
    assert content_of(xml)["totals"]["total"] == ""


def test_an_attachment_is_only_downloaded(web, company, clock, spv):
    taken(spv, with_file(sample(spv), "../../a\u202e&quot;b.html", b"<script>1</script>", "text/html"))
    hour_passes(clock)
    answer = web.get(url(company, "received_attachment", only().pk, 0))
    assert (answer.content, answer["Content-Type"], answer["X-Content-Type-Options"], answer["Content-Disposition"]) == (
        *(b"<script>1</script>", "application/octet-stream", "nosniff"),
        'attachment; filename="a__b.html"',
    )
    assert web.get(url(company, "received_attachment", only().pk, 5)).status_code == 404


def test_an_attachment_that_is_no_base64_is_missing(spv):
    xml = with_file(sample(spv), "a.pdf", b"1").replace(b'filename="a.pdf">', b'filename="a.pdf">*')
    with pytest.raises(LookupError):
        attachment(xml, 0)


def test_xml_and_archive_are_downloaded_as_they_came(web, company, clock, spv):
    supplied(spv)
    hour_passes(clock)
    row = only()
    assert web.get(url(company, "received_zip", row.pk)).content == bytes(row.archive.content)
    assert web.get(url(company, "received_xml", row.pk)).content.startswith(b"<?xml")


@pytest.mark.parametrize("name", ["received_pdf", "received_anaf_pdf"])
def test_the_pdfs_are_made_once(web, company, clock, spv, name, django_capture_on_commit_callbacks):
    supplied(spv)
    hour_passes(clock)
    for _ in range(2):
        with django_capture_on_commit_callbacks(execute=True):
            web.get(url(company, name, only().pk))
    answer = web.get(url(company, name, only().pk))
    assert (answer.status_code, answer.content[:4], ReceivedPdf.objects.count()) == (200, b"%PDF", 1)


def test_a_pdf_that_anaf_did_not_make_is_explained(web, company, clock, spv, django_capture_on_commit_callbacks):
    supplied(spv)
    hour_passes(clock)
    spv.control(always={"transformare": "500"})
    with django_capture_on_commit_callbacks(execute=True):
        web.get(url(company, "received_anaf_pdf", only().pk))
    answer = web.get(url(company, "received_anaf_pdf", only().pk), {"stare": "1"})
    assert (answer.status_code, "nu s-a putut face" in answer.content.decode()) == (202, True)


def test_another_account_than_the_suppliers_is_warned_of(web, company, clock, spv):
    factories.make_partner("Furnizor", f"RO{SUPPLIER}", iban="RO49AAAA1B31007593840000")
    means = (
        b"<cac:PaymentMeans><cbc:PaymentMeansCode>30</cbc:PaymentMeansCode><cac:PayeeFinancialAccount>"
        b"<cbc:ID>RO09BBBB1B31007593849999</cbc:ID></cac:PayeeFinancialAccount></cac:PaymentMeans><cac:TaxTotal>"
    )
    taken(spv, sample(spv).replace(b"<cac:TaxTotal>", means, 1))
    hour_passes(clock)
    assert "alt" in web.get(url(company, "received", only().pk)).context["hints"][0]


def test_a_number_seen_before_is_warned_of(web, company, clock, spv):
    spv.control(duplicates="accept")
    supplied(spv, 2, number="A 1")
    hour_passes(clock)
    hints = web.get(url(company, "received", ReceivedMessage.objects.first().pk)).context["hints"]
    assert [hint[:16] for hint in hints] == ["Același furnizor"]


def test_purchases_get_plain_values(clock, spv):
    (index,) = supplied(spv, net="100", number="A 1", item="Toner", supplier_name="Furnizor Bun SRL")
    hour_passes(clock)
    given = received_of(only())
    assert (given.key, given.number, given.supplier_name, given.supplier_cif) == (
        *(f"spv:repetitie:{index}", "A 1", "Furnizor Bun SRL", f"RO{SUPPLIER}"),
    )
    assert (given.total, given.lines[0].name, given.lines[0].net, given.groups[0].vat) == (
        *(Decimal("121.00"), "Toner", Decimal("100.00"), Decimal("21.00")),
    )


def test_a_credit_note_is_handed_over_with_minus(clock, spv):
    xml = sample(spv).replace(b"InvoiceTypeCode>380<", b"CreditNoteTypeCode>381<").replace(b"InvoiceTypeCode", b"CreditNoteTypeCode")
    for name in (b"<Invoice", b"</Invoice", b"xsd:Invoice", b"cac:Invoice", b"cbc:Invoiced"):
        xml = xml.replace(name, name.replace(b"Invoiced", b"Credited").replace(b"Invoice", b"CreditNote"))
    taken(spv, xml)
    hour_passes(clock)
    given = received_of(only())
    assert (only().total, given.total, given.lines[0].net, given.groups[0].vat) == (
        *(Decimal("-121.00"), Decimal("-121.00"), Decimal("-100.00"), Decimal("-21.00")),
    )


def test_an_expense_is_made_once(web, company, clock, spv):
    (index,) = supplied(spv, net="100", number="A 1")
    hour_passes(clock)
    for _ in range(2):
        web.post(url(company, "received_book", only().pk))
    expense = Expense.objects.get()
    assert (only().state, expense.source_key, expense.number) == ("booked", f"spv:repetitie:{index}", "A 1")
    assert "Înregistrează cheltuiala" not in web.get(url(company, "received", only().pk)).content.decode()


def test_an_expense_bears_the_documents_that_came_inside(web, company, clock, spv):
    xml = with_file(with_file(sample(spv), "pontaj.pdf", b"%PDF-1.4 pontaj %%EOF"), "pagina.html", b"<script>1</script>", "text/html")
    taken(spv, xml)
    hour_passes(clock)
    web.post(url(company, "received_book", only().pk))
    kept = Expense.objects.get().attachments.select_related("file").get()
    assert (kept.name, bytes(kept.file.content)) == ("pontaj.pdf", b"%PDF-1.4 pontaj %%EOF")
    assert Event.objects.get(verb="file_left_out").data["name"] == "pagina.html"


def test_a_self_billed_invoice_is_no_expense(clock, spv):
    taken(spv, sample(spv, supplier="18547290", buyer=SUPPLIER), autofactura="DA")
    hour_passes(clock)
    with pytest.raises(Refused) as refused:
        received_of(only())
    assert refused.value.code == "received_not_an_invoice"
