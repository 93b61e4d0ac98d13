"""Our engine against the official schema and Schematron, on randomly damaged documents. For developers; not part of ./check.

    python -m venv /tmp/saxon && /tmp/saxon/bin/pip install saxonche lxml
    /tmp/saxon/bin/python -m tests.efactura.compare_schematron --artefacts ../shared/efactura/artefacts --count 2000 --seed 1

Prints each document on which the two differ and, at the end, the assertions that fired and those that never did.
"""

# ruff: noqa: T201
import argparse
import copy
import json
import re
import sys
from collections import Counter
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from xml.sax.saxutils import quoteattr

from lxml import etree
from saxonche import PySaxonProcessor

from efactura.ubl import validate
from efactura.ubl.engine import RULES
from efactura.ubl.rules.national import SILENT
from tests.efactura.damage import Damage
from tests.efactura.documents import credit_note, invoice

SCH = "{http://purl.oclc.org/dsdl/schematron}"
PATTERNS = (
    ("abstract/EN16931-model.sch", "UBL/EN16931-UBL-model.sch"),
    ("abstract/EN16931-syntax.sch", "UBL/EN16931-UBL-syntax.sch"),
    ("codelist/EN16931-UBL-codes.sch", ""),
    ("cius-ro/RO16931-rules.sch", ""),
)
SPACES = {
    "ext": "urn:oasis:names:specification:ubl:schema:xsd:CommonExtensionComponents-2",
    "cbc": "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2",
    "cac": "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2",
    "cn": "urn:oasis:names:specification:ubl:schema:xsd:CreditNote-2",
    "ubl": "urn:oasis:names:specification:ubl:schema:xsd:Invoice-2",
    "xs": "http://www.w3.org/2001/XMLSchema",
    "xsl": "http://www.w3.org/1999/XSL/Transform",
}


class Official:
    """The schema by libxml2, the Schematron as an XSLT of our making, run by Saxon."""

    def __init__(self, artefacts: Path) -> None:
        folder = artefacts / "ubl-xsd" / "maindoc"
        self.schemas = {name: etree.XMLSchema(etree.parse(folder / f"UBL-{name}-2.1.xsd")) for name in ("Invoice", "CreditNote")}
        self.shown: dict[str, str] = {}
        self.saxon = PySaxonProcessor(license=False)
        self.sheet = self.saxon.new_xslt30_processor().compile_stylesheet(stylesheet_text=self._stylesheet(artefacts / "ro-cius" / "1.0.9"))

    def judge(self, xml: bytes) -> set[str]:
        """The ids of all fatal assertions that fail, or that cannot be computed; XSD for the schema."""
        if not self._fits_schema(etree.fromstring(xml)):
            return {"XSD"}
        node = self.saxon.parse_xml(xml_text=xml.decode())
        return set(self.sheet.transform_to_string(xdm_node=node).split())

    def _fits_schema(self, root: etree._Element) -> bool:
        """As libxml2 says, save where it leaves XML Schema: it keeps spaces round dates and skips what is not base64."""
        for each in root.iter(etree.Element):
            if each.tag.endswith(("Date", "Time")) and each.text and len(each) == 0:
                each.text = each.text.strip(" \t\r\n")
            if each.tag.endswith("BinaryObject") and re.search(r"[^A-Za-z0-9+/=\s]", each.text or ""):
                return False
        schema = self.schemas.get(etree.QName(root).localname)
        return schema is not None and schema.validate(root)

    def _stylesheet(self, folder: Path) -> str:
        names = "".join(f" xmlns:{prefix}={quoteattr(uri)}" for prefix, uri in SPACES.items())
        parts = [f'<xsl:stylesheet version="3.0"{names}><xsl:output method="text"/>']
        modes = range(len(PATTERNS))
        parts.append(
            '<xsl:template match="/">' + "".join(f'<xsl:apply-templates select="." mode="m{mode}"/>' for mode in modes) + "</xsl:template>"
        )
        for mode, (rules, binding) in enumerate(PATTERNS):
            parts += self._pattern(etree.parse(folder / rules), _params(folder / binding) if binding else {}, mode)
        return "".join(parts) + "</xsl:stylesheet>"

    def _pattern(self, tree: etree._ElementTree, params: dict[str, str], mode: int) -> list[str]:
        deeper = f'<xsl:apply-templates select="@*|*" mode="m{mode}"/>'
        parts = [f'<xsl:template match="@*|node()|/" mode="m{mode}" priority="-1">{deeper}</xsl:template>']
        for let in tree.iter(SCH + "let"):
            parts.append(f"<xsl:variable name={quoteattr(let.get('name'))} select={quoteattr(let.get('value'))}/>")
        for place, rule in enumerate(tree.iter(SCH + "rule")):
            match = _bind(rule.get("context"), params)
            parts.append(f'<xsl:template match={quoteattr(match)} mode="m{mode}" priority="{1000 - place}">')
            parts += [self._assertion(each, params) for each in rule if each.get("flag") == "fatal"]
            parts.append(f"{deeper}</xsl:template>")
        return parts

    def _assertion(self, assertion: etree._Element, params: dict[str, str]) -> str:
        test, id_ = _bind(assertion.get("test"), params), assertion.get("id")
        words = "".join(assertion.itertext())
        self.shown[id_] = re.search(r"\[([A-Z0-9-]+)", words)[1]
        failed = test if assertion.tag == SCH + "report" else f"not({test})"
        said = f"<xsl:text>{id_} </xsl:text>"
        return f"<xsl:try><xsl:if test={quoteattr(failed)}>{said}</xsl:if><xsl:catch>{said}</xsl:catch></xsl:try>"


def _params(path: Path) -> dict[str, str]:
    return {param.get("name").strip(): param.get("value") for param in etree.parse(path).iter(SCH + "param")}


def _bind(text: str, params: dict[str, str]) -> str:
    return re.sub(r"\$([A-Za-z][\w-]*)", lambda match: params.get(match[1], match[0]), text)


def table_differences(official: Official) -> list[str]:
    """Assertions that one side knows and the other does not, and codes that are shown otherwise."""
    ours = {id_: rule.shown for id_, rule in RULES.items()} | {id_: official.shown.get(id_, "") for id_ in SILENT}
    return [
        f"{id_}: ours {ours.get(id_)}, official {official.shown.get(id_)}"
        for id_ in sorted(ours | official.shown)
        if ours.get(id_) != official.shown.get(id_)
    ]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--artefacts", type=Path, default=Path("../shared/efactura/artefacts"))
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="a folder for the documents that differ")
    options = parser.parse_args()
    official = Official(options.artefacts)
    wrong = table_differences(official)
    print(f"{len(official.shown)} fatal assertions", *wrong, sep="\n")
    bases = [path.read_bytes() for path in sorted((options.artefacts / "examples").rglob("*.xml")) if path.stat().st_size < 100_000]
    bases += [invoice(), credit_note()] * (len(bases) // 2)  # half of the documents use much of the core invoice
    for name, about in json.loads((options.artefacts / "examples" / "manifest.json").read_text(encoding="utf-8")).items():
        theirs = official.judge((options.artefacts / "examples" / name).read_bytes())
        assert theirs == set(about["fatal_rules"]), f"this script runs the official rules otherwise than the manifest: {name}, {theirs}"
    fired: Counter[str] = Counter()
    numbers = range(options.seed, options.seed + options.count)
    documents = 0
    for name, xml in chain(systematic(), ((f"seed {each}", damaged(bases, each)) for each in numbers)):
        documents += 1
        ours, theirs = {finding.id for finding in validate(xml)}, official.judge(xml)
        fired.update(theirs)
        if ours != theirs:
            wrong.append(name)
            print(f"{name}: only ours {sorted(ours - theirs)}, only official {sorted(theirs - ours)}", flush=True)
            if options.keep:
                options.keep.mkdir(parents=True, exist_ok=True)
                (options.keep / f"{name.replace(' ', '-')}.xml").write_bytes(xml)
    print("fired:", ", ".join(f"{id_} {count}" for id_, count in sorted(fired.items())))
    print("never fired:", ", ".join(sorted(set(official.shown) - set(fired))))
    print(f"{documents} documents, {len(wrong)} differences")
    return 1 if wrong else 0


def systematic() -> Iterator[tuple[str, bytes]]:
    """Every element of the full documents, one at a time: gone, doubled, emptied, and with a few texts that break some rule."""
    for full in (invoice(), credit_note()):
        for place in range(1, len(list(etree.fromstring(full).iter(etree.Element)))):
            for way in ("delete", "double", "", " ", "x" * 1001, "1.005", "-1.00", "2026-03-02Z"):
                root = etree.fromstring(full)
                node = list(root.iter(etree.Element))[place]
                if way == "delete":
                    node.getparent().remove(node)
                elif way == "double":
                    node.addnext(copy.deepcopy(node))
                elif len(node):
                    continue
                else:
                    node.text = way
                yield f"{root.tag[-10:]} {place} {way[:10]}", etree.tostring(root)


def damaged(bases: list[bytes], seed: int) -> bytes:
    damage = Damage(seed)
    root = etree.fromstring(damage.random.choice(bases))
    damage.apply(root)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


if __name__ == "__main__":
    sys.exit(main())
