"""An invoice made of proformas and of delivery notes, by what is left of them."""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from companies.models import Event
from invoicing.actions import cancel, convert, delete_draft, duplicate, issue, revise, save_draft, storno
from invoicing.actions.drafts import copy_line
from invoicing.history import history
from invoicing.links import links
from invoicing.models import Document, DocumentLine, Kind, Series
from lib.errors import Refused
from tests.factories import TODAY, make_draft, make_line, make_partner

pytestmark = pytest.mark.usefixtures("scope")


def make_series(kind, name):
    return Series.objects.filter(kind=kind).first() or Series.objects.create(kind=kind, name=name, is_default=True)


def make_proforma(ana, *lines, **fields):
    lines = list(lines) or [make_line("Scaun", "10", "50")]
    return issue(
        make_draft(lines=lines, by=ana, kind=Kind.PROFORMA, series=make_series(Kind.PROFORMA, "PF"), **({"due_date": None} | fields)),
        by=ana,
    )


def make_note(ana, *lines, **fields):
    lines = list(lines) or [make_line("Scaun", "10", "50")]
    series = make_series(Kind.DELIVERY_NOTE, "AV")
    return issue(make_draft(lines=lines, by=ana, kind=Kind.DELIVERY_NOTE, series=series, **fields), by=ana)


def part(source, quantity):
    return {source.lines.first().pk: Decimal(quantity)}


def state(document):
    return Document.objects.get(pk=document.pk).state


def invoiced(source, ana, quantity=None):
    return issue(convert([source], lines=part(source, quantity) if quantity else None, by=ana), by=ana)


def test_a_whole_proforma_becomes_an_invoice(ana):
    proforma = make_proforma(ana)
    invoice = convert([proforma], by=ana)
    assert (invoice.kind, invoice.total, invoice.partner, invoice.lines.get().source_line) == (
        Kind.INVOICE,
        proforma.total,
        proforma.partner,
        proforma.lines.get(),
    )
    assert state(proforma) == "to_invoice"
    issue(invoice, by=ana)
    assert state(proforma) == "invoiced"


def test_a_proforma_is_invoiced_in_parts_until_nothing_is_left(ana):
    proforma = make_proforma(ana)
    invoiced(proforma, ana, "4")
    assert state(proforma) == "part_invoiced"
    assert invoiced(proforma, ana).lines.get().quantity == 6
    assert state(proforma) == "invoiced"
    with pytest.raises(Refused, match="already_converted"):
        convert([proforma], by=ana)


def test_a_part_is_never_more_than_what_is_left(ana):
    proforma = make_proforma(ana)
    invoiced(proforma, ana, "4")
    for quantity in ("7", "-1"):
        with pytest.raises(Refused, match="conversion_over_source"):
            convert([proforma], lines=part(proforma, quantity), by=ana)


def test_a_draft_keeps_its_part_and_gives_it_back_when_it_is_deleted(ana):
    proforma = make_proforma(ana)
    draft = convert([proforma], by=ana)
    with pytest.raises(Refused, match="already_converted"):
        convert([proforma], by=ana)
    delete_draft(draft, by=ana)
    assert convert([proforma], by=ana).total == proforma.total


def test_a_cancelled_invoice_gives_its_part_back(ana):
    proforma = make_proforma(ana)
    cancel(invoiced(proforma, ana, "4"), by=ana, reason="Greșită")
    assert state(proforma) == "to_invoice"
    assert convert([proforma], by=ana).total == proforma.total


def test_a_storno_gives_nothing_back(ana):
    proforma = make_proforma(ana)
    storno(invoiced(proforma, ana), by=ana, reason="Retur")
    assert state(proforma) == "invoiced"


def test_nothing_chosen_is_refused(ana):
    proforma = make_proforma(ana)
    with pytest.raises(Refused, match="conversion_empty"):
        convert([proforma], lines={}, by=ana)
    with pytest.raises(Refused, match="source_unknown_line"):
        convert([proforma], lines=part(make_proforma(ana), "1"), by=ana)
    with pytest.raises(Refused, match="source_missing"):
        convert([], by=ana)


def test_several_delivery_notes_become_one_invoice(ana):
    first = make_note(ana, make_line("Scaun", "2", "50"), delivery_date=TODAY - timedelta(days=3))
    second = make_note(ana, make_line("Masă", "1", "200"), delivery_date=TODAY - timedelta(days=1))
    invoice = issue(convert([second, first], by=ana), by=ana)
    assert [(line.name, line.quantity) for line in invoice.lines.all()] == [("Scaun", 2), ("Masă", 1)]
    assert (invoice.net, invoice.delivery_date, invoice.despatch_reference) == (300, TODAY - timedelta(days=1), "AV 0001, AV 0002")
    assert (state(first), state(second)) == ("invoiced", "invoiced")


def test_delivery_notes_of_two_clients_or_on_other_terms_are_not_put_together(ana):
    note = make_note(ana)
    other = make_note(ana, partner=make_partner("Altul SRL", "RO18547290"))
    gross = make_note(ana, prices_include_vat=True)
    for others, code in (([other], "sources_of_several_clients"), ([gross], "sources_differ")):
        with pytest.raises(Refused, match=code):
            convert([note, *others], by=ana)


def test_only_issued_proformas_and_delivery_notes_are_converted(ana):
    draft = make_draft(kind=Kind.PROFORMA, series=make_series(Kind.PROFORMA, "PF"), by=ana)
    invoice = issue(make_draft(by=ana), by=ana)
    for source, code in ((draft, "source_not_issued"), (invoice, "source_of_other_kind")):
        with pytest.raises(Refused, match=code):
            convert([source], by=ana)


def test_a_company_without_a_series_of_invoices_is_told(ana):
    proforma = make_proforma(ana)
    Series.objects.filter(kind=Kind.INVOICE).update(active=False)
    with pytest.raises(Refused, match="series_missing"):
        convert([proforma], by=ana)


def test_the_same_form_twice_makes_one_invoice(ana):
    proforma, token = make_proforma(ana), uuid4()
    assert convert([proforma], by=ana, token=token) == convert([proforma], by=ana, token=token)


def test_a_discount_in_money_is_shared_out_and_the_last_part_takes_the_rest(ana):
    proforma = make_proforma(ana, make_line("Scaun", "3", "10"), discount_amount=Decimal("10"))
    given = [invoiced(proforma, ana, quantity).discount_amount for quantity in ("1", "1", None)]
    assert given == [Decimal("3.33"), Decimal("3.33"), Decimal("3.34")]


def test_the_discount_of_what_is_returned_is_shared_out_too(ana):
    proforma = make_proforma(ana, make_line("Scaun", "-3", "10"), discount_amount=Decimal("-10"))
    given = [invoiced(proforma, ana, quantity).discount_amount for quantity in ("-1", "-1", None)]
    assert given == [Decimal("-3.33"), Decimal("-3.33"), Decimal("-3.34")]


def test_a_discount_of_a_line_goes_with_its_quantity(ana):
    proforma = make_proforma(ana, make_line("Scaun", "4", "10", discount_amount=Decimal("10")))
    assert invoiced(proforma, ana, "1").lines.get().discount_amount == Decimal("2.50")


def test_the_draft_is_changed_within_what_is_left(ana):
    proforma = make_proforma(ana)
    draft = convert([proforma], lines=part(proforma, "4"), by=ana)

    def saved(quantity):
        line = copy_line(proforma.lines.select_related("vat_rate").get())
        line.source_line, line.quantity = proforma.lines.get(), Decimal(quantity)
        return save_draft(Document.objects.get(pk=draft.pk), [line], by=ana)

    assert saved("10").net == 500
    with pytest.raises(Refused, match="conversion_over_source"):
        saved("10.5")


def test_the_client_of_the_draft_stays_that_of_its_source(ana):
    draft = convert([make_proforma(ana)], by=ana)
    lines = list(draft.lines.select_related("vat_rate"))
    draft.partner = make_partner("Altul SRL", "RO18547290")
    with pytest.raises(Refused, match="sources_of_several_clients"):
        save_draft(draft, lines, by=ana)


def test_what_is_invoiced_is_neither_cancelled_nor_revised(ana):
    proforma = make_proforma(ana)
    convert([proforma], by=ana)
    with pytest.raises(Refused, match="document_converted"):
        cancel(proforma, by=ana, reason="Greșită")
    with pytest.raises(Refused, match="document_converted"):
        revise(Document.objects.get(pk=proforma.pk), [make_line()], by=ana, reason="Preț", revision=1)


def test_an_invoice_that_is_revised_keeps_what_it_takes(ana):
    proforma = make_proforma(ana)
    invoice = invoiced(proforma, ana, "4")
    line = copy_line(invoice.lines.select_related("vat_rate").get())
    line.source_line, line.quantity = proforma.lines.get(), Decimal(10)
    revise(Document.objects.get(pk=invoice.pk), [line], by=ana, reason="Toată", revision=1)
    assert state(proforma) == "invoiced"
    revise(Document.objects.get(pk=invoice.pk), [make_line()], by=ana, reason="Altceva", revision=2)
    assert state(proforma) == "to_invoice"


def test_a_copy_of_the_invoice_takes_nothing(ana):
    assert duplicate(invoiced(make_proforma(ana), ana), by=ana).lines.get().source_line_id is None


def test_both_sides_name_each_other_and_the_history_tells(ana):
    proforma = make_proforma(ana)
    invoice = invoiced(proforma, ana)
    assert [(how, str(other)) for how, other in links(proforma)] == [("Facturat prin", "FCT 0001")]
    assert [(how, str(other)) for how, other in links(invoice)] == [("Facturează", "PF 0001")]
    assert "a pregătit factura din PF\N{NO-BREAK SPACE}0001" in [entry.text for entry in history(invoice)[0]]
    assert Event.objects.filter(subject="document", subject_id=proforma.pk, verb="converted").count() == 1


def test_a_proforma_is_owed_by_nobody(ana):
    proforma = make_proforma(ana)
    assert (proforma.balance, proforma.total) == (0, 605)


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("UPDATE invoicing_document SET converted = 'whole' WHERE id = {proforma}", "does not say what was invoiced"),
        ("UPDATE invoicing_document SET status = 'cancelled', cancelled_at = now() WHERE id = {proforma}", "is invoiced and cannot be"),
        ("UPDATE invoicing_documentline SET quantity = 11 WHERE document_id = {draft}", "take more than it holds"),
        ("UPDATE invoicing_documentline SET quantity = -1 WHERE document_id = {draft}", "take more than it holds"),
        ("UPDATE invoicing_documentline SET source_line_id = id WHERE document_id = {draft}", "cannot be made of"),
    ],
)
def test_the_database_refuses_it_too(ana, sql, said):
    proforma = make_proforma(ana)
    draft = convert([proforma], by=ana)
    with pytest.raises(IntegrityError, match=said), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql.format(proforma=proforma.pk, draft=draft.pk))


def test_the_database_refuses_to_issue_it_for_another_client(ana):
    draft = convert([make_proforma(ana)], by=ana)
    Document.objects.filter(pk=draft.pk).update(partner=make_partner("Altul SRL", "RO18547290"))
    with pytest.raises(IntegrityError, match="is not for the client"), transaction.atomic():
        issue(draft, by=ana)


def test_the_lines_of_a_converted_document_cannot_go(ana):
    proforma = make_proforma(ana)
    convert([proforma], by=ana)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM invoicing_documentline WHERE document_id = %s", [proforma.pk])


def test_every_line_of_an_invoice_counts_once_for_its_source(ana):
    proforma = make_proforma(ana)
    draft = convert([proforma], lines=part(proforma, "6"), by=ana)
    twice = [copy_line(line) for line in draft.lines.select_related("vat_rate") for _ in range(2)]
    for line in twice:
        line.source_line = proforma.lines.get()
    with pytest.raises(Refused, match="conversion_over_source"):
        save_draft(Document.objects.get(pk=draft.pk), twice, by=ana)
    assert DocumentLine.objects.filter(source_line__document=proforma).count() == 1
