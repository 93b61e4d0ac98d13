"""Find documents and payments by what people type: a number, a series with a number, an amount, a client's name or CIF.

Clients and series are resolved first, in a few bounded queries, so that an index answers whatever is typed over a million rows.
"""

import re

from django.db.models import Q, QuerySet

from invoicing.models import Document, Payment, PaymentAllocation, Series
from lib.formats import parse_decimal
from lib.text import searchable
from partners.models import Partner

FEW_PARTNERS, FEW_ROWS = 1000, 2000
CODE_DIGITS = 5  # fewer digits are a document's number; from here on they may also begin a CIF or a phone number
NUMBERED = re.compile(r"(.*?)[\s\-/.]*0*(\d{1,9})")
AMOUNT = re.compile(r"-?[\d. ]+,\d{2}")
NOTHING = Q(pk__in=[])


def documents_matching(text: str) -> Q:
    """The condition that `text` puts on documents. At most four queries run here."""
    if AMOUNT.fullmatch(text):
        return Q(total_ron=parse_decimal(text))
    if not searchable(text):
        return NOTHING
    numbered = documents_numbered(text)
    if _is_short(text) or (numbered != NOTHING and not text.isdecimal()):
        return numbered
    by_partner = Document.objects.order_by("partner", "-issue_date", "-id")  # as the index document_by_partner stands
    return numbered | _of_partners(text, by_partner)


def documents_numbered(text: str) -> Q:
    """Documents by number alone ("12", "0012"), or by series and number ("FCT 12", "fct-0012")."""
    match = NUMBERED.fullmatch(text)
    if not match:
        return NOTHING
    prefix, number = _plain(match[1]), int(match[2])
    if not prefix:
        return Q(number=number)
    series = [pk for pk, name in Series.objects.values_list("pk", "name") if _plain(name) == prefix]
    return Q(series__in=series, number=number) if series else NOTHING


def payments_matching(text: str) -> Q:
    """The condition that `text` puts on payments: an amount, a reference, a document that they cover, a client."""
    if AMOUNT.fullmatch(text):
        return Q(amount=parse_decimal(text))
    found = Q(reference__iexact=text)
    numbered = documents_numbered(text)
    if numbered != NOTHING:
        covered = Document.objects.payable().filter(numbered).values_list("pk", flat=True)[:FEW_ROWS]
        found |= Q(pk__in=list(PaymentAllocation.objects.filter(document__in=list(covered)).values_list("payment", flat=True)))
    if _is_short(text) or not searchable(text):
        return found
    by_partner = Payment.objects.order_by("partner", "-received_on")  # as the index payment_by_partner stands
    return found | _of_partners(text, by_partner)


def _of_partners(text: str, by_partner: QuerySet) -> Q:
    """Rows of the partners that match. A few rows are named one by one: the planner believes that each partner has as many as
    any other, and would walk through the whole list to find the three of an old one.
    """
    matching = Partner.objects.matching(text).order_by()
    partners = list(matching.values_list("pk", flat=True)[: FEW_PARTNERS + 1])
    if len(partners) > FEW_PARTNERS:
        return Q(partner__in=matching.values("pk"))
    rows = list(by_partner.filter(partner__in=partners).values_list("pk", flat=True)[: FEW_ROWS + 1])
    return Q(pk__in=rows) if len(rows) <= FEW_ROWS else Q(partner__in=partners)


def _is_short(text: str) -> bool:
    return text.isdecimal() and len(text) < CODE_DIGITS


def _plain(text: str) -> str:
    return searchable(text).replace(" ", "")
