"""The examples with their manifest, on machines where ../shared is there."""

import json
from pathlib import Path

import pytest

from efactura.ubl import validate

EXAMPLES = Path(__file__).parents[3] / "shared" / "efactura" / "artefacts" / "examples"
MANIFEST = json.loads((EXAMPLES / "manifest.json").read_text(encoding="utf-8")) if EXAMPLES.exists() else {}


@pytest.mark.parametrize("name", MANIFEST)
def test_an_example_breaks_what_the_manifest_says(name: str):
    found = validate((EXAMPLES / name).read_bytes())
    assert sorted({finding.id for finding in found}) == sorted(MANIFEST[name]["fatal_rules"])
