"""Every document of the demonstration firm would pass; bench/ubl.py says the same of thousands."""

from collections import Counter

import pytest
from django.core.management import call_command

from companies.models import Company
from companies.scope import company_scope
from efactura.check import problems_of
from invoicing.models import Document
from invoicing.types import E_INVOICES


@pytest.mark.parametrize("seed", [1, 2])
def test_every_document_of_the_demo_passes(db, seed):
    call_command("demo", documents=300, seed=seed, verbosity=0)
    with company_scope(Company.objects.get(demo=True).pk):
        documents = list(Document.objects.filter(kind__in=E_INVOICES).select_related("partner", "series"))
        found = Counter(problem.message for document in documents for problem in problems_of(document))
    assert (len(documents), found) == (300, {})


def test_every_file_that_the_demo_exports_is_valid(db, tmp_path, capsys):
    call_command("demo", documents=80, seed=3, verbosity=0)
    call_command("export_ubl", all=True, out=tmp_path)
    files = sorted(str(path) for path in tmp_path.iterdir())
    capsys.readouterr()
    call_command("validate_ubl", *files)
    assert capsys.readouterr().out.splitlines() == [f"{path} ok" for path in files]
    assert len(files) > 70
