"""Operations of a till: written once, numbered, never changed; what is wrong is reversed by another line."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction

from cashbook.actions.tills import lock, lock_several
from cashbook.balances import effect
from cashbook.models import INCOMING, OF_CLIENTS, CashOperation, Kind, Till, TillCount
from cashbook.receipts import require_open
from companies.actions.locks import share_vat_status
from companies.events import record_event
from invoicing.period import require_day_open
from lib.dates import bucharest_today
from lib.errors import require
from lib.formats import amount as with_currency
from lib.formats import date_ro
from partners.models import Partner

TRANSFERS = (Kind.TRANSFER_OUT, Kind.TRANSFER_IN)
OWNERS: list[Callable[[CashOperation], str]] = []  # a later app says why one of its lines is taken back there, not here; "" if not its own


@dataclass(frozen=True)
class Entry:
    """What a person says of an operation. `amount` is above zero; the kind says whether it came in or went out."""

    kind: str
    day: date
    amount: Decimal
    explanation: str = ""
    document: str = ""  # empty: a dispoziție de încasare or de plată is made, with its own number
    annexes: int = 0
    partner: Partner | None = None
    party: str = ""
    party_role: str = ""
    party_id: str = ""
    reason: str = ""

    @property
    def signed(self) -> Decimal:
        return self.amount if self.kind in INCOMING else -self.amount


@transaction.atomic
def record(
    till: Till, entry: Entry, *, by: Any, token: UUID, negative_confirmed: bool = False, count: TillCount | None = None
) -> CashOperation:
    """Write an operation by hand. The same `token` again (double click, retry) returns the first one.

    Refuses: cash_kind_by_hand, cash_amount_not_positive, cash_day_in_future, cash_before_opening, cash_day_closed, period_closed,
    till_inactive, till_below_zero.
    """
    share_vat_status(till.company_id)  # as all who record money: a period that is being closed waits for us
    till = lock(till)
    if earlier := CashOperation.objects.filter(token=token).first():
        return earlier
    kind = Kind(entry.kind)
    require(
        kind not in (*OF_CLIENTS, *TRANSFERS),
        "cash_kind_by_hand",
        "Încasările de la clienți se înregistrează de pe factură, transferurile din pagina lor.",
        "kind",
    )
    _require_sense(till, entry)
    require_not_below_zero(till, entry.day, entry.signed, confirmed=negative_confirmed)
    return _write(till, entry, by=by, token=token, count=count)


def pay_out(
    till: Till, *, partner: Partner, amount: Decimal, on: date, by: Any, token: UUID, document: str = "", explanation: str = ""
) -> CashOperation:
    """Pay a supplier from a till, for the app that keeps suppliers' documents. Refuses: as `record`."""
    entry = Entry(Kind.SUPPLIER, on, amount, explanation=explanation, document=document, partner=partner, party=partner.name)
    return record(till, entry, by=by, token=token)


@transaction.atomic
def transfer(
    source: Till, target: Till, *, amount: Decimal, on: date, by: Any, token: UUID, explanation: str = "", negative_confirmed: bool = False
) -> CashOperation:
    """Move money from a till to another: two lines, one pair. Returns the line of the source.

    Refuses: transfer_to_itself, transfer_of_two_currencies, and as `record`.
    """
    require(source.pk != target.pk, "transfer_to_itself", "Alegeți două case diferite.", "target")
    share_vat_status(source.company_id)
    source, target = lock_several(source, target)
    if earlier := CashOperation.objects.filter(token=token).first():
        return earlier
    require(
        source.currency == target.currency,
        "transfer_of_two_currencies",
        f"„{source.name}” ține {source.currency}, iar „{target.name}” {target.currency}. Transferul se face între case de aceeași monedă.",
        "target",
    )
    words = explanation or f"Transfer din „{source.name}” în „{target.name}”"
    out, into = (Entry(kind, on, amount, explanation=words) for kind in TRANSFERS)
    _require_sense(source, out)
    _require_sense(target, into)
    require_not_below_zero(source, on, -amount, confirmed=negative_confirmed)
    pair = uuid4()
    first = _write(source, out, by=by, token=token, pair=pair)
    _write(target, into, by=by, token=None, pair=pair)
    return first


@transaction.atomic
def reverse(
    operation: CashOperation, *, on: date, by: Any, reason: str, negative_confirmed: bool = False, by_owner: bool = False
) -> CashOperation:
    """Take an operation back by one with the other sign; of a transfer both halves. Both stay in the book, tied.

    Refuses: reason_missing, reversal_of_reversal, operation_of_payment, operation_owned, already_reversed, reversal_too_early, and
    as `record`.
    """
    share_vat_status(operation.company_id)
    halves = [operation]
    if operation.pair:
        halves = list(CashOperation.objects.select_related("till").filter(pair=operation.pair, reverses=None).order_by("pk"))
    tills = {till.pk: till for till in lock_several(*(half.till for half in halves))}
    require(reason.strip(), "reason_missing", "Scrieți motivul; rămâne în registru.", "reason")
    require(operation.reverses_id is None, "reversal_of_reversal", "O stornare nu se stornează. Înregistrați operațiunea din nou.")
    require(
        operation.payment_id is None,
        "operation_of_payment",
        "Operațiunea vine dintr-o încasare: anulați încasarea, iar casa se corectează singură.",
    )
    owned = "" if by_owner else next(filter(None, (owner(operation) for owner in OWNERS)), "")
    require(not owned, "operation_owned", owned)
    require(not CashOperation.objects.filter(reverses=operation).exists(), "already_reversed", "Operațiunea este deja stornată.")
    early = f"Stornarea nu poate fi înaintea operațiunii, din {date_ro(operation.day)}."
    require(on >= operation.day, "reversal_too_early", early, "on")
    for half in halves:
        till = tills[half.till_id]
        _require_day(till, on, "on")
        require_not_below_zero(till, on, -half.amount, confirmed=negative_confirmed)
    taken = {half.pk: _mirror(half, on, by, reason.strip()) for half in halves}
    record_event(operation, "reversed", by=by, reason=reason.strip(), on=on, reversal=taken[operation.pk].pk)
    return taken[operation.pk]


def require_not_below_zero(till: Till, day: date, amount: Decimal, *, confirmed: bool) -> None:
    """Refuse what leaves any day below zero; a till whose company allows it asks only for a confirmation. Refuses: till_below_zero."""
    if amount >= 0:
        return
    below = effect(till, day, amount).negative
    if not below or (confirmed and till.may_go_negative):
        return
    on, balance = below[0]
    advice = "Bifați confirmarea ca s-o scrieți totuși." if till.may_go_negative else "O casă nu poate avea sold negativ."
    sentence = f"Soldul ar ajunge la {with_currency(balance, till.currency)} în {date_ro(on)}. {advice}"
    require(False, "till_below_zero", sentence, "amount")


def _require_sense(till: Till, entry: Entry) -> None:
    require(entry.amount > 0, "cash_amount_not_positive", "Suma trebuie să fie mai mare decât zero.", "amount")
    require(till.active, "till_inactive", f"„{till.name}” este inactivă. Activați-o din lista caselor.", "till")
    _require_day(till, entry.day, "day")


def _require_day(till: Till, day: date, field: str) -> None:
    require(day <= bucharest_today(), "cash_day_in_future", "Data este în viitor.", field)
    opened = till.opening_day or day
    sentence = f"Casa începe cu soldul din {date_ro(opened)}; ce a fost înainte este cuprins în el."
    require(day >= opened, "cash_before_opening", sentence, field)
    require_open(till, day, field)
    require_day_open(day, field)


def _write(
    till: Till, entry: Entry, *, by: Any, token: UUID | None, pair: UUID | None = None, count: TillCount | None = None
) -> CashOperation:
    """The line itself; a dispoziție takes its number under the till's lock, so that numbers run without gaps."""
    number = None
    if not entry.document:
        counter = "last_in" if entry.kind in INCOMING else "last_out"
        number = getattr(till, counter) + 1
        setattr(till, counter, number)
        till.save(update_fields=[counter])
    operation = CashOperation.objects.create(
        till=till,
        day=entry.day,
        kind=entry.kind,
        amount=entry.signed,
        document=entry.document,
        order_number=number,
        annexes=entry.annexes,
        explanation=entry.explanation,
        partner=entry.partner,
        party=entry.party or (entry.partner.name if entry.partner else ""),
        party_role=entry.party_role,
        party_id=entry.party_id,
        reason=entry.reason,
        token=token,
        pair=pair,
        count=count,
        by=by,
    )
    operation.refresh_from_db(fields=["position", "ordinal", "day_balance"])
    record_event(operation, "recorded", by=by, kind=entry.kind, amount=entry.signed, day=entry.day)
    return operation


def _mirror(operation: CashOperation, on: date, by: Any, reason: str) -> CashOperation:
    return CashOperation.objects.create(
        till_id=operation.till_id,
        day=on,
        kind=operation.kind,
        amount=-operation.amount,
        document=operation.label,
        explanation=operation.explanation,
        partner_id=operation.partner_id,
        party=operation.party,
        pair=operation.pair,
        reverses=operation,
        reason=reason,
        by=by,
    )
