"""The national rules, RO_CIUS 1.0.1: BR-RO-*, BR-DEC-RO-*. Source: ANAF package 1.0.9, RO16931-rules, and Order 1366/2021.

Bound as executed: the prefix `ubl:CreditNote` matches nothing, so several rules know invoices only; a context that stands after
another for the same element never runs, and its rules are listed in SILENT.
"""

from efactura.ubl.checks import (
    DAY,
    LINE,
    NOT_BLANK,
    ROOT,
    TWO_DECIMALS,
    Holds,
    Row,
    at_most,
    coded,
    context,
    is_allowance,
    is_charge,
    up_to,
)
from efactura.ubl.codes import CODES
from efactura.ubl.node import Document, Node, decimal, only, select, squeeze, steps, texts

SPECIFICATION = "urn:cen.eu:en16931:2017#compliant#urn:efactura.mfinante.ro:CIUS-RO:1.0.1"
IDENTIFIED = {"S", "Z", "E", "AE", "K", "G", "L", "M"}  # categories that need both parties identified

# Assertions of the package that no document can break: their context stands after another for the same element.
SILENT = ("BR-DEC-RO-13", "BR-DEC-RO-15", "BR-DEC-RO-23", "BR-RO-L1019")


def _has_digit(node: Node, doc: Document) -> bool:
    return any("0" <= character <= "9" for character in only(texts(node, ("ID",))))


def _ron_somewhere(node: Node, doc: Document) -> bool:
    return "RON" in (squeeze(only(texts(node, ("TaxCurrencyCode",)))), squeeze(only(texts(node, ("DocumentCurrencyCode",)))))


def _needs_identities(node: Node) -> bool:
    """A line (of an Invoice only), an allowance under VAT, or a charge has one of the categories."""
    found = set(texts(node, ("InvoiceLine", "Item", "ClassifiedTaxCategory", "ID")))
    for adjustment in node.kids.get("AllowanceCharge", ()):
        indicator = texts(adjustment, ("ChargeIndicator",))
        for tax in select(adjustment, ("TaxCategory",)):
            if "true" in indicator or ("false" in indicator and "VAT" in texts(tax, ("TaxScheme", "ID"))):
                found.update(texts(tax, ("ID",)))
    return bool(found & IDENTIFIED)


def _identified(party: str, *others: str) -> Holds:
    """A tax identifier of the party that is not blank, or any of the other paths."""
    own = steps(f"{party}/Party/PartyTaxScheme/CompanyID")

    def holds(node: Node, doc: Document) -> bool:
        return (
            not _needs_identities(node)
            or any(texts(node, steps(other)) for other in others)
            or any(squeeze(text) for text in texts(node, own))
        )

    return holds


def _county(address: str) -> Holds:
    """In Romania the county is a code of ISO 3166-2:RO."""
    county, country = steps(f"{address}CountrySubentity"), steps(f"{address}Country/IdentificationCode")

    def holds(node: Node, doc: Document) -> bool:
        return squeeze(only(texts(node, country))) != "RO" or squeeze(only(texts(node, county))) in CODES["county"]

    return holds


def _sector(address: str) -> Holds:
    """In Bucharest the city is one of the six sectors."""
    city, county, country = (steps(address + end) for end in ("CityName", "CountrySubentity", "Country/IdentificationCode"))

    def holds(node: Node, doc: Document) -> bool:
        bucharest = squeeze(only(texts(node, country))) == "RO" and squeeze(only(texts(node, county))) == "RO-B"
        return not bucharest or squeeze(only(texts(node, city))) in CODES["sector"]

    return holds


SELLER, BUYER = "AccountingSupplierParty/Party/PostalAddress/", "AccountingCustomerParty/Party/PostalAddress/"
SECTOR = "{label} din București trebuie să fie SECTOR1 … SECTOR6, cu majuscule și fără spațiu. Alegeți sectorul."
COUNTY = "{label} nu este un cod de județ din România, ca RO-CJ. Alegeți județul din listă."
NUMBER = "{label} nu conține nicio cifră. Corectați seria sau numărul."
CURRENCY = "Factura nu este în RON: {label} trebuie să fie RON. Completați cursul pentru TVA în lei."
NO_TAX_ID = "Emitentul nu are nici cod de TVA, nici cod fiscal. Completați-l în datele firmei."
NO_BUYER_ID = "Clientul nu are nici cod de înregistrare (CIF, CNP), nici cod de TVA. Completați-l; la persoane fizice fără CNP, 13 zerouri."

# (id, term) of the lengths that the document itself measures, by limit and code shown.
LENGTHS = {
    (20, "BR-RO-L020"): (("BR-RO-L0201", "BT-38"), ("BR-RO-L0202", "BT-53"), ("BR-RO-L0203", "BT-67"), ("BR-RO-L0204", "BT-78")),
    (50, "BR-RO-L050"): (("BR-RO-L0501", "BT-37"), ("BR-RO-L0502", "BT-52"), ("BR-RO-L0503", "BT-66"), ("BR-RO-L0504", "BT-77")),
    (100, "BR-RO-L100"): (
        *(("BR-RO-L1001", "BT-19"), ("BR-RO-L1002", "BT-36"), ("BR-RO-L1003", "BT-162"), ("BR-RO-L1004", "BT-41")),
        *(("BR-RO-L1005", "BT-42"), ("BR-RO-L1006", "BT-43"), ("BR-RO-L1007", "BT-51"), ("BR-RO-L1008", "BT-163")),
        *(("BR-RO-L1009", "BT-56"), ("BR-RO-L1010", "BT-57"), ("BR-RO-L1011", "BT-58"), ("BR-RO-L1012", "BT-65")),
        *(("BR-RO-L1013", "BT-164"), ("BR-RO-L1014", "BT-76"), ("BR-RO-L1015", "BT-165")),
    ),
    (150, "BR-RO-L150"): (("BR-RO-L151", "BT-35"), ("BR-RO-L152", "BT-50"), ("BR-RO-L153", "BT-64"), ("BR-RO-L154", "BT-75")),
    (200, "BR-RO-L200"): (
        *(("BR-RO-L155", "BT-1"), ("BR-RO-L0302", "BT-12"), ("BR-RO-L0303", "BT-13"), ("BR-RO-L0304", "BT-14")),
        *(("BR-RO-L0305", "BT-15"), ("BR-RO-L0306", "BT-16"), ("BR-RO-L0307", "BT-17"), ("BR-RO-L201", "BT-27")),
        *(("BR-RO-L202", "BT-28"), ("BR-RO-L203", "BT-44"), ("BR-RO-L204", "BT-45"), ("BR-RO-L205", "BT-59")),
        *(("BR-RO-L206", "BT-62"), ("BR-RO-L207", "BT-70")),
    ),
    (300, "BR-RO-L300"): (("BR-RO-L301", "BT-20"),),
    (1000, "BR-RO-L1000"): (("BR-RO-L1000", "BT-33"),),
}


PATTERN = [
    context("IssueDate", Row("BR-RO-DT001", "BT-2", DAY, path="", anywhere=True)),
    context("TaxPointDate", Row("BR-RO-DT002", "BT-7", DAY, path="", anywhere=True)),
    context("DueDate", Row("BR-RO-DT003", "BT-9", DAY, path="", anywhere=True)),
    context("PaymentDueDate", Row("BR-RO-DT003_CN", "BT-9", DAY, shown="BR-RO-DT003-CN", path="")),
    context("ActualDeliveryDate", Row("BR-RO-DT004", "BT-72", DAY, path="")),
    context("StartDate", Row("BR-RO-DT005", "BT-73", DAY, path="", anywhere=True)),
    context("EndDate", Row("BR-RO-DT006", "BT-74", DAY, path="", anywhere=True)),
    context(
        "PriceAmount",
        Row(
            "BR-27", "BT-146", lambda node, doc: decimal(node.text) >= 0, "{label} nu poate fi negativ. Puneți minus la cantitate.", path=""
        ),
    ),
    context("InvoiceTypeCode", Row("BR-RO-020_1", "BT-3", coded("national-invoice-type"), shown="BR-RO-020", path="")),
    context(
        "CreditNoteTypeCode",
        Row(
            "BR-RO-020_2",
            "BT-3",
            lambda node, doc: squeeze(node.text) == "381",
            "Nota de creditare trebuie să aibă tipul 381. Corectați tipul.",
            shown="BR-RO-020",
            path="",
        ),
    ),
    context(
        ROOT,
        Row(
            "BR-RO-001",
            "BT-24",
            lambda node, doc: SPECIFICATION in texts(node, ("CustomizationID",)),
            f"{{label}} trebuie să fie {SPECIFICATION}.",
        ),
        Row("BR-RO-A020", "BG-1", at_most(20, "Factura are peste 20 de mențiuni. Uniți-le sau ștergeți din ele.")),
        *(Row(id_, bt, up_to(limit), shown=shown) for (limit, shown), rows in LENGTHS.items() for id_, bt in rows),
        Row("BR-RO-010", "BT-1", _has_digit, NUMBER),
        Row("BR-RO-030", "BT-6", _ron_somewhere, CURRENCY),
        Row("BR-RO-065", "BT-31", _identified("AccountingSupplierParty", "TaxRepresentativeParty/PartyTaxScheme/CompanyID"), NO_TAX_ID),
        Row("BR-RO-081", "BT-35", NOT_BLANK, shown="BR-RO-080"),
        Row("BR-RO-082", "BT-50", NOT_BLANK, shown="BR-RO-080"),
        Row("BR-RO-091", "BT-37", NOT_BLANK, shown="BR-RO-090"),
        Row("BR-RO-092", "BT-52", NOT_BLANK, shown="BR-RO-090"),
        Row("BR-RO-100", "BT-37", _sector(SELLER), SECTOR),
        Row("BR-RO-110", "BT-39", _county(SELLER), COUNTY),
        Row("BR-RO-101", "BT-52", _sector(BUYER), SECTOR, shown="BR-RO-100"),
        Row("BR-RO-111", "BT-54", _county(BUYER), COUNTY, shown="BR-RO-110"),
        Row(
            "BR-RO-120",
            "BT-47",
            _identified("AccountingCustomerParty", "AccountingCustomerParty/Party/PartyLegalEntity/CompanyID"),
            NO_BUYER_ID,
        ),
    ),
    context(
        "/Invoice/TaxRepresentativeParty/PostalAddress",
        Row("BR-RO-140", "BT-64", NOT_BLANK),
        Row("BR-RO-150", "BT-66", NOT_BLANK),
        Row("BR-RO-160", "BT-66", _sector(""), SECTOR),
        Row("BR-RO-170", "BT-68", _county(""), COUNTY),
        base="TaxRepresentativeParty/PostalAddress",
    ),
    context(
        "PaymentMeans",
        Row("BR-RO-L208", "BT-85", up_to(200), shown="BR-RO-L200"),
        Row("BR-RO-L209", "BT-88", up_to(200), shown="BR-RO-L200"),
        Row("BR-RO-L1016", "BT-82", up_to(100), shown="BR-RO-L100"),
        Row("BR-RO-L140", "BT-83", up_to(140)),
        base="PaymentMeans",
    ),
    context(
        "/Invoice/Delivery/DeliveryLocation/Address",
        Row("BR-RO-180", "BT-75", NOT_BLANK),
        Row("BR-RO-201", "BT-77", NOT_BLANK, shown="BR-RO-200"),
        Row("BR-RO-202", "BT-77", _sector(""), SECTOR, shown="BR-RO-200"),
        Row("BR-RO-211", "BT-79", NOT_BLANK, shown="BR-RO-210"),
        Row("BR-RO-212", "BT-79", _county(""), COUNTY, shown="BR-RO-210"),
        base="Delivery/DeliveryLocation/Address",
    ),
    context("InvoicePeriod/DescriptionCode", Row("BR-RO-040", "BT-8", coded("tax-point")), base="InvoicePeriod/DescriptionCode"),
    context(
        LINE,
        Row("BR-RO-L1024", "BT-153", up_to(100), shown="BR-RO-L100"),
        Row("BR-RO-L1021", "BT-133", up_to(100), shown="BR-RO-L100"),
        Row("BR-RO-L212", "BT-154", up_to(200), shown="BR-RO-L200"),
        Row("BR-RO-L303", "BT-127", up_to(300), shown="BR-RO-L300"),
        base="InvoiceLine",
    ),
    context(
        "Item/AdditionalItemProperty",
        Row("BR-RO-A052", "BG-32", at_most(50), shown="BR-RO-A050"),  # counts itself, so it never breaks
        Row("BR-RO-L0505", "BT-160", up_to(50), shown="BR-RO-L050"),
        Row("BR-RO-L1025", "BT-161", up_to(100), shown="BR-RO-L100"),
        base="InvoiceLine/Item/AdditionalItemProperty",
    ),
    context(
        "/Invoice/AllowanceCharge",
        Row("BR-DEC-RO-01", "BT-92", TWO_DECIMALS, shown="BR-RO-Z2"),
        Row("BR-DEC-RO-02", "BT-93", TWO_DECIMALS, shown="BR-RO-Z2"),
        Row("BR-RO-L1017", "BT-98", up_to(100), shown="BR-RO-L100"),  # the code, not the reason: so the rule is written
        base="AllowanceCharge",
        given=is_allowance,
    ),
    context(
        "/Invoice/AllowanceCharge",
        Row("BR-DEC-RO-05", "BT-99", TWO_DECIMALS, shown="BR-RO-Z2"),
        Row("BR-DEC-RO-06", "BT-100", TWO_DECIMALS, shown="BR-RO-Z2"),
        Row("BR-RO-L1018", "BT-105", up_to(100), shown="BR-RO-L100"),
        base="AllowanceCharge",
        given=is_charge,
    ),
    context(
        "LegalMonetaryTotal",
        Row("BR-DEC-RO-09", "BT-106", TWO_DECIMALS, shown="BR-RO-Z2"),
        Row("BR-DEC-RO-10", "BT-107", TWO_DECIMALS, shown="BR-RO-Z2"),
        Row("BR-DEC-RO-11", "BT-108", TWO_DECIMALS, shown="BR-RO-Z2"),
        Row("BR-DEC-RO-12", "BT-109", TWO_DECIMALS, shown="BR-RO-Z2"),
        Row("BR-DEC-RO-14", "BT-112", TWO_DECIMALS, shown="BR-RO-Z2"),
        Row("BR-DEC-RO-16", "BT-113", TWO_DECIMALS, shown="BR-RO-Z2"),
        Row("BR-DEC-RO-17", "BT-114", TWO_DECIMALS, shown="BR-RO-Z2"),
        Row("BR-DEC-RO-18", "BT-115", TWO_DECIMALS, shown="BR-RO-Z2"),
        base="LegalMonetaryTotal",
    ),
    context(
        "TaxTotal/TaxSubtotal",
        Row("BR-DEC-RO-1009", "BT-116", TWO_DECIMALS, shown="BR-RO-Z2"),
        Row("BR-DEC-RO-1010", "BT-117", TWO_DECIMALS, shown="BR-RO-Z2"),
        base="TaxTotal/TaxSubtotal",
    ),
    context(
        "InvoiceLine/AllowanceCharge|CreditNoteLine/AllowanceCharge",
        Row("BR-DEC-RO-24", "BT-136", TWO_DECIMALS, shown="BR-RO-Z2"),
        Row("BR-DEC-RO-25", "BT-137", TWO_DECIMALS, shown="BR-RO-Z2"),
        Row("BR-RO-L1022", "BT-139", up_to(100), shown="BR-RO-L100"),
        base="InvoiceLine/AllowanceCharge",
        given=is_allowance,
    ),
    context(
        "InvoiceLine/AllowanceCharge|CreditNoteLine/AllowanceCharge",
        Row("BR-DEC-RO-27", "BT-141", TWO_DECIMALS, shown="BR-RO-Z2"),
        Row("BR-DEC-RO-28", "BT-142", TWO_DECIMALS, shown="BR-RO-Z2"),
        Row("BR-RO-L1023", "BT-144", up_to(100), shown="BR-RO-L100"),
        base="InvoiceLine/AllowanceCharge",
        given=is_charge,
    ),
    context("Note", Row("BR-RO-L302", "BT-22", up_to(300), shown="BR-RO-L300", path="", anywhere=True)),
    context(
        "AdditionalDocumentReference",
        Row("BR-RO-A051", "BG-24", at_most(50), shown="BR-RO-A050"),  # counts itself, so it never breaks
        Row("BR-RO-L0308", "BT-122", up_to(200), shown="BR-RO-L200"),
        Row("BR-RO-L1020", "BT-123", up_to(100), shown="BR-RO-L100"),
        Row("BR-RO-L210", "BT-124", up_to(200), shown="BR-RO-L200"),
        Row("BR-RO-L211", "BT-125", up_to(200), shown="BR-RO-L200", path="Attachment/EmbeddedDocumentBinaryObject/@filename"),
        base="AdditionalDocumentReference",
    ),
    context(
        "BillingReference",
        Row("BR-RO-A500", "BG-3", at_most(500), path="InvoiceDocumentReference"),
        Row("BR-RO-L156", "BT-25", up_to(200), shown="BR-RO-L200"),
        base="BillingReference",
    ),
]
