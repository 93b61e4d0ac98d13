"""Advance invoices and their settlement: at the advance's own rate and exchange rate, never more than is left."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from invoicing.actions import cancel, correct, duplicate, issue, revise, storno
from invoicing.advances import left_of, open_advances, require_settlements, settled_again, settlement_lines
from invoicing.models import Document, DocumentLine, VatBreakdown
from invoicing.print import document_html, saved
from lib.errors import Refused
from tests.factories import TODAY, make_draft, make_line, make_partner

pytestmark = pytest.mark.usefixtures("scope")


@pytest.fixture
def user(ana):
    return ana


def advance(user, *, price="300", rate="s21", on=TODAY - timedelta(days=5), **fields):
    return issue(make_draft(lines=[make_line("Avans", price=price, rate=rate)], issue_date=on, invoice_type="advance", **fields), by=user)


def final(advances, *, wanted=None, lines=None, **fields):
    """A draft of 1.000 lei + 21 % that settles advances, each whole or in part."""
    document = Document(partner=advances[0].partner, currency=advances[0].currency, **fields)
    taken = [line for each in left_of(advances) for line in settlement_lines(each, wanted, document)]
    return make_draft(advances[0].partner, [*(lines or [make_line(price="1000")]), *taken], currency=advances[0].currency, **fields)


def left(document):
    return left_of([Document.objects.get(pk=document.pk)])[0].left


def test_a_final_invoice_takes_the_advance_away(user):
    first = advance(user)
    invoice = issue(final([first]), by=user)
    assert (invoice.net, invoice.vat, invoice.total, invoice.settled) == tuple(map(Decimal, ("700", "147", "847", "363")))
    assert left(first) == 0


def test_an_advance_keeps_its_own_rate(user):
    first = advance(user, price="100", rate="s19", on=date(2025, 7, 1))
    invoice = issue(final([first]), by=user)
    groups = {group.percent: (group.taxable, group.vat) for group in invoice.vat_groups.all()}
    assert groups == {Decimal(21): (Decimal(1000), Decimal(210)), Decimal(19): (Decimal(-100), Decimal(-19))}


def test_an_advance_keeps_its_own_exchange_rate(user):
    terms = {"currency": "EUR", "rate_source": "manual"}
    first = advance(user, price="100", exchange_rate=Decimal("4.9"), **terms)
    invoice = issue(final([first], exchange_rate=Decimal("5.1"), rate_source="manual"), by=user)
    assert (invoice.net, invoice.net_ron, invoice.vat_ron) == (Decimal(900), Decimal(5100 - 490), Decimal("968.10"))
    assert (invoice.total_ron, invoice.vat_ron) == (invoice.net_ron + invoice.vat_ron, Decimal("1071.00") - Decimal("102.90"))


def test_an_advance_is_settled_in_parts_and_the_last_one_closes_it(user):
    first = advance(user, price="100")
    for wanted in ("33.33", "33.33", "33.33", "21.01"):
        issue(final([first], wanted=Decimal(wanted)), by=user)
    assert left(first) == 0
    taken = DocumentLine.objects.filter(advance=first)
    assert (sum(line.net for line in taken), sum(line.vat for line in taken)) == (-100, -21)


def test_several_advances_stand_on_one_final_invoice(user):
    advances = [advance(user, price="100"), advance(user, price="200")]
    invoice = issue(final(advances), by=user)
    assert (invoice.net, [left(each) for each in advances]) == (Decimal(700), [0, 0])


def test_the_discount_on_the_whole_leaves_the_advance_alone(user):
    first = advance(user, price="100")
    invoice = issue(final([first], discount_percent=Decimal(10)), by=user)
    assert (invoice.allowance, invoice.net, invoice.vat) == (Decimal(100), Decimal(800), Decimal(168))


def test_prices_with_vat_settle_to_the_ban(user):
    first = advance(user, price="100.01", prices_include_vat=True)
    invoice = issue(final([first], lines=[make_line(price="200.03")], prices_include_vat=True), by=user)
    assert (invoice.total, first.total) == (Decimal("100.02"), Decimal("100.01"))


def test_more_than_is_left_is_refused(user):
    first = advance(user)
    with pytest.raises(Refused, match="advance_over_left"):
        final([first], wanted=Decimal("363.01"))
    drafts = [final([first], wanted=Decimal(300)), final([first], wanted=Decimal(300))]
    issue(drafts[0], by=user)
    with pytest.raises(Refused, match="advance_over_left"):
        issue(drafts[1], by=user)


def test_an_advance_larger_than_the_invoice_is_refused(user):
    draft = final([advance(user, price="2000")])
    with pytest.raises(Refused, match="advance_over_invoice"):
        issue(draft, by=user)


def test_nothing_is_taken_out_of_a_settled_advance(user):
    first = advance(user)
    issue(final([first]), by=user)
    assert open_advances(first.partner_id, "RON") == []
    with pytest.raises(Refused, match="advance_over_left"):
        settlement_lines(left_of([first])[0], None, Document())


def test_only_the_same_client_and_currency_are_offered(user):
    first = advance(user)
    other = make_partner("Alt Client SRL", "RO4267117")
    assert [each.document.pk for each in open_advances(first.partner_id, "RON")] == [first.pk]
    assert (open_advances(first.partner_id, "EUR"), open_advances(other.pk, "RON")) == ([], [])


def test_another_clients_advance_is_refused(user):
    draft = final([advance(user)])
    Document.objects.filter(pk=draft.pk).update(partner=make_partner("Alt Client SRL", "RO4267117"))
    with pytest.raises(Refused, match="advance_not_open"):
        issue(draft, by=user)


def test_an_advance_settles_no_other_advance(user):
    with pytest.raises(Refused, match="advance_not_open"):
        issue(final([advance(user)], invoice_type="advance"), by=user)


def test_cancelling_the_final_invoice_gives_the_advance_back(user):
    first = advance(user)
    cancel(issue(final([first]), by=user), by=user, reason="Greșită")
    assert left(first) == Decimal(363)


def test_a_storno_of_the_final_invoice_gives_the_advance_back(user):
    first = advance(user)
    invoice = issue(final([first]), by=user)
    back = storno(invoice, by=user, reason="Retur")
    assert (back.total, back.net_ron, back.settled, left(first)) == (-invoice.total, -invoice.net_ron, Decimal(-363), Decimal(363))


def test_a_storno_of_the_goods_alone_keeps_the_advance_taken(user):
    first = advance(user)
    invoice = issue(final([first], lines=[make_line(quantity="2", price="500")]), by=user)
    back = storno(invoice, lines={invoice.lines.first().pk: Decimal(1)}, by=user, reason="Retur")
    assert (back.total, left(first)) == (Decimal(-605), 0)


def test_what_a_cancelled_storno_gave_back_must_still_be_there(user):
    first = advance(user)
    back = storno(issue(final([first]), by=user), by=user, reason="Retur")
    issue(final([first]), by=user, allow_earlier_date=True)
    with pytest.raises(Refused, match="advance_taken_meanwhile"):
        cancel(back, by=user, reason="Greșită")


def test_a_settled_advance_is_neither_cancelled_nor_revised(user):
    first = advance(user)
    invoice = issue(final([first]), by=user)
    for act in (
        lambda: cancel(first, by=user, reason="x"),
        lambda: revise(Document.objects.get(pk=first.pk), [make_line()], by=user, reason="x", revision=1),
    ):
        with pytest.raises(Refused, match=f"document_settled.*{invoice.label}"):
            act()


def test_a_settled_advance_is_storned_only_for_what_is_left(user):
    first = advance(user)
    issue(final([first], wanted=Decimal(121)), by=user)
    with pytest.raises(Refused, match="advance_over_left"):
        storno(first, by=user, reason="Renunțare")
    storno(first, prices={first.lines.get().pk: Decimal(200)}, by=user, reason="Renunțare")
    assert left(first) == 0


def test_a_revised_final_invoice_counts_once(user):
    first = advance(user)
    invoice = Document.objects.get(pk=issue(final([first]), by=user).pk)
    taken = [line for each in left_of([first], but=invoice) for line in settlement_lines(each, None, invoice)]
    revised = revise(invoice, [make_line(price="900"), *taken], by=user, reason="Preț", revision=1)
    assert (revised.net, left(first)) == (Decimal(600), 0)


def test_a_copy_settles_nothing(user):
    invoice = issue(final([advance(user)]), by=user)
    assert duplicate(invoice, by=user).total == Decimal(1210)


def test_an_advance_of_the_former_vat_status_is_refused(user):
    first = advance(user)
    draft = final([first])
    draft.vat_payer = False
    with pytest.raises(Refused, match="advance_of_former_status"):
        require_settlements(draft, draft.lines.all())


def test_the_advance_itself_is_positive_and_not_intra_community(user):
    with pytest.raises(Refused, match="advance_not_positive"):
        advance(user, price="0")
    buyer = make_partner("GmbH", "DE123456789", country="DE", county="", vat_payer=True, city="Berlin")
    with pytest.raises(Refused, match="advance_intra_eu"):
        advance(user, rate="k-bunuri", partner=buyer)


def test_the_database_counts_too(user):
    first = advance(user)
    drafts = [final([first], wanted=Decimal(300)), final([first], wanted=Decimal(300))]
    issue(drafts[0], by=user)
    with pytest.raises(IntegrityError, match="take more out of advance"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE invoicing_document SET status='issued', number=id, issued_at=now() WHERE id = %s", [drafts[1].pk])


def test_the_database_keeps_a_settled_advance(user):
    first = advance(user)
    issue(final([first]), by=user)
    with pytest.raises(IntegrityError, match="is settled"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE invoicing_document SET status='cancelled', cancelled_at=now() WHERE id = %s", [first.pk])


def test_the_groups_of_a_final_invoice_add_up(user):
    invoice = issue(final([advance(user, price="99.99")]), by=user)
    groups = VatBreakdown.objects.filter(document=invoice)
    assert sum(group.taxable_ron for group in groups) == invoice.net_ron
    assert sum(line.net for line in invoice.lines.all()) == invoice.lines_net


def test_a_line_of_an_advance_says_both_its_amounts_in_lei(user):
    with pytest.raises(IntegrityError, match="line_settles_in_lei"), transaction.atomic():
        DocumentLine.objects.filter(advance=None, document=make_draft()).update(net_ron=Decimal(1))


def test_the_printed_form_names_the_advance(user):
    first = advance(user)
    text = document_html(saved(issue(final([first]), by=user)))
    assert f"Storno avans {first.label} din 15.11.2026" in text
    assert "Factură de avans" in document_html(saved(first))


def test_a_correction_settles_the_same_advances_again(user):
    whole, part = advance(user), advance(user, price="100", rate="s11")
    original = issue(final([whole, part], wanted=Decimal(55)), by=user)
    _, draft = correct(original, by=user, reason="Denumire greșită")
    assert {line.advance_id: line.net + line.vat for line in draft.lines.exclude(advance=None)} == {
        whole.pk: Decimal(-55), part.pk: Decimal(-55)
    }  # fmt: skip
    assert (draft.total, draft.settled) == (original.total, original.settled)
    assert issue(draft, by=user).total == original.total
    assert (left(whole), left(part)) == (Decimal(308), Decimal(56))


def test_a_correction_takes_no_more_of_an_advance_than_is_left(user):
    first = advance(user)
    original = issue(final([first]), by=user)
    storno(original, by=user, reason="Retur", on=TODAY)
    issue(final([first], wanted=Decimal(300)), by=user)
    assert [line.net + line.vat for line in settled_again(original, Document())] == [Decimal(-63)]


def test_a_correction_of_an_invoice_without_advances_settles_nothing(user):
    advance(user)
    _, draft = correct(issue(make_draft(), by=user), by=user, reason="Greșeală")
    assert draft.settled == 0
