"""A company's choices for e-Factura."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from companies.events import record_event
from efactura.models import Settings
from lib.errors import require

LONGEST_DELAY = 4320  # minutes: three days of the five


@transaction.atomic
def choose_storno_type(storno_type: str, *, by: Any) -> Settings:
    """How the company's negative invoices leave from now on; XML that is made already stays."""
    settings, _ = Settings.objects.get_or_create()
    if settings.storno_type != storno_type:
        settings.storno_type = storno_type
        settings.save(update_fields=["storno_type"])
        record_event(settings, "storno_type_chosen", by=by, storno_type=storno_type)
    return settings


@transaction.atomic
def choose_sending(*, sending: str, delay_minutes: int, send_hour: int, resend_unknown: bool, by: Any) -> Settings:
    """When invoices that are issued from now on leave. The first choice starts the list of what is to be sent.

    Refuses: sending_delay_invalid, sending_hour_invalid.
    """
    require(1 <= delay_minutes <= LONGEST_DELAY, "sending_delay_invalid", "Scrieți între 1 și 4320 de minute (trei zile).", "delay_minutes")
    require(0 <= send_hour <= 23, "sending_hour_invalid", "Ora este între 0 și 23.", "send_hour")
    settings, _ = Settings.objects.get_or_create()
    chosen = {"sending": sending, "delay_minutes": delay_minutes, "send_hour": send_hour, "resend_unknown": resend_unknown}
    changed = {name: value for name, value in chosen.items() if getattr(settings, name) != value}
    for name, value in changed.items():
        setattr(settings, name, value)
    settings.sending_since = settings.sending_since or timezone.now()
    settings.save(update_fields=[*chosen, "sending_since"])
    if changed:
        record_event(settings, "sending_chosen", by=by, **changed)
    return settings
