"""docs/imports.md says the columns of every kind of file."""

import re

import pytest

from imports.kinds.registry import ALL
from tests.test_layers import ROOT


@pytest.mark.parametrize("kind", ALL, ids=lambda kind: kind.key)
def test_the_page_names_every_column_with_its_words(kind):
    section = (ROOT / "docs/imports.md").read_text().split(f"\n## {kind.label}\n")[1].split("\n## ")[0]
    rows = [[cell.strip() for cell in row.split("|")[1:5]] for row in re.findall(r"^\| .*\|$", section, re.MULTILINE)[1:]]
    assert [(row[0], row[1], row[3]) for row in rows] == [
        (field.label, "obligatorie" if field.needed else "", field.words) for field in kind.fields
    ]


@pytest.mark.parametrize("kind", ALL, ids=lambda kind: kind.key)
def test_no_title_means_two_things(kind):
    """A word that two fields claim would be read by their order alone."""
    claimed = [title for field in kind.fields for title in field.titles]
    assert {title for title in claimed if claimed.count(title) > 1} == set()
