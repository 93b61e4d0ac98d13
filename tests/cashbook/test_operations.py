"""Operations by hand: what they do to the balances, what is refused, and how they are reversed."""

from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest

from cashbook.actions import Entry, close_days, open_days, pay_out, record, reverse, save_till, set_opening, till_for, transfer
from cashbook.balances import balance_at, balance_now, day_lines, effect, set_running
from cashbook.checks import differences
from cashbook.models import CashOperation, Till
from companies.actions import close_period
from companies.models import Event
from lib.errors import Refused
from tests import factories
from tests.cashbook.conftest import operate

D5, D10, D15 = date(2026, 11, 5), date(2026, 11, 10), date(2026, 11, 15)


def running(till):
    rows = list(CashOperation.objects.filter(till=till).select_related("till").order_by("ordinal"))
    set_running(rows)
    return [row.balance for row in rows]


def test_each_row_has_its_running_balance(till, ana):
    operate(till, ana, "other_in", D5, "200")
    operate(till, ana, "other_out", D5, "50.50")
    operate(till, ana, "to_bank", D10, "100")
    assert running(till) == [Decimal("1200.00"), Decimal("1149.50"), Decimal("1049.50")]


def test_a_back_dated_operation_changes_every_later_day(till, ana):
    operate(till, ana, "other_in", D10, "200")
    operate(till, ana, "other_in", D15, "1")
    before = effect(till, D5, Decimal(-300))
    operate(till, ana, "other_out", D5, "300")
    assert (before.balance, before.last, before.later_days) == (700, 901, 2)
    assert running(till) == [700, 900, 901]


def test_days_of_the_register_carry_their_balance(till, ana):
    operate(till, ana, "other_in", D5, "200")
    operate(till, ana, "other_out", D10, "50")
    lines = day_lines(till, date(2026, 11, 1), date(2026, 11, 30))
    assert [(line.day, line.opening, line.received, line.paid, line.balance) for line in lines] == [
        (D5, 1000, 200, 0, 1200),
        (D10, 1200, 0, 50, 1150),
    ]


def test_orders_are_numbered_each_way_and_a_typed_document_takes_no_number(till, ana):
    kinds = ["other_in", "other_out", "other_in", "advance"]
    made = [operate(till, ana, kind, D5, "10") for kind in kinds]
    made.append(operate(till, ana, "supplier", D5, "10", document="CH 77"))
    assert [row.label for row in made] == ["DI 1", "DP 1", "DI 2", "DP 2", "CH 77"]


def test_the_same_token_writes_once(till, ana):
    token, entry = uuid4(), Entry("other_in", D5, Decimal(10))
    assert record(till, entry, by=ana, token=token) == record(till, entry, by=ana, token=token)
    assert balance_now(till) == 1010


@pytest.mark.parametrize(
    ("kind", "day", "amount", "code"),
    [
        ("other_out", D5, "1000.01", "till_below_zero"),
        ("other_in", D5, "0", "cash_amount_not_positive"),
        ("other_in", date(2099, 1, 1), "1", "cash_day_in_future"),
        ("other_in", date(2026, 10, 31), "1", "cash_before_opening"),
        ("payment", D5, "1", "cash_kind_by_hand"),
        ("transfer_out", D5, "1", "cash_kind_by_hand"),
    ],
)
def test_what_makes_no_sense_is_refused(till, ana, kind, day, amount, code):
    with pytest.raises(Refused, match=code):
        operate(till, ana, kind, day, amount)


def test_a_day_in_the_middle_may_not_go_below_zero_either(till, ana):
    operate(till, ana, "other_out", D10, "900")
    operate(till, ana, "other_in", D15, "900")
    with pytest.raises(Refused, match="till_below_zero") as refused:
        operate(till, ana, "other_out", D5, "150")
    assert "-50,00" in refused.value.message and "10.11.2026" in refused.value.message


def test_a_company_may_choose_to_confirm_a_negative_balance(till, ana):
    till.may_go_negative = True
    save_till(till, by=ana)
    entry = Entry("other_out", D5, Decimal(1100))
    with pytest.raises(Refused, match="till_below_zero"):
        record(till, entry, by=ana, token=uuid4())
    assert record(till, entry, by=ana, token=uuid4(), negative_confirmed=True).amount == -1100


def test_a_confirmation_does_not_pass_where_the_company_does_not_allow_it(till, ana):
    with pytest.raises(Refused, match="till_below_zero"):
        record(till, Entry("other_out", D5, Decimal(1100)), by=ana, token=uuid4(), negative_confirmed=True)


def test_a_reversal_stands_in_the_same_column_with_minus(till, ana):
    wrong = operate(till, ana, "other_out", D5, "100")
    back = reverse(wrong, on=D10, by=ana, reason="Sumă greșită")
    assert (back.paid, back.reverses_id, balance_at(till, D5), balance_now(till)) == (Decimal(-100), wrong.pk, 900, 1000)
    for row, code in ((wrong, "already_reversed"), (back, "reversal_of_reversal")):
        with pytest.raises(Refused, match=code):
            reverse(row, on=D10, by=ana, reason="x")


def test_a_reversal_wants_a_reason_and_no_earlier_day(till, ana):
    wrong = operate(till, ana, "other_out", D10, "100")
    with pytest.raises(Refused, match="reason_missing"):
        reverse(wrong, on=D10, by=ana, reason=" ")
    with pytest.raises(Refused, match="reversal_too_early"):
        reverse(wrong, on=D5, by=ana, reason="x")


def test_a_reversal_may_not_empty_the_till_below_zero(till, ana):
    wrong = operate(till, ana, "other_in", D5, "100")
    operate(till, ana, "other_out", D5, "1100")
    with pytest.raises(Refused, match="till_below_zero"):
        reverse(wrong, on=D5, by=ana, reason="x")


def test_a_transfer_is_two_rows_of_one_pair_and_is_reversed_whole(till, ana):
    other = save_till(Till(name="Casa Sibiu"), by=ana)
    out = transfer(till, other, amount=Decimal(300), on=D5, by=ana, token=uuid4())
    assert (balance_now(till), balance_now(other), out.pair is not None) == (700, 300, True)
    reverse(out, on=D5, by=ana, reason="Altă casă")
    assert (balance_now(till), balance_now(other)) == (1000, 0)
    assert list(differences()) == []


def test_a_transfer_wants_two_tills_of_one_currency(till, ana):
    euro = till_for("EUR")
    for target, code in ((till, "transfer_to_itself"), (euro, "transfer_of_two_currencies")):
        with pytest.raises(Refused, match=code):
            transfer(till, target, amount=Decimal(1), on=D5, by=ana, token=uuid4())


def test_a_supplier_is_paid_from_a_till(till, ana):
    supplier = factories.make_partner("Furnizor SRL", is_supplier=True)
    row = pay_out(till, partner=supplier, amount=Decimal(250), on=D5, by=ana, token=uuid4(), document="CH 12")
    assert (row.kind, row.amount, row.party, row.label) == ("supplier", -250, "Furnizor SRL", "CH 12")


def test_closed_days_take_nothing_until_they_are_opened_with_a_reason(till, ana):
    operate(till, ana, "other_in", D5, "10")
    close_days(till, until=D10, by=ana)
    with pytest.raises(Refused, match="cash_day_closed"):
        operate(till, ana, "other_in", D10, "1")
    with pytest.raises(Refused, match="reason_missing"):
        open_days(till, since=D10, by=ana, reason="")
    opened = open_days(till, since=D10, by=ana, reason="O chitanță găsită")
    assert opened.closed_until == date(2026, 11, 9)
    assert operate(till, ana, "other_in", D10, "1").amount == 1
    assert Event.objects.filter(verb="days_opened").get().data["reason"] == "O chitanță găsită"


def test_days_are_not_closed_twice_nor_ahead(till, ana):
    close_days(till, until=D5, by=ana)
    with pytest.raises(Refused, match="already_closed"):
        close_days(till, until=D5, by=ana)
    with pytest.raises(Refused, match="close_in_future"):
        close_days(till, until=date(2099, 1, 1), by=ana)
    with pytest.raises(Refused, match="day_not_closed"):
        open_days(till, since=D10, by=ana, reason="x")


def test_the_closed_period_of_the_company_holds_for_the_till_too(till, company, ana):
    close_period(company, until=D5, by=ana)
    with pytest.raises(Refused, match="period_closed"):
        operate(till, ana, "other_in", D5, "1")


def test_the_opening_is_counted_backwards_before_its_day(till, ana):
    operate(till, ana, "other_in", D10, "5")
    assert (balance_at(till, date(2026, 10, 1)), balance_at(till, D10)) == (1000, 1005)


def test_an_opening_stays_under_closed_days_and_before_what_was_written_by_hand(till, ana):
    operate(till, ana, "other_in", D5, "5")
    with pytest.raises(Refused, match="opening_after_operations"):
        set_opening(till, day=D10, amount=Decimal(1), by=ana)
    close_days(till, until=D5, by=ana)
    with pytest.raises(Refused, match="opening_under_closed_days"):
        set_opening(till, day=D5, amount=Decimal(1), by=ana)


def test_the_default_till_takes_the_payments_and_stays_active(till, ana):
    other = save_till(Till(name="Casa 2", is_default=True), by=ana)
    assert till_for("RON") == other
    other.active = False
    with pytest.raises(Refused, match="till_default_inactive"):
        save_till(other, by=ana)
