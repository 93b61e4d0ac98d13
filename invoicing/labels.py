"""The words of the printed form in its languages. A document in both prints the Romanian word, the English one beside it."""

from functools import cache

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from catalog.reference import UNITS
from invoicing import types
from invoicing.models import Document, InvoiceType, Kind
from lib.formats import date_ro
from partners.models import Language

TITLES = {
    Kind.INVOICE: ("Factură", "Invoice"),
    Kind.PROFORMA: ("Factură proformă", "Proforma invoice"),
    Kind.DELIVERY_NOTE: ("Aviz de însoțire a mărfii", "Delivery note"),
    Kind.RECEIPT: ("Chitanță", "Receipt"),
    Kind.SELF_BILLED: ("Autofactură", "Self-billed invoice"),
}

STORNO = ("Factură storno", "Credit invoice")

LABELS = {
    "storno_of": ("Storno la factura {number} din {date}", "Credit for invoice {number} of {date}"),
    "corrects": ("Corectează factura {number} din {date}", "Corrects invoice {number} of {date}"),
    "self_billed": ("autofactură", "self-billing"),
    "fiscal_receipt": ("Factură încasată cu bon fiscal", "Invoice paid with fiscal receipt"),
    "collection_date": ("Data încasării", "Date of payment"),
    "receiving_reference": ("Recepția", "Receiving advice"),
    "despatch_reference": ("Avizul", "Delivery note"),
    "delivery_place": ("Locul livrării", "Delivered to"),
    "payee": ("Plata se face către", "Payable to"),
    "number_later": ("numărul se ia la emitere", "numbered at issue"),
    "issue_date": ("Data emiterii", "Issue date"),
    "delivery_date": ("Data livrării", "Delivery date"),
    "valid_until": ("Valabilă până la", "Valid until"),
    "dispatched": ("Data și ora expedierii", "Dispatched"),
    "form": ("cod 14-3-6A", "form 14-3-6A"),
    "not_fiscal": (
        "Factura proformă nu este document fiscal și nu dă drept de deducere a TVA. După plată se emite factura.",
        "A proforma invoice is not a fiscal document and gives no right to deduct VAT. The invoice follows after payment.",
    ),
    "invoice_follows": ("Urmează factură", "Invoice follows"),
    "no_invoice": ("Fără factură", "No invoice"),
    "processing": ("Pentru prelucrare la terți", "For processing by third parties"),
    "ship_from": ("Locul încărcării", "Loaded at"),
    "ship_to": ("Locul descărcării", "Unloaded at"),
    "dispatch": ("Date privind expediția", "Dispatch"),
    "delivered": ("Cantitate livrată", "Delivered"),
    "delegate_name": ("Numele delegatului", "Delegate"),
    "signed_by_seller": ("Semnătura și ștampila furnizorului", "Supplier's signature"),
    "signed_by_delegate": ("Semnătura delegatului", "Delegate's signature"),
    "signed_by_buyer": ("Semnătura de primire", "Received by"),
    "due_date": ("Scadența", "Due date"),
    "seller": ("Furnizor", "Seller"),
    "buyer": ("Client", "Buyer"),
    "no_buyer": ("alegeți clientul", "no buyer yet"),
    "cif": ("CIF", "Tax ID"),
    "cnp": ("CNP", "Personal ID"),
    "vat_number": ("Cod TVA", "VAT number"),
    "reg_no": ("Reg. com.", "Trade register"),
    "address": ("Adresă", "Address"),
    "workplace": ("Punct de lucru", "Place of business"),
    "workplace_cif": ("CIF punct de lucru", "Tax ID of the place"),
    "share_capital": ("Capital social", "Share capital"),
    "iban": ("IBAN", "IBAN"),
    "phone": ("Telefon", "Phone"),
    "email": ("E-mail", "E-mail"),
    "website": ("Site", "Website"),
    "contact": ("Contact", "Contact"),
    "position": ("Nr.", "No."),
    "item": ("Denumirea produselor sau serviciilor", "Goods or services"),
    "unit": ("U.M.", "Unit"),
    "quantity": ("Cantitate", "Quantity"),
    "price": ("Preț unitar", "Unit price"),
    "price_without_vat": ("Preț unitar fără\N{NO-BREAK SPACE}TVA", "Unit price without\N{NO-BREAK SPACE}VAT"),
    "gross_price": ("Preț unitar cu\N{NO-BREAK SPACE}TVA", "Unit price with\N{NO-BREAK SPACE}VAT"),
    "code": ("Cod", "Code"),
    "barcode": ("Cod de bare", "Barcode"),
    "gross": ("Valoare cu\N{NO-BREAK SPACE}TVA", "Value with\N{NO-BREAK SPACE}VAT"),
    "discount": ("Discount", "Discount"),
    "value": ("Valoare", "Value"),
    "value_without_vat": ("Valoare fără\N{NO-BREAK SPACE}TVA", "Value without\N{NO-BREAK SPACE}VAT"),
    "vat_rate": ("Cotă TVA", "VAT rate"),
    "vat": ("TVA", "VAT"),
    "vat_breakdown": ("TVA pe cote", "VAT breakdown"),
    "taxable": ("Baza", "Taxable"),
    "in_lei": ("în lei", "in RON"),
    "total_vat_in_lei": ("Total TVA în lei", "Total VAT in RON"),
    "total_in_lei": ("Total în lei", "Total in RON"),
    "lei": ("lei", "RON"),
    "exempt": ("scutit", "exempt"),
    "margin": ("marjă", "margin"),
    "reverse": ("inversă", "reverse"),
    "outside": ("–", "–"),
    "lines_total": ("Total poziții", "Total of items"),
    "total_without_vat": ("Total fără TVA", "Total without VAT"),
    "total_vat": ("Total TVA", "Total VAT"),
    "total_due": ("Total de plată", "Total due"),
    "total": ("Total", "Total"),
    "rate": ("Curs", "Exchange rate"),
    "rate_agreed": ("Curs convenit", "Agreed rate"),
    "of_date": ("din", "of"),
    "vat_on_collection": ("TVA la încasare", "VAT on collection (cash accounting)"),
    "mentions": ("Mențiuni", "Notes"),
    "attachments": ("Fișiere atașate", "Attached files"),
    "order_reference": ("Comanda", "Order"),
    "contract_reference": ("Contractul", "Contract"),
    "buyer_reference": ("Referința clientului", "Buyer reference"),
    "issuer": ("Întocmit de", "Issued by"),
    "delegate": ("Delegat", "Delegate"),
    "delegate_id": ("act de identitate", "identity document"),
    "transport": ("Mijloc de transport", "Means of transport"),
    "payment_data": ("Date de plată", "Payment data"),
    "payment_scan": ("Scanați codul pentru a copia contul și suma.", "Scan the code for the account and the amount."),
    "payment_scan_sepa": ("Scanați codul în aplicația băncii (plată SEPA).", "Scan the code in your banking app (SEPA transfer)."),
    "payment_code": ("Cod QR cu datele de plată", "QR code with the payment data"),
    "stamp": ("Semnătura și ștampila", "Signature and stamp"),
    "signature": (
        "Factura circulă fără semnătură și ștampilă, cf. art. 319 alin. (29) din Legea 227/2015 (Codul fiscal).",
        "Valid without signature and stamp, art. 319 (29) of Law 227/2015 (Romanian Tax Code).",
    ),
    "draft": ("CIORNĂ", "DRAFT"),
    "cancelled": ("ANULATĂ", "CANCELLED"),
    "page": ("Pagina", "Page"),
    "of": ("din", "of"),
    "items": ("Total poziții", "Items"),
    "brought_forward": ("Report", "Brought forward"),
    "carried_forward": ("De reportat", "Carried forward"),
}


UNITS_EN = {name: english for name, _, english in UNITS}


@cache
def labels(language: str) -> dict[str, SafeString]:
    """Every label as the form prints it; in both languages the English one stands in a span of its own."""
    return {name: _markup(both, language) for name, both in LABELS.items()}


def title(document: Document) -> SafeString:
    """What the document calls itself: Factură, Invoice, or both; Factură storno."""
    return _markup(_title(document), document.language)


def reference(name: str, other: Document, language: str) -> SafeString:
    """The sentence that names another document with its number and date ("storno_of", "corrects"). Source: CF art. 330 (1)."""
    words = {"number": other.label, "date": date_ro(other.issue_date)}
    romanian, english = (sentence.format(**words) for sentence in LABELS[name])
    if language == Language.BOTH:
        return format_html('{}<span class="en" lang="en">{}</span>', romanian, english)
    return format_html("{}", english if language == Language.EN else romanian)


@cache
def plain_labels(language: str) -> dict[str, str]:
    """Every label without markup, for attributes and the margins of a page; a document in both languages speaks Romanian there."""
    return {name: _one(both, language) for name, both in LABELS.items()}


def unit(name: str, language: str) -> SafeString:
    """A unit of measure; one that a person made up stays as it is."""
    english = UNITS_EN.get(name, name)
    if language == Language.BOTH and english != name:
        return format_html('{}<span class="en" lang="en">{}</span>', name, english)
    return format_html("{}", english if language == Language.EN else name)


def plain_title(document: Document, language: str) -> str:
    return _one(_title(document), language)


def _title(document: Document) -> tuple[str, str]:
    return STORNO if document.is_storno else types.TITLES.get(InvoiceType(document.invoice_type), TITLES[Kind(document.kind)])


def _one(both: tuple[str, str], language: str) -> str:
    return both[1] if language == Language.EN else both[0]


def _markup(both: tuple[str, str], language: str) -> SafeString:
    romanian, english = both
    if language == Language.BOTH and romanian != english:
        return format_html('{}<span class="en" lang="en">{}</span>', romanian, english)
    return mark_safe(_one(both, language))  # noqa: S308  # our own words, above
