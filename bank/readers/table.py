"""CSV and XLSX of banks, read by the names of their columns: Banca Transilvania, ING, BCR, Raiffeisen, Revolut, or names once told.

A file may begin with lines about the account, have balances as rows, spread the details of one movement over the rows under it.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from itertools import pairwise

from bank.readers.base import Entry, Extract, broken, code_in, first_iban, iban_of, party_in, read_amount, read_day, reference_of, tidy_raw
from lib.formats import date_ro
from lib.money import ZERO
from lib.tables import Cell, Row, open_table
from lib.text import normalise, searchable

LOOKED_AT = 40  # rows among which the titles stand
# What each field is called, bare, the better name first; of details every column counts.
NAMES = {
    "on": "data inregistrarii|data inregistrare|data procesarii|data contabila|date completed utc|completed date|data tranzactiei"
    "|data tranzactie|data operatiunii|data|data valuta|date started utc|started date|date|booking date",
    "debit": "debit|suma debit|suma iesire|iesire|iesiri|plati",
    "credit": "credit|suma credit|suma intrare|intrare|intrari|incasari",
    "amount": "total amount|suma|amount|valoare",
    "currency": "payment currency|valuta|moneda|currency",
    "balance": "sold contabil|sold intermediar|sold|balance",
    "counterparty": "nume beneficiar ordonator|nume ordonator beneficiar|nume partener|nume contrapartida|nume platitor beneficiar"
    "|beneficiar ordonator|ordonator beneficiar|partener|contrapartida|payer|beneficiary|nume",
    "iban": "cont beneficiar ordonator|iban beneficiar ordonator|iban partener|cont partener|iban contrapartida|cont contrapartida"
    "|cont ordonator beneficiar|beneficiary iban|beneficiary account number",
    "code": "cui contrapartida|cif contrapartida|cod fiscal partener|cui|cif|cod fiscal",
    "reference": "referinta tranzactiei|referinta|referinta banca|numar referinta|nr referinta|id|transaction id",
    "details": "descriere|descrierea tranzactiei|descriere tranzactie|detalii tranzactie|detalii|explicatii|explicatie|description"
    "|reference|tip tranzactie|type",
    "account": "numar cont|cont|iban|iban cont",
    "state": "state|status|stare",
}
SYNONYMS = {field: names.split("|") for field, names in NAMES.items()}
DONE = {"", "completed", "finalizata", "procesata", "executata", "booked"}
OPENING, CLOSING = ("sold initial", "sold precedent", "sold anterior"), ("sold final",)


def head_of(rows: Sequence[Row], told: Mapping[str, str] | None = None) -> tuple[int, dict[str, list[int]]] | None:
    """The row of the titles, from 0, and the columns of each field; None when there is no day or no amount among them."""
    best: tuple[int, int, dict[str, list[int]]] | None = None
    for number, row in enumerate(rows[:LOOKED_AT]):
        columns = _columns([searchable(str(cell)) for cell in row], told or {})
        enough = columns.get("on") and (columns.get("amount") or (columns.get("debit") and columns.get("credit")))
        if enough and (best is None or len(columns) > best[0]):
            best = (len(columns), number, columns)
    return (best[1], best[2]) if best else None


def likely_head(rows: Sequence[Row]) -> int:
    """Where the titles of an unknown file probably stand: the first row with the most filled cells of text."""
    counts = [sum(isinstance(cell, str) and bool(cell) and read_amount(cell) is None for cell in row) for row in rows[:LOOKED_AT]]
    return counts.index(max(counts)) if counts else 0


def titles_key(row: Row) -> str:
    """What tells a bank's file from another's: its titles, bare."""
    return "|".join(searchable(str(cell)) for cell in row)[:500]


def read(content: bytes, told: Mapping[str, Mapping[str, str]]) -> Extract | None:
    """The extract; None when the columns are not known. `told` maps the titles of a file to what each column is."""
    table = open_table(content)
    rows = list(table.rows(table.sheets[0]))
    own = next((told[key] for row in rows[:LOOKED_AT] if (key := titles_key(row)) in told), None)
    found = head_of(rows, own)
    if found is None:
        return None
    start, columns = found
    extract = Extract(account=first_iban(" ".join(str(cell) for row in rows[:start] for cell in row)))
    balances: list[Decimal] = []
    for place, row in enumerate(rows[start + 1 :], start=start + 2):
        _take(extract, columns, place, row, balances)
    _close(extract, balances)
    return extract


def _columns(titles: list[str], told: Mapping[str, str]) -> dict[str, list[int]]:
    if told:
        named: dict[str, list[int]] = {}
        for number, title in enumerate(titles):
            if field := told.get(title):
                named.setdefault(field, []).append(number)
        return named
    found: dict[str, list[int]] = {}
    for field, names in SYNONYMS.items():
        places = [titles.index(name) for name in names if name in titles]
        if places:
            found[field] = places if field == "details" else places[:1]
    return found


def _take(extract: Extract, columns: dict[str, list[int]], place: int, row: Row, balances: list[Decimal]) -> None:
    """A row: a movement, a balance, more details of the movement above, or nothing."""
    if not any(cell != "" for cell in row):
        return
    texts = [searchable(str(cell)) for cell in row]
    if _balance_row(extract, texts, row):
        return
    on, amount = read_day(_cell(row, columns, "on")), _amount(row, columns, place)
    if _text(row, columns, "on") and on is None and amount is not None:
        broken(place, f"data „{_text(row, columns, 'on')}” nu se poate citi.", "Rândul")
    if on is None:
        if amount is None and extract.entries and _details(row, columns):
            _lengthen(extract, row, columns)
        return
    if searchable(_text(row, columns, "state")) not in DONE:
        return
    if amount is None:
        broken(place, "suma lipsește sau nu este un număr.", "Rândul")
    if not amount:
        return
    extract.account = extract.account or iban_of(_text(row, columns, "account"))
    extract.currency = extract.currency or _text(row, columns, "currency").upper()[:3]
    if (balance := read_amount(_cell(row, columns, "balance"))) is not None:
        balances.append(balance)
    extract.entries.append(_entry(row, columns, place, on, amount, extract.account))


def _entry(row: Row, columns: dict[str, list[int]], place: int, on: object, amount: Decimal, account: str) -> Entry:
    details = _details(row, columns)
    iban = iban_of(_text(row, columns, "iban")) or first_iban(details, but={account})
    code = code_in(f"CUI {_text(row, columns, 'code')}") or code_in(details)
    name = _text(row, columns, "counterparty") or party_in(details)
    return Entry(place, _raw(row), on, amount, details, name[:200], iban, code, reference_of(_text(row, columns, "reference")))  # type: ignore[arg-type]


def _lengthen(extract: Extract, row: Row, columns: dict[str, list[int]]) -> None:
    """The details go on in the row under the movement."""
    last = extract.entries[-1]
    details = normalise(f"{last.details} {_details(row, columns)}")
    extract.entries[-1] = Entry(
        last.place,
        tidy_raw(f"{last.raw}\n{_raw(row)}"),
        last.on,
        last.amount,
        details,
        last.counterparty or party_in(details),
        last.iban or first_iban(details, but={extract.account}),
        last.code or code_in(details),
        last.reference,
    )


def _amount(row: Row, columns: dict[str, list[int]], place: int) -> Decimal | None:
    """Credit less debit, whatever sign the bank gives a debit; without them the amount as it is."""
    cells = {field: _cell(row, columns, field) for field in ("debit", "credit", "amount")}
    numbers = {field: read_amount(cell) for field, cell in cells.items()}
    for field, cell in cells.items():
        if str(cell).strip() and numbers[field] is None and read_day(_cell(row, columns, "on")):
            broken(place, f"suma „{cell}” nu este un număr.", "Rândul")
    if numbers["debit"] is not None or numbers["credit"] is not None:
        both = abs(numbers["credit"] or ZERO) - abs(numbers["debit"] or ZERO)
        if both or numbers["amount"] is None:
            return both
    return numbers["amount"]


def _balance_row(extract: Extract, texts: list[str], row: Row) -> bool:
    """A row that only says what the account held: `Sold initial;;;1000,00`."""
    opening = any(text.startswith(OPENING) for text in texts[:6])
    closing = any(text.startswith(CLOSING) for text in texts[:6])
    if opening == closing:
        return opening and closing
    amounts = [amount for cell in row if read_day(cell) is None and (amount := read_amount(cell)) is not None and not iban_of(str(cell))]
    if amounts and opening:
        extract.opening = amounts[-1]
    elif amounts:
        extract.closing = amounts[-1]
    return True


def _close(extract: Extract, balances: list[Decimal]) -> None:
    """The balances of the rows, when each movement has one and they follow one another, oldest or newest first."""
    entries = extract.entries
    if extract.opening is None and extract.closing is None and entries and len(balances) == len(entries):
        pairs = list(zip(entries, balances, strict=True))
        for order in (pairs, pairs[::-1]):
            if all(before + entry.amount == after for (_, before), (entry, after) in pairwise(order)):
                extract.opening, extract.closing = order[0][1] - order[0][0].amount, order[-1][1]
                if len(order) > 1:
                    break
    entries.sort(key=lambda entry: entry.on)
    extract.prove()


def _details(row: Row, columns: dict[str, list[int]]) -> str:
    return normalise(" ".join(_plain(row[number]) for number in columns.get("details", []) if number < len(row) and row[number] != ""))


def _cell(row: Row, columns: dict[str, list[int]], field: str) -> Cell:
    places = columns.get(field, [])
    return row[places[0]] if places and places[0] < len(row) else ""


def _text(row: Row, columns: dict[str, list[int]], field: str) -> str:
    return normalise(_plain(_cell(row, columns, field)))


def _raw(row: Row) -> str:
    """The cells as they stand, also the ones that nothing was made of."""
    return tidy_raw(" | ".join(_plain(cell) for cell in row if cell != ""))


def _plain(cell: Cell) -> str:
    if isinstance(cell, Decimal):
        return f"{cell:f}"
    return cell if isinstance(cell, str) else date_ro(cell)
