"""The code lists: BR-CL-*. Source: ANAF package 1.0.9, EN16931-UBL-codes."""

from collections.abc import Callable

from efactura.ubl.checks import Context, Holds, Row, Test, coded, context, is_allowance, is_charge
from efactura.ubl.codes import CODES
from efactura.ubl.node import Document, Node, squeeze, texts


def _identifier_scheme(node: Node, doc: Document) -> bool:
    """ISO 6523, or SEPA for the seller and the payee."""
    scheme = squeeze(node.attributes["schemeID"])
    return scheme in CODES["identifier-scheme"] or (scheme == "SEPA" and _under(node, {"AccountingSupplierParty", "PayeeParty"}))


def _under(node: Node | None, names: set[str]) -> bool:
    while node and node.name not in names:
        node = node.parent
    return node is not None


def _object(node: Node) -> bool:
    """The identifier of an invoiced object (type 130) that names its scheme."""
    return "schemeID" in node.attributes and "130" in texts(node.parent, ("DocumentTypeCode",))


def _own(
    path: str, id_: str, bt: str, test: Test | Holds, says: str = "", attribute: str = "", given: Callable[[Node], bool] | None = None
) -> Context:
    """One rule on the element or attribute itself."""
    row = Row(id_, bt, test, says, path=f"@{attribute}" if attribute else "", anywhere=attribute != "currencyID")
    return context(path, row, given=_has(attribute) if attribute and given is None else given)


def _has(attribute: str) -> Callable[[Node], bool]:
    return lambda node: attribute in node.attributes


SCHEME = "{label} are o schemă de identificare necunoscută: „{value}”. Alegeți o schemă din listă."
CURRENCY = "Moneda „{value}” nu este în lista ISO 4217. Alegeți altă monedă."
ATTACHED = "Fișierul atașat are un tip care nu este admis: „{value}”. Atașați PDF, PNG, JPEG, CSV, XLSX sau ODS."

PATTERN = [
    _own("InvoiceTypeCode", "BR-CL-01", "BT-3", coded("invoice-type")),
    _own("CreditNoteTypeCode", "BR-CL-01", "BT-3", coded("credit-note-type")),
    _own("@currencyID", "BR-CL-03", "BT-5", coded("currency"), CURRENCY, "currencyID"),
    _own("DocumentCurrencyCode", "BR-CL-04", "BT-5", coded("currency"), CURRENCY),
    _own("TaxCurrencyCode", "BR-CL-05", "BT-6", coded("currency"), CURRENCY),
    _own("InvoicePeriod/DescriptionCode", "BR-CL-06", "BT-8", coded("tax-point")),
    _own("AdditionalDocumentReference/ID|DocumentReference/ID", "BR-CL-07", "BT-18", coded("object-scheme"), SCHEME, "schemeID", _object),
    _own("PartyIdentification/ID", "BR-CL-10", "BT-29", _identifier_scheme, SCHEME, "schemeID"),
    _own("PartyLegalEntity/CompanyID", "BR-CL-11", "BT-30", coded("identifier-scheme"), SCHEME, "schemeID"),
    _own("CommodityClassification/ItemClassificationCode", "BR-CL-13", "BT-158", coded("classification-scheme"), SCHEME, "listID"),
    _own(
        "Country/IdentificationCode",
        "BR-CL-14",
        "BT-55",
        coded("country"),
        "Țara „{value}” nu este în lista ISO 3166-1. Alegeți altă țară.",
    ),
    _own("OriginCountry/IdentificationCode", "BR-CL-15", "BT-159", coded("country")),
    _own("PaymentMeans/PaymentMeansCode", "BR-CL-16", "BT-81", coded("payment-means")),
    _own("TaxCategory/ID", "BR-CL-17", "BT-118", coded("vat-category")),
    _own("ClassifiedTaxCategory/ID", "BR-CL-18", "BT-151", coded("vat-category")),
    _own(
        "AllowanceCharge/AllowanceChargeReasonCode",
        "BR-CL-19",
        "BT-98",
        coded("allowance-reason"),
        given=lambda node: is_allowance(node.parent),
    ),
    _own(
        "AllowanceCharge/AllowanceChargeReasonCode", "BR-CL-20", "BT-105", coded("charge-reason"), given=lambda node: is_charge(node.parent)
    ),
    _own("StandardItemIdentification/ID", "BR-CL-21", "BT-157", coded("identifier-scheme"), SCHEME, "schemeID"),
    _own("TaxExemptionReasonCode", "BR-CL-22", "BT-121", coded("vat-exemption")),
    _own(
        "@unitCode", "BR-CL-23", "BT-130", coded("unit"), "Unitatea de măsură „{value}” nu este în lista UN/ECE. Alegeți alta.", "unitCode"
    ),
    _own(
        "EmbeddedDocumentBinaryObject",
        "BR-CL-24",
        "BT-125",
        lambda node, doc: node.attributes["mimeCode"] in CODES["mime"],
        ATTACHED,
        "mimeCode",
    ),
    _own("EndpointID", "BR-CL-25", "BT-49", coded("endpoint-scheme"), SCHEME, "schemeID"),
    _own("DeliveryLocation/ID", "BR-CL-26", "BT-71", coded("identifier-scheme"), SCHEME, "schemeID"),
]
