"""From bytes to a tree of nodes, trusting nothing: no document type, no entities, no network, at most 10 MB."""

import codecs
import re
from collections.abc import Mapping

from lxml import etree

from efactura.ubl.node import Node
from efactura.ubl.schema import TAGS

LIMIT = 10 * 1024 * 1024  # bytes; what SPV takes. Source: ANAF, technical information of RO e-Factura
ELEMENTS = 300_000  # more than 10 MB of invoice lines hold; keeps the memory of a worker within bounds
_BOMS = {codecs.BOM_UTF8: "utf-8", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
_DECLARED = re.compile(r"""<\?xml[^>]{1,200}?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
_ENCODINGS = {"utf-8", "utf-16", "ascii", "iso8859-1", "iso8859-2", "iso8859-15", "iso8859-16", "cp1250", "cp1252"}


class Unreadable(Exception):
    """The bytes are no XML we accept; the message is a Romanian sentence."""


def read(xml: bytes) -> Node:
    """The root element. Raises Unreadable."""
    if len(xml) > LIMIT:
        raise Unreadable("Fișierul are peste 10 MB. Micșorați sau scoateți documentele atașate.")
    if not xml.strip():
        raise Unreadable("Fișierul este gol. Alegeți fișierul XML al facturii.")
    _require_known_encoding(xml)
    parser = etree.XMLParser(
        target=_Builder(), resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=True
    )
    try:
        return etree.fromstring(xml, parser)
    except etree.XMLSyntaxError as error:
        raise Unreadable(_explain(error)) from None


def _require_known_encoding(xml: bytes) -> None:
    """The encoding that the first bytes show must be one we know, and the one that the declaration names."""
    seen = next((encoding for mark, encoding in _BOMS.items() if xml.startswith(mark)), "")
    declared = _DECLARED.match(xml[:400].decode(seen or "latin-1", "ignore").removeprefix("\ufeff"))
    name = declared[1] if declared else seen or "utf-8"
    try:
        encoding = codecs.lookup(name).name
    except LookupError:
        encoding = ""
    if encoding not in _ENCODINGS:
        raise Unreadable(f"Codificarea {name} nu este acceptată. Salvați fișierul în UTF-8.")
    if (seen and encoding != seen) or (not seen and (encoding == "utf-16" or 0 in xml[:4])):
        raise Unreadable(f"Fișierul nu este scris în codificarea declarată, {name}. Salvați-l în UTF-8.")


def _explain(error: etree.XMLSyntaxError) -> str:
    line = error.position[0]
    if error.code in _BAD_BYTES:
        return f"Fișierul conține caractere nepermise sau nu respectă codificarea declarată (linia {line}). Salvați-l în UTF-8."
    if error.code == etree.ErrorTypes.ERR_UNDECLARED_ENTITY:
        return f"Fișierul folosește entități XML (linia {line}), care nu sunt acceptate. Scrieți textul direct."
    return f"Fișierul nu este XML corect (linia {line}). Exportați-l din nou din programul care l-a făcut."


_BAD_BYTES = {etree.ErrorTypes.ERR_INVALID_ENCODING, etree.ErrorTypes.ERR_INVALID_CHAR}


class _Builder:
    """Target of lxml's parser: keeps elements, attributes and text; comments and instructions pass by."""

    def __init__(self) -> None:
        self.root: Node | None = None
        self.count = 0
        self.open: list[Node] = []
        self.texts: list[list[str]] = []  # of each open element; joined once, so that no text is copied again and again

    def doctype(self, name: str, public: str | None, system: str | None) -> None:
        raise Unreadable("Fișierul conține o declarație DOCTYPE, care nu este acceptată. Ștergeți-o.")

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        name = TAGS.get(tag) or (tag if tag.startswith("{") else "{}" + tag)
        node = Node(name, attributes, self.open[-1] if self.open else None)
        if node.parent:
            node.parent.add(node)
        self.count += 1
        if self.count > ELEMENTS:
            raise Unreadable("Fișierul are peste 300.000 de elemente XML, mai multe decât o factură. Împărțiți factura.")
        self.open.append(node)
        self.texts.append([])

    def end(self, tag: str) -> None:
        self.root = self.open.pop()
        self.root.text = "".join(self.texts.pop())

    def data(self, text: str) -> None:
        self.texts[-1].append(text)

    def close(self) -> Node:
        return self.root
