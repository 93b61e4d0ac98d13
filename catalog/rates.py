"""BNR's rates as a table for people: a few published days side by side, and whether we have what BNR has."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.core.cache import cache
from django.utils import timezone

from catalog.actions import OLDEST_RATE
from catalog.models import ExchangeRate
from catalog.tasks import ASKED, PROBLEM, last_published, read_rates
from lib.dates import bucharest_today
from lib.formats import qty

DAYS = 5
ASKED_FOR = 60  # seconds; then the button may be pressed again
ALWAYS = "EUR"  # BNR quotes it each banking day
FIRST = ["EUR", "USD", "GBP", "CHF", "HUF", "MDL", "PLN", "BGN"]
NAMES = {
    "AED": "dirham din Emirate", "AUD": "dolar australian", "BGN": "leva bulgărească", "BRL": "real brazilian", "CAD": "dolar canadian",
    "CHF": "franc elvețian", "CNY": "yuan chinezesc", "CZK": "coroană cehă", "DKK": "coroană daneză", "EGP": "liră egipteană",
    "EUR": "euro", "GBP": "liră sterlină", "HKD": "dolar din Hong Kong", "HUF": "forint maghiar", "IDR": "rupie indoneziană",
    "ILS": "shekel israelian", "INR": "rupie indiană", "ISK": "coroană islandeză", "JPY": "yen japonez", "KRW": "won sud-coreean",
    "MDL": "leu moldovenesc", "MXN": "peso mexican", "MYR": "ringgit malaysian", "NOK": "coroană norvegiană", "NZD": "dolar neozeelandez",
    "PHP": "peso filipinez", "PLN": "zlot polonez", "RSD": "dinar sârbesc", "RUB": "rublă rusească", "SEK": "coroană suedeză",
    "SGD": "dolar singaporez", "THB": "baht thailandez", "TRY": "liră turcească", "UAH": "hryvna ucraineană", "USD": "dolar american",
    "XAU": "gram de aur", "XDR": "drepturi speciale de tragere", "ZAR": "rand sud-african",
}  # fmt: skip


@dataclass(frozen=True)
class Row:
    """A currency and its rate on each of the days of the table, as text; "" where BNR gave none."""

    currency: str
    name: str
    rates: list[str]


@dataclass(frozen=True)
class Table:
    """`days` are published days, newest first; the first is the one in force when `on` was asked for."""

    on: date | None
    days: list[date]
    rows: list[Row]

    @property
    def too_old(self) -> bool:
        """Whether the newest rate is too old to be that of the legal day."""
        return bool(self.on and (not self.days or self.days[0] < self.on - OLDEST_RATE))


@dataclass(frozen=True)
class State:
    """How our rates stand beside BNR's. `problem` is when BNR last failed to answer."""

    newest: date | None
    expected: date
    reading: bool
    problem: datetime | None

    @property
    def up_to_date(self) -> bool:
        return self.newest is not None and self.newest >= self.expected


def table(on: date | None) -> Table:
    """The rates published before `on` (the legal day's first); without a day, the last ones published."""
    before = on or bucharest_today() + timedelta(days=1)
    quoted = ExchangeRate.objects.filter(currency=ALWAYS, date__lt=before)
    days = list(quoted.order_by("-date").values_list("date", flat=True)[:DAYS])
    found = ExchangeRate.objects.filter(date__in=days).values_list("currency", "date", "rate")
    rates = {(currency, day): rate for currency, day, rate in found}
    currencies = sorted({currency for currency, _ in rates}, key=_place)
    rows = [Row(currency, NAMES.get(currency, ""), [qty(rates.get((currency, day)), least=4) for day in days]) for currency in currencies]
    return Table(on, days, rows)


def state() -> State:
    newest = ExchangeRate.objects.filter(currency=ALWAYS).order_by("-date").values_list("date", flat=True).first()
    return State(newest, last_published(timezone.localtime()), bool(cache.get(ASKED)), cache.get(PROBLEM))


def ask_bnr() -> None:
    """Queue a reading of BNR's rates, unless one is already on its way."""
    if cache.add(ASKED, True, timeout=ASKED_FOR):
        read_rates.delay()


def _place(currency: str) -> tuple[int, str]:
    return FIRST.index(currency) if currency in FIRST else len(FIRST), currency
