"""The pages of storno: taking an invoice back, correcting it in one step (R24), using the credit that is left."""

from decimal import Decimal
from uuid import uuid4

import pytest

from companies.models import Role
from invoicing.actions import issue, record_payment, storno
from invoicing.advances import left_of, settlement_lines
from invoicing.models import Document
from invoicing.print import document_html, saved
from tests import factories
from tests.factories import TODAY, make_draft, make_line

pytestmark = pytest.mark.usefixtures("scope")


@pytest.fixture
def original(ana):
    return issue(make_draft(lines=[make_line(quantity="10")], by=ana), by=ana)


@pytest.fixture
def page(client, company, ana):
    client.force_login(ana)

    def ask(document, name="", **data):
        address = f"/{company.pk}/facturi/{document.pk}/{name}"
        return client.post(address, {"reason": "Retur", "on": "22.11.2026", "token": str(uuid4())} | data) if data else client.get(address)

    return ask


def take(original, ana):
    return storno(original, by=ana, reason="Retur")


def test_the_whole_is_stornoed_from_the_page(page, original):
    key = original.lines.get().pk
    assert "din 10 buc" in page(original, "storneaza/").content.decode()
    answer = page(original, "storneaza/", **{f"q{key}": "10"})
    mirror = Document.objects.get(storno_of=original)
    assert (answer.status_code, answer["Location"].endswith(f"/facturi/{mirror.pk}/"), mirror.total) == (302, True, -1210)


def test_a_quantity_or_a_price_is_stornoed_from_the_page(page, original):
    key = original.lines.get().pk
    page(original, "storneaza/", **{f"q{key}": "2,5"})
    page(original, "storneaza/", **{f"q{key}": "", f"p{key}": "10"})
    assert [row.total for row in Document.objects.filter(storno_of=original).order_by("pk")] == [Decimal("-302.50"), Decimal("-90.75")]


def test_too_much_is_shown_in_the_form(page, original):
    answer = page(original, "storneaza/", **{f"q{original.lines.get().pk}": "11"})
    assert (answer.status_code, "au rămas 10 buc" in answer.content.decode()) == (422, True)


def test_r24_correct_opens_the_corrected_copy_in_the_editor(page, original):
    answer = page(original, "corecteaza/", reason="Preț greșit")
    draft = Document.objects.get(corrects=original)
    assert answer["Location"].endswith(f"/facturi/{draft.pk}/modifica/")
    assert "Corectează factura FCT 0001 din 20.11.2026" in page(draft).content.decode()


def test_r24_correct_stands_before_change_and_the_editor_recommends_it(page, original, company):
    html = page(original).content.decode()
    assert html.index("Corectează (storno și copie)") < html.rindex("</svg>Modifică")
    assert f"/{company.pk}/facturi/{original.pk}/corecteaza/" in page(original, "modifica/").content.decode()


def test_both_pages_name_and_link_the_other(page, original, ana, company):
    mirror = take(original, ana)
    there, back = page(original).content.decode(), page(mirror).content.decode()
    assert f'href="/{company.pk}/facturi/{mirror.pk}/"' in there
    assert "a stornat factura prin FCT\N{NO-BREAK SPACE}0002" in there
    assert f'href="/{company.pk}/facturi/{original.pk}/"' in back
    assert "Stornată" in there


def test_a_storno_is_not_edited(page, original, ana):
    mirror = take(original, ana)
    assert page(mirror, "modifica/").status_code == 302
    assert "modifica/" not in page(mirror).content.decode()


def test_a_storned_invoice_is_not_opened_for_change(page, original, ana):
    take(original, ana)
    assert "Folosiți Corectează" in page(original, "modifica/").content.decode()


@pytest.mark.parametrize(
    ("language", "title", "mention"),
    [
        ("ro", "Factură storno", "Storno la factura FCT 0001 din 20.11.2026"),
        ("en", "Credit invoice", "Credit for invoice FCT 0001 of 20.11.2026"),
        ("ro-en", "Factură storno", "Credit for invoice FCT 0001 of 20.11.2026"),
    ],
)
def test_the_printed_form_names_the_original(ana, language, title, mention):
    mirror = take(issue(make_draft(language=language, by=ana), by=ana), ana)
    html = document_html(saved(Document.objects.get(pk=mirror.pk)))
    assert (title in html, mention in html, "Total de plată" in html) == (True, True, False)


def test_a_credit_is_used_on_the_next_invoice(page, original, ana):
    record_payment([original], amount=original.total, method="cash", on=TODAY, by=ana, token=uuid4())
    following = issue(make_draft(original.partner, by=ana), by=ana)
    mirror = take(original, ana)
    html = page(mirror).content.decode()
    assert "De restituit sau de folosit" in html
    assert following.label in page(mirror, "compenseaza/").content.decode()
    page(mirror, "compenseaza/", invoice=str(following.pk), amount="121")
    assert [row.balance for row in Document.objects.order_by("pk")] == [0, 0, Decimal("-1089.00")]


def test_the_list_marks_what_was_storned(client, page, company, original, ana):
    part = issue(make_draft(original.partner, lines=[make_line(quantity="2")], by=ana), by=ana)
    take(original, ana)
    storno(part, lines={part.lines.get().pk: Decimal(1)}, by=ana, reason="Retur")
    html = client.get(f"/{company.pk}/facturi/").content.decode()
    assert (html.count("Stornată parțial"), html.count("</svg>Stornată</span>"), html.count("</svg>Stornare</span>")) == (1, 1, 2)


@pytest.mark.parametrize(("role", "takes", "settles"), [(Role.ISSUER, 200, 200), (Role.ACCOUNTANT, 403, 200), (Role.VIEWER, 403, 403)])
def test_who_may_storno_and_who_may_settle(client, company, original, ana, role, takes, settles):
    record_payment([original], amount=Decimal(605), method="cash", on=TODAY, by=ana, token=uuid4())
    client.force_login(factories.make_member(factories.make_user(f"{role}@exemplu.ro"), company, role).user)
    address = f"/{company.pk}/facturi/{original.pk}/"
    assert [client.get(address + name).status_code for name in ("storneaza/", "corecteaza/")] == [takes, takes]
    other, mirror = issue(make_draft(original.partner, by=ana), by=ana), take(original, ana)
    assert other.balance
    assert client.get(f"/{company.pk}/facturi/{mirror.pk}/compenseaza/").status_code == settles


def test_the_correction_of_a_final_invoice_opens_with_its_advances(page, ana):
    first = issue(make_draft(lines=[make_line("Avans")], invoice_type="advance"), by=ana)
    taken = settlement_lines(left_of([first])[0], None, Document(partner=first.partner))
    final = issue(make_draft(first.partner, [make_line(price="1000"), *taken]), by=ana)
    assert "Avansurile regularizate pe factură trec și pe copie" in page(final, "corecteaza/").content.decode()
    answer = page(final, "corecteaza/", reason="Denumire")
    draft = Document.objects.get(corrects=final)
    assert answer["Location"].endswith(f"/facturi/{draft.pk}/modifica/")
    assert (draft.total, draft.settled) == (final.total, Decimal(121))
    assert f'value="{first.pk}" checked' in page(draft, "modifica/").content.decode()
