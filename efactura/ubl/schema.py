"""The XML Schema of UBL 2.1 Invoice and CreditNote, run from data/ubl21.txt. Source: OASIS UBL 2.1, xsdrt.

Every type of UBL is a flat sequence, so a type is its children in order and a walk along them decides.
"""

import re
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from efactura.ubl.node import WHITESPACE, Node, Path
from efactura.ubl.terms import DATA

UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
ROOTS = ("Invoice", "CreditNote")
_XSI = "{http://www.w3.org/2001/XMLSchema-instance}"
# The hints where to find a schema may stand on any element; they bind nobody.
_HINTS = {_XSI + "schemaLocation", _XSI + "noNamespaceSchemaLocation"}


class Sequence(NamedTuple):
    """The content of an aggregate: names in order, those that repeat, and the next required place from each place on."""

    names: tuple[str, ...]
    places: dict[str, int]
    repeats: frozenset[str]
    required: tuple[int, ...]


class Value(NamedTuple):
    """The content of a value: its lexical type, its attributes with theirs, and the attributes that must be there."""

    type: str
    attributes: dict[str, str]
    required: tuple[str, ...]


class Violation(NamedTuple):
    node: Node
    message: str  # Romanian: what is wrong, what to do
    below: Path = ()  # what is missing in the element, or the attribute that is wrong


def violations(root: Node) -> Iterator[Violation]:
    """Each place where the document breaks the schema."""
    if root.name not in ROOTS:
        yield Violation(root, f"Documentul este {shown(root.name)}. Trebuie să fie o factură sau o notă de creditare UBL 2.1.")
        return
    stack = [root]
    while stack:
        node = stack.pop()
        if node.name in SEQUENCES:
            yield from _sequence_violations(node, SEQUENCES[node.name])
            stack.extend(reversed(node.children))
        elif node.name in VALUES:
            yield from _value_violations(node, VALUES[node.name])
        elif node.name == "ExtensionContent":
            yield from _extension_violations(node)


def _sequence_violations(node: Node, sequence: Sequence) -> Iterator[Violation]:
    if node.attributes and not _HINTS.issuperset(node.attributes):
        yield Violation(node, f"Elementul {shown(node.name)} nu poate avea atribute. Ștergeți-le.")
    if node.text and node.text.strip(WHITESPACE):
        yield Violation(node, f"Elementul {shown(node.name)} conține text între elementele lui. Ștergeți textul.")
    here = -1
    for child in node.children:
        place = sequence.places.get(child.name)
        if place is None:
            yield Violation(child, f"Elementul {shown(child.name)} nu are loc în {shown(node.name)}. Ștergeți-l.")
            return
        if place < here:
            yield Violation(
                child, f"Elementul {shown(child.name)} stă după {shown(sequence.names[here])}, dar schema îl cere înainte. Mutați-l."
            )
            return
        if place == here and child.name not in sequence.repeats:
            yield Violation(child, f"Elementul {shown(child.name)} apare de mai multe ori. Păstrați unul singur.")
            return
        if place > here:
            if sequence.required[here + 1] < place:
                yield _missing(node, sequence, here)
                return
            here = place
    if sequence.required[here + 1] < len(sequence.names):
        yield _missing(node, sequence, here)


def _missing(node: Node, sequence: Sequence, here: int) -> Violation:
    missing = sequence.names[sequence.required[here + 1]]
    message = f"Elementul {shown(node.name)} nu conține {shown(missing)}, care este obligatoriu. Completați-l."
    return Violation(node, message, (missing,))


def _value_violations(node: Node, value: Value) -> Iterator[Violation]:
    if node.children:
        yield Violation(node, f"Elementul {shown(node.name)} trebuie să conțină doar o valoare, fără alte elemente.")
        return
    if value.type != "string" and not LEXICAL[value.type](node.text):
        yield Violation(node, f"Valoarea „{node.text[:60]}” din {shown(node.name)} nu este {KINDS[value.type]}. Corectați-o.")
    for name, text in node.attributes.items():
        kind = value.attributes.get(name)
        if kind is None:
            if name not in _HINTS:
                yield Violation(node, f"Elementul {shown(node.name)} nu poate avea atributul {name}. Ștergeți-l.", ("@" + name,))
        elif kind != "string" and not LEXICAL[kind](text):
            message = f"Valoarea „{text[:60]}” a atributului {name} din {shown(node.name)} nu este {KINDS[kind]}. Corectați-o."
            yield Violation(node, message, ("@" + name,))
    for name in value.required:
        if name not in node.attributes:
            yield Violation(
                node, f"Elementul {shown(node.name)} nu are atributul {name}, care este obligatoriu. Completați-l.", ("@" + name,)
            )


def _extension_violations(node: Node) -> Iterator[Violation]:
    """One element of another namespace, then anything; only what we know of UBL is looked at (XML Schema: processContents lax)."""
    if node.attributes and not _HINTS.issuperset(node.attributes):
        yield Violation(node, "Elementul ext:ExtensionContent nu poate avea atribute. Ștergeți-le.")
    if node.text.strip(WHITESPACE) or len(node.children) != 1 or _is_extension(node.children[0].name):
        yield Violation(node, "Elementul ext:ExtensionContent trebuie să conțină exact un element, din alt spațiu de nume.")
        return
    stack = list(node.children)
    while stack:
        child = stack.pop()
        if child.name in SEQUENCES:
            yield from _sequence_violations(child, SEQUENCES[child.name])
        elif child.name in VALUES:
            yield from _value_violations(child, VALUES[child.name])
        stack.extend(reversed(child.children))


def _is_extension(name: str) -> bool:
    return name.startswith(("{}", f"{{{UBL}CommonExtensionComponents-2}}")) or shown(name).startswith("ext:")


def shown(name: str) -> str:
    """The name with its usual prefix, as people know it: cbc:ID."""
    return SHOWN.get(name) or name.removeprefix("{}")


# Lexical types: what XML Schema accepts, after collapsing white space.

_DECIMAL = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")
_DATE = re.compile(r"-?(?P<year>[1-9][0-9]{4,}|[0-9]{4})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})(?P<zone>Z|[+-][0-9]{2}:[0-9]{2})?")
_TIME = re.compile(r"(?:(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]+)?|24:00:00(?:\.0+)?)(?P<zone>Z|[+-][0-9]{2}:[0-9]{2})?")
_LANGUAGE = re.compile(r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*")
_BASE64 = re.compile(r"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}[AEIMQUYcgkosw048]=|[A-Za-z0-9+/][AQgw]==)?")
# RFC 3986, with the characters that XML Schema lets stand unescaped.
_URI = re.compile(
    r"(?:[A-Za-z][A-Za-z0-9+.-]*:|(?![^/?#]*:))"
    r"(?://(?:[^/?#@\[\]]*@)?(?:\[[0-9A-Za-z.:%]+\]|[^/?#@:\[\]]*)(?::[0-9]+)?(?=[/?#]|$))?"
    r"[^?#\[\]]*(?:\?[^#\[\]]*)?(?:#[^#]*)?"
)
_BAD_ESCAPE = re.compile("%(?![0-9A-Fa-f]{2})")
_ZONE = re.compile(r"Z|[+-](?:(?:0[0-9]|1[0-3]):[0-5][0-9]|14:00)")


def is_date(text: str) -> bool:
    match = _DATE.fullmatch(text.strip(WHITESPACE))
    if not match or (match["zone"] and not _ZONE.fullmatch(match["zone"])) or int(match["year"][-400:]) == 0:
        return False
    try:
        date(2000 + int(match["year"][-4:]) % 400, int(match["month"]), int(match["day"]))  # the calendar repeats every 400 years
    except ValueError:
        return False
    return True


def _is_time(text: str) -> bool:
    match = _TIME.fullmatch(text.strip(WHITESPACE))
    return bool(match) and (not match["zone"] or bool(_ZONE.fullmatch(match["zone"])))


LEXICAL = {
    "decimal": lambda text: bool(_DECIMAL.fullmatch(text.strip(WHITESPACE))),
    "date": is_date,
    "time": _is_time,
    "boolean": lambda text: text.strip(WHITESPACE) in ("true", "false", "1", "0"),
    "base64": lambda text: bool(_BASE64.fullmatch(text.translate(dict.fromkeys(map(ord, WHITESPACE))))),
    "language": lambda text: bool(_LANGUAGE.fullmatch(text.strip(WHITESPACE))),
    "uri": lambda text: bool(_URI.fullmatch(text.strip(WHITESPACE))) and not _BAD_ESCAPE.search(text),
}
KINDS = {
    "decimal": "un număr cu punct zecimal",
    "date": "o dată de forma AAAA-LL-ZZ",
    "time": "o oră de forma HH:MM:SS",
    "boolean": "true sau false",
    "base64": "un fișier codificat base64",
    "language": "un cod de limbă",
    "uri": "o adresă (URI)",
}


# data/ubl21.txt, read once.


def _sections() -> dict[str, dict[str, list[str]]]:
    sections: dict[str, dict[str, list[str]]] = {}
    words: list[str] = []
    for line in (DATA / "ubl21.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            section = sections.setdefault(line.strip("[]"), {})
        elif line.startswith("    "):
            words += line.split()
        elif " = " in line and not line.startswith("#"):
            key, _, rest = line.partition(" = ")
            words = section.setdefault(key, rest.split())
    return sections


def _sequence(children: list[str]) -> Sequence:
    names = tuple(child.rstrip("?*+") for child in children)
    required = [len(names)] * (len(names) + 1)
    for place in reversed(range(len(names))):
        required[place] = required[place + 1] if children[place][-1] in "?*" else place
    repeats = frozenset(child[:-1] for child in children if child[-1] in "*+")
    return Sequence(names, {name: place for place, name in enumerate(names)}, repeats, tuple(required))


def _value(type_: str, *attributes: str) -> Value:
    pairs = [attribute.rstrip("!").partition(":") for attribute in attributes]
    return Value(type_, {name: kind or "string" for name, _, kind in pairs}, tuple(a[:-1] for a in attributes if a.endswith("!")))


def _tables() -> tuple[dict[str, Sequence], dict[str, Value], dict[str, str], dict[str, str]]:
    """Sequences and values by element name, the {namespace}name -> name map, and name -> name with the usual prefix."""
    data = _sections()
    types = {name: _sequence(children) for name, children in data["types"].items()}
    sequences = {name: types[type_] for type_, names in data["elements"].items() for name in names}
    extensions = {name: _sequence(children) for name, children in data["extensions"].items()}
    kinds = {name: _value(*words) for name, words in data["values"].items()}
    suffixes = {suffix: kinds[words[0]] for suffix, words in data["suffixes"].items()}
    roots = {root: types[root] for root in ROOTS}
    aggregates = sequences | extensions | roots
    values, tags, prefixed = {}, {}, {}
    known = set(aggregates) | {name for sequence in [*types.values(), *extensions.values()] for name in sequence.names}
    for name in known:
        if name not in aggregates and name != "ExtensionContent":
            values[name] = next((kind for suffix, kind in suffixes.items() if name.endswith(suffix)), kinds["text"])
        local = name.removeprefix("cac:")
        prefix, space = "cbc:", "CommonBasicComponents-2"
        if name in roots:
            prefix, space = "", f"{name}-2"
        elif name in sequences:
            prefix, space = "cac:", "CommonAggregateComponents-2"
        elif name.startswith(("UBLExtension", "Extension")):
            prefix, space = "ext:", "CommonExtensionComponents-2"
        tags[f"{{{UBL}{space}}}{local}"] = name
        prefixed[name] = prefix + local
    return aggregates, values, tags, prefixed


SEQUENCES, VALUES, TAGS, SHOWN = _tables()
