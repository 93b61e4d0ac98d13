from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.template import Context, Template
from django.test import RequestFactory

from web.templatetags.facturier import STATES

NBSP = "\N{NO-BREAK SPACE}"


def drawn(source, path="/", **context):
    request = RequestFactory().get(path)
    request.company = SimpleNamespace(pk=7)
    return Template(source).render(Context({"request": request} | context))


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("{{ x|ron }}", "1.234,50"),
        ("{{ x|qty }}", "1.234,5"),
        ("{{ x|price }}", "1.234,50"),
        ("{{ x|percent }}", "1.234,5%"),
        ('{{ 20|plural:"factură,facturi" }}', "20 de facturi"),
        ('{{ x|amount:"EUR" }}', f'1.234,50<span class="currency">{NBSP}EUR</span>'),
        ("{{ x|amount }}", f'1.234,50<span class="currency">{NBSP}lei</span>'),
        ("{{ nothing|amount }}", ""),
    ],
)
def test_filters_of_numbers(source, shown):
    assert drawn(source, x=Decimal("1234.5"), nothing=None) == shown


def test_a_currency_is_escaped():
    assert "<b>" not in drawn("{{ x|amount:currency }}", x=Decimal(1), currency="<b>")


def test_query_set_changes_one_parameter_and_keeps_the_rest():
    assert drawn('{% query_set stare="platite" dupa=None %}', "/?q=ana&stare=ciorne&dupa=9") == "?q=ana&amp;stare=platite"


def test_a_company_address_is_filled_in():
    assert (
        drawn('{% curl "companies:user_role" 3 %}|{% curl "companies:user_role" pk=3 %}')
        == "/7/firma/utilizatori/3/rol/|/7/firma/utilizatori/3/rol/"
    )


@pytest.mark.parametrize("state", STATES)
def test_every_state_has_a_word_and_a_drawing_of_the_sprite(state, settings):
    tag = drawn("{% state_tag state %}", state=state)
    name = tag.partition("icons.svg#")[2].partition('"')[0]
    assert STATES[state][0] in tag
    assert f'<symbol id="{name}"' in (settings.BASE_DIR / "static" / "icons.svg").read_text()


def test_a_state_may_be_told_in_other_words():
    assert "Achitată" in drawn('{% state_tag "paid" "Achitată" %}')
