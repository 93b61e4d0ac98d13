"""What is printed for a client about its account: the statement, the balance confirmation, the ledger card. Nothing here writes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.template.loader import render_to_string

from companies.models import BankAccount, Company
from invoicing.print import address_line
from lib.formats import amount
from lib.money import ZERO
from partners.models import Language, Partner
from reports.ledger import Card
from reports.open_items import AGES, Credit, OpenItem, by_age, credits_on, open_items

TOGETHER = 200  # confirmations in one PDF


@dataclass(frozen=True)
class Position:
    """What a client owed in one currency on a day."""

    currency: str
    items: list[OpenItem]
    credit: Decimal  # what it had paid in advance

    @property
    def owed(self) -> Decimal:
        return sum((item.rest for item in self.items), ZERO)

    @property
    def balance(self) -> Decimal:
        return self.owed - self.credit

    @property
    def late(self) -> Decimal:
        return sum((item.rest for item in self.items if item.age), ZERO)

    @property
    def ages(self) -> list[tuple[str, Decimal]]:
        return list(zip(AGES, by_age(self.items), strict=True))


@dataclass(frozen=True)
class Standing:
    """What a client owed on a day, by currency."""

    partner: Partner
    on: date
    positions: list[Position]

    @property
    def address(self) -> str:
        data = {name: getattr(self.partner, name) for name in ("street", "postal_code", "city", "county", "country")}
        return address_line(data, Language.RO)

    @property
    def balance(self) -> str:
        """In words for a letter: "1.250,00 lei și 40,00 EUR"."""
        return " și ".join(amount(position.balance, position.currency) for position in self.positions) or amount(ZERO)


def standing(partner: Partner, on: date) -> Standing:
    return standings([partner], on)[0]


def standings(partners: Sequence[Partner], on: date) -> list[Standing]:
    """What each of these clients owed at the end of a day; two statements whatever their number."""
    keys = [partner.pk for partner in partners]
    items, credits = open_items(on, keys), credits_on(on, keys)
    return [_standing(partner, on, items, credits) for partner in partners]


def with_balance(on: date) -> list[int]:
    """The clients that had something open on a day, by name."""
    keys = {item.partner_id for item in open_items(on)} | {credit.partner_id for credit in credits_on(on)}
    return list(Partner.objects.filter(pk__in=keys).order_by("sort_name", "id").values_list("pk", flat=True))


def statement_page(found: Standing, company: Company) -> str:
    accounts = BankAccount.objects.all()
    return render_to_string("reports/print/statement.html", {"found": found, "accounts": accounts, **_firm(company)})


def confirmation_page(found: Sequence[Standing], company: Company) -> str:
    """One sheet for each client. Source: form 14-6-3 (extras de cont), OMFP 2634/2015 annexes 2 and 3."""
    on = found[0].on if found else None
    return render_to_string("reports/print/confirmation.html", {"all": found, "on": on, **_firm(company)})


def card_page(found: Card, company: Company) -> str:
    return render_to_string("reports/print/ledger.html", {"card": found, **_firm(company)})


def _firm(company: Company) -> dict[str, Any]:
    data = {name: getattr(company, name) for name in ("street", "postal_code", "city", "county", "country")}
    return {"company": company, "company_address": address_line(data, Language.RO)}


def _standing(partner: Partner, on: date, items: Sequence[OpenItem], credits: Sequence[Credit]) -> Standing:
    own = [item for item in items if item.partner_id == partner.pk]
    paid = {credit.currency: credit.amount for credit in credits if credit.partner_id == partner.pk}
    currencies = sorted({item.currency for item in own} | set(paid), key=lambda currency: (currency != "RON", currency))
    positions = [Position(one, [item for item in own if item.currency == one], paid.get(one, ZERO)) for one in currencies]
    return Standing(partner, on, positions)
