"""validate(): the schema, then the four patterns of ANAF's package. Knows no Django and no database."""

from typing import NamedTuple

from efactura.ubl import schema
from efactura.ubl.checks import Context, Rule, fits, value_of
from efactura.ubl.node import Document, Node, Path, Undecidable
from efactura.ubl.reader import Unreadable, read
from efactura.ubl.rules import coded, model, national, syntax
from efactura.ubl.terms import TERMS, Term

MOST_VIOLATIONS = 20  # of the schema; the rest mostly follow from the first
TWICE = "Elementul {path} apare de mai multe ori, iar regula {id} cere cel mult unul. Păstrați unul singur."
_ON_CREDIT_NOTE = {"InvoiceTypeCode": "CreditNoteTypeCode", "InvoicedQuantity": "CreditedQuantity", "InvoiceLine": "CreditNoteLine"}
_ON_INVOICE = {there: here for here, there in _ON_CREDIT_NOTE.items()}


class Finding(NamedTuple):
    """Something for which ANAF would refuse the document."""

    id: str  # of the assertion, as BR-RO-101; XSD for the schema and for what is no XML
    shown: str  # the code in ANAF's message, as BR-RO-100
    bt: str  # the business term or group, as BT-52; empty under XSD when unknown
    message: str  # Romanian: what is wrong, what to do
    field: str  # of the invoice form, as buyer.city or lines.name; empty when unknown
    path: str  # the place in the document, as /Invoice/cac:InvoiceLine[2]/cac:Item/cbc:Name
    line: int = 0  # which line of the invoice, from 1; 0 for none


class Pattern:
    """The contexts of a pattern by the element name they judge, in order."""

    def __init__(self, contexts: list[Context]) -> None:
        self.contexts = contexts
        self.by_name: dict[str, tuple[Context, ...]] = {}

    def judging(self, name: str) -> tuple[Context, ...]:
        if name not in self.by_name:
            known = name in schema.SHOWN or name.startswith("@")
            found = tuple(each for each in self.contexts if any(fits(path[-1], name) for path in each.paths))
            if not known:
                return found  # a foreign name of an extension: not remembered, there is no end of them
            self.by_name[name] = found
        return self.by_name[name]


PATTERNS = [Pattern(contexts) for contexts in (model.PATTERN, syntax.PATTERN, coded.PATTERN, national.PATTERN)]
RULES = {rule.id: rule for pattern in PATTERNS for each in pattern.contexts for rule in each.rules}
_BY_PATH = {term.path: term for term in reversed(TERMS.values())}


def validate(xml: bytes) -> list[Finding]:
    """All that ANAF would refuse; empty when the document is good. Schema violations hide the rules, as they do at ANAF."""
    try:
        root = read(xml)
    except Unreadable as refusal:
        return [Finding("XSD", "XSD", "", str(refusal), "", "/")]
    found = []
    for violation in schema.violations(root):
        found.append(_violation(violation))
        if len(found) == MOST_VIOLATIONS:
            break
    return found or _judge(Document(root))


def _judge(doc: Document) -> list[Finding]:
    found: list[Finding] = []
    for pattern in PATTERNS:
        for way in doc.ways:
            contexts = [each for each in pattern.judging(way.name) if each.reaches(way)]
            for node in way.nodes if contexts else ():
                context = next((each for each in contexts if each.given is None or each.given(node)), None)
                if context:
                    found += [finding for rule in context.rules if (finding := _apply(rule, node, doc))]
    return found


def _apply(rule: Rule, node: Node, doc: Document) -> Finding | None:
    try:
        if rule.holds(node, doc):
            return None
        message = rule.message.replace("{value}", value_of(node, rule.path)) if "{value}" in rule.message else rule.message
    except Undecidable:
        message = TWICE.format(path=place(node, rule.path), id=rule.shown)
    bt, field = rule.bt, rule.field
    if rule.anywhere:
        term = _term_at(node, rule.path)
        bt, field = (term.bt, term.field) if term else ("", "")
        message = message.replace("{label}", (term or TERMS[rule.bt]).label)
    return Finding(rule.id, rule.shown, bt, message, field, place(node, rule.path), _line(node))


def _violation(violation: schema.Violation) -> Finding:
    node, message, below = violation
    term = _term_at(node, below)
    return Finding("XSD", "XSD", term.bt if term else "", message, term.field if term else "", place(node, below), _line(node))


def _term_at(node: Node, path: Path) -> Term | None:
    """The business term that stands at a place, if there is one."""
    names = [name for name in reversed(path) if not name.startswith("@") or name in ("@name", "@unitCode")]
    while node.parent:
        names.append(_ON_INVOICE.get(node.name, node.name))
        node = node.parent
    return _BY_PATH.get("/".join(reversed(names)))


def place(node: Node, path: Path) -> str:
    """Where a finding points, as XPath: the element, and what should stand below it."""
    here, steps = node, []
    while here:
        same = here.parent.kids[here.name] if here.parent else [here]
        steps.append(schema.shown(here.name) + (f"[{same.index(here) + 1}]" if len(same) > 1 else ""))
        here = here.parent
    credit = steps[-1] == "CreditNote"
    steps = ["", *reversed(steps)]
    names = [_ON_CREDIT_NOTE.get(name, name) for name in path] if credit else path
    steps += [name if name.startswith("@") else schema.shown(name) for name in names]
    return "/".join(steps)


def _line(node: Node | None) -> int:
    while node and node.name not in ("InvoiceLine", "CreditNoteLine"):
        node = node.parent
    return node.parent.kids[node.name].index(node) + 1 if node and node.parent else 0
