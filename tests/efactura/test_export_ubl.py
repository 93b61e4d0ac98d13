"""The command `export_ubl`."""

import pytest
from django.core.management import CommandError, call_command

from companies.scope import company_scope
from efactura.actions import document_xml
from efactura.models import EInvoiceXml
from invoicing.actions import cancel, issue
from tests import factories


@pytest.fixture
def three(scope, ana):
    """Two issued, one cancelled, and a draft."""
    found = [issue(factories.make_draft(by=ana), by=ana) for _ in range(3)]
    cancel(found[2], by=ana, reason="Greșită")
    factories.make_draft()
    return found


def test_all_are_the_issued_ones_as_they_are_stored(three, tmp_path, capsys):
    call_command("export_ubl", all=True, out=tmp_path / "xml")
    files = {path.name: path.read_bytes() for path in (tmp_path / "xml").iterdir()}
    assert files == {f"FCT-000{n}.xml": document_xml(three[n - 1]) for n in (1, 2)}
    assert (capsys.readouterr().out, EInvoiceXml.objects.count()) == (f"2 fișiere XML în {tmp_path / 'xml'}\n", 2)


def test_numbers_choose_and_a_missing_one_is_named(three, tmp_path):
    with pytest.raises(CommandError, match="Nu există: FCT 0009"):
        call_command("export_ubl", "FCT 0003", "FCT 0009", out=tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["FCT-0003.xml"]


def test_several_companies_have_a_folder_each(three, tmp_path):
    other = factories.make_company("Alta SRL", "14399840")
    with company_scope(other.pk):
        user = factories.make_user("c@exemplu.ro")
        issue(factories.make_draft(factories.make_partner(cif="RO18547290"), by=user), by=user)
    call_command("export_ubl", all=True, out=tmp_path)
    assert {str(path.relative_to(tmp_path)) for path in tmp_path.glob("*/*")} == {
        "18547290/FCT-0001.xml", "18547290/FCT-0002.xml", "14399840/FCT-0001.xml",
    }  # fmt: skip
    call_command("export_ubl", "FCT 0001", out=tmp_path / "una", company="ro 14399840")
    assert [path.name for path in (tmp_path / "una").iterdir()] == ["FCT-0001.xml"]


@pytest.mark.parametrize("options", [{}, {"all": True, "company": "RO1"}])
def test_what_makes_no_sense_is_refused(three, tmp_path, options):
    with pytest.raises(CommandError):
        call_command("export_ubl", out=tmp_path, **options)
