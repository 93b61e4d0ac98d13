"""Whether two XMLs are one invoice."""

from typing import Any

from lxml import etree


def same_invoice(one: bytes, other: bytes) -> bool:
    """The same bytes; or the same number, day, seller and amount, should SPV give back what it has written anew."""
    return one == other or (identity(one) is not None and identity(one) == identity(other))


def identity(xml: bytes) -> tuple[str, ...] | None:
    """(number BT-1, date BT-2, seller's code, total BT-112); None for what is no invoice."""
    try:
        root = etree.fromstring(xml, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError:
        return None
    values = (
        _text(root, "{*}ID"),
        _text(root, "{*}IssueDate"),
        _text(root, "{*}AccountingSupplierParty/{*}Party/{*}PartyTaxScheme/{*}CompanyID"),
        _text(root, "{*}LegalMonetaryTotal/{*}TaxInclusiveAmount"),
    )
    return values if all(values) else None


def _text(root: Any, path: str) -> str:
    return (root.findtext(path) or "").strip()
