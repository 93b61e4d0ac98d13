"""Special price lists: which price is offered, what is refused, what the database refuses."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from threading import Barrier

import pytest
from django.db import IntegrityError, connection, transaction

from catalog.actions import deactivate_price_lists, save_price_list, set_price_list_active
from catalog.models import ExchangeRate, PriceList, PriceListClient, PriceListItem
from catalog.prices import ladders, offer
from companies.models import Event
from companies.scope import company_scope
from lib.errors import Refused
from tests.catalog.prices import LEI, make_list, make_product
from tests.factories import TODAY, make_company, make_partner

DAY = timedelta(days=1)


def offered(product, *, partner=None, quantity="1", **terms):
    found = offer(product, partner=partner and partner.pk, quantity=Decimal(quantity), terms=replace(LEI, **terms))
    price = found.price if found.price is None else f"{found.price.normalize():f}"
    return price, f"{found.discount_percent.normalize():f}", found.source


@pytest.mark.usefixtures("scope")
class TestOffers:
    def test_without_lists_the_product_s_own_price(self):
        assert offered(make_product()) == ("100", "0", "")

    def test_a_price_of_a_list(self):
        product = make_product()
        make_list(rows=[(product, "0", "80")])
        assert offered(product) == ("80", "0", "lista En gros")

    def test_a_discount_of_a_list_comes_off_the_product_s_price(self):
        product = make_product()
        make_list(rows=[(product, "0", "12.5%")])
        assert offered(product) == ("100", "12.5", "lista En gros")

    @pytest.mark.parametrize(
        ("quantity", "price", "source"),
        [
            ("0.5", "90", "lista En gros"),
            ("9.999999", "90", "lista En gros"),
            ("10", "80", "lista En gros, de la 10"),
            ("100", "70", "lista En gros, de la 100"),
            ("-10", "80", "lista En gros, de la 10"),
        ],
    )
    def test_the_quantity_decides(self, quantity, price, source):
        product = make_product()
        make_list(rows=[(product, "0", "90"), (product, "10", "80"), (product, "100", "70")])
        assert offered(product, quantity=quantity) == (price, "0", source)

    def test_below_the_first_quantity_the_list_s_discount_on_all(self):
        product = make_product()
        make_list(rows=[(product, "10", "80")], discount_percent=5)
        assert [offered(product)[:2], offered(product, quantity="10")[:2]] == [("100", "5"), ("80", "0")]

    def test_a_row_beats_the_discount_on_all_even_when_it_costs_more(self):
        product, other = make_product(), make_product("Alta")
        make_list(rows=[(product, "0", "0%")], discount_percent=5)
        assert [offered(product)[:2], offered(other)[:2]] == [("100", "0"), ("100", "5")]

    @pytest.mark.parametrize(
        ("named", "group", "price"),
        [("99", "50", "99"), (None, "95", "95"), (None, None, "40")],
        ids=["by name, though dearer", "the group, though dearer", "everybody"],
    )
    def test_a_client_s_list_before_its_group_s_before_everybody_s(self, named, group, price):
        product, client = make_product(), make_partner(group="Revânzători")
        make_list("Toți", [(product, "0", "40")])
        if group:
            make_list("Grup", [(product, "0", group)], group="Revânzători")
        if named:
            make_list("Client", [(product, "0", named)], clients=[client])
        assert offered(product, partner=client)[0] == price

    def test_a_discount_on_all_for_a_client_beats_a_row_for_everybody(self):
        product, client = make_product(), make_partner()
        make_list("Toți", [(product, "0", "40")])
        make_list("Client", clients=[client], discount_percent=3)
        assert offered(product, partner=client) == ("100", "3", "lista Client")

    def test_of_equals_the_lowest_after_discount(self):
        product = make_product()
        make_list("Preț", [(product, "0", "80")])
        make_list("Discount", [(product, "0", "21%")])
        assert offered(product) == ("100", "21", "lista Discount")

    def test_of_equal_prices_the_older_list(self):
        product = make_product()
        make_list("Veche", [(product, "0", "80")])
        make_list("Alta", [(product, "0", "20%")])
        assert offered(product)[2] == "lista Veche"

    @pytest.mark.parametrize(
        ("fields", "counts"),
        [
            ({}, True),
            ({"starts_on": TODAY, "ends_on": TODAY}, True),
            ({"starts_on": TODAY + DAY}, False),
            ({"ends_on": TODAY - DAY}, False),
            ({"currency": "EUR"}, False),
            ({"group": "Alt grup"}, False),
        ],
        ids=str,
    )
    def test_which_lists_count(self, fields, counts):
        product = make_product()
        make_list(rows=[(product, "0", "80")], **fields)
        assert offered(product, partner=make_partner())[0] == ("80" if counts else "100")

    def test_a_list_for_others_does_not_count(self):
        product, client, other = make_product(), make_partner(), make_partner("Alt client", cif="RO27193515")
        make_list(rows=[(product, "0", "80")], clients=[client])
        assert [offered(product, partner=who)[0] for who in (client, other, None)] == ["80", "100", "100"]

    def test_two_clients_without_a_group_are_no_group(self):
        product = make_product()
        make_list(rows=[(product, "0", "80")], group="Revânzători")
        assert [offered(product, partner=make_partner(cif=cif, group=group))[0] for cif, group in (("1", ""), ("2", "Revânzători"))] == [
            "100", "80"
        ]  # fmt: skip

    def test_an_inactive_list_does_not_count(self):
        product = make_product()
        set_price_list_active(make_list(rows=[(product, "0", "80")]), active=False, by=None)
        assert offered(product) == ("100", "0", "")

    @pytest.mark.parametrize(
        ("fields", "terms", "price"),
        [
            ({}, {"with_vat": True}, "96.8"),
            ({"price_includes_vat": True}, {}, "66.115702"),
            ({"price_includes_vat": True}, {"with_vat": True}, "80"),
            ({"currency": "EUR"}, {"currency": "EUR", "rate": Decimal(5)}, "80"),
        ],
        ids=["VAT added", "VAT taken out", "with VAT in both", "in euro"],
    )
    def test_a_price_comes_in_the_terms_of_the_document(self, fields, terms, price):
        product = make_product()
        make_list(rows=[(product, "0", "80")], **fields)
        assert offered(product, **terms)[0] == price

    def test_a_discount_in_euro_comes_off_the_converted_price(self):
        ExchangeRate.objects.create(date=TODAY - DAY, currency="EUR", rate=Decimal(5))
        product = make_product()
        make_list(rows=[(product, "0", "10%")], currency="EUR")
        assert offered(product, currency="EUR", rate=Decimal(5)) == ("20", "10", "lista En gros")

    def test_a_product_without_a_rate_keeps_the_price_of_a_list(self):
        product = make_product(currency="USD")
        make_list("Discount", [(product, "0", "10%")])
        assert offered(product) == (None, "10", "lista Discount")
        make_list("Preț", [(product, "0", "400")])
        assert offered(product) == ("400", "0", "lista Preț")

    def test_a_ladder_has_a_step_for_each_change(self):
        product = make_product()
        make_list("A", [(product, "0", "90"), (product, "10", "80")])
        make_list("B", [(product, "5", "95"), (product, "20", "75")])
        steps = ladders([product], partner=None, terms=LEI)[product.pk]
        assert [(step.from_quantity, step.price) for step in steps] == [(0, 90), (10, 80), (20, 75)]

    def test_prices_of_many_products_take_one_query(self, django_assert_num_queries):
        products = [make_product(f"Produs {number}") for number in range(20)]
        client = make_partner()
        for number in range(5):
            make_list(f"Lista {number}", [(product, "0", "80") for product in products], clients=[client], discount_percent=number)
        with django_assert_num_queries(1):
            assert len(ladders(products, partner=client.pk, terms=LEI)) == 20

    def test_a_list_of_another_company_does_not_count(self):
        product = make_product()
        with company_scope(make_company("Alta SRL", "14399840").pk):
            make_list(rows=[(make_product(), "0", "1")], discount_percent=99)
        assert offered(product) == ("100", "0", "")


@pytest.mark.usefixtures("scope")
class TestRefusals:
    @pytest.mark.parametrize(
        ("fields", "code"),
        [
            ({"starts_on": TODAY, "ends_on": TODAY - DAY}, "price_list_ends_before_start"),
            ({"audience": "clients"}, "price_list_without_clients"),
            ({"audience": "group"}, "price_list_without_group"),
            ({"discount_percent": 0}, "price_list_empty"),
        ],
        ids=lambda value: value if isinstance(value, str) else "",
    )
    def test_a_list_has_to_make_sense(self, fields, code):
        with pytest.raises(Refused, match=code):
            make_list(**({"discount_percent": 5} | fields))
        assert PriceList.objects.count() == 0

    def test_a_quantity_has_one_price(self):
        product = make_product()
        with pytest.raises(Refused, match="price_list_row_twice"):
            make_list(rows=[(product, "10", "80"), (product, "10.000000", "70")])

    def test_a_name_is_of_one_list(self):
        make_list(discount_percent=5)
        with pytest.raises(Refused, match="price_list_name_exists"):
            make_list(discount_percent=6)

    def test_a_saved_list_stays_inactive_and_its_rows_take_the_place_of_the_former(self):
        product, client = make_product(), make_partner()
        price_list = make_list(rows=[(product, "0", "80")], clients=[client])
        set_price_list_active(price_list, active=False, by=None)
        price_list.audience = "all"
        save_price_list(price_list, items=[PriceListItem(product=product, price=70)], clients=[client], by=None)
        price_list.refresh_from_db()
        assert (price_list.active, [item.price for item in price_list.items.all()], price_list.clients.count()) == (False, [70], 0)

    def test_the_history_says_who_and_what(self, ana):
        price_list = make_list(discount_percent=5)
        for active in (False, False, True):
            set_price_list_active(price_list, active=active, by=ana)
        verbs = Event.objects.about(price_list).values_list("verb", "by__email")
        assert list(verbs) == [
            ("price_list_activated", "ana@exemplu.ro"), ("price_list_deactivated", "ana@exemplu.ro"), ("price_list_created", None)
        ]  # fmt: skip


@pytest.mark.usefixtures("scope")
class TestStatus:
    def test_r34_price_lists_become_inactive_and_can_be_active_again(self, ana):
        product = make_product()
        first, second = make_list("B", [(product, "0", "80")]), make_list("A", discount_percent=5)
        by_hand = set_price_list_active(make_list("C", discount_percent=5), active=False, by=ana)
        assert deactivate_price_lists(reason=PriceList.Reason.VAT_STATUS, by=ana) == ["A", "B"]
        reasons = dict(PriceList.objects.values_list("pk", "reason"))
        assert (reasons, offered(product)[0]) == ({first.pk: "vat_status", second.pk: "vat_status", by_hand.pk: "person"}, "100")
        set_price_list_active(first, active=True, by=ana)
        assert offered(product)[0] == "80"

    def test_r34_price_lists_of_others_stay_active(self):
        with company_scope(make_company("Alta SRL", "14399840").pk):
            theirs = make_list(discount_percent=5)
        assert deactivate_price_lists(reason=PriceList.Reason.VAT_STATUS, by=None) == []
        with company_scope(theirs.company_id):
            assert PriceList.objects.get().active


@pytest.mark.usefixtures("scope")
class TestDatabase:
    @pytest.mark.parametrize(
        ("change", "constraint"),
        [
            ({"active": False}, "price_list_says_why_inactive"),
            ({"discount_percent": 101}, "price_list_discount_in_range"),
            ({"starts_on": TODAY, "ends_on": TODAY - DAY}, "price_list_ends_after_start"),
            ({"audience": "group"}, "price_list_group"),
        ],
        ids=lambda value: value if isinstance(value, str) else "",
    )
    def test_of_a_list(self, change, constraint):
        make_list(discount_percent=5)
        with pytest.raises(IntegrityError, match=constraint):
            PriceList.objects.update(**change)

    @pytest.mark.parametrize(
        ("fields", "constraint"),
        [
            ({"price": 80}, "price_list_item_once"),
            ({"from_quantity": 1, "price": 80, "discount_percent": 5}, "price_list_item_price_or_discount"),
            ({"from_quantity": 1, "price": -1}, "price_list_item_in_range"),
            ({"from_quantity": 1, "discount_percent": 101}, "price_list_item_in_range"),
            ({"from_quantity": -1, "price": 1}, "price_list_item_in_range"),
        ],
    )
    def test_of_a_row(self, fields, constraint):
        product = make_product()
        price_list = make_list(rows=[(product, "0", "80")])
        with pytest.raises(IntegrityError, match=constraint):
            PriceListItem.objects.create(price_list=price_list, product=product, **fields)

    def test_a_client_stands_once_in_a_list(self):
        client = make_partner()
        price_list = make_list(clients=[client], discount_percent=5)
        with pytest.raises(IntegrityError, match="price_list_client_once"):
            PriceListClient.objects.create(price_list=price_list, partner=client)

    def test_a_product_of_another_company_is_refused(self):
        price_list = make_list(discount_percent=5)
        with company_scope(make_company("Alta SRL", "14399840").pk):
            foreign = make_product()
        with pytest.raises(IntegrityError, match="same_company"), transaction.atomic():
            PriceListItem.objects.create(price_list=price_list, product_id=foreign.pk, price=1)
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


@pytest.mark.django_db(transaction=True)
def test_two_people_who_write_one_list_leave_the_rows_of_one_of_them():
    company, barrier = make_company(), Barrier(2)
    with company_scope(company.pk):
        product = make_product()
        price_list = make_list(rows=[(product, "0", "90")])

    def run(price):
        try:
            with company_scope(company.pk):
                found = PriceList.objects.get(pk=price_list.pk)
                barrier.wait()
                save_price_list(found, items=[PriceListItem(product=product, price=price)], clients=[], by=None)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(run, [70, 80]))
    with company_scope(company.pk):
        assert [item.price in (70, 80) for item in PriceListItem.objects.all()] == [True]
