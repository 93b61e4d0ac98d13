"""R24, R35: an invoice is taken back whole, by lines, by quantity or by price, never beyond what it holds, at its own rates."""

from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from companies.models import Event
from invoicing.actions import cancel, correct, issue, make_storno, record_payment, revise, save_draft, storno
from invoicing.actions.vat_status import allow_once, change_vat_status
from invoicing.models import Document, DocumentLine, Status
from invoicing.storno import GROUP_AMOUNTS, LINE_AMOUNTS, rests
from lib.dates import bucharest_today
from lib.errors import Refused
from lib.money import price as six
from partners.models import Partner
from tests.factories import TODAY, make_draft, make_line
from tests.invoicing.test_same_totals import Undo, decimals, typed_lines

pytestmark = pytest.mark.usefixtures("scope")
TOTALS = "lines_net allowance net vat total net_ron vat_ron total_ron".split()


@pytest.fixture
def original(ana):
    """Ten chairs of 33.335 and a table of 200, at 21 %."""
    lines = [make_line("Scaun", "10", "33.335"), make_line("Masă", "1", "200")]
    return issue(make_draft(lines=lines, by=ana), by=ana)


def take(original, ana, **parts):
    return storno(original, by=ana, reason="Retur marfă", **parts)


def key(original, name):
    return original.lines.get(name=name).pk


def test_a_whole_storno_is_the_mirror_of_its_original(original, ana):
    mirror = take(original, ana)
    assert [getattr(mirror, name) for name in TOTALS] == [-getattr(original, name) for name in TOTALS]
    assert list(mirror.lines.values_list("name", "quantity", "unit_price", "percent")) == [
        ("Scaun", -10, Decimal("33.335"), 21),
        ("Masă", -1, 200, 21),
    ]
    assert (mirror.label, mirror.status, mirror.storno_of, mirror.due_date) == ("FCT 0002", Status.ISSUED, original, None)


def test_parts_leave_exactly_nothing(original, ana):
    chair, table = key(original, "Scaun"), key(original, "Masă")
    for parts in ({"lines": {chair: Decimal(3)}}, {"prices": {table: Decimal(50)}}, {"lines": {chair: Decimal(3), table: Decimal(1)}}, {}):
        take(original, ana, **parts)
    stornos = Document.objects.filter(storno_of=original).order_by("pk")
    assert list(stornos[:2].values_list("total", flat=True)) == [Decimal("-121.00"), Decimal("-60.50")]
    assert [sum(getattr(row, name) for row in stornos) for name in TOTALS] == [-getattr(original, name) for name in TOTALS]
    with pytest.raises(Refused, match="already_storned"):
        take(original, ana)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(typed_lines(), min_size=1, max_size=5),
    with_vat=st.booleans(),
    discount=st.one_of(st.tuples(decimals("0", "60", 2), st.just(Decimal(0))), st.tuples(st.just(Decimal(0)), decimals("0", "5", 2))),
    rate=st.sampled_from(["1", "5.0931"]),
    data=st.data(),
)
def test_whatever_the_parts_the_sum_is_the_original(scope, ana, rows, with_vat, discount, rate, data):
    assume(all(Decimal(row["quantity"]) for row in rows))
    try:
        with transaction.atomic():
            take_apart(ana, rows, with_vat, discount, Decimal(rate), data)
            raise Undo
    except Undo:
        pass


def take_apart(ana, rows, with_vat, discount, rate, data):
    money = {"currency": "RON"} if rate == 1 else {"currency": "EUR", "exchange_rate": rate, "rate_source": "manual"}
    head = {"prices_include_vat": with_vat, "discount_percent": discount[0], "discount_amount": discount[1], **money}
    try:
        original = issue(make_draft(lines=[make_line(**row) for row in rows], **head), by=ana)
    except Refused as refusal:
        assume(refusal.code != "discount_over_total")
        raise
    original = Document.objects.get(pk=original.pk)
    for _ in range(data.draw(st.integers(0, 3))):
        left = [rest for rest in rests(original) if not rest.is_nothing]
        if len(left) < 2:
            break
        rest, share = data.draw(st.sampled_from(left)), data.draw(st.sampled_from([Decimal("0.25"), Decimal("0.5"), Decimal(1)]))
        if data.draw(st.booleans()):
            part = {"lines": {rest.line.pk: six(rest.quantity * share) or rest.quantity}}
        else:
            part = {"prices": {rest.line.pk: six(rest.price * share) or rest.price}}
        require_adds_up(take(original, ana, **part))
    last = Document.objects.get(pk=take(original, ana).pk)
    require_adds_up(last)
    every = [original, *Document.objects.filter(storno_of=original)]
    assert [sum(getattr(row, name) for row in every) for name in TOTALS] == [0] * len(TOTALS)
    if len(every) == 2:
        for relation, names in (("lines", [*LINE_AMOUNTS, "discount_amount"]), ("vat_groups", GROUP_AMOUNTS)):
            pairs = zip(getattr(original, relation).all(), getattr(last, relation).all(), strict=True)
            assert all(
                getattr(b, name) == -getattr(a, name)
                for a, b in pairs
                for name in names
                if name != "discount_amount" or not a.discount_percent
            )
        assert discount[0] or last.discount_amount == -original.discount_amount


def require_adds_up(document):
    """Sums of the lines and of the groups are those of the document, as on any invoice."""
    lines, groups = list(document.lines.all()), list(document.vat_groups.all())
    assert sum(line.net for line in lines) == sum(group.lines_net for group in groups) == document.lines_net
    assert {(line.category, line.percent) for line in lines} == {(group.category, group.percent) for group in groups}
    assert (sum(g.taxable for g in groups), sum(g.vat for g in groups)) == (document.net, document.vat)


def test_a_storno_of_2024_keeps_its_19_percent(ana):
    old = issue(make_draft(lines=[make_line(rate="s19")], issue_date=date(2024, 5, 10), due_date=None, by=ana), by=ana)
    mirror = take(old, ana)
    assert (mirror.issue_date, mirror.vat, mirror.lines.get().percent) == (bucharest_today(), -19, 19)


def test_a_storno_keeps_the_exchange_rate(ana):
    euro = {"currency": "EUR", "exchange_rate": Decimal("4.9772"), "rate_date": date(2024, 5, 9), "rate_source": "manual"}
    original = issue(make_draft(by=ana, **euro), by=ana)
    mirror = take(original, ana)
    assert (mirror.exchange_rate, mirror.rate_date, mirror.total_ron) == (Decimal("4.9772"), date(2024, 5, 9), -original.total_ron)


def test_a_changed_client_changes_nothing(original, ana):
    Partner.objects.update(name="Alt Nume SRL", street="Mutată 2", active=False)
    mirror = take(original, ana)
    assert (mirror.buyer, mirror.partner_name) == (original.buyer, "Client Bun SRL")


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        ({"lines": {"Scaun": Decimal("10.5")}}, "storno_over_original"),
        ({"lines": {"Scaun": Decimal(-1)}}, "storno_over_original"),
        ({"prices": {"Masă": Decimal(201)}}, "storno_over_original"),
        ({"lines": {}}, "storno_empty"),
    ],
)
def test_more_than_the_original_holds_is_refused(original, ana, parts, code):
    ((name, amounts),) = parts.items()
    with pytest.raises(Refused, match=code):
        take(original, ana, **{name: {key(original, line): amount for line, amount in amounts.items()}})


def test_a_line_of_another_invoice_is_refused(original, ana):
    other = issue(make_draft(by=ana), by=ana)
    with pytest.raises(Refused, match="storno_unknown_line"):
        take(original, ana, lines={other.lines.get().pk: Decimal(1)})


def test_a_draft_made_before_another_storno_is_counted_again_at_issue(original, ana):
    first, second = make_storno(original, by=ana), make_storno(original, by=ana)
    issue(first, by=ana)
    with pytest.raises(Refused, match="already_storned"):
        issue(second, by=ana)


def test_the_same_form_sent_twice_makes_one_storno(original, ana):
    token = uuid4()
    assert take(original, ana, token=token) == take(original, ana, token=token)
    assert Document.objects.filter(storno_of=original).count() == 1


def test_a_storno_is_not_storned_revised_or_edited(original, ana):
    draft = make_storno(original, by=ana)
    with pytest.raises(Refused, match="storno_not_edited"):
        save_draft(draft, [make_line()], by=ana)
    mirror = issue(draft, by=ana)
    with pytest.raises(Refused, match="storno_of_storno"):
        take(mirror, ana)
    with pytest.raises(Refused, match="storno_not_revised"):
        revise(mirror, [make_line()], by=ana, reason="x", revision=1)


def test_what_is_storned_is_neither_revised_nor_cancelled(original, ana):
    take(original, ana, lines={key(original, "Masă"): Decimal(1)})
    with pytest.raises(Refused, match="document_storned"):
        revise(original, [make_line()], by=ana, reason="x", revision=1)
    with pytest.raises(Refused, match="document_storned"):
        cancel(original, by=ana, reason="x")


def test_stornos_of_a_line_are_cancelled_from_the_last(original, ana):
    record_payment([original], amount=original.total, method="cash", on=TODAY, by=ana, token=uuid4())
    chair = key(original, "Scaun")
    first, second = (take(original, ana, lines={chair: Decimal(2)}) for _ in range(2))
    with pytest.raises(Refused, match="storno_not_last"):
        cancel(first, by=ana, reason="x")
    cancel(second, by=ana, reason="x")
    cancel(first, by=ana, reason="x")
    assert take(original, ana).total == -original.total


def test_a_storno_is_not_dated_before_its_original(original, ana):
    with pytest.raises(Refused, match="storno_before_original"):
        take(original, ana, on=TODAY - timedelta(days=1))


def test_both_histories_name_the_other(original, ana):
    mirror = take(original, ana)
    told = Event.objects.about(original).get(verb="storned").data
    made = Event.objects.about(mirror).get(verb="storno_made").data
    assert (told["label"], told["reason"], made["label"], made["date"]) == ("FCT 0002", "Retur marfă", "FCT 0001", "2026-11-20")


def test_r24_correcting_stornos_the_whole_and_leaves_a_draft(original, ana):
    mirror, draft = correct(original, by=ana, reason="Preț greșit", token=(token := uuid4()))
    assert (mirror.total, draft.status, draft.corrects, draft.total) == (-original.total, Status.DRAFT, original, original.total)
    assert correct(original, by=ana, reason="Preț greșit", token=token) == (mirror, draft)


def test_r24_a_correction_keeps_the_rates_of_its_day(ana):
    old = issue(make_draft(lines=[make_line(rate="s19")], issue_date=date(2024, 5, 10), due_date=None, by=ana), by=ana)
    _, draft = correct(old, by=ana, reason="Adresă greșită")
    assert issue(draft, by=ana).vat == 19


def test_r35_a_document_of_the_former_status_is_not_storned(original, ana, company):
    change_vat_status(company, payer=False, since=bucharest_today(), by=ana)
    with pytest.raises(Refused, match="document_of_former_vat_status"):
        take(original, ana)
    assert not Document.objects.drafts().exists()


def test_r35_an_allowed_one_is_storned_once_under_its_own_status(original, ana, company):
    change_vat_status(company, payer=False, since=bucharest_today(), by=ana)
    allow_once(original, reason="Retur", by=ana)
    mirror = take(original, ana, lines={key(original, "Masă"): Decimal(1)})
    assert (mirror.vat_payer, mirror.vat, original.status_permissions.get().used_for) == (True, -42, "storno")
    with pytest.raises(Refused, match="document_of_former_vat_status"):
        take(original, ana)


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("UPDATE invoicing_document SET status='issued', number=9, issued_at=now() WHERE id = %(draft)s", "take more than it holds"),
        ("UPDATE invoicing_document SET status='cancelled', cancelled_at=now() WHERE id = %(original)s", "cannot be cancelled"),
        ("UPDATE invoicing_document SET storno_of_id=NULL WHERE id = %(storno)s", "cannot be altered"),
        ("DELETE FROM invoicing_documentline WHERE document_id = %(original)s", "issued document is refused"),
    ],
)
def test_the_database_refuses_what_goes_round_the_actions(original, ana, sql, message):
    draft = make_storno(original, by=ana)
    mirror = issue(make_storno(original, by=ana), by=ana)
    with pytest.raises(IntegrityError, match=message), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, {"draft": draft.pk, "original": original.pk, "storno": mirror.pk})


def test_the_database_refuses_lines_that_are_not_of_the_original(original, ana):
    other, draft = issue(make_draft(by=ana), by=ana), make_storno(original, by=ana)
    DocumentLine.objects.filter(document=draft).update(storno_line=other.lines.get())
    with pytest.raises(IntegrityError, match="not of document"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE invoicing_document SET status='issued', number=9, issued_at=now() WHERE id = %s", [draft.pk])


def test_a_long_name_is_cut_where_the_document_has_room_for_less(original, ana):
    ana.full_name = "Ana-Maria " * 12
    assert len(take(original, ana).issuer_name) <= 100
