"""The lists of products and of special price lists, and what exports hold."""

from django.db.models import Q, QuerySet

from catalog.models import PriceList, Product
from lib.export import Column
from lib.listing import Chip, Filter, Listing, Sort

ACTIVE = Q(active=True)


class ProductList(Listing):
    """Products and services; inactive ones stand under their own chip."""

    sorts = [Sort("denumire", "Denumire", "sort_name"), Sort("cod", "Cod", "code"), Sort("pret", "Preț", "price")]
    search_label = "Denumire, cod sau cod de bare"

    def chips(self) -> list[Chip]:
        return [
            Chip("", "Active", ACTIVE),
            Chip("produse", "Produse", ACTIVE & Q(kind=Product.Kind.GOODS)),
            Chip("servicii", "Servicii", ACTIVE & Q(kind=Product.Kind.SERVICE)),
            Chip("inactive", "Inactive", Q(active=False)),
        ]

    def filters(self) -> list[Filter]:
        used = Product.objects.order_by("vat_rate__position").values_list("vat_rate_id", "vat_rate__name").distinct()
        return [Filter("tva", "Orice TVA", [(str(pk), name) for pk, name in used], "vat_rate_id")]

    def search(self, rows: QuerySet, text: str) -> QuerySet:
        return rows.matching(text)


class PriceListList(Listing):
    """Special price lists, active or not: after a change of the VAT status one makes them active again from here."""

    sorts = [Sort("denumire", "Denumire", "name"), Sort("din", "Din", "starts_on", descending=True, nullable=True)]
    search_label = "Denumire"

    def chips(self) -> list[Chip]:
        return [Chip("", "Toate"), Chip("active", "Active", ACTIVE), Chip("inactive", "Inactive", Q(active=False))]

    def filters(self) -> list[Filter]:
        return [Filter("pentru", "Oricine", PriceList.Audience.choices, "audience")]

    def search(self, rows: QuerySet, text: str) -> QuerySet:
        return rows.filter(name__icontains=text)


COLUMNS = [
    Column("Denumire", lambda row: row.name, 44),
    Column("Descriere", lambda row: row.description, 30),
    Column("Tip", lambda row: row.get_kind_display(), 12),
    Column("Cod", lambda row: row.code, 16),
    Column("Cod de bare", lambda row: row.barcode, 18),
    Column("U.M.", lambda row: row.unit.name, 10),
    Column("Cod UN/ECE", lambda row: row.unit.code, 12),
    Column("Preț", lambda row: row.price),
    Column("Moneda", lambda row: row.currency, 9),
    Column("Prețul include TVA", lambda row: "da" if row.price_includes_vat else "nu", 18),
    Column("TVA", lambda row: row.vat_rate.name, 24),
    Column("Cod CPV", lambda row: row.cpv),
    Column("Cod NC", lambda row: row.nc),
    Column("Activ", lambda row: "da" if row.active else "nu", 8),
]
