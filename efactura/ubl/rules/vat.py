"""The VAT categories of the EN 16931 model: BR-S-*, BR-Z-*, BR-E-*, BR-AE-*, BR-IC-*, BR-G-*, BR-O-*, BR-IG-*, BR-IP-*, BR-B-*.

One row a category, the rules are made from it. Source: ANAF package 1.0.9, EN16931-UBL-model.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from decimal import Decimal
from functools import partial
from typing import NamedTuple

from efactura.ubl.checks import (
    ABSENT,
    IS_ZERO,
    NOT_NEGATIVE,
    POSITIVE,
    Context,
    Holds,
    Row,
    Test,
    category,
    context,
    has_vat_scheme,
    is_allowance,
    is_charge,
)
from efactura.ubl.node import (
    EXACT,
    HUNDRED,
    ZERO,
    Document,
    Node,
    add,
    decimal,
    decimals,
    double_sum,
    only,
    select,
    steps,
    texts,
    two_places,
)


class Facts:
    """Who is identified how, and which categories stand where: counted once for a document."""

    def __init__(self, doc: Document) -> None:
        self.lines, self.lines_vat = _count(doc.named.get("ClassifiedTaxCategory", []))
        _, self.taxes_vat = _count(doc.named.get("TaxCategory", []))
        charges = [charge for charge in doc.named.get("AllowanceCharge", []) if is_charge(charge)]
        allowances = [allowance for allowance in doc.named.get("AllowanceCharge", []) if is_allowance(allowance)]
        allowance_any, self.allowances_vat = _count(_taxes(allowances))
        charge_any, self.charges_vat = _count(_taxes(charges))
        self.adjustments, self.adjustments_vat = allowance_any + charge_any, self.allowances_vat + self.charges_vat
        self.raw_charges_vat = {only(texts(tax, ("ID",))) for tax in _taxes(charges) if has_vat_scheme(tax)}
        _, self.root_allowances_vat = _count(_taxes(node for node in allowances if node.parent is doc.root))
        _, self.root_charges_vat = _count(_taxes(node for node in charges if node.parent is doc.root))
        breakdown = select(doc.root, ("TaxTotal", "TaxSubtotal", "TaxCategory"))
        self.breakdown, self.breakdown_vat = _count(breakdown)
        self.raw_breakdown = {only(texts(tax, ("ID",))) for tax in breakdown}
        self.raw_breakdown_vat = {only(texts(tax, ("ID",))) for tax in breakdown if has_vat_scheme(tax)}
        self.raw = {text for name in ("TaxCategory", "ClassifiedTaxCategory") for text in _all_texts(doc, (name, "ID"))}

        self.seller_tax = bool(doc.all(("AccountingSupplierParty", "Party", "PartyTaxScheme", "CompanyID")))
        self.seller_vat = _vat_id(doc, "AccountingSupplierParty/Party/PartyTaxScheme")
        self.representative_vat = _vat_id(doc, "TaxRepresentativeParty/PartyTaxScheme")
        self.buyer_vat = _vat_id(doc, "AccountingCustomerParty/Party/PartyTaxScheme")
        self.buyer_legal = bool(doc.all(("AccountingCustomerParty", "Party", "PartyLegalEntity", "CompanyID")))
        self._sum(doc)

    def _sum(self, doc: Document) -> None:
        """Totals for each category and each (category, rate), lines apart from document allowances and charges."""
        self.line_sums: dict[object, Decimal] = {}
        self.adjustment_sums: dict[object, Decimal] = {}
        self.rated: set[tuple[str, Decimal]] = set()
        for line in select(doc.root, ("InvoiceLine",)) + select(doc.root, ("CreditNoteLine",)):
            amount = add(decimals(line, ("LineExtensionAmount",)))
            for key in _keys(select(line, ("Item", "ClassifiedTaxCategory"))):
                self.line_sums[key] = EXACT.add(self.line_sums.get(key, ZERO), amount)
        for node in doc.named.get("AllowanceCharge", []):
            keys = _keys(select(node, ("TaxCategory",)))
            self.rated |= keys
            if node.parent is doc.root:
                amount = decimal(only(texts(node, ("Amount",))))
                for key in keys:
                    self.adjustment_sums[key] = EXACT.add(
                        self.adjustment_sums.get(key, ZERO), amount if is_charge(node) else amount.copy_negate()
                    )


def facts(doc: Document) -> Facts:
    if "vat" not in doc.facts:
        doc.facts["vat"] = Facts(doc)
    return doc.facts["vat"]


def _count(categories: list[Node]) -> tuple[Counter[str], Counter[str]]:
    """How often each category stands among TaxCategory elements: all of them, and those of the scheme VAT."""
    return Counter(map(category, categories)), Counter(category(node) for node in categories if has_vat_scheme(node))


def _taxes(nodes: Iterable[Node]) -> list[Node]:
    return [tax for node in nodes for tax in select(node, ("TaxCategory",))]


def _all_texts(doc: Document, path: tuple[str, ...]) -> list[str]:
    return [text for node in doc.named.get(path[0], ()) for text in texts(node, path[1:])]


def _vat_id(doc: Document, path: str) -> bool:
    return any(has_vat_scheme(scheme) and select(scheme, ("CompanyID",)) for scheme in doc.all(steps(path)))


def _keys(taxes: list[Node]) -> set[object]:
    """Every category, and every category with every rate: the official sums pair them freely."""
    codes, rates = {category(tax) for tax in taxes}, {rate for tax in taxes for rate in decimals(tax, ("Percent",))}
    return codes | {(code, rate) for code in codes for rate in rates}


# Who must be identified


def _seller(f: Facts) -> bool:
    return f.seller_tax or f.representative_vat


def _seller_vat(f: Facts) -> bool:
    return f.seller_vat or f.representative_vat


def _seller_and_buyer(f: Facts) -> bool:
    return _seller(f) and (f.buyer_vat or f.buyer_legal)


def _both_vat(f: Facts) -> bool:
    return _seller_vat(f) and f.buyer_vat


def _nobody_vat(f: Facts) -> bool:
    return not (f.seller_vat or f.representative_vat or f.buyer_vat)


SELLER = "{where} are categoria {code}, dar lipsește codul fiscal sau de TVA al emitentului. Completați-l în datele firmei."
SELLER_VAT = "{where} are categoria {code}, dar lipsește codul de TVA al emitentului. Completați-l în datele firmei."
BOTH = "{where} are categoria {code}: trebuie codul fiscal al emitentului și codul de TVA sau de înregistrare al clientului. Completați-le."
BOTH_VAT = "{where} are categoria {code}: trebuie codurile de TVA ale emitentului și clientului. Completați-le."
NOBODY = (
    "{where} are categoria O (neplătitor de TVA): niciun cod de TVA nu are voie să apară. Ștergeți codurile de TVA sau schimbați categoria."
)


class Category(NamedTuple):
    code: str
    prefix: str  # of the rule ids
    identified: Callable[[Facts], bool]
    says: str
    rate: Test
    rated: bool  # one breakdown for each rate, with VAT; the others have one breakdown in all, without VAT
    reason: bool  # a reason of exemption is required; otherwise it is forbidden


CATEGORIES = (
    Category("S", "S", _seller, SELLER, POSITIVE, True, False),
    Category("Z", "Z", _seller, SELLER, IS_ZERO, False, False),
    Category("E", "E", _seller, SELLER, IS_ZERO, False, True),
    Category("AE", "AE", _seller_and_buyer, BOTH, IS_ZERO, False, True),
    Category("K", "IC", _both_vat, BOTH_VAT, IS_ZERO, False, True),
    Category("G", "G", _seller_vat, SELLER_VAT, IS_ZERO, False, True),
    Category("O", "O", _nobody_vat, NOBODY, ABSENT, False, True),
    Category("L", "IG", _seller, SELLER, NOT_NEGATIVE, True, False),
    Category("M", "IP", _seller, SELLER, NOT_NEGATIVE, True, False),
)


# Rules of the whole document


def _one_breakdown(code: str) -> Holds:
    def holds(node: Node, doc: Document) -> bool:
        f = facts(doc)
        return not (f.taxes_vat[code] or f.lines_vat[code]) or f.breakdown_vat[code] == 1

    return holds


def _some_breakdown(code: str) -> Holds:
    """BR-S-01, BR-IG-01 and BR-IP-01: used and broken down, or neither. Each looks at the scheme in its own places."""

    def holds(node: Node, doc: Document) -> bool:
        f = facts(doc)
        if code == "S":
            return bool(f.adjustments["S"] + f.lines["S"]) == bool(f.breakdown["S"])
        used = f.adjustments_vat[code] + f.lines_vat[code]
        return code in (f.raw_breakdown if code == "L" else f.raw_breakdown_vat) if used else not f.breakdown_vat[code]

    return holds


def _lines_identified(row: Category, node: Node, doc: Document) -> bool:
    f = facts(doc)
    used = f.lines if row.code == "S" else f.lines_vat
    return not used[row.code] or bool(f.lines_vat[row.code] and row.identified(f))


def _allowances_identified(row: Category, node: Node, doc: Document) -> bool:
    f = facts(doc)
    used = f.root_allowances_vat if row.code == "O" else f.allowances_vat
    return not used[row.code] or row.identified(f)


def _charges_identified(row: Category, node: Node, doc: Document) -> bool:
    f = facts(doc)
    used = row.code in f.raw_charges_vat if row.code == "L" else (f.root_charges_vat if row.code == "O" else f.charges_vat)[row.code]
    return not used or row.identified(f)


def _root_rows(row: Category) -> list[Row]:
    code, prefix = row.code, f"BR-{row.prefix}"
    bt = "BT-31" if code != "AE" and code != "K" else "BT-48"
    one = f"Categoria de TVA {code} trebuie să apară exact o dată în detalierea TVA. Refaceți detalierea."
    some = f"Categoria de TVA {code} trebuie să apară și pe linii, și în detalierea TVA. Refaceți detalierea."

    def says(where: str) -> str:
        return row.says.replace("{where}", where).replace("{code}", code)

    return [
        Row(f"{prefix}-01", "BT-118", _some_breakdown(code) if row.rated else _one_breakdown(code), some if row.rated else one),
        Row(f"{prefix}-02", bt, partial(_lines_identified, row), says("O linie")),
        Row(f"{prefix}-03", bt, partial(_allowances_identified, row), says("O reducere pe document")),
        Row(f"{prefix}-04", bt, partial(_charges_identified, row), says("O taxă suplimentară pe document")),
    ]


def _delivered(node: Node, doc: Document) -> bool:
    return (
        not facts(doc).breakdown_vat["K"]
        or len(only(texts(node, ("Delivery", "ActualDeliveryDate")))) > 1
        or any(period.children for period in select(node, ("InvoicePeriod",)))
    )


def _delivered_somewhere(node: Node, doc: Document) -> bool:
    path = ("Delivery", "DeliveryLocation", "Address", "Country", "IdentificationCode")
    return not facts(doc).breakdown_vat["K"] or len(only(texts(node, path))) > 1


def _alone(places: str) -> Holds:
    """Category O broken down: nothing but O stands in `places`, a counter of Facts."""

    def holds(node: Node, doc: Document) -> bool:
        f = facts(doc)
        return not f.breakdown_vat["O"] or not any(count for code, count in getattr(f, places).items() if code != "O")

    return holds


def _italian(node: Node, doc: Document) -> bool:
    return "B" not in facts(doc).raw or all(text == "IT" for text in _all_texts(doc, ("IdentificationCode",)))


def _not_with_standard(node: Node, doc: Document) -> bool:
    return not {"B", "S"} <= facts(doc).raw


MIXED = "Categoria O (neplătitor de TVA) nu poate sta alături de altă categorie {where}. Puneți toată factura pe O sau pe altă categorie."

ROOT_ROWS = [row for each in CATEGORIES for row in _root_rows(each)] + [
    Row("BR-IC-11", "BT-72", _delivered, "Livrarea intracomunitară cere data livrării sau perioada de facturare. Completați una din ele."),
    Row("BR-IC-12", "BT-80", _delivered_somewhere, "Livrarea intracomunitară cere țara de livrare. Completați adresa de livrare."),
    Row("BR-O-11", "BT-118", _alone("breakdown_vat"), MIXED.replace("{where}", "în detalierea TVA")),
    Row("BR-O-12", "BT-151", _alone("lines_vat"), MIXED.replace("{where}", "pe linii")),
    Row("BR-O-13", "BT-95", _alone("allowances_vat"), MIXED.replace("{where}", "la reduceri")),
    Row("BR-O-14", "BT-102", _alone("charges_vat"), MIXED.replace("{where}", "la taxe suplimentare")),
    Row("BR-B-01", "BT-118", _italian, "Categoria B (plată divizată) se folosește doar în Italia. Alegeți altă categorie de TVA."),
    Row("BR-B-02", "BT-118", _not_with_standard, "Categoria B nu poate sta alături de S. Alegeți o singură categorie de TVA."),
]


# Rules of one breakdown: the context is its TaxCategory


def _parent(node: Node, name: str) -> list[Decimal]:
    return decimals(node.parent, (name,))


def _base_is_sum(code: str) -> Holds:
    def holds(node: Node, doc: Document) -> bool:
        f = facts(doc)
        return _parent(node, "TaxableAmount") == [EXACT.add(f.line_sums.get(code, ZERO), f.adjustment_sums.get(code, ZERO))]

    return holds


def _base_near_sum(code: str) -> Holds:
    """Within less than 1.00 for its rate. Under S an allowance of that rate lets the sum stand without the lines too."""

    def holds(node: Node, doc: Document) -> bool:
        f = facts(doc)
        for rate in decimals(node, ("Percent",)):
            key = (code, rate)
            bases = texts(node.parent, ("TaxableAmount",))
            adjustments = f.adjustment_sums.get(key, ZERO)
            sums = [EXACT.add(f.line_sums.get(key, ZERO), adjustments)] if code != "S" or key in f.line_sums or key in f.rated else []
            sums += [adjustments] if code == "S" and key in f.rated else []
            if not any(double_sum(base, -1) < total < double_sum(base, 1) for base in bases for total in sums):
                return False
        return True

    return holds


def _no_tax(node: Node, doc: Document) -> bool:
    return _parent(node, "TaxAmount") == [ZERO]


def near_tax(tax: Decimal, base: Decimal, rate: Decimal) -> bool:
    """The tax differs from base x rate by less than 1.00."""
    expected = two_places(EXACT.multiply(base.copy_abs(), EXACT.divide(rate, HUNDRED)))
    return EXACT.subtract(tax.copy_abs(), Decimal(1)) < expected < EXACT.add(tax.copy_abs(), Decimal(1))


def _tax_near_rate(node: Node, doc: Document) -> bool:
    taxes, bases, rates = _parent(node, "TaxAmount"), _parent(node, "TaxableAmount"), decimals(node, ("Percent",))
    return all((taxes, bases, rates)) and near_tax(taxes[0], bases[0], rates[0])


def _reasoned(node: Node, doc: Document) -> bool:
    return bool(node.kids.get("TaxExemptionReason") or node.kids.get("TaxExemptionReasonCode"))


def _not_reasoned(node: Node, doc: Document) -> bool:
    return not _reasoned(node, doc)


def _contexts(row: Category) -> list[Context]:
    code, prefix = row.code, f"BR-{row.prefix}"

    def given(node: Node) -> bool:
        return category(node) == code and has_vat_scheme(node)

    sums = f"Baza de TVA a categoriei {code} nu este suma liniilor, reducerilor și taxelor ei. Refaceți totalurile."
    tax = f"TVA a categoriei {code} nu este baza înmulțită cu cota. Refaceți totalurile."
    zero = f"TVA a categoriei {code} trebuie să fie zero. Refaceți totalurile."
    reason = f"Categoria {code} cere motivul scutirii de TVA. Alegeți codul motivului sau scrieți motivul."
    forbidden = f"Categoria {code} nu poate avea motiv de scutire de TVA. Ștergeți motivul."
    return [
        context(
            "/*/TaxTotal/TaxSubtotal/TaxCategory",
            Row(f"{prefix}-08", "BT-116", _base_near_sum(code) if row.rated else _base_is_sum(code), sums, path=""),
            Row(f"{prefix}-09", "BT-117", _tax_near_rate if row.rated else _no_tax, tax if row.rated else zero, path=""),
            Row(f"{prefix}-10", "BT-121", _reasoned if row.reason else _not_reasoned, reason if row.reason else forbidden),
            base="TaxTotal/TaxSubtotal/TaxCategory",
            given=given,
        ),
        context(
            "AllowanceCharge/TaxCategory",
            Row(f"{prefix}-06", "BT-96", row.rate),
            base="AllowanceCharge/TaxCategory",
            given=lambda node: is_allowance(node.parent) and given(node),
        ),
        context(
            "AllowanceCharge/TaxCategory",
            Row(f"{prefix}-07", "BT-103", row.rate),
            base="AllowanceCharge/TaxCategory",
            given=lambda node: is_charge(node.parent) and given(node),
        ),
        context(
            "InvoiceLine/Item/ClassifiedTaxCategory|CreditNoteLine/Item/ClassifiedTaxCategory",
            Row(f"{prefix}-05", "BT-152", row.rate),
            base="InvoiceLine/Item/ClassifiedTaxCategory",
            given=given,
        ),
    ]


CONTEXTS = [each for row in CATEGORIES for each in _contexts(row)]
