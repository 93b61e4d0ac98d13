"""CAMT.053, the XML of ISO 20022, in any of its versions: names are read without their namespace.

Source: ISO 20022, BankToCustomerStatement. Nothing is expanded or fetched: a file with a DTD is refused.
"""

import re
from decimal import Decimal
from typing import Any

from lxml import etree

from bank.readers.base import Entry, Extract, broken, code_in, iban_of, read_day, reference_of, tidy_raw
from lib.money import ZERO, money
from lib.text import normalise

PENDING = ("PDNG", "INFO", "FUTR")
OPENING, CLOSING = ("OPBD", "PRCD"), ("CLBD",)


def read(content: bytes) -> list[Extract]:
    """The accounts of a file."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        broken(error.lineno or 1, "XML-ul este rupt aici. Descărcați extrasul din nou de la bancă.")
    if root.getroottree().docinfo.doctype:
        broken(1, "fișierul aduce definiții proprii (DTD), pe care un extras nu le are.")
    statements = root.findall("{*}BkToCstmrStmt/{*}Stmt")
    if not statements:
        broken(root.sourceline or 1, "fișierul XML nu este un extras CAMT.053.")
    return [_extract(one) for one in statements]


def _extract(statement: Any) -> Extract:
    account = statement.find("{*}Acct")
    found = Extract(iban_of(_text(statement, "Acct", "Id", "IBAN")), _text(account, "Ccy") if account is not None else "")
    for balance in statement.findall("{*}Bal"):
        kind = _text(balance, "Tp", "CdOrPrtry", "Cd")
        found.currency = found.currency or _currency(balance)
        if kind in OPENING and (found.opening is None or kind == "OPBD"):
            found.opening = _signed(balance)
        elif kind in CLOSING:
            found.closing = _signed(balance)
    for entry in statement.findall("{*}Ntry"):
        state = _text(entry, "Sts", "Cd") or _text(entry, "Sts")
        if state not in PENDING:
            found.entries += _entries(entry)
    found.prove()
    return found


def _entries(entry: Any) -> list[Entry]:
    """An entry, or its parts when the bank booked several transfers as one sum and says how much each was."""
    parts = entry.findall("{*}NtryDtls/{*}TxDtls")
    amounts = [_part_amount(part, entry) for part in parts]
    whole = _signed(entry)
    if len(parts) > 1 and None not in amounts and sum((a for a in amounts if a is not None), ZERO) == whole:
        return [_entry(entry, part, amount) for part, amount in zip(parts, amounts, strict=True) if amount]
    return [_entry(entry, parts[0] if len(parts) == 1 else entry, whole)] if whole else []


def _entry(entry: Any, part: Any, amount: Decimal) -> Entry:
    on = read_day(_text(entry, "BookgDt", "Dt") or _text(entry, "BookgDt", "DtTm") or _text(entry, "ValDt", "Dt"))
    if on is None:
        broken(entry.sourceline, "mișcarea nu are data înregistrării (BookgDt).")
    side = "Dbtr" if amount > 0 else "Cdtr"  # money that came has its payer, money that went its payee
    name = _text(part, "RltdPties", side, "Nm") or _text(part, "RltdPties", side, "Pty", "Nm")
    iban = iban_of(_text(part, "RltdPties", f"{side}Acct", "Id", "IBAN"))
    told = [text.text or "" for text in part.findall("{*}RmtInf/{*}Ustrd")]
    told += [text.text or "" for text in part.findall("{*}RmtInf/{*}Strd//{*}Ref")]
    told += [_text(part, "AddtlTxInf"), _text(entry, "AddtlNtryInf") if part is not entry or not told else ""]
    details = normalise(" ".join(told))
    code = _text(part, "RltdPties", side, "Id", "OrgId", "Othr", "Id") or _text(part, "RltdPties", side, "Pty", "Id", "OrgId", "Othr", "Id")
    reference = reference_of(_text(part, "Refs", "AcctSvcrRef"), _text(entry, "AcctSvcrRef"), _text(entry, "NtryRef"))
    raw = tidy_raw(etree.tostring(part if amount != _signed(entry) else entry, encoding="unicode"))
    return Entry(
        entry.sourceline, raw, on, amount, details, normalise(name)[:200], iban, code_in(f"CUI {code}") or code_in(details), reference
    )


def _part_amount(part: Any, entry: Any) -> Decimal | None:
    place = part.find("{*}Amt")
    if place is None:
        place = part.find("{*}AmtDtls/{*}TxAmt/{*}Amt")
    if place is None:
        return None
    way = _text(part, "CdtDbtInd") or _text(entry, "CdtDbtInd")
    return _number(place) * (1 if way == "CRDT" else -1)


def _signed(place: Any) -> Decimal:
    amount, way = place.find("{*}Amt"), _text(place, "CdtDbtInd")
    if amount is None or way not in ("CRDT", "DBIT"):
        broken(place.sourceline, "lipsește suma (Amt) sau sensul ei (CdtDbtInd).")
    return _number(amount) * (1 if way == "CRDT" else -1)


def _number(place: Any) -> Decimal:
    text = (place.text or "").strip()
    if not re.fullmatch(r"\d{1,15}(\.\d{0,5})?", text):
        broken(place.sourceline, f"suma „{normalise(text)}” nu este un număr.")
    return money(Decimal(text))


def _currency(balance: Any) -> str:
    amount = balance.find("{*}Amt")
    return amount.get("Ccy", "") if amount is not None else ""


def _text(place: Any, *path: str) -> str:
    found = place.find("/".join("{*}" + name for name in path))
    return (found.text or "").strip() if found is not None else ""
