"""Legea 70/2015: what is warned of, and since when."""

from datetime import date
from decimal import Decimal

import pytest

from cashbook.ceilings import ceiling, over_ceiling, warnings
from partners.models import Partner
from tests import factories
from tests.cashbook.conftest import operate

D5 = date(2026, 11, 5)


@pytest.mark.parametrize(
    ("day", "amount"),
    [(date(2023, 11, 10), 5000), (date(2023, 11, 11), 1000), (date(2023, 12, 14), 1000), (date(2023, 12, 15), 5000)],
)
def test_advances_had_another_ceiling_for_a_month(db, day, amount):
    assert ceiling("advance", day).amount == amount


@pytest.mark.parametrize(
    ("kind", "person", "value", "rules"),
    [
        ("payment", "legal", "5000", []),
        ("payment", "legal", "5000.01", ["from_business"]),
        ("payment", "natural", "10000", []),
        ("payment", "natural", "10000.01", ["person"]),
        ("supplier", "legal", "5000.01", ["to_business"]),
        ("supplier", "legal", "10000.01", ["to_businesses", "to_business"]),
        ("advance", "natural", "5000.01", ["advance"]),
    ],
)
def test_one_ban_over_a_ceiling_is_warned_of(scope, kind, person, value, rules):
    partner = factories.make_partner(kind=person, cif="" if person == "natural" else "RO14399840", vat_payer=False)
    whose = {"party": "Ion Pop"} if kind == "advance" else {"partner": partner}
    found = warnings(kind=kind, value=Decimal(value), currency="RON", on=D5, **whose)
    assert sorted(warning.rule for warning in found) == sorted(rules)


def test_what_was_paid_the_same_day_counts(till, ana):
    supplier = factories.make_partner(kind=Partner.Kind.LEGAL)
    operate(till, ana, "supplier", D5, "900", partner=supplier)
    found = warnings(kind="supplier", value=Decimal("4100.01"), currency="RON", on=D5, partner=supplier)
    assert "5.000,01" in found[0].text
    assert warnings(kind="supplier", value=Decimal("4100.01"), currency="RON", on=date(2026, 11, 6), partner=supplier) == []


def test_the_till_at_the_end_of_the_day(till):
    assert over_ceiling(till, D5, Decimal(50000)) == []
    assert "Depuneți 1,00\N{NO-BREAK SPACE}lei la bancă până la 09.11.2026." in over_ceiling(till, D5, Decimal(50001))[0].text
