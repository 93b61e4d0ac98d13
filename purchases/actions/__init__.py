"""Every write about suppliers' documents and their payment."""

from purchases.actions.expenses import book, cancel_expense, check_at_anaf, delete_draft, open_balance, revise, save_expense
from purchases.actions.files import attach, detach
from purchases.actions.openings import add_openings, cancel_openings
from purchases.actions.payment_files import confirm_rows, make_file, withdraw_rows
from purchases.actions.payments import cancel_payment, pay, pay_ahead, settle, use_advance
from purchases.actions.received import expense_from_received
from purchases.actions.set_off import set_off

__all__ = [
    "add_openings",
    "attach",
    "book",
    "cancel_expense",
    "cancel_openings",
    "cancel_payment",
    "check_at_anaf",
    "confirm_rows",
    "delete_draft",
    "detach",
    "expense_from_received",
    "make_file",
    "open_balance",
    "pay",
    "pay_ahead",
    "revise",
    "save_expense",
    "set_off",
    "settle",
    "use_advance",
    "withdraw_rows",
]
