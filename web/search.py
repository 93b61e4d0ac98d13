"""The search over everything of a company: clients and suppliers, products, documents, payments."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from catalog.models import Product
from companies.access import ISSUE
from invoicing.converted_lists import IN_LIST as FOUND
from invoicing.lists import payments_in_list
from invoicing.models import Document
from invoicing.pages import PAGES, Pages, pages_of
from invoicing.search import documents_matching, payments_matching
from lib.formats import date_ro
from lib.text import searchable
from partners.models import Partner

MAX_TEXT = 100
IN_BOX, ON_PAGE = 5, 20  # results of a group, under the search box and on the page of results


@dataclass(frozen=True)
class Found:
    """One result: where it leads, its name, a word beside it, an amount."""

    url: str
    name: str
    note: str = ""
    amount: Decimal | None = None
    currency: str = "RON"
    state: str = ""


@dataclass(frozen=True)
class Group:
    label: str
    icon: str
    found: list[Found] = field(default_factory=list)
    more_url: str = ""  # the list that holds the rest


def search(text: str, *, company_id: int, role: str, most: int) -> list[Group]:
    """What matches, in groups; each at most `most` long. Groups without results are left out."""
    if not searchable(text):
        return []

    def page(name: str, *args: int) -> str:
        return reverse(name, args=(company_id, *args))

    def group(label: str, icon: str, rows: Iterable[Any], shown: Callable[[Any], Found], list_name: str) -> Group:
        found = [shown(row) for row in rows]
        more = f"{page(list_name)}?{urlencode({'q': text})}" if len(found) > most else ""
        return Group(label, icon, found[:most], more)

    documents = Document.objects.with_storned().only(*FOUND).filter(documents_matching(text)).order_by("-issue_date", "-id")

    def of_kind(pages: Pages) -> Group:
        rows = documents.filter(kind=pages.kind)[: most + 1]
        return group(pages.plural, pages.icon, rows, lambda row: _document(row, page), pages.list)

    partners = Partner.objects.matching(text).order_by("name", "id").only("name", "cif", "is_client", "company_id")
    products = Product.objects.matching(text).order_by("name", "id").only("name", "code", "price", "currency", "company_id")
    payments = payments_in_list().prefetch_related(None).filter(payments_matching(text)).order_by("-received_on", "-id")
    groups = [
        *map(of_kind, PAGES.values()),
        group("Clienți și furnizori", "people", partners[: most + 1], lambda row: _partner(row, page), "partners:client_list"),
        group("Produse", "box", products[: most + 1], lambda row: _product(row, page, role), "catalog:product_list"),
        group("Încasări", "coins", payments[: most + 1], lambda row: _payment(row, page), "invoicing:payment_list"),
    ]
    return [each for each in groups if each.found]


def _document(row: Any, page: Callable[..., str]) -> Found:
    name = f"{row.label or 'Ciornă'} · {row.partner_name}".rstrip(" ·")
    return Found(page(pages_of(row.kind).page, row.pk), name, date_ro(row.issue_date), row.total, row.currency, row.state)


def _partner(row: Any, page: Callable[..., str]) -> Found:
    return Found(page("partners:partner", row.pk), row.name, row.cif)


def _product(row: Any, page: Callable[..., str], role: str) -> Found:
    """The product's page for who may change it, otherwise the list."""
    url = page("catalog:product_edit", row.pk) if role in ISSUE else f"{page('catalog:product_list')}?{urlencode({'q': row.name})}"
    return Found(url, row.name, row.code)


def _payment(row: Any, page: Callable[..., str]) -> Found:
    note = " · ".join(part for part in (row.get_method_display(), row.reference) if part)
    state = "cancelled" if row.cancelled_at else ""
    return Found(page("invoicing:payment", row.pk), f"{date_ro(row.received_on)} · {row.partner}", note, row.amount, row.currency, state)
