"""What an invoice is for: an advance, a simplified invoice, a corrected one, one for a fiscal receipt; and self-billing.

Each has its title, its rules and, in e-Factura, its type code (efactura/xml/document.py).
"""

from collections.abc import Sequence
from decimal import Decimal

from catalog.actions import rate_in_force
from invoicing.models import Document, DocumentLine, InvoiceType, Kind
from lib.dates import bucharest_today
from lib.errors import Refused, require
from lib.formats import ron
from lib.money import money
from partners.models import Partner

E_INVOICES = (Kind.INVOICE, Kind.SELF_BILLED)  # what leaves through e-Factura
TITLES = {
    InvoiceType.ADVANCE: ("Factură de avans", "Advance invoice"),
    InvoiceType.SIMPLIFIED: ("Factură simplificată", "Simplified invoice"),
    InvoiceType.CORRECTIVE: ("Factură corectată", "Corrected invoice"),
}
EXPLAINED = [
    (InvoiceType.STANDARD, "Factură", "factura obișnuită; poate regulariza avansuri"),
    (InvoiceType.ADVANCE, "Factură de avans", "pentru bani primiți înainte de livrare; se regularizează cu minus pe factura finală"),
    (
        InvoiceType.SIMPLIFIED,
        "Factură simplificată",
        "cel mult 100 de euro cu TVA, sau orice sumă pentru cine nu este plătitor de TVA; adresa clientului poate lipsi",
    ),
    (
        InvoiceType.CORRECTIVE,
        "Factură corectată (384)",
        "spune corect o factură greșită și o numește; doar pentru ciorne făcute cu „Corectează”",
    ),
    (InvoiceType.RECEIPTED, "Factură la bon fiscal (751)", "pentru o vânzare trecută deja pe bon; ANAF nu o adună a doua oară"),
]
SIMPLIFIED_LIMIT = Decimal(100)  # EUR with VAT. Source: CF art. 319 (12) a


def require_type(document: Document, lines: Sequence[DocumentLine]) -> None:
    """What the type asks of a document that stands for itself; its parties, lines and rate are checked before.

    Refuses: type_of_other_kind, self_billing_agreement_missing, supplier_not_legal, supplier_abroad, advance_not_positive,
    advance_intra_eu, simplified_over_limit, simplified_abroad, rate_missing, corrective_without_original, receipt_missing,
    collection_in_future.
    """
    kind = document.kind
    require(
        kind == Kind.INVOICE or document.invoice_type == InvoiceType.STANDARD,
        "type_of_other_kind",
        "Felul ales este doar pentru facturi.",
        "invoice_type",
    )
    if kind == Kind.SELF_BILLED:
        _require_self_billing(document)
    categories = {line.category for line in lines}
    match document.invoice_type:
        case InvoiceType.ADVANCE:
            require(document.total > 0, "advance_not_positive", "O factură de avans are o valoare mai mare decât zero.", "lines")
            require(
                "K" not in categories,
                "advance_intra_eu",
                "Pentru avansul unei livrări intracomunitare nu se emite factură (norme, pct. 95). Emiteți proformă.",
                "lines",
            )
        case InvoiceType.SIMPLIFIED:
            _require_simplified(document, categories)
        case InvoiceType.CORRECTIVE:
            require(
                document.corrects_id is not None,
                "corrective_without_original",
                "Tipul 384 numește factura pe care o corectează: porniți de la ea, cu butonul Corectează.",
                "invoice_type",
            )
        case InvoiceType.RECEIPTED:
            require(
                document.fiscal_receipt,
                "receipt_missing",
                "Scrieți numărul și data bonului fiscal, de exemplu „0123 din 22.11.2026”.",
                "fiscal_receipt",
            )
    if not document.vat_on_collection:
        document.collection_date = None  # there BT-7 comes by itself (R21)
    require(
        document.collection_date is None or document.collection_date <= bucharest_today(),
        "collection_in_future",
        "Data încasării nu poate fi în viitor: banii trebuie să fi venit.",
        "collection_date",
    )


def _require_self_billing(document: Document) -> None:
    """Source: CF art. 319 (5), norms pct. 96: an agreement made before."""
    require(
        document.partner.kind == Partner.Kind.LEGAL,
        "supplier_not_legal",
        "Autofactura se emite în numele unui furnizor persoană impozabilă, nu al unei persoane fizice.",
        "partner",
    )
    require(
        document.partner.country == "RO",
        "supplier_abroad",
        "Autofactura se emite în numele unui furnizor din România; pentru achiziții din afară furnizorul emite factura.",
        "partner",
    )
    require(
        document.contract_reference,
        "self_billing_agreement_missing",
        "Autofacturarea cere un acord prealabil cu furnizorul (norme, pct. 96): scrieți-l la Nr. contract.",
        "contract_reference",
    )


def _require_simplified(document: Document, categories: set[str]) -> None:
    """Source: CF art. 319 (12), (13): 100 euro with VAT; of one who is not registered for VAT (art. 310) any value."""
    partner = document.partner
    require(
        "K" not in categories and (partner.country == "RO" or partner.kind == Partner.Kind.LEGAL),
        "simplified_abroad",
        "Pentru livrări intracomunitare și vânzări la distanță factura nu poate fi simplificată.",
        "invoice_type",
    )
    if not document.vat_payer:
        return
    limit = _simplified_limit(document)
    require(
        abs(money(document.total * document.exchange_rate)) <= limit,
        "simplified_over_limit",
        f"Factura simplificată este pentru cel mult 100 de euro cu TVA, adică {ron(limit)} lei. Alegeți felul Factură.",
        "invoice_type",
    )


def _simplified_limit(document: Document) -> Decimal:
    """The limit in lei. Without a rate it is the type that waits: such an invoice in lei has no field for a rate of its own."""
    try:
        rate = rate_in_force("EUR", document.delivery_date or document.issue_date)
    except Refused as refusal:
        sentence = (
            "Factura simplificată are o limită de 100 de euro, la cursul BNR de dinaintea zilei ei, iar acel curs lipsește. "
            "Alegeți felul Factură sau reveniți după ce cursul se citește (Nomenclatoare › Curs BNR)."
        )
        raise Refused("rate_missing", sentence, "invoice_type") from refusal
    return money(SIMPLIFIED_LIMIT * rate.rate)
