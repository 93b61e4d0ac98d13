"""Which documents a movement may pay, the surest first, and why, in words.

In this order: the number of a document in the text; the account of a known partner; its fiscal code; the exact amount; its name; the
sum of several documents. Only the number and the whole amount together are certain.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import combinations
from typing import Any

from django.db.models import F, Q

from bank.models import KnownAccount, StatementLine
from invoicing.models import Document
from lib.formats import amount as with_currency
from lib.money import ZERO
from lib.text import searchable
from partners.models import Partner
from purchases.models import Expense

MOST, SHOWN = 2000, 8  # open documents that are looked at for a page; candidates of a movement
TOGETHER = 12  # documents of one partner among which a sum is looked for
ALIKE = 0.82
FORMS = {"sc", "srl", "sa", "pfa", "ii", "if", "snc", "srld", "scs", "ra"}
FEES = {"comision", "comisioane", "taxa", "taxe", "fee", "commission", "administrare", "speze"}
CASH = {"numerar", "retragere", "atm", "cash", "varsamant"}
LOOKED_FOR, FOUND = "căutat", 30
NUMBER = re.compile(r"\d{1,12}")


@dataclass(frozen=True)
class Candidate:
    documents: Sequence[Any]
    confidence: int  # percent
    reason: str
    exact: bool = False  # number and amount agree: may be booked by itself
    rank: tuple[int, int] = field(default=(9, 9))

    @property
    def partner(self) -> Partner:
        return self.documents[0].partner

    @property
    def keys(self) -> str:
        return ",".join(str(document.pk) for document in self.documents)

    @property
    def balance(self) -> Decimal:
        return sum((document.balance for document in self.documents), ZERO)

    @property
    def currency(self) -> str:
        return self.documents[0].currency

    @property
    def labels(self) -> str:
        return ", ".join(label_of(document) for document in self.documents)

    @property
    def certainty(self) -> str:
        return "sigur" if self.exact else "probabil" if self.confidence >= 70 else "posibil"


def label_of(document: Any) -> str:
    return document.label if isinstance(document, Document) else document.number


def suggest(lines: Iterable[StatementLine]) -> dict[int, list[Candidate]]:
    """Candidates for each open movement, the best first; the number of queries does not grow with the movements."""
    waiting = [line for line in lines if line.is_open]
    if not waiting:
        return {}
    known = _known_accounts(waiting)
    documents = _open_documents(Document.objects.payable().unpaid(), [line for line in waiting if line.incoming], known, "label")
    expenses = _open_documents(Expense.objects.unpaid(), [line for line in waiting if not line.incoming], known, "number")
    return {line.pk: _candidates(line, documents if line.incoming else expenses, known) for line in waiting}


def hint(line: StatementLine, own: Collection[str]) -> str:
    """What a movement that is about no document looks like: `fee`, `cash`, `own` (`own` are the company's accounts) or nothing."""
    words = set(searchable(f"{line.details} {line.counterparty}").split())
    if line.iban and line.iban in own:
        return "own"
    if words & CASH:
        return "cash"
    return "fee" if not line.incoming and words & FEES else ""


def look_for(line: StatementLine, text: str) -> list[Candidate]:
    """Open documents that a person looks for by number or partner, whatever their sums."""
    label = "label" if line.incoming else "number"
    rows = Document.objects.payable().unpaid() if line.incoming else Expense.objects.unpaid()
    partners = Partner.objects.matching(text).order_by().values_list("pk", flat=True)[:MOST]
    found = rows.filter(Q(partner__in=list(partners)) | Q(**{f"{label}__icontains": text}), total__gt=0)
    return [Candidate([one], 0, LOOKED_FOR) for one in found.select_related("partner").order_by("due_date", "pk")[:FOUND]]


def _known_accounts(lines: Sequence[StatementLine]) -> dict[str, int]:
    """Partner by IBAN: what was learnt, else what stands in the address book."""
    ibans = {line.iban for line in lines if line.iban}
    told = Partner.objects.filter(iban__in=ibans).values_list("iban", "pk")
    learnt = KnownAccount.objects.filter(iban__in=ibans).values_list("iban", "partner_id")
    return dict(told) | dict(learnt)


def _open_documents(rows: Any, lines: Sequence[StatementLine], known: dict[str, int], label: str) -> list[Any]:
    """Open documents that any of the movements may be about."""
    if not lines:
        return []
    text = " ".join(f"{line.details} {line.counterparty}" for line in lines)
    numbers = sorted({number.lstrip("0") for number in NUMBER.findall(text) if number.lstrip("0")})[:400]
    condition = Q(partner__in=set(known.values())) | Q(rest__in={abs(line.rest) for line in lines})
    condition |= Q(partner__identity__in={code for line in lines for code in (line.code, *_codes(line)) if code})
    if numbers:
        condition |= Q(**{f"{label}__regex": rf"(^|[^0-9])0*({'|'.join(numbers)})([^0-9]|$)"})
    for words in {tuple(_name(line.counterparty)[:1]) for line in lines if _name(line.counterparty)}:
        condition |= Q(partner__search__contains=words[0])
    found = rows.filter(total__gt=0).annotate(rest=F("total") - F("paid")).filter(condition)
    return list(found.select_related("partner").order_by("due_date", "pk")[:MOST])


def _candidates(line: StatementLine, documents: Sequence[Any], known: dict[str, int]) -> list[Candidate]:
    text = searchable(f"{line.details} {line.counterparty}").upper()
    named = {document.pk for document in documents if number_in(label_of(document), text)}
    found: dict[str, Candidate] = {}
    for candidate in (*_singles(line, documents, known, named), *_sums(line, documents, known, named)):
        kept = found.get(candidate.keys)
        if kept is None or candidate.rank < kept.rank:
            found[candidate.keys] = candidate
    ordered = sorted(found.values(), key=lambda one: (one.rank, -one.confidence))
    exact = [one for one in ordered if one.exact]
    if len(exact) > 1:  # two documents with the same number and amount: a person chooses
        ordered = [_unsure(one) if one.exact else one for one in ordered]
    return ordered[:SHOWN]


def _singles(line: StatementLine, documents: Sequence[Any], known: dict[str, int], named: set[int]) -> Iterator[Candidate]:
    whole = abs(line.rest)
    owner = known.get(line.iban) if line.iban else None
    codes = {line.code, *_codes(line)} - {""}
    fitting = {document.pk for document in documents if document.balance == whole and document.currency == line.currency}
    for document in documents:
        fits = document.pk in fitting
        short = 0 if fits else 1
        if document.pk in named:
            reason = f"Numărul {label_of(document)} apare în detalii; {_says(document, fits)}."
            yield Candidate([document], 100 if fits else 85, reason, fits, (0, short))
        elif owner == document.partner_id:
            yield Candidate(
                [document], 85 if fits else 60, f"IBAN cunoscut al {document.partner}; {_says(document, fits)}.", rank=(1, short)
            )
        elif document.partner.identity and document.partner.identity in codes:
            reason = f"CUI-ul {document.partner.identity} apare în detalii; {_says(document, fits)}."
            yield Candidate([document], 80 if fits else 55, reason, rank=(2, short))
        elif _alike(line.counterparty, document.partner.name):
            reason = f"Nume asemănător: {document.partner}; {_says(document, fits)}."
            yield Candidate([document], 75 if fits else 45, reason, rank=(3 if fits else 4, 0))
        elif fits:
            alone = len(fitting) == 1
            reason = f"Suma este exact restul de {with_currency(document.balance, document.currency)}."
            yield Candidate([document], 50 if alone else 35, reason, rank=(3, 0 if alone else 1))


def _says(document: Any, fits: bool) -> str:
    rest = with_currency(document.balance, document.currency)
    return f"suma este exact restul de {rest}" if fits else f"restul este {rest}"


def _sums(line: StatementLine, documents: Sequence[Any], known: dict[str, int], named: set[int]) -> Iterator[Candidate]:
    """Several documents of one partner that the movement may pay together."""
    by_partner: dict[int, list[Any]] = {}
    for document in documents:
        if document.currency == line.currency:
            by_partner.setdefault(document.partner_id, []).append(document)
    for owned in by_partner.values():
        told = [document for document in owned if document.pk in named]
        if len(told) > 1:
            fits = sum((document.balance for document in told), ZERO) == abs(line.rest)
            says = "sumele lor dau suma" if fits else "sumele lor nu dau suma"
            yield Candidate(told, 95 if fits else 65, f"{len(told)} numere apar în detalii; {says}.", rank=(0, 0 if fits else 2))
        elif _is_known(line, owned[0].partner, known) and (several := _sum_to(owned, abs(line.rest))):
            yield Candidate(several, 75, f"{len(several)} documente ale {owned[0].partner} dau împreună suma.", rank=(1, 0))


def _sum_to(documents: Sequence[Any], amount: Decimal) -> list[Any]:
    """The fewest of the oldest documents that make the amount together; [] without any."""
    oldest = documents[:TOGETHER]
    for size in range(2, min(len(oldest), 5) + 1):
        for chosen in combinations(oldest, size):
            if sum((document.balance for document in chosen), ZERO) == amount:
                return list(chosen)
    return list(oldest) if len(oldest) > 5 and sum((d.balance for d in oldest), ZERO) == amount else []


def _is_known(line: StatementLine, partner: Partner, known: dict[str, int]) -> bool:
    codes = {line.code, *_codes(line)} - {""}
    return known.get(line.iban) == partner.pk or partner.identity in codes or _alike(line.counterparty, partner.name)


def number_in(label: str, text: str) -> bool:
    """Whether the series and number of a document stand in a text, whatever the spaces, marks and leading zeros between them."""
    bare, pattern = _number(label)
    return bool(bare) and all(part in text for part in bare) and bool(pattern.search(text))


@lru_cache(maxsize=5000)
def _number(label: str) -> tuple[tuple[str, ...], re.Pattern[str]]:
    """The parts that the text must hold, none when the label is too little to be known by, and how they stand together."""
    parts = re.findall(r"[A-Z]+|\d+", searchable(label).upper())
    bare = tuple(part.lstrip("0") or "0" if part.isdigit() else part for part in parts)
    enough = any(part.isdigit() for part in parts) and not (len(parts) == 1 and len(bare[0]) < 4)
    pieces = [rf"0*{part}" if part.isdigit() else part for part in bare]
    between = r"[\W_]*(?:(?:SERIA|NR|NUMAR|NUMARUL|NO)[\W_]*)?"
    return bare if enough else (), re.compile(rf"(?<![A-Z0-9]){between.join(pieces)}(?!\d)")


def _codes(line: StatementLine) -> set[str]:
    """Numbers of the text that may be fiscal codes."""
    return set(re.findall(r"(?<!\d)[1-9]\d{5,9}(?!\d)", line.details))


@lru_cache(maxsize=5000)
def _name(text: str) -> tuple[str, ...]:
    """The words of a name without its legal form."""
    return tuple(word for word in searchable(text).split() if word not in FORMS and len(word) > 2)


@lru_cache(maxsize=20_000)
def _alike(one: str, other: str) -> bool:
    first, second = " ".join(_name(one)), " ".join(_name(other))
    if not first or not second or first == second:
        return bool(first and second)
    compared = SequenceMatcher(None, first, second)
    return compared.real_quick_ratio() >= ALIKE and compared.quick_ratio() >= ALIKE and compared.ratio() >= ALIKE


def _unsure(candidate: Candidate) -> Candidate:
    return Candidate(candidate.documents, 80, candidate.reason + " Mai este un document la fel.", rank=candidate.rank)
