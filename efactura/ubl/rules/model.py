"""The EN 16931 model as ANAF runs it: BR-*, BR-CO-*, BR-DEC-*. Source: ANAF package 1.0.9, EN16931-model and EN16931-UBL-model."""

from efactura.ubl.checks import (
    FILLED,
    LINE,
    PRESENT,
    ROOT,
    TWO_DECIMALS,
    Row,
    always,
    at_most,
    context,
    either,
    has_vat_scheme,
    is_allowance,
    is_charge,
)
from efactura.ubl.node import texts
from efactura.ubl.rules import model_checks as checks
from efactura.ubl.rules import vat

REASON = "{label} lipsește. Scrieți motivul sau alegeți codul lui."
PERIOD = "{label} este înaintea începutului perioadei. Corectați datele perioadei."
SCHEME = "{label} nu are schema de identificare. Alegeți schema."
VAT_CATEGORY = "{label} lipsește. Alegeți categoria de TVA."
SUM = "{label} nu este {what}. Refaceți totalurile."


def _adjustment(amount: str, base: str, tax: str, reason: str, ids: tuple[str, ...]) -> list[Row]:
    present, categorised, reasoned, agreed, reasoned_too, first, second = ids
    why = either("AllowanceChargeReason", "AllowanceChargeReasonCode")
    rows = [
        Row(present, amount, PRESENT),
        Row(reasoned, reason, why, REASON),
        Row(agreed, reason, always),
        Row(reasoned_too, reason, why, REASON),
    ]
    if tax:
        rows.append(Row(categorised, tax, checks.vat_category, VAT_CATEGORY))
    return [*rows, Row(first, amount, TWO_DECIMALS), Row(second, base, TWO_DECIMALS)]


LINE_ALLOWANCE = ("BR-41", "", "BR-42", "BR-CO-07", "BR-CO-23", "BR-DEC-24", "BR-DEC-25")
LINE_CHARGE = ("BR-43", "", "BR-44", "BR-CO-08", "BR-CO-24", "BR-DEC-27", "BR-DEC-28")
ALLOWANCE = ("BR-31", "BR-32", "BR-33", "BR-CO-05", "BR-CO-21", "BR-DEC-01", "BR-DEC-02")
CHARGE = ("BR-36", "BR-37", "BR-38", "BR-CO-06", "BR-CO-22", "BR-DEC-05", "BR-DEC-06")

PATTERN = [
    context("AdditionalDocumentReference", Row("BR-52", "BT-122", FILLED), base="AdditionalDocumentReference"),
    context(
        "/Invoice/LegalMonetaryTotal/PayableAmount",
        Row(
            "BR-CO-25",
            "BT-9",
            checks.due_date_or_terms,
            "Suma de plată este pozitivă: completați data scadenței sau termenii de plată.",
            path="",
        ),
    ),
    context(
        "AccountingCustomerParty/Party/EndpointID",
        Row("BR-63", "BT-49", PRESENT, SCHEME, path="@schemeID"),
    ),
    context(
        "AccountingCustomerParty/Party/PostalAddress",
        Row("BR-11", "BT-55", FILLED),
        base="AccountingCustomerParty/Party/PostalAddress",
    ),
    context("Delivery/DeliveryLocation/Address", Row("BR-57", "BT-80", PRESENT), base="Delivery/DeliveryLocation/Address"),
    context(
        "/Invoice/AllowanceCharge|/CreditNote/AllowanceCharge",
        *_adjustment("BT-92", "BT-93", "BT-95", "BT-97", ALLOWANCE),
        base="AllowanceCharge",
        given=is_allowance,
    ),
    context(
        "/Invoice/AllowanceCharge|/CreditNote/AllowanceCharge",
        *_adjustment("BT-99", "BT-100", "BT-102", "BT-104", CHARGE),
        base="AllowanceCharge",
        given=is_charge,
    ),
    context(
        "LegalMonetaryTotal",
        Row("BR-12", "BT-106", PRESENT),
        Row("BR-13", "BT-109", PRESENT),
        Row("BR-14", "BT-112", PRESENT),
        Row("BR-15", "BT-115", PRESENT),
        Row("BR-CO-10", "BT-106", checks.lines_add_up, SUM.replace("{what}", "suma valorilor nete ale liniilor")),
        Row(
            "BR-CO-11",
            "BT-107",
            checks.adjustments_add_up("AllowanceTotalAmount", is_allowance),
            SUM.replace("{what}", "suma reducerilor pe document"),
        ),
        Row(
            "BR-CO-12",
            "BT-108",
            checks.adjustments_add_up("ChargeTotalAmount", is_charge),
            SUM.replace("{what}", "suma taxelor suplimentare pe document"),
        ),
        Row("BR-CO-13", "BT-109", checks.net_adds_up, SUM.replace("{what}", "totalul liniilor minus reduceri plus taxe suplimentare")),
        Row("BR-CO-16", "BT-115", checks.due_adds_up, SUM.replace("{what}", "totalul cu TVA minus suma plătită plus rotunjirea")),
        Row("BR-DEC-09", "BT-106", TWO_DECIMALS),
        Row("BR-DEC-10", "BT-107", TWO_DECIMALS),
        Row("BR-DEC-11", "BT-108", TWO_DECIMALS),
        Row("BR-DEC-12", "BT-109", TWO_DECIMALS),
        Row("BR-DEC-14", "BT-112", TWO_DECIMALS),
        Row("BR-DEC-16", "BT-113", TWO_DECIMALS),
        Row("BR-DEC-17", "BT-114", TWO_DECIMALS),
        Row("BR-DEC-18", "BT-115", TWO_DECIMALS),
        base="LegalMonetaryTotal",
    ),
    context(
        ROOT,
        Row("BR-01", "BT-24", FILLED),
        Row("BR-02", "BT-1", FILLED),
        Row("BR-03", "BT-2", FILLED),
        Row(
            "BR-04",
            "BT-3",
            lambda node, doc: any(texts(node, ("InvoiceTypeCode",)) + texts(node, ("CreditNoteTypeCode",))),
            "{label} lipsește. Alegeți tipul.",
        ),
        Row("BR-05", "BT-5", FILLED),
        Row("BR-06", "BT-27", FILLED),
        Row("BR-07", "BT-44", FILLED),
        Row("BR-08", "BG-5", PRESENT),
        Row("BR-10", "BG-8", PRESENT),
        Row("BR-16", "BG-25", either("InvoiceLine", "CreditNoteLine"), "Factura nu are linii. Adăugați cel puțin o linie."),
        Row(
            "BR-53",
            "BT-111",
            checks.vat_currency_total,
            "{label} lipsește, deși moneda TVA este aleasă. Completați cursul.",
            path="TaxTotal",
        ),
        Row("BR-66", "BG-18", at_most(1)),
        Row("BR-67", "BG-19", at_most(1)),
        Row("BR-CO-03", "BT-7", checks.one_tax_point, "{label} și codul ei (BT-8) se exclud. Păstrați doar una dintre ele."),
        Row(
            "BR-CO-15",
            "BT-112",
            checks.gross_adds_up,
            SUM.replace("{what}", "totalul fără TVA plus un singur total de TVA în moneda facturii"),
        ),
        Row("BR-CO-18", "BG-23", PRESENT, "{label} lipsește. Refaceți totalurile."),
        Row("BR-DEC-13", "BT-110", always),
        Row("BR-DEC-15", "BT-111", always),
        *vat.ROOT_ROWS,
    ),
    context(
        LINE,
        Row("BR-21", "BT-126", FILLED),
        Row("BR-22", "BT-129", either("InvoicedQuantity", "CreditedQuantity"), "{label} lipsește. Completați cantitatea."),
        Row(
            "BR-23",
            "BT-130",
            either("InvoicedQuantity/@unitCode", "CreditedQuantity/@unitCode"),
            "{label} lipsește. Alegeți unitatea de măsură.",
        ),
        Row("BR-24", "BT-131", PRESENT),
        Row("BR-25", "BT-153", FILLED),
        Row("BR-26", "BT-146", PRESENT),
        Row("BR-28", "BT-148", checks.price_base, "{label} nu poate fi negativ. Corectați prețul."),
        Row("BR-CO-04", "BT-151", checks.line_vat_category, VAT_CATEGORY),
        Row("BR-DEC-23", "BT-131", TWO_DECIMALS),
        base="InvoiceLine",
    ),
    context(
        "InvoiceLine/AllowanceCharge|CreditNoteLine/AllowanceCharge",
        *_adjustment("BT-136", "BT-137", "", "BT-139", LINE_ALLOWANCE),
        base="InvoiceLine/AllowanceCharge",
        given=is_allowance,
    ),
    context(
        "InvoiceLine/AllowanceCharge|CreditNoteLine/AllowanceCharge",
        *_adjustment("BT-141", "BT-142", "", "BT-144", LINE_CHARGE),
        base="InvoiceLine/AllowanceCharge",
        given=is_charge,
    ),
    context(
        "InvoiceLine/InvoicePeriod|CreditNoteLine/InvoicePeriod",
        Row("BR-30", "BT-135", checks.in_order, PERIOD),
        Row("BR-CO-20", "BG-26", either("StartDate", "EndDate"), "{label} nu are nici început, nici sfârșit. Completați o dată."),
        base="InvoiceLine/InvoicePeriod",
    ),
    context(
        "InvoicePeriod",
        Row("BR-29", "BT-74", checks.in_order, PERIOD),
        Row(
            "BR-CO-19",
            "BG-14",
            either("StartDate", "EndDate", "DescriptionCode"),
            "{label} nu are nici început, nici sfârșit, nici cod de exigibilitate. Completați una din ele.",
        ),
        base="InvoicePeriod",
    ),
    context(
        "AdditionalItemProperty",
        Row(
            "BR-54",
            "BG-32",
            lambda node, doc: bool(node.kids.get("Name") and node.kids.get("Value")),
            "{label} trebuie să aibă nume și valoare. Completați-le.",
        ),
        base="InvoiceLine/Item/AdditionalItemProperty",
    ),
    context(
        "InvoiceLine/Item/CommodityClassification/ItemClassificationCode|CreditNoteLine/Item/CommodityClassification/ItemClassificationCode",
        Row("BR-65", "BT-158", PRESENT, SCHEME, path="@listID"),
    ),
    context(
        "InvoiceLine/Item/StandardItemIdentification/ID|CreditNoteLine/Item/StandardItemIdentification/ID",
        Row("BR-64", "BT-157", PRESENT, SCHEME, path="@schemeID"),
    ),
    context(
        "/Invoice/Note|/CreditNote/Note",
        Row(
            "BR-CL-08",
            "BT-21",
            checks.note_subject,
            "Textul dintre primele două # din mențiune nu este un cod de subiect. Ștergeți semnele #.",
        ),
        base="Note",
    ),
    context(
        "PayeeParty",
        Row(
            "BR-17",
            "BT-59",
            checks.payee_is_another,
            "{label} lipsește sau este cel al emitentului. Scrieți alt beneficiar sau ștergeți-l.",
        ),
        base="PayeeParty",
    ),
    context(
        "PaymentMeans/PayeeFinancialAccount",
        Row("BR-50", "BT-84", FILLED),
        base="PaymentMeans/PayeeFinancialAccount",
        given=lambda node: bool({"30", "58"} & set(texts(node.parent, ("PaymentMeansCode",)))),
    ),
    context(
        "PaymentMeans",
        Row("BR-49", "BT-81", PRESENT),
        Row(
            "BR-61",
            "BT-84",
            checks.iban_for_transfer,
            "Plata prin transfer cere contul (IBAN). Completați contul sau schimbați modalitatea de plată.",
        ),
        base="PaymentMeans",
    ),
    context("BillingReference", Row("BR-55", "BT-25", PRESENT), base="BillingReference"),
    context(
        "AccountingSupplierParty",
        Row(
            "BR-CO-26",
            "BT-30",
            checks.seller_identified,
            "Emitentul nu are nici identificator, nici număr de înregistrare, nici cod de TVA. Completați unul.",
        ),
        base="AccountingSupplierParty",
    ),
    context("AccountingSupplierParty/Party/EndpointID", Row("BR-62", "BT-34", PRESENT, SCHEME, path="@schemeID")),
    context(
        "AccountingSupplierParty/Party/PostalAddress",
        Row("BR-09", "BT-40", FILLED),
        base="AccountingSupplierParty/Party/PostalAddress",
    ),
    context(
        "TaxRepresentativeParty",
        Row("BR-18", "BT-62", FILLED),
        Row("BR-19", "BG-12", PRESENT),
        Row("BR-56", "BT-63", checks.vat_scheme_id("PartyTaxScheme"), "{label} lipsește. Completați-l."),
        base="TaxRepresentativeParty",
    ),
    context("TaxRepresentativeParty/PostalAddress", Row("BR-20", "BT-69", FILLED), base="TaxRepresentativeParty/PostalAddress"),
    context(
        "/Invoice/TaxTotal|/CreditNote/TaxTotal",
        Row("BR-CO-14", "BT-110", checks.vat_adds_up, SUM.replace("{what}", "suma TVA pe categorii")),
        base="TaxTotal",
    ),
    context(
        "TaxTotal/TaxSubtotal",
        Row("BR-45", "BT-116", PRESENT),
        Row("BR-46", "BT-117", PRESENT),
        Row("BR-47", "BT-118", checks.vat_category, VAT_CATEGORY),
        Row("BR-48", "BT-119", checks.vat_rate, "{label} lipsește. Alegeți cota."),
        Row("BR-CO-17", "BT-117", checks.vat_fits_rate, SUM.replace("{what}", "baza înmulțită cu cota")),
        Row("BR-DEC-19", "BT-116", TWO_DECIMALS),
        Row("BR-DEC-20", "BT-117", TWO_DECIMALS),
        base="TaxTotal/TaxSubtotal",
    ),
    context(
        "PartyTaxScheme",
        Row(
            "BR-CO-09",
            "BT-31",
            checks.country_prefix,
            "Codul de TVA „{value}” nu începe cu codul țării, ca RO. Adăugați prefixul sau mutați codul la codul fiscal.",
            path="CompanyID",
            anywhere=True,
        ),
        given=has_vat_scheme,
    ),
    *vat.CONTEXTS,
]
