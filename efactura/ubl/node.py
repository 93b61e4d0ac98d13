"""An XML element as the rules see it, and the few notions of XPath 2.0 that they are made of."""

import re
from collections.abc import Iterable, Mapping
from decimal import ROUND_FLOOR, Context, Decimal

WHITESPACE = " \t\r\n"
_SPACES = re.compile(f"[{WHITESPACE}]+")
# What a leaf has, shared by all leaves and never changed.
_NO_KIDS: dict[str, list["Node"]] = {}
_NO_ATTRIBUTES: dict[str, str] = {}
_NONE: list["Node"] = []
# Enough digits that no sum of a 10 MB document is ever rounded: amounts are compared exactly, as the Schematron does.
EXACT = Context(prec=2000, rounding=ROUND_FLOOR)
ZERO, HALF, HUNDRED = Decimal(0), Decimal("0.5"), Decimal(100)

Path = tuple[str, ...]


class Undecidable(Exception):
    """XPath met several nodes where a function takes one. The official rules stop there with an error, so nothing can pass."""


class Node:
    """One element. `name` is the local name in UBL ("cac:" in front where a value has the same one), outside UBL {namespace}name."""

    __slots__ = ("attributes", "children", "kids", "name", "parent", "text")

    def __init__(self, name: str, attributes: Mapping[str, str], parent: "Node | None") -> None:
        self.name, self.parent, self.text = name, parent, ""
        self.attributes = dict(attributes) if attributes else _NO_ATTRIBUTES
        self.children, self.kids = _NONE, _NO_KIDS

    def add(self, child: "Node") -> None:
        if not self.children:
            self.children, self.kids = [], {}
        self.children.append(child)
        self.kids.setdefault(child.name, []).append(child)


class Way:
    """A path of names from the root, shared by all elements that stand there: what a context asks of the path is asked once."""

    __slots__ = ("further", "name", "nodes", "parent")

    def __init__(self, name: str, parent: "Way | None") -> None:
        self.name, self.parent = name, parent
        self.further: dict[str, Way] = {}
        self.nodes: list[Node] = []


class Document:
    """The root, its elements by way and by name. The owners of an attribute named in ATTRIBUTES stand under a way "@name"."""

    ATTRIBUTES = ("currencyID", "unitCode")

    def __init__(self, root: Node) -> None:
        self.root = root
        self.ways: list[Way] = [Way(root.name, None)]
        self.named: dict[str, list[Node]] = {}
        self.facts: dict[str, object] = {}  # what a rule family computed once for this document
        owners = {attribute: Way("@" + attribute, None) for attribute in self.ATTRIBUTES}
        stack = [(root, self.ways[0])]
        while stack:
            node, way = stack.pop()
            way.nodes.append(node)
            self.named.setdefault(node.name, []).append(node)
            for attribute in node.attributes:
                if attribute in owners:
                    owners[attribute].nodes.append(node)
            for child in reversed(node.children):
                onward = way.further.get(child.name)
                if onward is None:
                    onward = way.further[child.name] = Way(child.name, way)
                    self.ways.append(onward)
                stack.append((child, onward))
        self.ways += owners.values()

    def all(self, path: Path) -> list[Node]:
        """XPath //a/b/c."""
        return [found for node in self.named.get(path[0], ()) for found in select(node, path[1:])]


def steps(path: str) -> Path:
    return tuple(path.split("/")) if path else ()


def select(node: Node, path: Path) -> list[Node]:
    """XPath a/b/c from `node`."""
    nodes = [node]
    for step in path:
        nodes = nodes[0].kids.get(step, _NONE) if len(nodes) == 1 else [kid for each in nodes for kid in each.kids.get(step, _NONE)]
    return nodes


def texts(node: Node, path: Path) -> list[str]:
    """The string values of a/b/c, or of a/b/@c."""
    if path and path[-1][0] == "@":
        attribute = path[-1][1:]
        return [found.attributes[attribute] for found in select(node, path[:-1]) if attribute in found.attributes]
    return [string(found) if found.children else found.text for found in select(node, path)]


def string(node: Node) -> str:
    """XPath string(): the text of the element and of all below it."""
    if not node.children:
        return node.text
    parts, stack = [], [node]
    while stack:
        node = stack.pop()
        parts.append(node.text)
        stack.extend(reversed(node.children))
    return "".join(parts)


def only(values: list[str]) -> str:
    """The one value, "" when there is none. Raises Undecidable on more."""
    if len(values) > 1:
        raise Undecidable
    return values[0] if values else ""


def squeeze(text: str) -> str:
    """XPath normalize-space()."""
    return _SPACES.sub(" ", text).strip(" ")


def decimal(text: str) -> Decimal:
    """xs:decimal(text), of a text the schema has accepted."""
    return Decimal(text.strip(WHITESPACE))


def decimals(node: Node, path: Path) -> list[Decimal]:
    return [decimal(text) for text in texts(node, path)]


def add(values: Iterable[Decimal]) -> Decimal:
    total = ZERO
    for value in values:
        total = EXACT.add(total, value)
    return total


def whole(value: Decimal) -> Decimal:
    """XPath round(): halves go towards plus infinity."""
    return EXACT.add(value, HALF).to_integral_value(ROUND_FLOOR)


def two_places(value: Decimal) -> Decimal:
    """round(x * 10 * 10) div 100, the official way to two decimals. Not money(): halves of negative sums go up, towards zero."""
    return EXACT.divide(whole(EXACT.multiply(value, HUNDRED)), HUNDRED)


def double_sum(text: str, addend: int) -> Decimal:
    """xs:decimal(text + 1) where the text is untyped: XPath adds as doubles, and their error decides a difference of exactly 1.00.

    The one place where a binary float touches an amount, and only to tell what ANAF's rule would say of it.
    """
    return Decimal(float(text) + addend)
