"""What should be looked at before a supplier's document is booked or paid, in words. A warning refuses nothing."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q

from lib.formats import amount, date_ro, unit_price
from lib.money import money
from partners.models import Partner
from purchases.models import Expense, ExpenseLine, Kind, Status

JUMP = Decimal("1.20")  # a unit price a fifth above the last one
LOOK_BACK = 500  # lines of a supplier that are compared


@dataclass(frozen=True)
class Warning:
    code: str  # "double", "iban_changed", "inactive", "not_payer", "price_jump", "no_iban"
    text: str
    expense: int | None = None  # the other document, for a link


def warnings(expense: Expense, lines: Sequence[ExpenseLine] | None = None) -> list[Warning]:
    """All that speaks against booking or paying a document as it is."""
    lines = list(expense.lines.all()) if lines is None else lines
    return [
        *(Warning("double", double_sentence(expense, other), other.pk) for other in doubles(expense)),
        *of_account(expense),
        *of_supplier(expense.partner, expense),
        *jumps(expense, lines),
    ]


def doubles(expense: Expense) -> list[Expense]:
    """Booked documents that may be this one: the same number of the same supplier, or its same sum on the same day."""
    same = Q(number__iexact=expense.number) | Q(total=expense.total, issue_date=expense.issue_date, currency=expense.currency)
    others = Expense.objects.filter(same, partner_id=expense.partner_id, status=Status.BOOKED, kind=expense.kind)
    return list(others.exclude(pk=expense.pk).order_by("-issue_date", "-id")[:3])


def double_sentence(expense: Expense, other: Expense) -> str:
    """Why the other one looks like it."""
    what = f"{other.number} din {date_ro(other.issue_date)}, {amount(other.total, other.currency)}"
    if other.number.casefold() == expense.number.casefold():
        return f"Acest număr este deja înregistrat la același furnizor: {what}."
    return f"Furnizorul are deja un document din aceeași zi și cu aceeași sumă: {what}."


def of_account(expense: Expense) -> Iterator[Warning]:
    """The account on the document against the one known until now: a changed IBAN is how money is stolen."""
    if not expense.iban:
        return
    booked = Expense.objects.booked().filter(partner_id=expense.partner_id).exclude(Q(pk=expense.pk) | Q(iban=""))
    last = booked.order_by("-issue_date", "-id").first()
    known = last.iban if last else expense.partner.iban
    if known and known != expense.iban:
        where = f"pe {last.number} din {date_ro(last.issue_date)}" if last else "în nomenclator"
        yield Warning(
            "iban_changed",
            f"IBAN-ul s-a schimbat: acum {expense.iban}, {where} era {known}."
            " Întrebați furnizorul la un telefon cunoscut, nu la cel de pe document.",
            last.pk if last else None,
        )


def of_supplier(partner: Partner, expense: Expense | None = None) -> Iterator[Warning]:
    if partner.inactive_at_anaf:
        sentence = f"{partner.name} este inactiv la ANAF: cheltuiala și TVA au regim special de deducere (Cod fiscal art. 11 și 297)."
        yield Warning("inactive", sentence)
    if expense and expense.vat > 0 and partner.country == "RO" and not partner.vat_payer and partner.kind == Partner.Kind.LEGAL:
        yield Warning("not_payer", f"Documentul are TVA, dar {partner.name} apare ca neplătitor de TVA. Verificați la ANAF.")


def jumps(expense: Expense, lines: Iterable[ExpenseLine]) -> Iterator[Warning]:
    """Lines that cost much more than the last time, in the same currency."""
    wanted = {line.name.casefold(): line for line in lines if line.unit_price > 0}
    if not wanted:
        return
    earlier = (
        ExpenseLine.objects.filter(expense__partner_id=expense.partner_id, expense__status=Status.BOOKED, unit_price__gt=0)
        .filter(expense__currency=expense.currency, expense__kind=Kind.EXPENSE)
        .exclude(expense_id=expense.pk)
        .select_related("expense")
        .order_by("-expense__issue_date", "-id")[:LOOK_BACK]
    )
    for line in earlier:
        now = wanted.pop(line.name.casefold(), None)
        if now and now.unit_price > line.unit_price * JUMP:
            rise = money((now.unit_price / line.unit_price - 1) * 100)
            yield Warning(
                "price_jump",
                f"„{now.name}” costă {unit_price(now.unit_price)}, cu {unit_price(rise)}% mai mult decât pe {line.expense.number}"
                f" din {date_ro(line.expense.issue_date)} ({unit_price(line.unit_price)}).",
                line.expense_id,
            )
