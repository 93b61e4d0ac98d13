"""Rules of the house that a reader would otherwise have to check by eye."""

import ast
import re
from pathlib import Path

import pytest

from tests.test_layers import LAYERS, ROOT

PYTHON = [path for folder in LAYERS for path in sorted((ROOT / folder).rglob("*.py"))]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
CEDILLA = re.compile("[şţŞŢ]")
ABOUT_MONEY = re.compile(r"\b(money|totals|price|amount|vat|rate|payment|balance|discount)s?\b|\bDecimal\b")


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_only_lib_money_quantizes():
    assert [named(path) for path in PYTHON if calls(path, "quantize", "round")] == ["lib/money.py"]


def test_no_float_near_money():
    """The exception is said where it stands: XPath adds as doubles, and the official rules of e-Factura are XPath."""
    near_money = [path for path in PYTHON if ABOUT_MONEY.search(path.read_text())]
    assert [named(path) for path in near_money if calls(path, "float")] == ["efactura/ubl/node.py"]


@pytest.mark.parametrize("template", TEMPLATES, ids=named)
def test_a_template_has_no_inline_style_or_script(template):
    text = re.sub(r"{#.*?#}|{% comment %}.*?{% endcomment %}", "", template.read_text(), flags=re.DOTALL)
    inline = re.findall(r"""<style\b|\sstyle\s*=|\son[a-z]+\s*=\s*["']|<script\b(?![^>]*\bsrc\s*=)(?![^>]*application/json)""", text)
    assert inline == []


def test_romanian_is_written_with_commas_below():
    """Source: Unicode U+0219 and U+021B, not the Turkish cedillas. Two modules translate between them."""
    python = [named(path) for path in PYTHON if any(CEDILLA.search(text) for text in literals(path))]
    assert python == ["lib/text.py", "web/rehearsal/anaf.py"]
    assert [named(path) for path in TEMPLATES if CEDILLA.search(path.read_text())] == []


def test_no_page_shouts():
    """A Romanian sentence never ends in an exclamation mark."""
    assert [named(path) for path in TEMPLATES if re.search(r"[a-zăâîșț]!(?=[\s<\"])", path.read_text())] == []


def test_the_readme_starts_with_the_two_commands():
    block = re.search(r"```\w*\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    assert block is not None
    assert [line.split("#")[0].strip() for line in block[1].strip().splitlines()] == ["./run", "./check"]


@pytest.mark.parametrize("path", PYTHON, ids=named)
def test_a_module_and_its_functions_are_short(path):
    text = path.read_text()
    functions = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    long = {node.name: node.end_lineno - node.lineno for node in functions if node.end_lineno - node.lineno > 60}
    assert (text.count("\n") < 500 or "migrations" in path.parts, long) == (True, {})


def calls(path: Path, *names: str) -> list[int]:
    """The lines on which the module calls a function or method of one of the names."""
    called = [node.func for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)]
    return [func.lineno for func in called if (func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "")) in names]


def literals(path: Path) -> list[str]:
    """The strings of a module that are not docstrings."""
    tree = ast.parse(path.read_text())
    docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    constants = [node for node in ast.walk(tree) if isinstance(node, ast.Constant) and id(node) not in docstrings]
    return [node.value for node in constants if isinstance(node.value, str)]
