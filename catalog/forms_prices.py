"""The form of a special price list: its head, the grid of products, the clients it is for.

A row names its product or client by what a person types or picks from the list of the browser: `Nume · COD`, a name, a code. The
key of the row that was shown stays beside it, for names that are not the only ones of their kind.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import Q
from django.http import QueryDict

from catalog.models import PriceList, PriceListItem, Product
from companies.forms import CURRENCIES
from lib.cif import identity
from lib.forms import DecimalField, Form, ModelForm
from partners.models import Partner

MAX_ROWS = 500
BLANK_ROWS = 3
BETWEEN = " · "
UNKNOWN = "Nu am găsit „{text}”. Alegeți din listă, sau scrieți codul."
SEVERAL = "Sunt mai multe cu numele „{text}”. Alegeți din listă, sau scrieți codul."


class PriceListForm(ModelForm):
    currency = forms.ChoiceField(label="Monedă", choices=CURRENCIES, help_text="Pentru documentele în această monedă.")
    audience = forms.ChoiceField(label="Pentru cine", choices=PriceList.Audience.choices, widget=forms.RadioSelect)
    discount_percent = DecimalField(
        label="Discount la toate produsele", min_value=0, max_value=100, max_digits=7, decimal_places=4, least=0, required=False,
        suffix="%", help_text="Din prețul produsului, pentru cele fără rând mai jos.",
    )  # fmt: skip

    class Meta:
        model = PriceList
        fields = ["name", "currency", "starts_on", "ends_on", "audience", "group", "discount_percent", "price_includes_vat"]
        labels = {
            "name": "Denumire",
            "starts_on": "Din",
            "ends_on": "Până la, inclusiv",
            "group": "Grupul",
            "price_includes_vat": "Prețurile din listă includ TVA",
        }
        help_texts = {"group": "Ca la fiecare client, de exemplu „Revânzători”."}
        widgets = {"group": forms.TextInput({"autocomplete": "off", "list": "groups"})}

    def clean_discount_percent(self) -> Any:
        return self.cleaned_data["discount_percent"] or 0


class ItemForm(Form):
    """A row of the grid."""

    key = forms.CharField(required=False, widget=forms.HiddenInput)
    text = forms.CharField(label="Produs", max_length=170, required=False)
    from_quantity = DecimalField(label="De la cantitatea", min_value=0, max_digits=18, decimal_places=6, least=0, required=False)
    price = DecimalField(label="Preț", min_value=0, max_digits=18, decimal_places=6, least=2, required=False)
    discount_percent = DecimalField(label="Discount", min_value=0, max_value=100, max_digits=7, decimal_places=4, least=0, required=False)

    def clean(self) -> dict[str, Any]:
        """One of price and discount, unless the row is left out for having no product."""
        values = self.cleaned_data
        price, discount = values.get("price"), values.get("discount_percent")
        if values.get("text") and not self.errors:
            if price is None and discount is None:
                self.add_error("price", "Scrieți prețul sau discountul.")
            elif price is not None and discount:
                self.add_error("discount_percent", "Ori preț, ori discount: păstrați unul.")
        elif not values.get("text") and (price is not None or discount is not None):
            self.add_error("text", "Alegeți produsul.")
        return values


class ClientForm(Form):
    """A row of the clients."""

    key = forms.CharField(required=False, widget=forms.HiddenInput)
    text = forms.CharField(label="Client", max_length=240, required=False)


class _Rows(forms.BaseFormSet, ABC):
    """Rows that name something: those with no name are left out, the others are found with one query."""

    def clean(self) -> None:
        rows = [form for form in self.forms if form.cleaned_data.get("text")]
        known = self.known([form.cleaned_data for form in rows])
        for form in rows:
            key, text = form.cleaned_data["key"], form.cleaned_data["text"]
            matching = [row for row in known if str(row.pk) == key and label(row) == text] or [row for row in known if _is_named(row, text)]
            form.found = matching[0] if len(matching) == 1 else None  # type: ignore[attr-defined]
            if form.found is None:
                form.add_error("text", (SEVERAL if matching else UNKNOWN).format(text=text))

    @abstractmethod
    def known(self, rows: list[dict[str, Any]]) -> list[Any]:
        """What the rows may name."""

    @property
    def named(self) -> Iterable[Any]:
        """The rows that name something, once all is valid."""
        return [form for form in self.forms if getattr(form, "found", None)]


class _ItemRows(_Rows):
    def known(self, rows: list[dict[str, Any]]) -> list[Product]:
        keys, names, codes = _asked(rows)
        named = Q(pk__in=keys) | Q(name__in=names) | Q(code__in=codes) | Q(barcode__in=codes)
        return list(Product.objects.filter(named)) if rows else []

    @property
    def items(self) -> list[PriceListItem]:
        return [
            PriceListItem(
                product=form.found,
                from_quantity=form.cleaned_data["from_quantity"] or 0,
                price=form.cleaned_data["price"],
                discount_percent=form.cleaned_data["discount_percent"] or 0,
            )
            for form in self.named
        ]


class _ClientRows(_Rows):
    def known(self, rows: list[dict[str, Any]]) -> list[Partner]:
        keys, names, codes = _asked(rows)
        named = Q(pk__in=keys) | Q(name__in=names) | Q(identity__in={identity(code) for code in codes} - {""})
        return list(Partner.objects.clients().filter(named)) if rows else []

    @property
    def partners(self) -> list[Partner]:
        return [form.found for form in self.named]


LIMITS = {"max_num": MAX_ROWS, "absolute_max": MAX_ROWS, "validate_max": True}
ItemRows = forms.formset_factory(ItemForm, _ItemRows, extra=BLANK_ROWS, **LIMITS)  # type: ignore[arg-type]
ClientRows = forms.formset_factory(ClientForm, _ClientRows, extra=BLANK_ROWS, **LIMITS)  # type: ignore[arg-type]
PREFIXES = {"r": ItemRows, "c": ClientRows}


class PriceListForms:
    """The three parts of the page, of one list: as kept, as sent, or redrawn with more rows or without one."""

    def __init__(self, price_list: PriceList, source: PriceList | None = None) -> None:
        """`source` is the list whose rows are shown: the list itself, or the one that it is a copy of."""
        source = source or (price_list if price_list.pk else None)
        items = source.items.select_related("product").order_by("product__sort_name", "product_id", "from_quantity") if source else []
        clients = source.clients.select_related("partner").order_by("partner__sort_name") if source else []
        self.head = PriceListForm(instance=price_list)
        self.items = ItemRows(prefix="r", initial=[_of_item(item) for item in items])
        self.clients = ClientRows(prefix="c", initial=[_of(row.partner) for row in clients])

    @classmethod
    def sent(cls, price_list: PriceList, data: QueryDict) -> "PriceListForms":
        forms_ = cls.__new__(cls)
        forms_.head = PriceListForm(data, instance=price_list)
        forms_.items, forms_.clients = ItemRows(data, prefix="r"), ClientRows(data, prefix="c")
        return forms_

    @classmethod
    def redrawn(cls, price_list: PriceList, data: QueryDict) -> "PriceListForms":
        """What was typed, nothing checked: `rows` is the grid that gets more rows, `remove` the row that goes, `r-3`."""
        forms_ = cls.__new__(cls)
        typed = {name: data.get(name, "") for name in PriceListForm.base_fields}
        forms_.head = PriceListForm(instance=price_list, initial=typed | {"price_includes_vat": "price_includes_vat" in data})
        removed = data.get("remove", "")
        forms_.items, forms_.clients = (
            kind(prefix=prefix, initial=_typed(data, prefix, kind, removed)) for prefix, kind in PREFIXES.items()
        )
        return forms_

    def is_valid(self) -> bool:
        return all([self.head.is_valid(), self.items.is_valid(), self.clients.is_valid()])


def label(row: Product | Partner) -> str:
    """How a row names a product or a client: `Nume · COD`."""
    code = row.code if isinstance(row, Product) else row.cif
    return f"{row.name}{BETWEEN}{code}" if code else row.name


def _is_named(row: Product | Partner, text: str) -> bool:
    codes = {row.code, row.barcode} if isinstance(row, Product) else {row.cif, row.identity, identity(row.cif)}
    typed = text if isinstance(row, Product) else identity(text)
    return text in (label(row), row.name) or typed in codes - {""}


def _asked(rows: list[dict[str, Any]]) -> tuple[list[int], set[str], set[str]]:
    """The keys, the names and the codes that rows may mean."""
    keys = [int(row["key"]) for row in rows if row["key"].isascii() and row["key"].isdigit() and len(row["key"]) < 19]
    texts = {row["text"] for row in rows}
    parts = [text.rpartition(BETWEEN) for text in texts]
    return keys, texts | {name for name, _, _ in parts} - {""}, texts | {code for _, _, code in parts}


def _of(row: Product | Partner) -> dict[str, Any]:
    return {"key": row.pk, "text": label(row)}


def _of_item(item: PriceListItem) -> dict[str, Any]:
    shown = {"from_quantity": item.from_quantity or None, "price": item.price}
    return _of(item.product) | shown | {"discount_percent": item.discount_percent if item.price is None else None}


def _typed(data: QueryDict, prefix: str, kind: Any, removed: str) -> list[dict[str, str]]:
    """The rows as typed, without the blank ones and the removed one."""
    total = data.get(f"{prefix}-TOTAL_FORMS", "")
    count = min(int(total), MAX_ROWS) if total.isascii() and total.isdigit() and len(total) < 6 else 0
    rows = {f"{prefix}-{n}": {name: data.get(f"{prefix}-{n}-{name}", "") for name in kind.form.base_fields} for n in range(count)}
    return [row for name, row in rows.items() if name != removed and any(row.values())]
