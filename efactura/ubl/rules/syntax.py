"""How EN 16931 is bound to UBL: UBL-SR-*, UBL-DT-*, UBL-CR-* as far as they are fatal. Source: ANAF package 1.0.9, EN16931-UBL-syntax.

The many UBL-CR-* warnings (elements outside the core invoice) refuse nothing and are not here.
"""

from efactura.ubl.checks import LINE, ONCE, PRESENT, ROOT, Holds, Row, always, at_most, context, is_allowance, is_charge
from efactura.ubl.node import Document, Node, only, select, steps, string, texts

SELLER_SCHEMES = ("AccountingSupplierParty", "Party", "PartyTaxScheme")
BUYER_SCHEMES = ("AccountingCustomerParty", "Party", "PartyTaxScheme")
OBJECT = "Obiectul facturat (tip 130) nu poate avea {what}. Mutați-le la un document justificativ."
SAME = "{label} diferă între plăți. Folosiți aceeași valoare peste tot."
PAYEE = "{label} apare de mai multe ori, sau beneficiarul are numele emitentului. Păstrați un beneficiar, altul decât emitentul."


def _at_most_one_vat_id(path: tuple[str, ...], *, vat: bool) -> Holds:
    """At most one CompanyID under schemes that are VAT, or that are something else."""

    def holds(node: Node, doc: Document) -> bool:
        found = [each for each in select(node, path) if (only(texts(each, ("TaxScheme", "ID"))).upper() == "VAT") is vat]
        return sum(len(select(each, ("CompanyID",))) for each in found) <= 1

    return holds


def _objects(node: Node) -> list[Node]:
    return [each for each in node.kids.get("AdditionalDocumentReference", ()) if "130" in texts(each, ("DocumentTypeCode",))]


def _one_object(node: Node, doc: Document) -> bool:
    return sum(len(select(each, ("ID",))) for each in _objects(node)) <= 1


def _bare_object(name: str) -> Holds:
    def holds(node: Node, doc: Document) -> bool:
        parents = {each.parent for each in doc.named.get("AdditionalDocumentReference", ())}
        return not any(select(each, (name,)) for parent in parents for each in _objects(parent))

    return holds


def _document_type(node: Node, doc: Document) -> bool:
    """BT-18 is told by type 130, BT-11 of a credit note by 50, a supporting document by no type."""
    types = texts(node, ("DocumentTypeCode",))
    return not types or "130" in types or ("50" in types and doc.root.name == "CreditNote")


def _one_text(name: str) -> Holds:
    """All elements of the name, wherever they stand, say the same."""
    return lambda node, doc: len({string(each) for each in doc.named.get(name, ())}) <= 1


def _one_creditor(node: Node, doc: Document) -> bool:
    ids = doc.all(("PartyIdentification", "ID"))
    return sum(each.attributes.get("schemeID", "").upper() == "SEPA" for each in ids) <= 1


def _payee(path: str) -> Holds:
    """At most one value, and a payee's name that is not the seller's."""

    def holds(node: Node, doc: Document) -> bool:
        found = [each for each in select(node, steps(path)) if each.name != "ID" or each.attributes.get("schemeID", "").upper() != "SEPA"]
        sellers = texts(node.parent, ("AccountingSupplierParty", "Party", "PartyLegalEntity", "RegistrationName"))
        return len(found) <= 1 and any(name != seller for name in texts(node, ("PartyName", "Name")) for seller in sellers)

    return holds


def _outside_price(node: Node) -> bool:
    """Judged by UBL-DT-01: no price, and nothing of a price with a discount."""
    above = node.parent
    while above:
        if above.name == "Price" and "AllowanceCharge" in above.kids:
            return False
        above = above.parent
    return not node.name.endswith("PriceAmount")


def _two_decimals(node: Node, doc: Document) -> bool:
    return len(string(node).partition(".")[2]) <= 2


PATTERN = [
    context(
        "AccountingSupplierParty/Party",
        Row(
            "UBL-SR-42",
            "BT-31",
            at_most(2, "Emitentul are mai mult de două coduri fiscale. Păstrați codul de TVA și codul fiscal."),
            path="PartyTaxScheme",
        ),
        base="AccountingSupplierParty/Party",
    ),
    context(
        "AdditionalDocumentReference",
        Row("UBL-SR-33", "BT-123", ONCE),
        Row("UBL-SR-43", "BT-122", _document_type, "{label} are un tip care nu este admis. Ștergeți tipul sau folosiți 130."),
        base="AdditionalDocumentReference",
    ),
    context(
        "*Amount",
        Row(
            "UBL-DT-01",
            "BT-115",
            _two_decimals,
            "Suma „{value}” are mai mult de două zecimale. Rotunjiți la două zecimale.",
            path="",
            anywhere=True,
        ),
        given=_outside_price,
    ),
    context(
        "*BinaryObject",
        Row("UBL-DT-06", "BT-125", PRESENT, "{label} nu are tipul (MIME). Atașați-l din nou.", path="@mimeCode"),
        Row("UBL-DT-07", "BT-125", PRESENT, "{label} nu are nume. Atașați-l din nou.", path="@filename"),
    ),
    context("Delivery", Row("UBL-SR-25", "BT-70", ONCE), base="Delivery"),
    context("AllowanceCharge", Row("UBL-SR-30", "BT-97", ONCE), base="AllowanceCharge", given=is_allowance),
    context("AllowanceCharge", Row("UBL-SR-31", "BT-104", ONCE), base="AllowanceCharge", given=is_charge),
    context(
        ROOT,
        Row("UBL-CR-666", "BT-18", _bare_object("Attachment"), OBJECT.replace("{what}", "fișiere atașate")),
        Row("UBL-CR-673", "BT-18", _bare_object("DocumentDescription"), OBJECT.replace("{what}", "descriere")),
        Row("UBL-SR-01", "BT-12", ONCE),
        Row("UBL-SR-02", "BT-15", ONCE),
        Row("UBL-SR-03", "BT-16", ONCE),
        Row("UBL-SR-04", "BT-18", _one_object, ONCE.says),
        Row("UBL-SR-05", "BT-20", ONCE),
        Row("UBL-SR-08", "BG-14", ONCE),
        Row("UBL-SR-09", "BT-27", ONCE),
        Row("UBL-SR-10", "BT-28", ONCE),
        Row("UBL-SR-11", "BT-30", ONCE),
        Row("UBL-SR-12", "BT-31", _at_most_one_vat_id(SELLER_SCHEMES, vat=True), ONCE.says),
        Row("UBL-SR-13", "BT-32", _at_most_one_vat_id(SELLER_SCHEMES, vat=False), ONCE.says),
        Row("UBL-SR-14", "BT-33", ONCE),
        Row("UBL-SR-15", "BT-44", ONCE),
        Row("UBL-SR-16", "BT-46", ONCE),
        Row("UBL-SR-17", "BT-47", ONCE),
        Row("UBL-SR-18", "BT-48", _at_most_one_vat_id(BUYER_SCHEMES, vat=True), ONCE.says),
        Row("UBL-SR-24", "BG-13", ONCE),
        Row("UBL-SR-29", "BT-90", _one_creditor, ONCE.says),
        Row("UBL-SR-39", "BT-11", ONCE),
        Row("UBL-SR-40", "BT-45", ONCE),
        Row("UBL-SR-44", "BT-83", _one_text("PaymentID"), SAME),
        Row("UBL-SR-45", "BT-9", ONCE, path="PaymentMeans/PaymentDueDate"),
        Row("UBL-SR-46", "BT-82", ONCE),
        Row("UBL-SR-47", "BT-81", _one_text("PaymentMeansCode"), SAME),
        Row("UBL-SR-49", "BT-8", ONCE),
    ),
    context(
        LINE,
        Row("UBL-SR-34", "BT-127", ONCE),
        Row("UBL-SR-35", "BT-132", ONCE),
        Row("UBL-SR-36", "BG-26", ONCE),
        Row("UBL-SR-37", "BT-147", ONCE),
        Row(
            "UBL-SR-48",
            "BG-30",
            lambda node, doc: len(select(node, ("Item", "ClassifiedTaxCategory"))) == 1,
            "Linia trebuie să aibă exact o categorie de TVA. Alegeți cota de TVA.",
        ),
        Row("UBL-SR-50", "BT-154", ONCE),
        base="InvoiceLine",
    ),
    context(
        "PayeeParty",
        Row("UBL-SR-19", "BT-59", _payee("PartyName/Name"), PAYEE),
        Row("UBL-SR-20", "BT-60", _payee("PartyIdentification/ID"), PAYEE),
        Row("UBL-SR-21", "BT-61", _payee("PartyLegalEntity/CompanyID"), PAYEE),
        base="PayeeParty",
    ),
    context(
        "PaymentMeans",
        Row("UBL-SR-26", "BT-83", ONCE),
        Row("UBL-SR-27", "BT-81", ONCE),
        Row("UBL-SR-28", "BT-89", ONCE),
        base="PaymentMeans",
    ),
    context(
        "BillingReference",
        Row("UBL-SR-06", "BG-3", ONCE, path="InvoiceDocumentReference"),
        Row("UBL-SR-07", "BT-25", PRESENT),
        base="BillingReference",
    ),
    # ANAF looks for cac:Party inside the representative, where UBL has none.
    context("TaxRepresentativeParty", Row("UBL-SR-22", "BT-62", always), Row("UBL-SR-23", "BT-63", always), base="TaxRepresentativeParty"),
    context("TaxSubtotal", Row("UBL-SR-32", "BT-120", ONCE), base="TaxTotal/TaxSubtotal"),
]
