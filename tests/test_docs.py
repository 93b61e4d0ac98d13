"""What the code offers, docs/ names: settings of the environment, commands, refusal codes."""

import ast
import re
from pathlib import Path

import pytest

from ops import refusals

ROOT = Path(__file__).resolve().parent.parent
READERS = {"env", "required", "get", "getenv", "bool", "int", "list", "db_url", "email_url"}
NAME = re.compile(r"[A-Z][A-Z0-9_]{2,}")


def test_every_setting_of_the_environment_is_in_operations():
    documented = set(re.findall(r"`([A-Z][A-Z0-9_]+)`", read("docs/operations.md")))
    assert sorted(settings_read() - documented) == []


def test_operations_names_no_setting_that_is_not_read():
    table = set(re.findall(r"^\| `([A-Z][A-Z0-9_]+)` \|", read("docs/operations.md"), re.MULTILINE))
    assert sorted(table - settings_read()) == []


@pytest.mark.parametrize("command", sorted(path.stem for path in ROOT.glob("*/management/commands/[!_]*.py")))
def test_every_command_is_in_the_docs(command):
    text = "\n".join(path.read_text() for path in (ROOT / "docs").rglob("*.md"))
    assert f"manage.py {command}" in text


def test_the_table_of_refusals_is_the_one_of_the_code():
    """When it fails: `python -m ops.refusals`."""
    assert sorted(set(refusals.page().splitlines()) ^ set(read("docs/refusals.md").splitlines())) == []


def test_a_refusal_is_found_with_its_sentence(tmp_path, monkeypatch):
    monkeypatch.setattr(refusals, "ROOT", tmp_path)
    (tmp_path / "module.py").write_text(
        'LONG = "Firma {cif} este " "deja aici."\n'
        'require(x, "empty", f"Lipsesc {n} linii.")\n'
        'def act():\n    """Refuses: start_too_early, empty."""\n'
        '    require(x, f"{what}_too_early", "Prea devreme.")\n'
        'raise Refused("one" if y else "two", LONG.format(cif=cif), "cif")\n'
    )
    assert sorted(refusals.refusals_of(tmp_path / "module.py")) == [
        refusals.Refusal("empty", "Lipsesc … linii.", "module.py"),
        refusals.Refusal("one", "Firma … este deja aici.", "module.py"),
        refusals.Refusal("start_too_early", "Prea devreme.", "module.py"),
        refusals.Refusal("two", "Firma … este deja aici.", "module.py"),
    ]


def settings_read() -> set[str]:
    """The names of environment variables that config/ and ops/ ask for."""
    found = set()
    for path in [*ROOT.glob("config/*.py"), *ROOT.glob("ops/*.py")]:
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.Call) or not node.args or not isinstance(node.args[0], ast.Constant):
                continue
            function = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if function in READERS and isinstance(node.args[0].value, str) and NAME.fullmatch(node.args[0].value):
                found.add(node.args[0].value)
    return found - {"DJANGO_SETTINGS_MODULE"}


def read(name: str) -> str:
    return (ROOT / name).read_text()
