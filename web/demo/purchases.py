"""What the demonstration firm buys and how it pays: half a year of bills of a few suppliers, by the ordinary actions."""

from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any
from uuid import UUID

from catalog.actions import rate_in_force
from companies.models import BankAccount
from invoicing.models import Document
from lib.dates import add_months, bucharest_today
from lib.money import money
from partners.models import Partner
from purchases.actions import book, make_file, open_balance, pay, pay_ahead, save_expense, set_off
from purchases.categories import categories
from purchases.models import Expense, ExpenseLine, SupplierPayment
from web.demo import world

MONTHS = 6
Method = SupplierPayment.Method
# Name, place, street; day of the month, days until due; number of the bill; what it is for, category, lei, percent
SUPPLIERS = [
    ("Lemnul Ardelean SRL", 10, "Str. Gării 4", 4, 30, "LA", [("Cherestea de stejar", "Materii prime și materiale", 6480, 21)]),
    ("Energia Someșului SA", 0, "Bd. Unirii 55", 9, 15, "ES", [("Energie electrică", "Energie, apă și gaze", 1345, 21)]),
    ("Telecom Exemplu SA", 13, "Calea Victoriei 210", 12, 14, "TX", [("Abonament internet și telefoane", "Telefon și internet", 219, 21)]),
    ("Imobiliare Feleac SRL", 0, "Str. Republicii 90", 1, 10, "IF", [("Chirie hală", "Chirii", 4200, 21)]),
    ("Drumul Bun Carburanți SRL", 3, "Șos. Sibiului 12", 18, 0, "BF", [("Motorină", "Combustibil", 520, 21)]),
    (
        "Feronerie Carpat SRL",
        6,
        "Str. Lungă 33",
        20,
        20,
        "FC",
        [("Balamale și glisiere", "Materiale consumabile", 860, 21), ("Transport", "Transport", 75, 21)],
    ),
]
GERMAN = ("Holzwerk Adler GmbH", "DE", "Werkstraße 7", "Leipzig", "Sachsen", "04109")


def make_purchases(random: Random, owner: Any) -> None:
    """Bills, most of them paid; some due these days, one late, one in a file for the bank, an advance, a set-off and a draft."""
    found = {category.name: category for category in categories()}
    today = bucharest_today()
    for name, place, street, day, due, prefix, goods in SUPPLIERS:
        supplier = _supplier(random, name, place, street)
        for back in range(1 - MONTHS, 1):
            on = add_months(today.replace(day=1), back) + timedelta(days=day - 1)
            if on <= today:
                lines = [_line(random, text, found[category], lei, percent) for text, category, lei, percent in goods]
                bill = _bill(supplier, f"{prefix} {1040 + 3 * (back + MONTHS)}", on, due, lines, owner)
                _pay(random, bill, owner, today)
    _from_abroad(random, owner, today)
    _others(random, owner, today)


def _others(random: Random, owner: Any, today: date) -> None:
    """What is not paid like the rest."""
    wood = Partner.objects.get(name=SUPPLIERS[0][0])
    fittings = Partner.objects.get(name=SUPPLIERS[-1][0])
    begun = add_months(today.replace(day=1), -MONTHS)
    open_balance(
        wood, on=begun, number="LA 998", amount=Decimal("2150.40"), whole=Decimal("5000.00"), due_date=begun, by=owner, token=_token(random)
    )
    _bill(fittings, "FC 77 C", today - timedelta(days=8), 0, [_line(random, "Balamale returnate", None, -120, 21)], owner)
    pay_ahead(
        wood, amount=Decimal(1500), method=Method.TRANSFER, on=today - timedelta(days=5), by=owner, token=_token(random), reference="OP 611"
    )
    draft = Expense(partner=fittings, number="FC 1061", issue_date=today, booked_on=today, due_date=today + timedelta(days=20))
    save_expense(draft, [_line(random, "Șuruburi și dibluri", None, 345, 21)], by=owner)
    waiting = Expense.objects.unpaid().filter(currency="RON", total__gt=0, due_date__gte=today).order_by("due_date", "pk")[:2]
    account = BankAccount.objects.filter(currency="RON").first()
    if waiting and account:
        make_file(list(waiting), account=account, pay_on=today, by=owner, token=_token(random))
    _set_off(random, owner, today)


def _set_off(random: Random, owner: Any, today: date) -> None:
    """Clients that are suppliers: one has settled a bill against its invoices, another could."""
    owing = Document.objects.payable().unpaid().filter(currency="RON", total__gt=300, partner__country="RO", due_date__lte=today)
    owing = owing.filter(partner__kind=Partner.Kind.LEGAL)
    partners = list(dict.fromkeys(owing.order_by("partner_id").values_list("partner", flat=True)))[:2]
    for number, partner in enumerate(Partner.objects.filter(pk__in=partners).order_by("pk")):
        bill = _bill(
            partner, f"PR {510 + number}", today - timedelta(days=12), 10, [_line(random, "Servicii de montaj", None, 640, 21)], owner
        )
        if number == 0:
            set_off(list(owing.filter(partner=partner)), [bill], on=today - timedelta(days=3), by=owner, token=_token(random))


def _from_abroad(random: Random, owner: Any, today: date) -> None:
    name, country, street, city, region, postal_code = GERMAN
    values = {"country": country, "street": street, "city": city, "county": region, "postal_code": postal_code, "currency": "EUR"}
    supplier = Partner.objects.create(
        name=name, cif=world.make_vat_id(random, country), is_client=False, is_supplier=True, vat_payer=True, **values
    )
    on = today - timedelta(days=25)
    line = _line(random, "Furnir de nuc", None, 1180, 0, vat_category="K")
    values = {"currency": "EUR", "exchange_rate": rate_in_force("EUR", on).rate}
    bill = _bill(supplier, "2026-1187", on, 30, [line], owner, **values)
    pay([bill], amount=money(bill.total / 2), method=Method.TRANSFER, on=today - timedelta(days=6), by=owner, token=_token(random))


def _supplier(random: Random, name: str, place: int, street: str) -> Partner:
    city, county, postal_code, register = world.PLACES[place]
    values = {"city": city, "county": county, "postal_code": postal_code, "street": street, "reg_no": world.make_reg_no(random, register)}
    cif = f"RO{world.make_cif(random)}"
    return Partner.objects.create(
        name=name, cif=cif, vat_payer=True, is_client=False, is_supplier=True, iban=world.make_iban(random), **values
    )


def _line(random: Random, text: str, category: Any, lei: int, percent: int, **fields: Any) -> ExpenseLine:
    """Each month a little more or less; a price that jumps is warned of."""
    net = money(Decimal(lei) * Decimal(random.randint(92, 108)) / 100)
    values = {"category": category, "deductible": category.deductible if category else 100, "vat_percent": Decimal(percent)}
    return ExpenseLine(name=text, net=net, unit_price=abs(net), vat=money(net * percent / 100), **(values | fields))


def _bill(supplier: Partner, number: str, on: date, due: int, lines: list[ExpenseLine], owner: Any, **fields: Any) -> Expense:
    values = {"issue_date": on, "booked_on": on, "due_date": on + timedelta(days=due), "iban": supplier.iban}
    expense = save_expense(Expense(partner=supplier, number=number, **values, **fields), lines, by=owner)
    return book(expense, by=owner, doubles_confirmed=True)


def _pay(random: Random, bill: Expense, owner: Any, today: date) -> None:
    """Bills are paid on their day, fuel at once by card or, lately, from the till; what is due these days waits."""
    if bill.due_date is None or bill.due_date > today - timedelta(days=4):
        return
    at_once = bill.due_date == bill.issue_date
    recent = today - timedelta(days=14) < bill.due_date
    method = Method.CASH if at_once and recent else Method.CARD if at_once else Method.TRANSFER
    on = min(bill.due_date + timedelta(days=random.choice([0, 0, 1, 3])), today)
    reference = "" if at_once else f"OP {random.randint(300, 600)}"
    pay([bill], amount=bill.balance, method=method, on=on, by=owner, token=_token(random), reference=reference)


def _token(random: Random) -> UUID:
    return UUID(int=random.getrandbits(128), version=4)
