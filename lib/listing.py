"""Lists: search, chips, filters, a period, order and paging, with all their state in the address.

A list is a subclass that declares, its instance serves one request, templates/_list_*.html draw it:

    class ProductList(Listing):
        sorts = [Sort("denumire", "Denumire", "name"), Sort("pret", "Preț", "price")]

        def chips(self):
            return [Chip("", "Toate"), Chip("inactive", "Inactive", Q(active=False))]

        def search(self, rows, text):
            return rows.matching(text)

    return list_page(request, "catalog/product_list.html", ProductList(request.GET, Product.objects.select_related("unit")))

The template extends list.html and finds the list in `list`. Pages go by key, (sort column, id), never by offset: the millionth
row comes as fast as the first, given an index.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cached_property, reduce
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.db.models import Count, F, Q, QuerySet
from django.db.models.fields.tuple_lookups import TupleGreaterThan, TupleLessThan
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render

from lib.dates import PERIODS, period
from lib.formats import date_ro
from lib.forms import DateField
from lib.text import normalise

PAGE = 50
INTERVAL = "interval"
POSITION = ("dupa", "inainte")  # where a page begins: after a row, or before it
MAX_SEARCH = 100
MAX_SELECTED = 1000
DIGITS = 20  # of a number in an address, on either side of its comma


@dataclass(frozen=True)
class Sort:
    """An order by one column. Rows without a value (`nullable`) stand last, whichever way one sorts."""

    key: str  # in the address: ordine=data, or ordine=-data
    label: str
    column: str
    descending: bool = False  # on the first click
    nullable: bool = False


@dataclass(frozen=True)
class Chip:
    """A usual view of the list; `order` replaces the list's own. The first chip, "", is everything."""

    key: str
    label: str
    condition: Q | None = None
    order: str = ""
    count: int | None = None
    current: bool = False
    url: str = ""


@dataclass(frozen=True)
class Filter:
    """A choice among `options` (value, label), compared with `column`; without options it is not drawn."""

    key: str
    label: str
    options: Sequence[tuple[str, str]]
    column: str
    value: str = ""


@dataclass(frozen=True)
class Head:
    """The head of a column one can sort by."""

    key: str
    label: str
    url: str
    direction: str  # "ascending", "descending" or ""


class Listing:
    """One list, for one request. `rows` is the page; `found` all that is asked for, without the chip."""

    sorts: Sequence[Sort] = ()
    order = ""  # as in the address; the first sort if empty
    period_column = ""
    search_label = "Caută"
    most_counted = 0  # a chip with more shows "999+"; 0: each shows its number, whatever it is
    count_at_once = True  # False where counting is slow: the page leaves the counts to a second request

    def __init__(self, query: QueryDict, rows: QuerySet) -> None:
        self.query, self.base = query, rows
        self.text = normalise(query.get("q", ""))[:MAX_SEARCH]

    # What a list declares

    def chips(self) -> list[Chip]:
        return []

    def filters(self) -> list[Filter]:
        return []

    def search(self, rows: QuerySet, text: str) -> QuerySet:
        return rows

    # What is asked for

    @cached_property
    def found(self) -> QuerySet:
        """Everything that the search, the filters and the period let through, in no order."""
        rows = self.base
        for choice in self.choices:
            rows = rows.filter(**{choice.column: choice.value}) if choice.value else rows
        since, until = self.between
        if since:
            rows = rows.filter(**{f"{self.period_column}__gte": since})
        if until:
            rows = rows.filter(**{f"{self.period_column}__lte": until})
        return self.search(rows, self.text) if self.text else rows

    @cached_property
    def narrowed(self) -> QuerySet:
        """`found` under the current chip."""
        return self.found.filter(self.chip.condition) if self.chip and self.chip.condition else self.found

    @cached_property
    def selected(self) -> QuerySet:
        """The rows that were ticked; everything that is asked for when none was. In the list's order."""
        ids = [int(text) for text in self.query.getlist("alese")[:MAX_SELECTED] if _is_key(text)]
        return self._ordered(self.base.filter(pk__in=ids) if ids else self.narrowed)

    @cached_property
    def choices(self) -> list[Filter]:
        """The filters, each with what was chosen; a value that is not among the options counts as none."""
        chosen = []
        for choice in self.filters():
            value = self.query.get(choice.key, "")
            valid = value if value in {option for option, _ in choice.options} else ""
            chosen.append(replace(choice, value=valid))
        return chosen

    @cached_property
    def chip(self) -> Chip | None:
        chips = self.chips()
        key = self.query.get("stare", "")
        return next((chip for chip in chips if chip.key == key), chips[0] if chips else None)

    @cached_property
    def period(self) -> str:
        name = self.query.get("perioada", "")
        return name if self.period_column and name in dict(self.periods) else "tot"

    @property
    def periods(self) -> list[tuple[str, str]]:
        return [*PERIODS, (INTERVAL, "Interval…")]

    @cached_property
    def between(self) -> tuple[date | None, date | None]:
        """First and last day asked for, both included."""
        if self.period == INTERVAL:
            return _day(self.query.get("de-la", "")), _day(self.query.get("pana-la", ""))
        return period(self.period)

    @property
    def is_narrowed(self) -> bool:
        """Whether the list shows less than everything."""
        chosen = any(choice.value for choice in self.choices)
        return bool(self.text or chosen or self.between != (None, None) or (self.chip and self.chip.key))

    # Order and pages

    @cached_property
    def ordering(self) -> str:
        """The order in force, as in the address."""
        asked = self.query.get("ordine", "")
        own = (self.chip.order if self.chip else "") or self.order or self.sorts[0].key
        return asked if asked.removeprefix("-") in self._sorts else own

    @cached_property
    def rows(self) -> list[Any]:
        """The rows of this page. One query; a nullable order takes a second one for the rows without a value."""
        rows: list[Any] = []
        for part, ordering in self._parts():
            rows += part.order_by(*ordering)[: PAGE + 1 - len(rows)]
            if len(rows) > PAGE:
                break
        self._more = len(rows) > PAGE
        return rows[:PAGE][::-1] if self._backward else rows[:PAGE]

    @property
    def next_url(self) -> str:
        """The address of the next page; "" on the last one."""
        return self._url(dupa=self._key(self.rows[-1])) if self.rows and (self._backward or self._more) else ""

    @property
    def previous_url(self) -> str:
        """The address of the page before; "" on the first one."""
        before = self._more if self.rows and self._backward else self._position
        return self._url(inainte=self._key(self.rows[0])) if self.rows and before else ""

    def _parts(self) -> Iterable[tuple[QuerySet, list[str]]]:
        """The querysets whose rows, one after the other, are what follows the position: with a value, then without."""
        sort, position = self._sort, self._position
        sign = "-" if self._descending != self._backward else ""
        parts = [(self.narrowed, [f"{sign}{sort.column}", f"{sign}id"])]
        if sort.nullable:
            valued, missing = Q(**{f"{sort.column}__isnull": False}), Q(**{f"{sort.column}__isnull": True})
            parts = [(self.narrowed.filter(valued), parts[0][1]), (self.narrowed.filter(missing), [f"{sign}id"])]
        parts = parts[::-1] if self._backward else parts
        if not position:
            return parts
        if sort.nullable and (position[0] is None) != self._backward:
            parts = parts[1:]
        first, ordering = parts[0]
        values = position[-len(ordering) :]
        beyond = TupleLessThan if sign else TupleGreaterThan
        columns = tuple(F(name.removeprefix("-")) for name in ordering)
        return [(first.filter(beyond(columns, values)), ordering), *parts[1:]]

    @cached_property
    def _position(self) -> tuple[Any, int] | None:
        """(value of the sort column, id) of the row that the page follows or precedes."""
        pk, mark, text = self.query.get("inainte" if self._backward else "dupa", "").partition("~")
        if not _is_key(pk) or "\0" in text:
            return None
        try:
            value = _field(self.base.model, self._sort.column).to_python(text) if mark else None
        except ValidationError:
            return None
        if isinstance(value, Decimal) and not (value.is_finite() and abs(value.adjusted()) < DIGITS):
            return None
        return (value, int(pk)) if mark or self._sort.nullable else None

    def _key(self, row: Any) -> str:
        value = reduce(getattr, self._sort.column.split("__"), row)
        return f"{row.pk}" if value is None else f"{row.pk}~{value}"

    def _ordered(self, rows: QuerySet) -> QuerySet:
        column, sign, last = F(self._sort.column), "-" if self._descending else "", self._sort.nullable or None
        return rows.order_by(column.desc(nulls_last=last) if sign else column.asc(nulls_last=last), f"{sign}id")

    @property
    def _sorts(self) -> dict[str, Sort]:
        return {sort.key: sort for sort in self.sorts}

    @property
    def _sort(self) -> Sort:
        return self._sorts[self.ordering.removeprefix("-")]

    @property
    def _descending(self) -> bool:
        return self.ordering.startswith("-")

    @property
    def _backward(self) -> bool:
        return "inainte" in self.query

    # What templates draw

    @cached_property
    def counted_chips(self) -> list[Chip]:
        """The chips with their addresses, and with counts where counting at once is cheap."""
        chips = self.chips()
        counts = self.counts() if chips and self.count_at_once else {}
        return [
            replace(chip, count=counts.get(chip.key), current=chip == self.chip, url=self._url(stare=chip.key, ordine="")) for chip in chips
        ]

    def counts(self) -> dict[str, int]:
        """How many rows each chip would show, in one statement."""
        named = {f"chip_{index}": chip for index, chip in enumerate(self.chips())}
        numbers = self.found.order_by().aggregate(**{name: Count("pk", filter=chip.condition) for name, chip in named.items()})
        return {chip.key: numbers[name] for name, chip in named.items()}

    @property
    def heads(self) -> dict[str, Head]:
        """The column heads by their key: the current one turns the order round."""
        heads = {}
        for sort in self.sorts:
            current = sort == self._sort
            descending = not self._descending if current else sort.descending
            direction = ("descending" if self._descending else "ascending") if current else ""
            heads[sort.key] = Head(sort.key, sort.label, self._url(ordine=f"{'-' if descending else ''}{sort.key}"), direction)
        return heads

    @property
    def state(self) -> list[tuple[str, str]]:
        """What the search form must send along though it has no control for it."""
        return [(key, self.query[key]) for key in ("stare", "ordine") if self.query.get(key)]

    @property
    def address(self) -> str:
        """The list's state as a query, for links to its totals and exports: "?stare=restante&q=bun"."""
        return self._url()

    @property
    def address_of_found(self) -> str:
        """The same without the chip and the order: what counts and sums depend on."""
        return self._url(stare="", ordine="")

    @property
    def here(self) -> str:
        """This very page as a query."""
        return self._url(**{key: self.query[key] for key in POSITION if key in self.query})

    @property
    def since(self) -> str:
        return date_ro(self.between[0]) if self.period == INTERVAL else ""

    @property
    def until(self) -> str:
        return date_ro(self.between[1]) if self.period == INTERVAL else ""

    def _url(self, **changes: str) -> str:
        """This list with some of its state changed, from its first page."""
        state = {key: value for key, value in self.query.items() if key in self._keys and key not in POSITION} | changes
        return "?" + urlencode({key: value for key, value in state.items() if value})

    @property
    def _keys(self) -> set[str]:
        return {"q", "stare", "perioada", "de-la", "pana-la", "ordine"} | {choice.key for choice in self.choices}


def list_page(request: HttpRequest, template: str, listing: Listing, **context: Any) -> HttpResponse:
    """The whole page; htmx takes #list out of it (list.html), and learns the address to show, without idle parameters."""
    response = render(request, template, {"list": listing} | context)
    if getattr(request, "htmx", False):
        response.headers["HX-Push-Url"] = request.path + listing.here
    return response


def _field(model: Any, path: str) -> Any:
    """The column at the end of a path through foreign keys: `partner__name`."""
    *keys, name = path.split("__")
    for key in keys:
        model = model._meta.get_field(key).related_model
    return model._meta.get_field(name)


def _is_key(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= 18


def _day(text: str) -> date | None:
    try:
        return DateField(required=False).clean(text)
    except ValidationError:
        return None
