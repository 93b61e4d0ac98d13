"""The pages of special price lists: the list, the form with its grids, with scripts and without."""

from decimal import Decimal

import pytest
from django.urls import reverse

from catalog.actions import deactivate_price_lists
from catalog.models import PriceList, PriceListItem
from companies.models import Event, Role
from companies.scope import company_scope
from tests.catalog.prices import make_list, make_product
from tests.factories import make_company, make_member, make_partner, make_user

LIST_QUERIES = 5  # the user, the membership; the counts of the chips, the rows; the companies of the switcher


def address(company, name, *keys):
    return reverse(f"catalog:{name}", args=[company.pk, *keys])


def typed(held=(), clients=(), **fields):
    """The form as a browser sends it."""
    values = {"name": "En gros", "currency": "RON", "audience": "all", "discount_percent": ""} | fields
    grids = {"r": (("text", "from_quantity", "price", "discount_percent"), held), "c": (("text",), [(text,) for text in clients])}
    for prefix, (names, rows) in grids.items():
        values |= {f"{prefix}-TOTAL_FORMS": len(rows) + 1, f"{prefix}-INITIAL_FORMS": 0}
        for number, row in enumerate(rows):
            values |= {f"{prefix}-{number}-{name}": text for name, text in zip(names, row, strict=False)}
    return values


@pytest.fixture
def write(web, company):
    def send(*args, price_list=None, **fields):
        name, keys = ("price_list_edit", [price_list.pk]) if price_list else ("price_list_new", [])
        return web.post(address(company, name, *keys), typed(*args, **fields))

    return send


def errors(answer):
    context = answer.context
    parts = [context["form"].errors, *context["items"].errors, *context["clients"].errors]
    return [(name, message) for part in parts for name, messages in part.items() for message in messages]


def test_a_list_is_written_with_its_prices(write):
    product = make_product(code="SC-1")
    assert write([("Scândură · SC-1", "", "1.234,5678"), ("SC-1", "10", "", "7,5"), ("", "", "")], starts_on="1.11.2026").status_code == 302
    rows = PriceListItem.objects.values_list("product", "from_quantity", "price", "discount_percent").order_by("from_quantity")
    assert list(rows) == [(product.pk, 0, Decimal("1234.5678"), 0), (product.pk, 10, None, Decimal("7.5"))]
    assert str(PriceList.objects.get().starts_on) == "2026-11-01"


@pytest.mark.parametrize("text", ["Scândură", "SC-1", "5941234567899", "Scândură · SC-1"])
def test_a_product_is_named_by_what_is_at_hand(write, text):
    make_product(code="SC-1", barcode="5941234567899")
    assert write([(text, "", "80")]).status_code == 302


@pytest.mark.parametrize("text", ["Client Bun SRL", "14399840", "ro 14399840", "Client Bun SRL · RO14399840"])
def test_a_client_is_named_by_what_is_at_hand(write, text):
    client = make_partner()
    assert write(clients=[text], audience="clients", discount_percent="5").status_code == 302
    assert PriceList.objects.get().clients.get().partner == client


@pytest.mark.parametrize(
    ("rows", "fields", "wrong"),
    [
        ([("Ciment", "", "80")], {}, [("text", "Nu am găsit „Ciment”. Alegeți din listă, sau scrieți codul.")]),
        ([("Scândură", "", "80")], {}, [("text", "Sunt mai multe cu numele „Scândură”. Alegeți din listă, sau scrieți codul.")]),
        ([("Grindă", "", "")], {}, [("price", "Scrieți prețul sau discountul.")]),
        ([("Grindă", "", "80", "5")], {}, [("discount_percent", "Ori preț, ori discount: păstrați unul.")]),
        ([("", "", "80")], {}, [("text", "Alegeți produsul.")]),
        ([("Grindă", "", "zece")], {}, [("price", "Scrieți un număr, de exemplu 1.234,56.")]),
        ([("Grindă", "", "80"), ("Grindă", "0", "70")], {}, [("__all__", "Grindă are două prețuri de la cantitatea 0. Păstrați unul.")]),
        ([], {"discount_percent": "101"}, [("discount_percent", "Scrieți cel mult 100.")]),
        ([], {}, [("discount_percent", "Scrieți prețul cel puțin al unui produs, sau un discount la toate.")]),
        ([], {"audience": "group", "discount_percent": "5"}, [("group", "Scrieți grupul clienților, așa cum este scris la fiecare client.")]),
        ([], {"audience": "clients", "discount_percent": "5"},
         [("audience", "Alegeți cel puțin un client, sau faceți lista pentru toți clienții.")]),
        ([("Grindă", "", "80")], {"starts_on": "2.11.2026", "ends_on": "1.11.2026"},
         [("ends_on", "Lista începe la 02.11.2026: ultima ei zi nu poate fi mai devreme.")]),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_at_its_place_and_nothing_is_written(write, rows, fields, wrong):
    for name in ("Scândură", "Scândură", "Grindă"):
        make_product(name)
    answer = write(rows, **fields)
    assert (answer.status_code, errors(answer), PriceList.objects.count()) == (422, wrong, 0)


def test_two_products_of_one_name_are_told_apart_by_the_row_that_was_shown(web, write, company):
    first, _ = make_product(), make_product()
    price_list = make_list(rows=[(first, "0", "80")])
    page = web.get(address(company, "price_list_edit", price_list.pk))
    row = page.context["items"].initial[0]
    assert write([(row["text"], "", "75")], price_list=price_list, **{"r-0-key": row["key"]}).status_code == 302
    assert PriceListItem.objects.get().product == first


def test_a_product_of_another_company_is_not_found(write, company):
    with company_scope(make_company("Alta SRL", "14399840").pk):
        foreign = make_product("Secret")
    assert errors(write([("Secret", "", "80")], **{"r-0-key": foreign.pk}))[0][0] == "text"


@pytest.mark.parametrize(
    ("button", "left"), [({"rows": "r"}, ["Scândură", "Grindă"]), ({"remove": "r-0"}, ["Grindă"])], ids=["more rows", "without a row"]
)
def test_rows_come_and_go_without_scripts_and_nothing_is_written(write, button, left):
    answer = write([("Scândură", "", "zece"), ("Grindă", "2", "70")], price_includes_vat="on", **button)
    rows = [row["text"].value() for row in answer.context["items"]]
    assert (answer.status_code, rows, errors(answer)) == (200, [*left, None, None, None], [])
    assert (answer.context["form"]["price_includes_vat"].value(), PriceList.objects.count()) == (True, 0)


def test_a_copy_begins_with_the_same_rows_and_writes_nothing(web, company):
    price_list = make_list(rows=[(make_product(), "10", "80")], clients=[make_partner()], discount_percent=5)
    page = web.get(address(company, "price_list_new") + f"?copie={price_list.pk}")
    shown = [row["price"].value() for row in page.context["items"] if row["text"].value()]
    assert (page.context["form"]["name"].value(), shown, PriceList.objects.count()) == ("En gros (copie)", ["80,00"], 1)
    assert "Client Bun SRL · RO14399840" in page.content.decode()


def test_a_list_is_made_inactive_and_active_again(web, company):
    price_list = make_list(discount_percent=5)
    for word, active in (("nu", False), ("da", True)):
        web.post(address(company, "price_list_state", price_list.pk), {"activa": word})
        assert PriceList.objects.get().active is active


def test_r34_price_lists_that_the_status_stopped_say_so(web, company):
    price_list = make_list(discount_percent=5)
    deactivate_price_lists(reason=PriceList.Reason.VAT_STATUS, by=None)
    shown = [web.get(address(company, *page)).content.decode() for page in (["price_list_list"], ["price_list_edit", price_list.pk])]
    assert ["s-a schimbat statutul de TVA al firmei" in page for page in shown] == [True, True]


def test_the_history_stands_on_the_page(web, write, company):
    assert write(discount_percent="5").status_code == 302
    page = web.get(address(company, "price_list_edit", PriceList.objects.get().pk)).content.decode()
    assert ("Adăugată: 0 prețuri." in page, Event.objects.get(verb="price_list_created").by.email) == (True, "ana@exemplu.ro")


@pytest.mark.parametrize(
    ("box", "text", "found"), [("produse", "scand", "Scândură · SC-1"), ("clienti", "1439", "Client Bun SRL · RO14399840")]
)
def test_boxes_suggest(web, company, box, text, found):
    make_product(code="SC-1"), make_partner()
    answer = web.get(address(company, "price_list_options", box), {"r-0-text": text}).content.decode()
    assert answer.strip() == f'<option value="{found}"></option>'
    assert web.get(address(company, "price_list_options", box)).content.strip() == b""


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_for_one_and_for_three(web, company, count, django_assert_num_queries):
    product = make_product()
    for number in range(count):
        make_list(f"Lista {number}", [(product, "0", "80"), (product, "10", "70")], clients=[make_partner(cif=str(number))])
    with django_assert_num_queries(LIST_QUERIES):
        page = web.get(address(company, "price_list_list"))
    assert [(row.products, row.named) for row in page.context["list"].rows] == [(1, 1)] * count


@pytest.mark.parametrize("count", [1, 30])
def test_saving_costs_the_same_for_one_row_and_for_thirty(write, count, django_assert_max_num_queries):
    for number in range(count):
        make_product(f"Produs {number}")
    with django_assert_max_num_queries(18):
        assert write([(f"Produs {number}", "", "80") for number in range(count)]).status_code == 302


@pytest.mark.parametrize(("role", "statuses"), [(Role.ISSUER, (200, 200)), (Role.ACCOUNTANT, (200, 403)), (Role.VIEWER, (200, 403))])
def test_everyone_reads_and_those_who_issue_write(client, company, scope, role, statuses):
    client.force_login(make_member(make_user("om@exemplu.ro"), company, role).user)
    make_list(discount_percent=5)
    pages = [client.get(address(company, name)) for name in ("price_list_list", "price_list_new")]
    assert (tuple(page.status_code for page in pages), b"row-post" in pages[0].content) == (statuses, statuses[1] == 200)


def test_a_client_keeps_its_group(web, company):
    client = make_partner(group="Revânzători")
    assert b"Rev\xc3\xa2nz\xc4\x83tori" in web.get(reverse("partners:partner_edit", args=[company.pk, client.pk])).content
