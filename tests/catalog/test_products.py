"""Products: the form and what it refuses, the hint of the other price, the list, roles."""

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from threading import Barrier

import pytest
from django.db import IntegrityError, connection
from django.urls import reverse

from catalog.actions import save_product
from catalog.models import Product, Unit, VatRate
from catalog.prices import other_price
from companies.models import Role, VatStatus
from companies.scope import company_scope
from lib.dates import bucharest_today
from lib.errors import Refused
from tests.factories import make_company, make_member, make_user

QUERIES = 6  # the user, the membership; the VAT rates in use, the counts of the chips, the rows; the companies of the switcher


def make_product(name="Scândură", slug="s21", **fields):
    values = {"unit": Unit.objects.get(name="buc"), "price": Decimal(100), "vat_rate": VatRate.objects.get(slug=slug)} | fields
    return Product.objects.create(name=name, **values)


def typed(**fields):
    values = {
        "kind": "goods", "name": "Scândură", "unit": Unit.objects.get(name="buc").pk, "price": "0,684512", "currency": "RON",
        "vat_rate": VatRate.objects.get(slug="s21").pk,
    }  # fmt: skip
    return values | fields


@pytest.fixture
def write(web, company):
    def send(values, product=None):
        name, keys = ("catalog:product_edit", [company.pk, product.pk]) if product else ("catalog:product_new", [company.pk])
        return web.post(reverse(name, args=keys), values)

    return send


@pytest.fixture
def show(web, company):
    def get(query=""):
        return web.get(reverse("catalog:product_list", args=[company.pk]) + query)

    return get


def errors(answer):
    return {name: list(messages) for name, messages in answer.context["form"].errors.items()}


def names(answer):
    return [row.name for row in answer.context["list"].rows]


def test_a_price_keeps_six_decimals(write):
    assert write(typed(price="1.234,684512", price_includes_vat="on", code="SC-1", barcode="594 123")).status_code == 302
    product = Product.objects.get()
    assert (product.price, product.price_includes_vat, product.barcode) == (Decimal("1234.684512"), True, "594123")


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"price": "1,2345678"}, {"price": ["Cel mult 6 zecimale."]}),
        ({"price": "-1"}, {"price": ["Scrieți cel puțin 0."]}),
        ({"price": "zece"}, {"price": ["Scrieți un număr, de exemplu 1.234,56."]}),
        ({"cpv": "1234"}, {"cpv": ["Codul CPV are 8 cifre și cifra de control, de exemplu 03111900-1."]}),
        ({"nc": "12"}, {"nc": ["Codul NC are 4, 6 sau 8 cifre."]}),
    ],
)
def test_what_is_wrong_is_said_at_its_field(write, fields, wrong):
    answer = write(typed(**fields))
    assert (answer.status_code, errors(answer), Product.objects.count()) == (422, wrong, 0)


def test_a_code_is_of_one_product(write):
    make_product(code="SC-1")
    answer = write(typed(name="Alta", code="SC-1"))
    assert errors(answer) == {"code": ["Codul SC-1 este deja al produsului „Scândură”. Alegeți altul."]}


def test_products_without_a_code_are_many(write):
    make_product()
    assert write(typed()).status_code == 302


def test_the_database_refuses_a_second_code(scope):
    make_product(code="SC-1")
    with pytest.raises(IntegrityError, match="product_code_once"):
        make_product(code="SC-1")


@pytest.mark.django_db(transaction=True)
def test_two_people_who_write_one_code_make_one_product():
    company, barrier = make_company(), Barrier(2)

    def run(name):
        try:
            with company_scope(company.pk):
                product = Product(name=name, code="X", price=1, unit=Unit.objects.first(), vat_rate=VatRate.objects.first())
                barrier.wait()
                return save_product(product).code
        except Refused as refusal:
            return refusal.code
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(run, ["a", "b"])) == ["X", "product_code_exists"]


def test_only_the_treatments_of_the_company_are_offered(web, company):
    url = reverse("catalog:product_new", args=[company.pk])
    assert {rate.slug for rate in web.get(url).context["form"].fields["vat_rate"].queryset} >= {"s21", "s11"}
    VatStatus.objects.create(since=bucharest_today(), payer=False)
    form = web.get(url).context["form"]
    assert [rate.slug for rate in form.fields["vat_rate"].queryset] == ["o-neplatitor"]
    assert form["vat_rate"].value() == VatRate.objects.get(slug="o-neplatitor").pk


def test_a_treatment_of_the_past_asks_for_the_one_of_now(web, company):
    product = make_product(slug="s19")
    form = web.get(reverse("catalog:product_edit", args=[company.pk, product.pk])).context["form"]
    assert form.fields["vat_rate"].help_text == ("„19%” nu se mai poate alege pentru firmă la această dată; alegeți tratamentul de acum.")


@pytest.mark.parametrize(
    ("price", "includes_vat", "other"),
    [("121", True, "100"), ("100", False, "121"), ("0.684512", False, "0.828260"), ("10", True, "8.264463")],
)
def test_the_other_price(price, includes_vat, other):
    assert other_price(Decimal(price), includes_vat=includes_vat, percent=Decimal(21)) == Decimal(other)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"price": "100"}, "Cu TVA 21%: 121,00 lei"),
        ({"price": "100", "price_includes_vat": "on", "currency": "EUR"}, "Fără TVA: 82,644628 EUR"),
        ({"price": "o sută"}, ""),
        ({"price": "100", "vat_rate": ""}, ""),
    ],
)
def test_the_hint_tells_the_other_price(web, company, fields, words):
    answer = web.get(reverse("catalog:price_hint", args=[company.pk]), typed(**fields)).content.decode()
    text = answer.partition(">")[2].replace("<strong>", "").replace("</strong>", "").replace("&nbsp;", " ").partition("</p>")[0]
    assert text == words


def test_a_copy_has_everything_but_the_codes(web, company):
    product = make_product(code="SC-1", barcode="594", description="rindeluită")
    form = web.get(reverse("catalog:product_new", args=[company.pk]) + f"?copie={product.pk}").context["form"]
    assert [form[name].value() for name in ("name", "description", "code", "barcode")] == ["Scândură", "rindeluită", "", ""]
    assert web.get(reverse("catalog:product_new", args=[company.pk]) + "?copie=x").status_code == 404


def test_inactive_and_active_again(web, company, show):
    product = make_product()
    url = reverse("catalog:product_state", args=[company.pk, product.pk])
    web.post(url, {"activ": "nu"})
    assert (names(show()), names(show("?stare=inactive"))) == ([], ["Scândură"])
    web.post(url, {"activ": "da"})
    assert names(show()) == ["Scândură"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["Montaj", "Scândură", "Șurub"]),
        ("?q=scandura", ["Scândură"]),
        ("?q=sc-1", ["Scândură"]),
        ("?q=594123", ["Șurub"]),
        ("?stare=servicii", ["Montaj"]),
        ("?stare=produse&ordine=-pret", ["Scândură", "Șurub"]),
    ],
)
def test_products_are_found(show, query, found):
    make_product("Șurub", kind="goods", price=Decimal(2), barcode="594123")
    make_product("Scândură", kind="goods", code="SC-1")
    make_product("Montaj", slug="s11")
    assert names(show(query)) == found


def test_the_list_is_filtered_by_a_treatment_in_use(show):
    make_product("Scândură")
    make_product("Carte", slug="s11")
    rate = VatRate.objects.get(slug="s11")
    assert names(show(f"?tva={rate.pk}")) == ["Carte"]
    assert [label for _, label in show().context["list"].choices[0].options] == ["21%", "11%"]


def test_the_queries_do_not_grow(show, django_assert_num_queries):
    make_product()
    with django_assert_num_queries(QUERIES):
        show()
    make_product("Carte", slug="s11")
    make_product("Montaj")
    with django_assert_num_queries(QUERIES):
        show()


def test_the_export_holds_what_is_filtered(web, company):
    make_product("Scândură", price=Decimal("0.684512"))
    make_product("Carte")
    answer = web.get(reverse("catalog:product_export", args=[company.pk, "csv"]) + "?q=scandura")
    head, row = b"".join(answer.streaming_content).decode("utf-8-sig").strip().splitlines()
    assert (head.split(";")[7], row.split(";")[0], row.split(";")[7]) == ("Preț", "Scândură", "0,684512")


@pytest.mark.parametrize("role", [Role.ACCOUNTANT, Role.VIEWER])
def test_who_does_not_issue_reads_only(client, company, scope, role):
    product = make_product()
    user = make_user("bogdan@exemplu.ro")
    make_member(user, company, role)
    client.force_login(user)
    assert client.get(reverse("catalog:product_list", args=[company.pk])).status_code == 200
    for name, keys in (("product_new", []), ("product_edit", [product.pk]), ("product_state", [product.pk])):
        assert client.post(reverse(f"catalog:{name}", args=[company.pk, *keys])).status_code == 403


def test_a_stranger_sees_nothing(client, company, scope):
    product = make_product()
    cristi = make_user("cristi@exemplu.ro")
    other = make_company("Alta SRL", "RO14399840")
    make_member(cristi, other)
    client.force_login(cristi)
    assert client.get(reverse("catalog:product_list", args=[company.pk])).status_code == 404
    assert client.get(reverse("catalog:product_edit", args=[other.pk, product.pk])).status_code == 404
    assert client.post(reverse("catalog:product_state", args=[other.pk, product.pk])).status_code == 404
    assert client.get(reverse("catalog:product_new", args=[other.pk]) + f"?copie={product.pk}").status_code == 404
