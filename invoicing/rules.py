"""What a document must be before it is issued or revised; nothing here writes."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal

from catalog.actions import rate_in_force
from catalog.kept import offered
from companies.models import is_cash_vat
from invoicing.models import Document, DocumentLine, InvoiceType, Kind
from invoicing.types import E_INVOICES
from lib.dates import bucharest_today
from lib.errors import require
from lib.formats import date_ro
from lib.money import ZERO
from partners.models import Partner
from partners.rules import require_agreement

FUTURE_DAYS = 31
# Reverse charge holds for these only from a value on, without VAT, on one invoice. Source: CF art. 331 (2) i-k, (7)
FROM_A_VALUE, LEAST_REVERSED = ("ae-telefoane", "ae-circuite", "ae-laptopuri"), Decimal(22500)


def require_complete(document: Document, lines: Sequence[DocumentLine]) -> None:
    """The buyer, the lines and the dates that an issued document needs (CF art. 319 (20))."""
    partner = document.partner
    require(partner, "no_partner", "Alegeți clientul.", "partner")
    require(
        partner.active, "partner_inactive", f"{partner.name} este inactiv în nomenclator. Activați clientul sau alegeți altul.", "partner"
    )
    require(
        document.kind not in E_INVOICES or partner.kind == Partner.Kind.NATURAL or _is_identified(document, partner),
        "partner_incomplete",
        f"{partner.name} nu are CIF-ul și adresa completate (Cod fiscal art. 319). Completați-le în fișa clientului.",
        "partner",
    )
    require_agreement(partner, "partner")
    require(lines, "document_empty", "Adăugați cel puțin o linie înainte de emitere.", "lines")
    for line in lines:
        require(line.name and line.quantity, "line_incomplete", f"Linia {line.position} nu are denumire sau cantitate.", "lines")
    require_dates(document)
    if document.discount_amount:
        _require_discount(document.allowance, sum((line.net for line in lines if not line.advance_id), ZERO))


def _require_discount(allowance: Decimal, lines_net: Decimal) -> None:
    """A discount on the whole lowers it, and leaves it on its side of zero. Refuses: discount_over_total."""
    at = "discount_amount"
    require(allowance * lines_net >= 0, "discount_over_total", "Discountul scade valoarea: scrieți-l cu semnul liniilor.", at)
    require(abs(allowance) <= abs(lines_net), "discount_over_total", "Discountul este mai mare decât valoarea liniilor.", at)


def require_dates(document: Document) -> None:
    """Not far in the future, and due no sooner than issued. Refuses: date_in_future, due_before_issue."""
    today = bucharest_today()
    require(
        document.issue_date <= today + timedelta(days=FUTURE_DAYS),
        "date_in_future",
        f"Data documentului este prea departe în viitor; cel mult {date_ro(today + timedelta(days=FUTURE_DAYS))}.",
        "issue_date",
    )
    require(
        document.due_date is None or document.due_date >= document.issue_date,
        "due_before_issue",
        "Scadența este înaintea datei documentului.",
        "due_date",
    )


def require_vat(document: Document, lines: Sequence[DocumentLine]) -> None:
    """Each line's treatment must hold for this seller, this buyer and this day. Source: CF 310 (10), 294 (2^1), 331; BR-O-11."""
    on, partner = document.delivery_date or document.issue_date, document.partner
    possible = {rate.pk for rate in offered(on, payer=document.vat_payer)}
    for line in lines:
        require(
            line.advance_id or line.vat_rate_id in possible,  # an advance is taken back at its own rate (CF art. 282 (9))
            "vat_not_offered",
            f"Linia {line.position}: „{line.vat_name}” nu se poate folosi la {date_ro(on)}"
            + (". Alegeți o cotă în vigoare." if document.vat_payer else ": firma nu este plătitoare de TVA la această dată."),
            "lines",
        )
    categories = {line.category for line in lines}
    for category in categories - {"S"}:
        reasons = {(x.exemption_code, x.mention) for x in lines if x.category == category}
        require(
            len(reasons) == 1,
            "vat_mixed_exemptions",
            "Pe un document poate sta un singur motiv de scutire din fiecare categorie (e-Factura). Faceți documente separate.",
            "lines",
        )
    require(
        "O" not in categories or len(categories) == 1,
        "vat_mixed_with_outside",
        "Sumele din afara TVA nu pot sta pe aceeași factură cu cele cu TVA (e-Factura, BR-O-11). Faceți un document separat.",
        "lines",
    )
    _require_reversed_value(document, lines)
    reverse_at_home = any(line.category == "AE" and partner.country == "RO" for line in lines)
    require(
        not reverse_at_home or partner.vat_payer,
        "vat_buyer_not_payer",
        f"Taxarea inversă cere ca {partner.name} să fie plătitor de TVA (Cod fiscal art. 331).",
        "partner",
    )
    require(
        "K" not in categories or (partner.country != "RO" and partner.identity[:2].isalpha()),
        "vat_buyer_not_eu",
        f"Livrarea intracomunitară cere codul de TVA al clientului din alt stat membru; {partner.name} nu îl are.",
        "partner",
    )


def _require_reversed_value(document: Document, lines: Sequence[DocumentLine]) -> None:
    """Refuses: vat_reverse_too_small."""
    goods = [line for line in lines if line.vat_rate.slug in FROM_A_VALUE and not line.advance_id]
    value = sum((line.net for line in goods), ZERO) * document.exchange_rate
    require(
        not goods or abs(value) >= LEAST_REVERSED,
        "vat_reverse_too_small",
        "Pentru telefoane, circuite integrate, console, tablete și laptopuri taxarea inversă se aplică de la 22.500 lei fără TVA pe factură"
        " (Cod fiscal art. 331 alin. (7)). Alegeți o cotă de TVA.",
        "lines",
    )


def _is_identified(document: Document, partner: Partner) -> bool:
    """A simplified invoice may leave the address out, never the fiscal code. Source: CF art. 319 (20) f, (21)."""
    whole = (partner.street and partner.city) or document.invoice_type == InvoiceType.SIMPLIFIED
    return bool(partner.cif and whole)


def on_collection(document: Document, lines: Sequence[DocumentLine], *, cash_vat: bool | None = None) -> bool:
    """Whether TVA la încasare applies: the company uses it that day and some line is not excluded (CF 282 (6)).

    `cash_vat` says whether the company uses it, if that is known already.
    """
    if document.kind != Kind.INVOICE or not document.vat_payer:
        return False
    if not any(line.vat_rate.on_collection for line in lines):
        return False
    return is_cash_vat(document.issue_date) if cash_vat is None else cash_vat


def take_rate(document: Document) -> None:
    """The BNR rate of the legal day, unless a person typed one. Source: CF 290 (2), norms pct. 35."""
    if document.currency == "RON" or document.rate_source == "manual":
        return
    rate = rate_in_force(document.currency, document.delivery_date or document.issue_date)
    document.exchange_rate, document.rate_date, document.rate_source = rate.rate, rate.date, rate.source
