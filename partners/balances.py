"""What clients still owe. Documents are of a later app: they are reached through the relation's name, and only read."""

from collections.abc import Iterable
from decimal import Decimal

from django.db.models import DecimalField, ExpressionWrapper, F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce, Round

from companies.scope import ActiveCompany
from lib.money import ZERO
from partners.models import Partner

# One filter() call with all three, so that they hold for the same document.
PAYABLE = ("invoice", "opening")
ISSUED = Q(documents__kind__in=PAYABLE, documents__status="issued")
UNPAID = ISSUED & (Q(documents__paid__lt=F("documents__total")) | Q(documents__paid__gt=F("documents__total")))
_LEFT = ExpressionWrapper(F("documents__total") - F("documents__paid"), output_field=DecimalField(max_digits=15, decimal_places=2))
_LEFT_RON = Round(
    ExpressionWrapper(_LEFT * F("documents__exchange_rate"), output_field=DecimalField(max_digits=24, decimal_places=8)), precision=2
)


def owed(keys: Iterable[int]) -> dict[int, Decimal]:
    """What each of these partners owes, in lei at the rate of each document; who owes nothing is left out. One query."""
    found = Partner.objects.filter(UNPAID, pk__in=list(keys), documents__company_id=ActiveCompany()).order_by().values_list("pk")
    return dict(found.annotate(owed=Sum(_LEFT_RON)))


def with_owed(rows: QuerySet) -> QuerySet:
    """The partners with `owed` in lei, for exports of any length."""
    return rows.annotate(owed=Coalesce(Sum(_LEFT_RON, filter=ISSUED), ZERO, output_field=DecimalField()))


def owed_by_currency(partner: Partner) -> list[tuple[str, Decimal]]:
    """(currency, amount) for each currency in which the partner owes, or has paid in advance."""
    found = Partner.objects.filter(UNPAID, pk=partner.pk).order_by("documents__currency").values_list("documents__currency")
    return list(found.annotate(owed=Sum(_LEFT)))


def credits(partner: Partner) -> QuerySet:
    """What the client has with us, by currency: paid in advance or too much (`amount`). Apart from what invoices owe, as in the ledger."""
    return partner.credits.filter(amount__gt=0).order_by("currency")
