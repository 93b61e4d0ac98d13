"""Verbs of a company: its details and accounts, what it is for VAT, who works in it."""

from companies.actions.details import (
    add_account,
    create_company,
    move_account,
    remove_account,
    remove_logo,
    require_new_cif,
    show_account,
    update_company,
)
from companies.actions.people import (
    accept_invitation,
    change_role,
    find_invitation,
    invite,
    remove_member,
    require_acceptable,
    resend_invitation,
    send_invitation,
    withdraw_invitation,
)
from companies.actions.period import close_period, require_open
from companies.actions.vat import (
    close_cash_vat,
    open_cash_vat,
    set_vat_status,
    withdraw_cash_vat,
    withdraw_vat_status,
)
from companies.actions.workplaces import add_workplace, change_workplace, delete_workplace, set_workplace_active

__all__ = [
    "accept_invitation",
    "add_account",
    "add_workplace",
    "change_role",
    "change_workplace",
    "close_cash_vat",
    "close_period",
    "create_company",
    "delete_workplace",
    "find_invitation",
    "invite",
    "move_account",
    "open_cash_vat",
    "remove_account",
    "remove_logo",
    "remove_member",
    "require_acceptable",
    "require_new_cif",
    "require_open",
    "resend_invitation",
    "send_invitation",
    "set_vat_status",
    "set_workplace_active",
    "show_account",
    "update_company",
    "withdraw_cash_vat",
    "withdraw_invitation",
    "withdraw_vat_status",
]
