"""What a table of rules is made of: contexts, rules, and the small tests that most rules share.

A pattern is a list of contexts. As in Schematron, an element is judged by the first context of a pattern that matches it, and by
no other of that pattern.
"""

from collections.abc import Callable
from typing import NamedTuple

from efactura.ubl.codes import CODES
from efactura.ubl.node import Document, Node, Path, Way, decimal, only, select, squeeze, steps, string, texts
from efactura.ubl.schema import is_date
from efactura.ubl.terms import TERMS

Holds = Callable[[Node, Document], bool]
# The element names of the lines and of the roots: one rule serves both documents.
LINE, ROOT = "InvoiceLine|CreditNoteLine", "/Invoice|/CreditNote"


class Test(NamedTuple):
    """A test that many rules share: given the path of the rule's term, the function that judges a node; and what to say."""

    on: Callable[[Path], Holds]
    says: str


class Rule(NamedTuple):
    id: str
    shown: str  # the code that stands in ANAF's message
    bt: str
    field: str  # of our form, dotted
    message: str  # Romanian: what is wrong, what to do; {value} stands for what was found, {label} for the term of the place
    path: Path  # below the context's element: the place to point at
    holds: Holds
    anywhere: bool  # judges an element of many places: the term is the one of the place, if it has one


class Context(NamedTuple):
    """Which elements a set of rules judges: their paths from the end (from the root after a first slash), and a condition."""

    paths: tuple[Path, ...]
    given: Callable[[Node], bool] | None
    rules: tuple[Rule, ...]

    def reaches(self, way: Way) -> bool:
        return any(_ends_with(way, path) for path in self.paths)


def _ends_with(way: Way | None, path: Path) -> bool:
    for step in reversed(path):
        if step == "":  # the path began with a slash: here the document must begin too
            return way is None
        if way is None or not fits(step, way.name):
            return False
        way = way.parent
    return True


def fits(step: str, name: str) -> bool:
    """A step names an element, or with a star in front the end of its name."""
    return step == name or (step[0] == "*" and name.endswith(step[1:]))


class Row(NamedTuple):
    """A rule as a table writes it: test and message may leave the rest to the term."""

    id: str
    bt: str
    test: Test | Holds
    says: str = ""
    shown: str = ""
    path: str | None = None  # None: the path of the term
    anywhere: bool = False


def context(paths: str, *rows: Row, base: str = "", given: Callable[[Node], bool] | None = None) -> Context:
    """`paths`: alternatives as A/B|/C/D. `base`: the path of the context's element as the terms write it, "" for the root."""
    return Context(tuple(steps(path) for path in paths.split("|")), given, tuple(_rule(Row(*row), base) for row in rows))


def _rule(row: Row, base: str) -> Rule:
    term = TERMS[row.bt]
    path = row.path
    if path is None:
        if not term.path.startswith(base):
            raise ValueError(f"{row.id}: {row.bt} does not lie below {base}")
        path = term.path[len(base) :].lstrip("/")
    on = row.test.on(steps(path)) if isinstance(row.test, Test) else row.test
    says = row.says or (row.test.says if isinstance(row.test, Test) else "")
    message = says if row.anywhere else says.replace("{label}", term.label)
    return Rule(row.id, row.shown or row.id, row.bt, term.field, message, steps(path), on, row.anywhere)


# Tests of presence and number


def _present(path: Path) -> Holds:
    return lambda node, doc: bool(texts(node, path))


def _filled(path: Path) -> Holds:
    return lambda node, doc: any(text != "" for text in texts(node, path))


def _not_blank(path: Path) -> Holds:
    return lambda node, doc: any(squeeze(text) for text in texts(node, path))


PRESENT = Test(_present, "{label} lipsește. Completați câmpul.")
FILLED = Test(_filled, "{label} lipsește. Completați câmpul.")
NOT_BLANK = Test(_not_blank, "{label} lipsește. Completați câmpul.")


def at_most(count: int, says: str = "{label} apare de mai multe ori. Păstrați o singură valoare.") -> Test:
    """No more than `count` elements or attributes at the path."""
    return Test(lambda path: lambda node, doc: len(texts(node, path)) <= count, says)


ONCE = at_most(1)


def either(*paths: str) -> Holds:
    """At least one of the paths is there."""
    split = [steps(path) for path in paths]
    return lambda node, doc: any(texts(node, path) for path in split)


def always(node: Node, doc: Document) -> bool:
    """An assertion of ANAF's that no document can break, because of how it is written."""
    return True


# Tests of a text


def up_to(limit: int) -> Test:
    """At most `limit` characters, spaces collapsed."""

    def on(path: Path) -> Holds:
        def holds(node: Node, doc: Document) -> bool:
            text = only(texts(node, path))
            return len(text) <= limit or len(squeeze(text)) <= limit

        return holds

    return Test(on, f"{{label}} are peste {limit} de caractere. Scurtați textul.")


def _two_decimals(path: Path) -> Holds:
    return lambda node, doc: len(only(texts(node, path)).partition(".")[2]) <= 2


TWO_DECIMALS = Test(_two_decimals, "{label} are mai mult de două zecimale. Rotunjiți la două zecimale.")


def _is_day(path: Path) -> Holds:
    def holds(node: Node, doc: Document) -> bool:
        text = only(texts(node, path))
        return len(text) == 10 and is_date(text)

    return holds


DAY = Test(_is_day, "{label} nu este o dată corectă: „{value}”. Scrieți-o ca AAAA-LL-ZZ, fără fus orar.")


def coded(*lists: str) -> Test:
    """Each value at the path is, spaces collapsed, a code of one of the lists."""
    codes = frozenset().union(*(CODES[name] for name in lists))

    def on(path: Path) -> Holds:
        return lambda node, doc: all(text in codes or squeeze(text) in codes for text in texts(node, path))

    return Test(on, "{label} are un cod necunoscut: „{value}”. Alegeți un cod din lista acceptată.")


# Tests of a number


def _compared(accepts: Callable[[object], bool]) -> Callable[[Path], Holds]:
    return lambda path: lambda node, doc: any(accepts(decimal(text)) for text in texts(node, path))


POSITIVE = Test(_compared(lambda value: value > 0), "{label} trebuie să fie mai mare decât zero. Corectați cota.")
NOT_NEGATIVE = Test(_compared(lambda value: value >= 0), "{label} nu poate fi negativă. Corectați valoarea.")
IS_ZERO = Test(_compared(lambda value: value == 0), "{label} trebuie să fie zero. Corectați valoarea.")
ABSENT = Test(lambda path: lambda node, doc: not texts(node, path), "{label} nu are voie să apară. Ștergeți valoarea.")


# Conditions


def is_true(node: Node) -> bool:
    return node.text.strip() in ("true", "1")


def is_charge(node: Node) -> bool:
    """An AllowanceCharge that adds; its indicator is there, the schema saw to it."""
    return any(is_true(indicator) for indicator in node.kids.get("ChargeIndicator", ()))


def is_allowance(node: Node) -> bool:
    return not is_charge(node)


def has_vat_scheme(node: Node) -> bool:
    """XPath [cac:TaxScheme/normalize-space(upper-case(cbc:ID)) = 'VAT']."""
    return any(squeeze(only(texts(scheme, ("ID",))).upper()) == "VAT" for scheme in select(node, ("TaxScheme",)))


def category(node: Node) -> str:
    """The VAT category code of a TaxCategory, spaces collapsed."""
    return squeeze(only(texts(node, ("ID",))))


def value_of(node: Node, path: Path) -> str:
    """What stands at the path, shortened, for a message."""
    found = texts(node, path) or [string(node)]
    return squeeze(found[0])[:60]
