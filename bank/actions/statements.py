"""A file of a bank becomes movements, each of them once, however often and in however many files it comes."""

import hashlib
from collections import Counter
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction

from bank.models import KnownColumns, Statement, StatementLine
from bank.readers import Entry, Extract, Reading, read
from companies.events import record_event, store_file
from companies.models import BankAccount
from lib.errors import Refused, require
from lib.files import CSV, XLSX
from lib.text import limit, normalise, searchable

TYPES = {"mt940": "text/plain", "camt053": "application/xml"}


def told_columns() -> dict[str, dict[str, str]]:
    """What the company once told of its files: titles to the meaning of each."""
    return dict(KnownColumns.objects.values_list("titles", "columns"))


def remember_columns(titles: str, columns: Mapping[str, str]) -> KnownColumns:
    """Keep what the columns of such a file are. Refuses: columns_missing."""
    fields = set(columns.values())
    enough = "on" in fields and ("amount" in fields or {"debit", "credit"} <= fields)
    require(enough, "columns_missing", "Alegeți cel puțin coloana cu data și cea cu suma (sau debit și credit).")
    return KnownColumns.objects.update_or_create(titles=titles, defaults={"columns": dict(columns)})[0]


def add_statement(content: bytes, *, name: str, account: str, by: Any) -> list[Statement] | None:
    """Read a file and keep what it brings that was not here yet; `account` (an IBAN) counts when the file does not say whose it is.

    None: its columns have to be told first. Refuses: what `bank.readers.read` does, account_of_others, account_not_said,
    statement_of_other_account.
    """
    reading = read(content, told_columns())
    return None if reading.unknown else _add(reading, content, name, account, by)


@transaction.atomic
def _add(reading: Reading, content: bytes, name: str, account: str, by: Any) -> list[Statement]:
    kind = TYPES.get(reading.form) or (XLSX if content.startswith(b"PK") else CSV)
    file = store_file(content, kind)
    own = {one.iban: one.currency for one in BankAccount.objects.select_for_update().order_by("pk")}  # two files at once come in turn
    made = []
    for extract in reading.extracts:
        if extract.entries:
            iban = _account(extract, account, own)
            fields = {"file": file, "name": limit(normalise(name), 150) or "extras", "form": reading.form, "by": by}
            made.append(_keep(extract, iban, extract.currency or own[iban], fields))
    return made


def _account(extract: Extract, chosen: str, own: Mapping[str, str]) -> str:
    """Whose movements these are; an account that the file names is one of the company's."""
    if extract.account:
        of_others = f"Extrasul este al contului {extract.account}, care nu este al firmei. Adăugați contul la Datele firmei."
        require(extract.account in own, "account_of_others", of_others, "file")
        other = f"Extrasul este al contului {extract.account}, nu al celui ales."
        require(chosen in ("", extract.account), "statement_of_other_account", other, "account")
        return extract.account
    fitting = [iban for iban, currency in own.items() if extract.currency in ("", currency)]
    if chosen:
        wrong = f"Extrasul este în {extract.currency}, iar contul ales în {own.get(chosen, '')}."
        require(chosen in fitting, "statement_of_other_account", wrong, "account")
        return chosen
    if len(fitting) != 1:
        raise Refused("account_not_said", "Fișierul nu spune al cărui cont este. Alegeți contul.", "account")
    return fitting[0]


def _keep(extract: Extract, account: str, currency: str, fields: Mapping[str, Any]) -> Statement:
    """The statement with the lines that no other brought."""
    marked = list(zip(_fingerprints(extract.entries, account), extract.entries, strict=True))
    known = set(StatementLine.objects.filter(fingerprint__in=[mark for mark, _ in marked]).values_list("fingerprint", flat=True))
    fresh = [(mark, entry) for mark, entry in marked if mark not in known]
    days = [entry.on for entry in extract.entries]
    sums = {"opening": extract.opening, "closing": extract.closing, "added": len(fresh), "repeated": len(marked) - len(fresh)}
    statement = Statement(account=account, currency=currency, since=min(days), until=max(days), **sums, **fields)
    statement.save(force_insert=True)
    lines = [_line(statement, mark, entry) for mark, entry in fresh]
    StatementLine.objects.bulk_create(lines, ignore_conflicts=True, batch_size=500)
    record_event(statement, "statement_added", by=fields["by"], added=len(fresh), repeated=len(known))
    return statement


def _fingerprints(entries: list[Entry], account: str) -> list[str]:
    """What tells a movement from another: account, day, amount and the bank's reference, or, without one, all that is known of it.

    Movements alike in one file are many, and are counted: the second stays the second in the next file too.
    """
    seen: Counter[tuple[object, ...]] = Counter()
    marks = []
    for entry in entries:
        own = ("ref", entry.reference) if entry.reference else (_bare(entry.details), entry.iban, _bare(entry.counterparty))
        key: tuple[object, ...] = (account, entry.on, entry.amount, *own)
        seen[key] += 1
        marks.append(hashlib.sha256("\n".join(_plain(part) for part in (*key, seen[key])).encode()).hexdigest())
    return marks


def _plain(part: object) -> str:
    return part.isoformat() if isinstance(part, date) else f"{part:f}" if isinstance(part, Decimal) else str(part)


def _bare(text: str) -> str:
    return searchable(text).replace(" ", "")


def _line(statement: Statement, mark: str, entry: Entry) -> StatementLine:
    words = (entry.counterparty, entry.iban, entry.code, entry.reference, entry.details)
    return StatementLine(
        statement=statement,
        place=entry.place,
        fingerprint=mark,
        raw=entry.raw,
        account=statement.account,
        currency=statement.currency,
        on=entry.on,
        amount=entry.amount,
        counterparty=entry.counterparty[:200],
        iban=entry.iban,
        code=entry.code[:12],
        reference=entry.reference[:100],
        details=entry.details,
        search=searchable(" ".join(words)),
    )
