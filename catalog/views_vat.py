"""Configurare › Cote TVA: the VAT treatments as dated data, read only."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from catalog.models import VatRate
from companies.access import READ, allow
from companies.models import is_vat_payer
from lib.dates import bucharest_today


@allow(READ)
@require_GET
def vat_rates(request: HttpRequest) -> HttpResponse:
    """What a line of today may choose, then what held before or comes later; dates are those of the law."""
    today = bucharest_today()
    payer = is_vat_payer(today)
    offered = list(VatRate.objects.offered(today, payer=payer))
    shown = {rate.pk for rate in offered}
    others = VatRate.objects.exclude(pk__in=shown).order_by("position", "-ends_on", "-percent")
    former = [rate for rate in others if rate.ends_on and rate.ends_on < today]
    coming = [rate for rate in others if rate.starts_on and rate.starts_on > today]
    context = {"today": today, "payer": payer, "offered": offered, "coming": coming, "former": former}
    return render(request, "catalog/vat_rates.html", context)
