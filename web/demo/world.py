"""The believable world of the demonstration firm: every name is invented, every identifier has a right check digit."""

from collections.abc import Callable
from datetime import date
from random import Random

from stdnum.eu import vat as eu_vat
from stdnum.ro import cnp, cui

# Locality, county, postal code, trade-register county.
PLACES = [
    ("Cluj-Napoca", "RO-CJ", "400114", 12), ("Timișoara", "RO-TM", "300006", 35), ("Iași", "RO-IS", "700028", 22),
    ("Brașov", "RO-BV", "500007", 8), ("Constanța", "RO-CT", "900178", 13), ("Oradea", "RO-BH", "410011", 5),
    ("Sibiu", "RO-SB", "550159", 32), ("Craiova", "RO-DJ", "200585", 16), ("Târgu Mureș", "RO-MS", "540026", 26),
    ("Ploiești", "RO-PH", "100066", 29), ("Bacău", "RO-BC", "600010", 4), ("Focșani", "RO-VN", "620019", 39),
    ("Reșița", "RO-CS", "320084", 11), ("SECTOR1", "RO-B", "010061", 40), ("SECTOR3", "RO-B", "031041", 40),
    ("SECTOR6", "RO-B", "060042", 40), ("Voluntari", "RO-IF", "077190", 23), ("Alba Iulia", "RO-AB", "510009", 1),
]  # fmt: skip
STREETS = (
    "Str. Mihai Eminescu|Bd. Unirii|Str. Avram Iancu|Calea Victoriei|Str. Horea|Str. Ștefan cel Mare|Bd. Republicii"
    "|Str. Tudor Vladimirescu|Șos. Ștefan cel Mare|Str. Morilor|Aleea Teilor|Str. Fabricii|Str. Lungă|Piața Libertății"
).split("|")
FIRST_WORDS = "Nord|Alfa|Carpat|Dunărea|Prima|Orizont|Vega|Stejarul|Albina|Castel|Meridian|Țara|Bucovina|Luceafărul|Ardeal|Șoimul".split(
    "|"
)
TRADES = (
    "Construct|Trans|Agro|Mobila|Consulting|Print|Panificație|Electric|Instal|Auto Service|Textil|Lemn|Logistic|Media"
    "|Farm|Turism|Soft|Design|Alimentara|Ambalaje"
).split("|")
FIRST_NAMES = "Ioana|Andrei|Elena|Mihai|Ștefania|George|Ana|Vlad|Cătălina|Răzvan|Țuca|Gabriela|Dragoș|Mădălina|Sorin|Irina".split("|")
LAST_NAMES = "Popescu|Ionescu|Munteanu|Țepeș|Stoica|Șerban|Dumitrescu|Rusu|Moldovan|Crișan|Pârvu|Bălan|Lăzărescu|Neagu".split("|")
# Name, country, street, city, region (e-Factura wants one where goods are delivered abroad), postal code, currency.
FOREIGN = [
    ("Müller Möbelwerk GmbH", "DE", "Industriestraße 14", "Leipzig", "Sachsen", "04109", "EUR"),
    ("Atelier Dubois SARL", "FR", "12 rue des Tanneurs", "Lyon", "Auvergne-Rhône-Alpes", "69003", "EUR"),
    ("Bianchi Arredamenti S.r.l.", "IT", "Via Garibaldi 8", "Verona", "Veneto", "37121", "EUR"),
    ("Kovács és Társa Kft.", "HU", "Petőfi utca 3", "Debrecen", "Hajdú-Bihar", "4024", "HUF"),
    ("Van der Berg Interieur B.V.", "NL", "Keizersgracht 210", "Amsterdam", "Noord-Holland", "1016 DX", "EUR"),
    ("Oak & Iron Ltd", "GB", "5 Canal Street", "Manchester", "Greater Manchester", "M1 3HE", "GBP"),
    ("Lakeview Furnishings LLC", "US", "120 Harbor Ave", "Chicago", "Illinois", "60611", "USD"),
    ("Alpenholz AG", "CH", "Bahnhofstrasse 21", "Zürich", "Zürich", "8001", "CHF"),
    ("Casa Mea SRL", "MD", "str. Alexei Mateevici 40", "Chișinău", "Chișinău", "2009", "EUR"),
]
# name, code, unit, lei, treatment (the current rate's slug), kind
PRODUCTS = [
    ("Masă din stejar masiv", "MS-180", "buc", "2450.00", "s21", "goods"), ("Scaun tapițat", "SC-01", "buc", "389.90", "s21", "goods"),
    ("Bibliotecă modulară", "BB-05", "buc", "3199.00", "s21", "goods"), ("Comodă cu șase sertare", "CM-06", "buc", "1290.50", "s21", "goods"),
    ("Blat de bucătărie", "BL-MP", "mp", "415.75", "s21", "goods"), ("Panou decorativ", "PD-12", "mp", "87.333333", "s21", "goods"),
    ("Montaj la domiciliu", "MONT", "oră", "120.00", "s21", "service"), ("Transport mobilier", "TRANS", "km", "4.85", "s21", "service"),
    ("Proiectare interioară", "PROI", "oră", "210.00", "s21", "service"), ("Consultanță lunară", "CONS", "lună", "1850.00", "s21", "service"),
    ("Recondiționare piesă veche", "REC", "buc", "640.00", "s21", "service"), ("Carte: Îngrijirea lemnului", "CARTE", "buc", "74.90", "s11", "goods"),
    ("Manual de tâmplărie", "MAN", "buc", "52.25", "s11", "goods"), ("Brichete de lemn", "BRI", "kg", "1.890000", "s11", "goods"),
    ("Peleți", "PEL", "t", "1390.00", "s11", "goods"), ("Energie de la panouri proprii", "KWH", "kWh", "0.684512", "s21", "goods"),
    ("Șuruburi pentru lemn", "SUR-100", "cutie", "36.40", "s21", "goods"), ("Ceară naturală", "CEA", "buc", "28.99", "s21", "goods"),
    ("Închiriere atelier", "INCH", "zi", "300.00", "e-292-2", "service"), ("Curs de formare profesională", "CURS", "persoană", "950.00", "e-292-1", "service"),
    ("Rumeguș și deșeuri de lemn", "DES", "t", "210.00", "ae-lemn", "goods"), ("Fier vechi", "FIER", "kg", "1.45", "ae-deseuri", "goods"),
    ("Scaun de epocă", "EPOCA", "buc", "780.00", "e-marja-second-hand", "goods"), ("Tablou în ulei", "TAB", "buc", "2600.00", "e-marja-arta", "goods"),
    ("Dulap cu sistem foarte lung de denumire pentru verificarea rândurilor lungi", "DUL-X", "buc", "5480.00", "s21", "goods"),
]  # fmt: skip


def make_cif(random: Random) -> str:
    """A CIF with a right check digit."""
    body = str(random.randint(1_000_000, 4_999_999))
    return body + cui.calc_check_digit(body)


def make_cnp(random: Random) -> str:
    """A personal number with a right check digit."""
    body = f"{random.choice('12')}{random.randint(55, 99):02d}{random.randint(1, 12):02d}{random.randint(1, 28):02d}"
    body += f"{random.randint(1, 40):02d}{random.randint(1, 999):03d}"
    return body + cnp.calc_check_digit(body)


def make_vat_id(random: Random, country: str) -> str:
    """A VAT id of another member state that passes its check, found by trying."""
    shapes: dict[str, Callable[[], str]] = {
        "FR": lambda: f"{random.randint(0, 99):02d}{random.randint(100_000_000, 999_999_999)}",
        "IT": lambda: f"{random.randint(0, 9_999_999):07d}{random.randint(1, 100):03d}{random.randint(0, 9)}",
        "NL": lambda: f"{random.randint(0, 999_999_999):09d}B{random.randint(1, 99):02d}",
        "HU": lambda: f"{random.randint(10_000_000, 99_999_999)}",
        "DE": lambda: f"{random.randint(100_000_000, 999_999_999)}",
    }
    while not eu_vat.is_valid(candidate := country + shapes[country]()):
        pass
    return candidate


def make_iban(random: Random, bank: str = "AAAA") -> str:
    """A Romanian IBAN with right check digits, of a bank that does not exist."""
    account = "".join(random.choice("0123456789") for _ in range(16))
    digits = "".join(str(int(c, 36)) for c in f"{bank}{account}RO00")
    return f"RO{98 - int(digits) % 97:02d}{bank}{account}"


def make_reg_no(random: Random, county: int) -> str:
    return f"J{county:02d}/{random.randint(10, 4999)}/{random.randint(1995, 2023)}"


def make_day(random: Random, first: date, last: date) -> date:
    """A day between two, more often late than early (the firm grows) and seldom on a weekend."""
    span = (last - first).days
    for _ in range(3):
        day = date.fromordinal(first.toordinal() + max(random.randint(0, span), random.randint(0, span) * random.randint(0, 1)))
        if day.weekday() < 5:
            break
    return day
