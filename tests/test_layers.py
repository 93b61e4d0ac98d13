"""Each folder imports only from itself and from the folders above it in this list."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LAYERS = [
    "lib",
    "accounts",
    "companies",
    "subscriptions",
    "partners",
    "catalog",
    "invoicing",
    "cashbook",
    "purchases",
    "bank",
    "efactura",
    "fiscal",
    "shops",
    "imports",
    "reports",
    "api",
    "web",
    "config",
]
BESIDE = {"ops", "bench", "tests"}  # may import everything; nothing imports them


def test_no_folder_imports_from_one_below_it():
    wrong = [
        f"{path.relative_to(ROOT)}:{line} imports {module}"
        for place, folder in enumerate(LAYERS)
        for path in (ROOT / folder).rglob("*.py")
        for line, module in imports(path)
        if module.split(".")[0] in BESIDE | set(LAYERS[place + 1 :])
    ]
    assert wrong == []


def test_every_folder_of_code_has_its_place():
    folders = {path.parent.name for path in ROOT.glob("*/*.py") if not path.parent.name.startswith(".")}
    assert folders - set(LAYERS) == BESIDE


def test_an_import_inside_a_function_is_seen(tmp_path):
    module = tmp_path / "module.py"
    module.write_text("def f():\n    from web.views import home\n    import reports.vat\n")
    assert list(imports(module)) == [(2, "web.views"), (3, "reports.vat")]


def imports(path: Path) -> Iterator[tuple[int, str]]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.lineno, node.module
        elif isinstance(node, ast.Import):
            yield from ((node.lineno, name.name) for name in node.names)
