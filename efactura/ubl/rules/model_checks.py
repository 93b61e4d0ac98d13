"""The checks of the EN 16931 model that need more than a line. Each is one official assertion, or the kernel of a few like it."""

import re
from collections.abc import Callable
from decimal import Decimal

from efactura.ubl.checks import Holds, has_vat_scheme
from efactura.ubl.codes import ORDERED
from efactura.ubl.node import ZERO, Document, Node, add, decimal, decimals, only, select, squeeze, steps, texts, two_places, whole
from efactura.ubl.rules.vat import near_tax

# Sums


def _equal(left: Decimal | None, right: Decimal | None) -> bool:
    """XPath `=` on at most one value a side: nothing equals nothing."""
    return left is not None and left == right


def _amount(node: Node, name: str) -> Decimal | None:
    text = only(texts(node, (name,)))
    return decimal(text) if text else None


def _round_sum(*terms: Decimal | None) -> Decimal | None:
    """round((a + b - c) * 100) div 100; nothing as soon as a term is missing."""
    return None if None in terms else two_places(add(terms))


def _minus(value: Decimal | None) -> Decimal | None:
    return None if value is None else value.copy_negate()


def lines_add_up(node: Node, doc: Document) -> bool:
    lines = doc.named.get("InvoiceLine", []) + doc.named.get("CreditNoteLine", [])
    return _equal(
        _amount(node, "LineExtensionAmount"), two_places(add(n for line in lines for n in decimals(line, ("LineExtensionAmount",))))
    )


def adjustments_add_up(name: str, kind: Callable[[Node], bool]) -> Holds:
    def holds(node: Node, doc: Document) -> bool:
        total = _amount(node, name)
        found = [each for each in node.parent.kids.get("AllowanceCharge", ()) if kind(each)]
        return _equal(total, two_places(add(n for each in found for n in decimals(each, ("Amount",))))) or (total is None and not found)

    return holds


def net_adds_up(node: Node, doc: Document) -> bool:
    lines, net = _amount(node, "LineExtensionAmount"), _amount(node, "TaxExclusiveAmount")
    plus, minus = _amount(node, "ChargeTotalAmount"), _amount(node, "AllowanceTotalAmount")
    if plus is None and minus is None:
        return _equal(net, lines)
    return _equal(net, _round_sum(lines, ZERO if plus is None else plus, ZERO if minus is None else _minus(minus)))


def due_adds_up(node: Node, doc: Document) -> bool:
    gross, due = _amount(node, "TaxInclusiveAmount"), _amount(node, "PayableAmount")
    paid, rounding = _amount(node, "PrepaidAmount"), _amount(node, "PayableRoundingAmount")
    if rounding is None:
        return _equal(due, gross if paid is None else _round_sum(gross, _minus(paid)))
    return _equal(_round_sum(due, _minus(rounding)), gross if paid is None else _round_sum(gross, _minus(paid)))


def gross_adds_up(node: Node, doc: Document) -> bool:
    """BR-CO-15: exactly one VAT total in the currency of the invoice, and net + VAT = gross."""
    for currency in texts(node, ("DocumentCurrencyCode",)):
        taxes = [tax for tax in select(node, ("TaxTotal", "TaxAmount")) if tax.attributes.get("currencyID") == currency]
        if len(taxes) != 1:
            return False
        for total in select(node, ("LegalMonetaryTotal",)):
            net, gross = _amount(total, "TaxExclusiveAmount"), _amount(total, "TaxInclusiveAmount")
            if not _equal(gross, _round_sum(net, decimal(taxes[0].text))):
                return False
    return True


def vat_adds_up(node: Node, doc: Document) -> bool:
    subtotals = select(node, ("TaxSubtotal",))
    total = add(n for each in subtotals for n in decimals(each, ("TaxAmount",)))
    return not subtotals or _equal(_amount(node, "TaxAmount"), two_places(total))


def vat_fits_rate(node: Node, doc: Document) -> bool:
    taxes, bases = decimals(node, ("TaxAmount",)), decimals(node, ("TaxableAmount",))
    rates = [rate for each in _vat_categories(node) for rate in decimals(each, ("Percent",))]
    if not rates or whole(rates[0]) == 0:
        return bool(taxes) and whole(taxes[0]) == 0
    return bool(taxes and bases) and near_tax(taxes[0], bases[0], rates[0])


def _vat_categories(node: Node) -> list[Node]:
    return [each for each in select(node, ("TaxCategory",)) if has_vat_scheme(each)]


# Presence


def vat_category(node: Node, doc: Document) -> bool:
    return any(select(each, ("ID",)) for each in _vat_categories(node))


def vat_rate(node: Node, doc: Document) -> bool:
    found = _vat_categories(node)
    return any(select(each, ("Percent",)) or squeeze(only(texts(each, ("ID",)))) == "O" for each in found)


def line_vat_category(node: Node, doc: Document) -> bool:
    return any(has_vat_scheme(each) and select(each, ("ID",)) for each in select(node, ("Item", "ClassifiedTaxCategory")))


def vat_currency_total(node: Node, doc: Document) -> bool:
    totals = doc.all(("TaxTotal", "TaxAmount")) if node.kids.get("TaxCurrencyCode") else []
    return all(any(tax.attributes.get("currencyID") == code for tax in totals) for code in texts(node, ("TaxCurrencyCode",)))


def one_tax_point(node: Node, doc: Document) -> bool:
    return not (texts(node, ("TaxPointDate",)) and texts(node, ("InvoicePeriod", "DescriptionCode")))


def due_date_or_terms(node: Node, doc: Document) -> bool:
    return decimal(node.text) <= 0 or "DueDate" in doc.named or bool(doc.all(("PaymentTerms", "Note")))


def vat_scheme_id(path: str) -> Holds:
    return lambda node, doc: any(has_vat_scheme(each) and select(each, ("CompanyID",)) for each in select(node, steps(path)))


def seller_identified(node: Node, doc: Document) -> bool:
    legal = texts(node, ("Party", "PartyIdentification", "ID")) or texts(node, ("Party", "PartyLegalEntity", "CompanyID"))
    return bool(legal) or vat_scheme_id("Party/PartyTaxScheme")(node, doc)


def payee_is_another(node: Node, doc: Document) -> bool:
    names, ids = ("PartyName", "Name"), ("PartyIdentification", "ID")
    seller = [party for each in node.parent.kids.get("AccountingSupplierParty", ()) for party in select(each, ("Party",))]
    same = any(set(texts(node, path)) & set(texts(party, path)) for party in seller for path in (names, ids))
    return bool(texts(node, names)) and not same


def iban_for_transfer(node: Node, doc: Document) -> bool:
    return squeeze(only(texts(node, ("PaymentMeansCode",)))) not in ("30", "58") or bool(texts(node, ("PayeeFinancialAccount", "ID")))


def price_base(node: Node, doc: Document) -> bool:
    bases = decimals(node, ("Price", "AllowanceCharge", "BaseAmount"))
    return not bases or any(base >= 0 for base in bases)


def country_prefix(node: Node, doc: Document) -> bool:
    return only(texts(node, ("CompanyID",)))[:2] in VAT_COUNTRIES


# As the rule writes it: the first two characters are looked for in one string. EL is Greece's prefix for VAT.
VAT_COUNTRIES = f" {' '.join(ORDERED['country'])} EL "
NOTE_SUBJECTS = f" {' '.join(ORDERED['note-subject'])} "


def note_subject(node: Node, doc: Document) -> bool:
    """What stands between the first two # of a note is a subject code if it has three characters."""
    subject, closed, _ = node.text.partition("#")[2].partition("#")
    return not closed or len(subject) != 3 or subject in NOTE_SUBJECTS


def in_order(node: Node, doc: Document) -> bool:
    """The end of a period is not before its start."""
    starts, ends = texts(node, ("StartDate",)), texts(node, ("EndDate",))
    return not (starts and ends) or _instant(only(ends)) >= _instant(only(starts))


def _instant(text: str) -> int:
    """Minutes from the year 0 to the start of a day, in its time zone if it names one; only good for comparing."""
    sign, year, month, day, zone = re.fullmatch(r"\s*(-?)([0-9]+)-([0-9]{2})-([0-9]{2})(.*?)\s*", text).groups()
    years = int(sign + year) - (int(month) <= 2)
    days = 365 * years + years // 4 - years // 100 + years // 400 + (153 * ((int(month) + 9) % 12) + 2) // 5 + int(day)
    offset = 0 if zone in ("", "Z") else int(zone[0] + "1") * (int(zone[1:3]) * 60 + int(zone[4:6]))
    return days * 1440 - offset
