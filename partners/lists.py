"""The lists of clients and suppliers, and what their exports hold."""

from functools import cached_property
from typing import Any

from django.db.models import Q, QuerySet

from lib.counties import COUNTIES, city_name, country_name, county_name
from lib.export import Column
from lib.listing import Chip, Filter, Listing, Sort
from partners.balances import owed
from partners.models import Partner

ACTIVE = Q(active=True)


class PartnerList(Listing):
    """Suppliers, or anyone; inactive ones stand under their own chip."""

    sorts = [Sort("denumire", "Denumire", "sort_name"), Sort("localitate", "Localitate", "city")]
    search_label = "Denumire, CIF, telefon, e-mail, localitate"

    def chips(self) -> list[Chip]:
        return [
            Chip("", "Activi", ACTIVE),
            Chip("platitori", "Plătitori de TVA", ACTIVE & Q(vat_payer=True)),
            Chip("persoane-fizice", "Persoane fizice", ACTIVE & Q(kind=Partner.Kind.NATURAL)),
            Chip("straini", "Străini", ACTIVE & ~Q(country="RO")),
            Chip("inactivi", "Inactivi", Q(active=False)),
        ]

    def filters(self) -> list[Filter]:
        return [Filter("judet", "Toate județele", COUNTIES, "county")]

    def search(self, rows: QuerySet, text: str) -> QuerySet:
        return rows.matching(text)


class ClientList(PartnerList):
    """Clients, each with what it owes: `owed`, in lei."""

    @cached_property
    def rows(self) -> list[Any]:
        rows = super().rows
        amounts = owed(row.pk for row in rows)
        for row in rows:
            row.owed = amounts.get(row.pk)
        return rows


COLUMNS = [
    Column("Denumire", lambda row: row.name, 40),
    Column("Tip", lambda row: row.get_kind_display(), 18),
    Column("CIF / CNP", lambda row: row.cif, 16),
    Column("Plătitor de TVA", lambda row: "da" if row.vat_payer else "nu"),
    Column("Nr. registrul comerțului", lambda row: row.reg_no, 18),
    Column("Țara", lambda row: country_name(row.country), 16),
    Column("Județ", lambda row: county_name(row.county) or row.county, 16),
    Column("Localitate", lambda row: city_name(row.city), 20),
    Column("Adresă", lambda row: row.street, 36),
    Column("Cod poștal", lambda row: row.postal_code),
    Column("Persoană de contact", lambda row: row.contact, 24),
    Column("E-mail", lambda row: row.email, 28),
    Column("Telefon", lambda row: row.phone, 16),
    Column("IBAN", lambda row: row.iban, 28),
    Column("Banca", lambda row: row.bank, 24),
    Column("Termen de plată (zile)", lambda row: row.due_days),
    Column("Moneda", lambda row: row.currency or "RON"),
    Column("Activ", lambda row: "da" if row.active else "nu"),
]
CLIENT_COLUMNS = [*COLUMNS, Column("Sold (lei)", lambda row: row.owed)]
