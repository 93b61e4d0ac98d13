"""The command `validate_ubl`."""

import json
from pathlib import Path

import pytest
from django.core.management import call_command

from tests.efactura.documents import invoice


@pytest.fixture
def good(tmp_path: Path) -> str:
    path = tmp_path / "bun.xml"
    path.write_bytes(invoice())
    return str(path)


@pytest.fixture
def bad(tmp_path: Path) -> str:
    path = tmp_path / "rau.xml"
    path.write_bytes(invoice(ID="FCT", LegalMonetaryTotal__PayableAmount="1.00"))
    return str(path)


def test_a_good_file_is_ok(good: str, capsys: pytest.CaptureFixture):
    call_command("validate_ubl", good)
    assert capsys.readouterr().out == f"{good} ok\n"


def test_one_bad_file_fails_the_whole(good: str, bad: str, capsys: pytest.CaptureFixture):
    with pytest.raises(SystemExit) as ended:
        call_command("validate_ubl", bad, good)
    assert ended.value.code == 1
    assert capsys.readouterr().out == f"{bad} BR-CO-16,BR-RO-010\n{good} ok\n"


def test_json_adds_code_message_and_place(bad: str, capsys: pytest.CaptureFixture):
    with pytest.raises(SystemExit):
        call_command("validate_ubl", bad, "--json")
    answer = json.loads(capsys.readouterr().out)
    assert (answer["file"], answer["ok"]) == (bad, False)
    assert answer["findings"][1] == {
        "id": "BR-RO-010",
        "shown": "BR-RO-010",
        "bt": "BT-1",
        "message": "Numărul facturii nu conține nicio cifră. Corectați seria sau numărul.",
        "field": "number",
        "path": "/Invoice/cbc:ID",
        "line": 0,
    }


def test_a_file_that_is_not_there_is_told(tmp_path: Path, capsys: pytest.CaptureFixture):
    with pytest.raises(SystemExit):
        call_command("validate_ubl", str(tmp_path / "lipsa.xml"))
    assert "lipsa.xml: fișierul nu poate fi citit" in capsys.readouterr().err
