"""Tags and filters of every template (builtins: no {% load %} needed)."""

from decimal import Decimal
from functools import cache
from typing import Any

from django import template
from django.conf import settings
from django.forms import BoundField
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from lib import counties, formats, words

register = template.Library()
register.filter("ron", formats.ron)
register.filter("qty", formats.qty)
register.filter("price", formats.unit_price)
register.filter("percent", formats.percent)
register.filter("date_ro", formats.date_ro)
register.filter("currency_sign", formats.currency_sign)
register.filter("file_size", formats.file_size)
register.filter("iban", formats.grouped_iban)
register.filter("city", counties.city_name)

# key: label, tone, icon. Tone and icon say the same as the label, so that no state is told by colour alone.
STATES = {
    "draft": ("Ciornă", "quiet", "draft"),
    "issued": ("Emisă", "info", "check"),
    "unpaid": ("Neîncasată", "info", "clock"),
    "partial": ("Încasată parțial", "warning", "partial"),
    "paid": ("Încasată", "success", "check"),
    "overdue": ("Restantă", "danger", "alert"),
    "cancelled": ("Anulată", "quiet", "cancel"),
    "storned": ("Stornată", "quiet", "undo"),
    "storno": ("Stornare", "quiet", "undo"),
    "credit": ("De restituit", "warning", "coins"),
    "to_invoice": ("De facturat", "info", "clock"),
    "part_invoiced": ("Facturat parțial", "warning", "partial"),
    "invoiced": ("Facturat", "success", "check"),
    "expired": ("Expirată", "warning", "alert"),
    "no_invoice": ("Fără factură", "quiet", "truck"),
    "to_pay": ("De plătit", "info", "clock"),
    "part_settled": ("Plătită parțial", "warning", "partial"),
    "settled": ("Plătită", "success", "check"),
    "due_passed": ("Restantă", "danger", "alert"),
    "to_recover": ("De recuperat", "warning", "coins"),
    "pending": ("În așteptare", "quiet", "clock"),
    "sending": ("Se trimite", "info", "send"),
    "sent": ("Trimisă", "info", "send"),
    "accepted": ("Acceptată", "success", "check"),
    "refused": ("Respinsă", "danger", "cancel"),
    "failed": ("Eșuată", "danger", "alert"),
    "unknown": ("Necunoscută", "warning", "help"),
    "active": ("Activ", "success", "check"),
    "inactive": ("Inactiv", "quiet", "cancel"),
    "seen": ("Văzut", "quiet", "eye"),
}


@register.filter
def amount(value: Decimal | int | None, currency: str = "RON") -> SafeString | str:
    """An amount with its currency muted: 1.234,56 lei."""
    if value is None:
        return ""
    sign = formats.currency_sign(currency)
    return format_html('{}<span class="currency">{}{}</span>', formats.ron(value), formats.NBSP, sign)


@register.filter
def plural(count: int, nouns: str) -> str:
    """{{ n|plural:"factură,facturi" }}: 1 factură, 2 facturi, 20 de facturi."""
    one, many = nouns.split(",")
    return words.plural(count, one, many)


@register.simple_tag
def icon(name: str, css: str = "") -> SafeString:
    """A drawing of static/icons.svg; it is decoration, so the text beside it (or a label) says what it means."""
    return _drawing(name, css)


@cache  # a list draws hundreds
def _drawing(name: str, css: str) -> SafeString:
    sprite = static("icons.svg")
    return format_html('<svg class="icon {}" aria-hidden="true" focusable="false"><use href="{}#{}"/></svg>', css, sprite, name)


@register.simple_tag
def state_tag(state: str, label: str = "") -> SafeString:
    """A small tag for a state of STATES, in other words if `label` is given."""
    usual, tone, drawing = STATES[state]
    return format_html('<span class="tag tag--{}">{}{}</span>', tone, icon(drawing), label or usual)


@register.simple_tag(takes_context=True)
def query_set(context: template.Context, **changes: Any) -> str:
    """The address of this page with some GET parameters changed (None takes one away): {% query_set stare="platite" dupa=None %}."""
    query = context["request"].GET.copy()
    for name, value in changes.items():
        if value is None or value == "":
            query.pop(name, None)
        else:
            query[name] = str(value)
    return f"?{query.urlencode()}"


@register.simple_tag(takes_context=True)
def curl(context: template.Context, name: str, *args: Any, **kwargs: Any) -> str:
    """The address of a page of the company at work: {% curl "invoicing:invoice" invoice.pk %}."""
    company = context["request"].company
    if kwargs:
        return reverse(name, kwargs={"company_id": company.pk} | kwargs)
    if all(type(arg) is int for arg in args):
        return _shape(settings.ROOT_URLCONF, name, len(args)) % (company.pk, *args)
    return reverse(name, args=(company.pk, *args))


@cache
def _shape(urls: str, name: str, count: int) -> str:
    """An address with %d in place of its `count` keys and the company's: a list has hundreds of addresses, and `reverse` is slow."""
    places = [7_310_000_000_000_001 + place for place in range(count + 1)]
    shape = reverse(name, args=places).replace("%", "%%")
    for place in places:
        shape = shape.replace(str(place), "%d")
    return shape


@register.simple_tag
def field(bound: BoundField, span: int = 12, hint: str = "") -> SafeString:
    """A field of a form as it is drawn everywhere, `span` columns wide of the twelve of `.fields`."""
    if hint:
        bound.help_text = hint
    return render_to_string(bound.template_name, {"field": bound, "span": span})
