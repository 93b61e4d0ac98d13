"""`python -m ops.refusals` writes docs/refusals.md: every refusal of the code, its sentence and where it is said."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FILE = ROOT / "docs" / "refusals.md"
HEAD = """# Refusals

What a person may ask for and the rules do not allow. The code is stable: the API answers with it and tests name it. The sentence is
what the person reads; `…` stands for what the moment fills in. Written by `python -m ops.refusals`, checked by `tests/test_docs.py`.
"""


@dataclass(frozen=True, order=True)
class Refusal:
    """A code, what it says to the person, and the module that says it."""

    code: str
    message: str
    module: str


def refusals() -> list[Refusal]:
    """All refusals of the apps, by code."""
    outside = {"ops", "tests", "bench", ".venv", "var"}
    modules = [path for path in ROOT.glob("*/**/*.py") if path.relative_to(ROOT).parts[0] not in outside]
    return sorted({refusal for path in modules for refusal in refusals_of(path)})


def refusals_of(path: Path) -> Iterator[Refusal]:
    """The calls `require(condition, code, message)` and `Refused(code, message)` of a module that say their code."""
    source = path.read_text()
    tree = ast.parse(source)
    assigned = [node for node in tree.body if isinstance(node, ast.Assign)]
    constants = {target.id: node.value for node in assigned for target in node.targets if isinstance(target, ast.Name)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("require", "Refused"):
            first = 1 if node.func.id == "require" else 0
            code, message = [*node.args[first : first + 2], None, None][:2]
            for word in codes(code, source):
                yield Refusal(word, text(message, constants), str(path.relative_to(ROOT)))


def codes(node: ast.expr | None, source: str) -> list[str]:
    """The codes of an argument: `a if x else b` has two; a name has none here, for it is said elsewhere.

    One put together, as `f"{what}_too_early"`, stands for those of that form that the docstrings of its module name.
    """
    if isinstance(node, ast.IfExp):
        return codes(node.body, source) + codes(node.orelse, source)
    if not isinstance(node, ast.Constant | ast.JoinedStr):
        return []
    form = re.escape(text(node, {})).replace("…", "[a-z0-9_]+")
    named = {word for line in re.findall(r"Refuses:([^\"]*)", source) for word in re.findall(r"\w+", line)}
    return [text(node, {})] if "…" not in text(node, {}) else sorted(word for word in named if re.fullmatch(form, word))


def text(node: ast.expr | None, constants: dict[str, ast.expr]) -> str:
    """The string of an expression, `…` for every part that is known only when it is said."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(text(part, constants) for part in node.values)
    if isinstance(node, ast.BinOp):
        return text(node.left, constants) + text(node.right, constants)
    if isinstance(node, ast.Name) and node.id in constants:
        return text(constants[node.id], constants)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "format":
        return filled(text(node.func.value, constants))
    return "…"


def filled(template: str) -> str:
    """`{name}` of a `str.format` template becomes `…`."""
    before, brace, after = template.partition("{")
    return before + "…" + filled(after.partition("}")[2]) if brace else before


def page() -> str:
    rows = [f"| `{row.code}` | {row.message} | `{row.module}` |\n" for row in refusals()]
    return HEAD + "\n| Code | Sentence | Module |\n|---|---|---|\n" + "".join(rows)


if __name__ == "__main__":
    FILE.write_text(page())
