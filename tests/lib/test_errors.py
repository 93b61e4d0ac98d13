import pytest

from lib.errors import Refused, fields_named, require


def test_a_refusal_inside_points_at_the_fields_of_the_caller():
    with pytest.raises(Refused) as refused, fields_named(since="vat_since"):
        require(False, "too_early", "Prea devreme.", "since")
    assert (refused.value.code, refused.value.message, refused.value.field) == ("too_early", "Prea devreme.", "vat_since")


def test_a_field_without_another_name_keeps_its_own():
    with pytest.raises(Refused) as refused, fields_named(since="vat_since"):
        require(False, "wrong", "Greșit.", "iban")
    assert refused.value.field == "iban"
