"""BNR's rate files with an invented series: the same on every machine, moving a little from day to day."""

import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cache
from hashlib import sha256

from django.utils import timezone
from lxml import etree
from lxml.builder import ElementMaker

from lib.dates import is_working_day, last_working_day
from web.rehearsal.exchange import XML, Request, Response, not_found

FIRST_YEAR = 2022
PUBLISHED_AT = time(13)
NAMESPACE = "https://www.bnr.ro/xsd"
KNOT = 28  # days between the points that the series goes through
# Currency: rate for one printed unit at the start of 2022, the same at the start of 2027, swing in thousandths, printed units.
CURRENCIES = {
    "AED": ("1.1900", "1.1950", 18, 1), "AUD": ("3.1700", "2.8700", 20, 1), "BRL": ("0.7800", "0.8050", 25, 1),
    "CAD": ("3.4400", "3.1300", 15, 1), "CHF": ("4.7800", "5.4400", 10, 1), "CNY": ("0.6850", "0.6150", 12, 1),
    "CZK": ("0.1990", "0.2090", 8, 1), "DKK": ("0.6650", "0.6820", 2, 1), "EGP": ("0.2780", "0.0920", 20, 1),
    "EUR": ("4.9480", "5.0950", 2, 1), "GBP": ("5.8900", "5.8200", 10, 1), "HKD": ("0.5600", "0.5640", 16, 1),
    "HUF": ("1.3400", "1.3100", 15, 100), "IDR": ("0.0306", "0.0265", 12, 100), "ILS": ("1.4000", "1.3300", 20, 1),
    "INR": ("0.0587", "0.0498", 12, 1), "ISK": ("3.3600", "3.5100", 12, 100), "JPY": ("3.7900", "2.8400", 18, 100),
    "KRW": ("0.3670", "0.3030", 14, 100), "MDL": ("0.2460", "0.2610", 10, 1), "MXN": ("0.2130", "0.2380", 22, 1),
    "MYR": ("1.0470", "1.0560", 14, 1), "NOK": ("0.4940", "0.4330", 15, 1), "NZD": ("2.9800", "2.5300", 18, 1),
    "PHP": ("0.0856", "0.0756", 12, 1), "PLN": ("1.0760", "1.1990", 8, 1), "RSD": ("0.0421", "0.0435", 2, 1),
    "SEK": ("0.4830", "0.4620", 12, 1), "SGD": ("3.2300", "3.3800", 12, 1), "THB": ("0.1310", "0.1340", 12, 1),
    "TRY": ("0.3280", "0.1030", 15, 1), "UAH": ("0.1600", "0.1040", 15, 1), "USD": ("4.3700", "4.3900", 16, 1),
    "XAU": ("253.9000", "579.6000", 20, 1), "XDR": ("6.1200", "5.9700", 10, 1), "ZAR": ("0.2740", "0.2530", 22, 1),
}  # fmt: skip
START, END = date(2022, 1, 1), date(2027, 1, 1)


def answer(request: Request) -> Response:
    """The three files of BNR as of now."""
    last = last_day(timezone.localtime())
    if request.path == "/nbrfxrates.xml":
        return _file([last])
    if request.path == "/nbrfxrates10days.xml":
        return _file(_days_before(last, 10))
    if found := re.fullmatch(r"/files/xml/years/nbrfxrates(\d{4})\.xml", request.path):
        days = _year(int(found[1]), last)
        return _file(days) if days else not_found()
    return not_found()


def last_day(now: datetime) -> date:
    """The banking day whose rates are out: today's only after 13:00."""
    return last_working_day(now.date() if now.time() >= PUBLISHED_AT else now.date() - timedelta(days=1))


def rate(currency: str, day: date) -> Decimal:
    """Lei for the printed units of a currency, four decimals: a slow line, a swing between knots, a little of every day."""
    first, last, swing, _ = CURRENCIES[currency]
    days = (day - START).days
    line = Decimal(first) + (Decimal(last) - Decimal(first)) * days / (END - START).days
    knot, into = divmod(days, KNOT)
    wave = (_chance(currency, "knot", knot) * (KNOT - into) + _chance(currency, "knot", knot + 1) * into) / KNOT
    thousandths = (wave + _chance(currency, "day", days) / 10) * swing
    return Decimal(max(int(line * (1 + thousandths / 1000) * 10_000), 1)) / 10_000


@cache
def _chance(currency: str, kind: str, number: int) -> Decimal:
    """A fixed number from -1 to 1."""
    return Decimal(int.from_bytes(sha256(f"{currency} {kind} {number}".encode()).digest()[:4])) / 2**31 - 1


def _days_before(last: date, count: int) -> list[date]:
    days = [last]
    while len(days) < count:
        days.append(last_working_day(days[-1] - timedelta(days=1)))
    return days[::-1]


def _year(year: int, last: date) -> list[date]:
    if not FIRST_YEAR <= year <= last.year:
        return []
    days = (date(year, 1, 1) + timedelta(days=number) for number in range(366))
    return [day for day in days if day.year == year and day <= last and is_working_day(day)]


def _file(days: list[date]) -> Response:
    make = ElementMaker(namespace=NAMESPACE, nsmap={None: NAMESPACE})
    header = make.Header(make.Publisher("National Bank of Romania"), make.PublishingDate(str(days[-1])), make.MessageType("DR"))
    cubes = [make.Cube(*(_rate(make, currency, day) for currency in CURRENCIES), date=str(day)) for day in days]
    body = make.Body(make.Subject("Reference rates"), make.OrigCurrency("RON"), *cubes)
    return Response(etree.tostring(make.DataSet(header, body), xml_declaration=True, encoding="utf-8"), XML)


def _rate(make: ElementMaker, currency: str, day: date) -> etree._Element:
    units = CURRENCIES[currency][3]
    multiplier = {"multiplier": str(units)} if units > 1 else {}
    return make.Rate(f"{rate(currency, day):.4f}", currency=currency, **multiplier)
