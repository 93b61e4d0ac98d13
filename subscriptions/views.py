"""Configurare › Abonament: the window, what is used of it, and the list of exactly the counted documents."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from companies.access import READ, allow
from lib.dates import bucharest_today
from lib.listing import Chip, Listing, Sort, list_page
from subscriptions.models import CHANNELS, Plan, QuotaUse
from subscriptions.usage import usage


@allow(READ)
def usage_page(request: HttpRequest) -> HttpResponse:
    used = usage()
    channels = [(CHANNELS.get(channel, channel), count) for channel, count in used.by_channel.items()]
    context = {
        "usage": used,
        "channels": channels,
        "full_on": used.full_on(bucharest_today()),
        "dated_outside": used.used - used.dated_inside,
        "plans": Plan.objects.filter(offered=True) if used.subscription else [],
    }
    return render(request, "subscriptions/usage.html", context)


class CountedList(Listing):
    """What counts in the current window, newest first."""

    sorts = [Sort("moment", "Emis la", "at", descending=True)]

    def chips(self) -> list[Chip]:
        return [Chip("", "Toate")]


@allow(READ)
def counted_list(request: HttpRequest) -> HttpResponse:
    used = usage()
    rows = QuotaUse.objects.in_window(used.first, used.last)
    return list_page(request, "subscriptions/counted.html", CountedList(request.GET, rows), usage=used)
