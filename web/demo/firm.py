"""The demonstration firm itself: company, people, clients, products; small enough for the ordinary actions and the ORM."""

from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from catalog.actions import store_rates
from catalog.bnr import RateRow
from catalog.models import Product, Unit, VatRate
from companies.models import BankAccount, CashVatPeriod, Company, Membership, Role, VatStatus
from companies.scope import company_scope
from invoicing.models import Kind, Series
from lib.cif import identity
from lib.dates import add_months, bucharest_today, is_working_day
from lib.money import price
from partners.models import Language, Partner
from web.demo import world
from web.rehearsal import bnr

YEARS = 2


def make_firm(random: Random, *, name: str, owner: Any) -> tuple[Company, date]:
    """The company, ready to issue, and the first day of its history. It was no VAT payer in its first quarter."""
    today = bucharest_today()
    start = add_months(today.replace(day=1), -12 * YEARS)
    cif = world.make_cif(random)
    company = Company.objects.create(
        name=name, cif=f"RO{cif}", identity=identity(cif), reg_no="J12/1204/2019", street="Str. Fabricii 12A", city="Cluj-Napoca",
        county="RO-CJ", postal_code="400620", share_capital=Decimal(45_000), phone="0264 555 012", email="birou@atelierul-exemplu.ro",
        website="atelierul-exemplu.ro", demo=True,
    )  # fmt: skip
    Membership.objects.create(company=company, user=owner, role=Role.OWNER)
    with company_scope(company.pk):
        VatStatus.objects.create(since=start - timedelta(days=900), payer=False)
        VatStatus.objects.create(since=add_months(start, 3), payer=True)
        CashVatPeriod.objects.create(since=add_months(start, 8), until=add_months(start, 14) - timedelta(days=1))
        for position, (bank, currency) in enumerate([("Banca Carpaților", "RON"), ("Banca Dunării", "EUR")]):
            BankAccount.objects.create(iban=world.make_iban(random), bank=bank, currency=currency, position=position)
        for kind, prefix in [(Kind.INVOICE, "ATX"), (Kind.PROFORMA, "PF"), (Kind.DELIVERY_NOTE, "AV"), (Kind.RECEIPT, "CH")]:
            Series.objects.create(kind=kind, name=prefix, is_default=True)
        make_products()
        make_partners(random)
    make_rates(start - timedelta(days=15), today)
    return company, start


def make_partners(random: Random) -> None:
    """Clients of all kinds: firms that pay VAT and firms that don't, persons, the EU and the rest of the world."""
    for number in range(70):
        city, county, postal_code, register = random.choice(world.PLACES)
        payer = number % 5 != 0
        cif = world.make_cif(random)
        name = f"{random.choice(world.FIRST_WORDS)} {random.choice(world.TRADES)} {random.choice(['SRL', 'SRL', 'SRL', 'SA', 'PFA'])}"
        _partner(
            name=name, cif=f"RO{cif}" if payer else cif, vat_payer=payer, reg_no=world.make_reg_no(random, register), city=city,
            county=county, postal_code=postal_code, street=f"{random.choice(world.STREETS)} {random.randint(1, 180)}",
            email=f"contact@client{number}.exemplu.ro", phone=f"07{random.randint(10_000_000, 99_999_999)}",
            due_days=random.choice([0, 7, 15, 30, 30, 60]), iban=world.make_iban(random), is_supplier=number % 9 == 0,
        )  # fmt: skip
    for number in range(25):
        city, county, postal_code, _ = random.choice(world.PLACES)
        _partner(
            name=f"{random.choice(world.LAST_NAMES)} {random.choice(world.FIRST_NAMES)}", kind=Partner.Kind.NATURAL,
            cif=world.make_cnp(random) if number % 3 == 0 else "", city=city, county=county, postal_code=postal_code,
            street=f"{random.choice(world.STREETS)} {random.randint(1, 180)}", email=f"persoana{number}@exemplu.ro", due_days=0,
        )  # fmt: skip
    for name, country, street, city, region, postal_code, currency in world.FOREIGN:
        in_eu = country in {"DE", "FR", "IT", "HU", "NL"}
        cif = world.make_vat_id(random, country) if in_eu else f"{country}{random.randint(100_000, 999_999)}"
        _partner(
            name=name, cif=cif, country=country, street=street, city=city, county=region, postal_code=postal_code, currency=currency,
            vat_payer=in_eu, language=Language.RO if country == "MD" else Language.EN, due_days=30,
            email=f"office@{country.lower()}.example",
        )  # fmt: skip


def make_products() -> None:
    units, rates = {u.name: u for u in Unit.objects.all()}, {r.slug: r for r in VatRate.objects.all()}
    for name, code, unit, lei, rate, kind in world.PRODUCTS:
        Product.objects.create(name=name, code=code, unit=units[unit], price=Decimal(lei), vat_rate=rates[rate], kind=kind)


def make_rates(first: date, last: date) -> None:
    """The rehearsal's exchange rates for each banking day, as BNR would have published them."""
    rows = []
    day = first
    while day <= last:
        if is_working_day(day):
            for currency in ("EUR", "USD", "GBP", "CHF", "HUF"):
                units = bnr.CURRENCIES[currency][3]
                rows.append(RateRow(day, currency, price(bnr.rate(currency, day) / units), units))
        day += timedelta(days=1)
    store_rates(rows)


def _partner(**fields: Any) -> None:
    if not Partner.objects.filter(name=fields["name"]).exists():
        Partner.objects.create(**fields)
