"""A received invoice as pages and our PDF show it: what was read in the XML, as values that templates only format."""

from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from catalog.reference import UNITS
from efactura.inbox.content import Content, number
from efactura.models import ReceivedMessage
from lib.cif import identity
from lib.counties import city_name, country_name, county_name
from lib.formats import percent

MOST_LINES = 2000  # on a page; the XML has them all
TITLES = {"381": "Notă de creditare", "384": "Factură corectată", "389": "Autofactură", "751": "Factură informativă"}
VAT_WORDS = {
    "Z": "cotă zero",
    "E": "scutit",
    "AE": "taxare inversă",
    "K": "intracomunitar",
    "G": "export",
    "O": "neimpozabil",
}
UNIT_NAMES = {code: name for name, code, _ in reversed(UNITS)}


class Party(NamedTuple):
    name: str
    facts: list[tuple[str, str]]


class Line(NamedTuple):
    name: str
    more: list[str]
    unit: str
    quantity: Decimal | None
    price: Decimal | None
    net: Decimal | None
    rate: str


class Group(NamedTuple):
    rate: str
    net: Decimal | None
    vat: Decimal | None
    reason: str


class Sheet(NamedTuple):
    """Amounts with the sign of the XML: a credit note is written with plus and named so."""

    title: str
    number: str
    dates: list[tuple[str, date]]
    on_collection: bool
    currency: str
    seller: Party
    buyer: Party
    lines: list[Line]
    left_out: int
    groups: list[Group]
    sums: list[tuple[str, Decimal]]
    total: Decimal | None
    payable: Decimal | None
    vat_ron: Decimal | None
    references: list[tuple[str, str]]
    notes: list[str]


def sheet_of(row: ReceivedMessage) -> Sheet | None:
    """None where nothing could be read."""
    content = row.content if row.is_invoice else None
    if not content:
        return None
    totals = {name: number(value) for name, value in content["totals"].items()}
    names = [("lines", "Suma liniilor"), ("allowances", "Reduceri"), ("charges", "Taxe suplimentare")]
    sums = [(label, value) for name, label in names if (value := totals[name]) and value != totals["net"]]
    sums += [(label, value) for name, label in (("net", "Total fără TVA"), ("vat", "Total TVA")) if (value := totals[name]) is not None]
    sums += [(label, value) for name, label in (("prepaid", "Plătit în avans"), ("rounding", "Rotunjire")) if (value := totals[name])]
    return Sheet(
        title=TITLES.get(content["type"], "Factură"),
        number=content["number"],
        dates=_dates(content),
        on_collection=content["tax_point_code"] == "432",
        currency=content["currency"] or "RON",
        seller=_party(content["seller"], content["accounts"]),
        buyer=_party(content["buyer"], []),
        lines=[_line(line) for line in content["lines"][:MOST_LINES]],
        left_out=max(len(content["lines"]) - MOST_LINES, 0),
        groups=[_group(group) for group in content["vat"]],
        sums=sums,
        total=totals["total"],
        payable=totals["payable"] if totals["payable"] is not None else totals["total"],
        vat_ron=totals["vat_ron"],
        references=_references(content),
        notes=content["notes"],
    )


def _dates(content: Content) -> list[tuple[str, date]]:
    names = [("issue_date", "Data emiterii"), ("due_date", "Scadența"), ("tax_point", "Exigibilitatea TVA")]
    return [(label, date.fromisoformat(content[name])) for name, label in names if content[name]]


def _party(party: dict[str, str], accounts: list[dict[str, str]]) -> Party:
    code = party["vat_id"] or party["tax_id"] or party["registration"]
    country = party["country"]
    region = county_name(party["county"]) or party["county"] if country == "RO" else country_name(country)
    city = city_name(party["city"])
    place = ", ".join(dict.fromkeys(filter(None, [party["street"], city, region, party["postcode"]])))
    register = party["registration"] if identity(party["registration"]) != identity(code) else ""
    facts = [("CIF", code), ("Nr. reg.", register), ("Adresă", place), ("E-mail", party["email"]), ("Telefon", party["phone"])]
    facts += [("IBAN", " ".join(filter(None, [each["iban"], each["bank"]]))) for each in accounts if each["iban"]]
    return Party(party["name"] or "fără denumire", [(label, value) for label, value in facts if value])


def _line(line: dict[str, str]) -> Line:
    base = line["base"] if line["base"] and number(line["base"]) != 1 else ""
    more = [line["description"], f"cod {line['code']}" if line["code"] else "", line["note"], f"preț pentru {base}" if base else ""]
    return Line(
        line["name"],
        [text for text in more if text],
        UNIT_NAMES.get(line["unit"], line["unit"]),
        number(line["quantity"]),
        number(line["price"]),
        number(line["net"]),
        _rate(line["category"], line["percent"]),
    )


def _group(group: dict[str, str]) -> Group:
    return Group(_rate(group["category"], group["percent"]), number(group["net"]), number(group["vat"]), group["reason"])


def _rate(category: str, rate: str) -> str:
    return VAT_WORDS.get(category) or percent(number(rate))


def _references(content: dict[str, Any]) -> list[tuple[str, str]]:
    earlier = ", ".join(each["number"] for each in content["preceding"] if each["number"])
    payment = ", ".join(dict.fromkeys(each["reference"] for each in content["accounts"] if each["reference"]))
    found = [("Factura la care se referă", earlier), ("Comanda", content["order"]), ("Contractul", content["contract"])]
    found += [("Referința plății", payment), ("Termeni de plată", content["payment_terms"])]
    return [(label, value) for label, value in found if value]
