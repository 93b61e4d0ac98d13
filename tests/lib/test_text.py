import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.text import limit, normalise, searchable


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("  Ştefan   Ţepeş ", "Ștefan Țepeș"),
        ("a\u0306", "ă"),
        ("s\u0326", "ș"),
        ("rând\n\tnou\u00a0aici", "rând nou aici"),
        ("a\u0000b\u200bc", "abc"),
    ],
)
def test_text_is_stored_in_one_spelling(text, stored):
    assert normalise(text) == stored


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("S.C. Țărăncuța & Fiii S.R.L.", "sc tarancuta fiii srl"),
        ("ŞTEFAN Ţepeş", "stefan tepes"),
        ("Møller–Straße", "moller strasse"),
        ("FCT-0012/2026", "fct 0012 2026"),
        ("Dragă A. B. Construct", "draga ab construct"),
    ],
)
def test_text_is_searched_without_marks(text, plain):
    assert searchable(text) == plain


@given(st.text(st.characters().filter(str.isprintable)))
def test_what_is_stored_is_found_by_what_was_typed(text):
    assert searchable(normalise(text)) == searchable(text)


@given(st.text())
def test_to_tidy_twice_is_to_tidy_once(text):
    assert [normalise(normalise(text)), searchable(searchable(text))] == [normalise(text), searchable(text)]


@pytest.mark.parametrize(("text", "length", "short"), [("scurt", 5, "scurt"), ("foarte lung", 8, "foarte…"), ("", 3, "")])
def test_a_long_text_is_cut_with_an_ellipsis(text, length, short):
    assert limit(text, length) == short
