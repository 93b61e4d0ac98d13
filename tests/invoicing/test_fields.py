"""Fields in a text that a person wrote: filled in once, never executed, and wrong ones named where they stand."""

import pytest

from lib.fields import fill, problems

KNOWN = ("numar", "total", "scadenta")


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("{{numar}} și {{ total }}", "FCT 1 și 121,00 lei"),
        ("Total {{total}}[[, până la {{scadenta}}]].", "Total 121,00 lei."),
        ("[[Nr. {{numar}}]]", "Nr. FCT 1"),
        ("{{altceva}} {% now %} {numar} {{numar.__class__}}", "{{altceva}} {% now %} {numar} {{numar.__class__}}"),
    ],
)
def test_known_fields_are_filled_in_and_nothing_else_happens(text, filled):
    assert fill(text, {"numar": "FCT 1", "total": "121,00 lei", "scadenta": ""}) == filled


def test_a_value_is_never_read_again():
    assert fill("{{numar}}", {"numar": "{{total}} [[x]]", "total": "121"}) == "{{total}} [[x]]"


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("{{numar}} [[{{total}}]]", []),
        ("Bună\n{{numr}}", ["Rândul 2: câmpul {{numr}} nu există. Ați vrut {{numar}}?"]),
        ("{{xyz}}", ["Rândul 1: câmpul {{xyz}} nu există. Alegeți unul din listă."]),
        ("{{numar", ["Rândul 1: „{{” nu are pereche."]),
        ("[[a\nb", ["Rândul 1: „[[” nu are pereche."]),
    ],
)
def test_what_is_wrong_is_said_at_its_place(text, sentences):
    assert [problem.sentence for problem in problems(text, KNOWN)] == sentences
