"""What the selects of the editor offer."""

from collections.abc import Iterable

from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from catalog.kept import keep, units, vat_rates
from catalog.models import VatRate

CURRENCIES = ("RON", "EUR", "USD", "GBP", "CHF", "HUF", "PLN", "CZK", "BGN", "MDL", "DKK", "NOK", "SEK", "TRY", "CAD", "AUD", "JPY")
# Title of a group of VAT treatments, its categories of EN 16931.
VAT_GROUPS = [
    ("Cote", ("S", "Z")),
    ("Taxare inversă", ("AE",)),
    ("Scutit", ("E",)),
    ("Livrări în UE și export", ("K", "G")),
    ("În afara TVA", ("O",)),
]


def unit_options(selected: str) -> SafeString:
    """The `<option>`s of a unit; one that is not in the list is still shown, so that it can be corrected."""
    known = keep("unit options", lambda: format_html_join("", "<option>{}</option>", ((name,) for name in units())))
    name = conditional_escape(selected)
    if selected not in units():
        return format_html('<option value="{}" selected>{}</option>{}', selected, selected, known) if selected else known
    return mark_safe(known.replace(f"<option>{name}<", f"<option selected>{name}<", 1))  # noqa: S308 - escaped above


def vat_options(rates: Iterable[VatRate], selected: str) -> SafeString:
    """The `<option>`s of a VAT treatment, by group; one that is no longer offered is still shown."""
    rates = list(rates)
    known = keep(("vat options", tuple(rate.pk for rate in rates)), lambda: _vat_options(rates))
    if selected and f'value="{selected}"' not in known and selected in vat_rates():
        known = _vat_option(vat_rates()[selected]) + known
    return mark_safe(known.replace(f'value="{selected}"', f'value="{selected}" selected', 1))  # noqa: S308 - keys are digits


def _vat_options(rates: list[VatRate]) -> SafeString:
    groups = [(title, [rate for rate in rates if rate.category in categories]) for title, categories in VAT_GROUPS]
    drawn = ((title, format_html_join("", "{}", ((_vat_option(rate),) for rate in members))) for title, members in groups if members)
    return format_html_join("", '<optgroup label="{}">{}</optgroup>', drawn)


def _vat_option(rate: VatRate) -> SafeString:
    percent = f"{rate.percent.normalize():f}"
    return format_html('<option value="{}" data-category="{}" data-percent="{}">{}</option>', rate.pk, rate.category, percent, rate.name)
