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
from companies.actions.vat import (
    close_cash_vat,
    open_cash_vat,
    set_vat_status,
    withdraw_cash_vat,
    withdraw_vat_status,
)

__all__ = [
    "accept_invitation",
    "add_account",
    "change_role",
    "close_cash_vat",
    "create_company",
    "find_invitation",
    "invite",
    "move_account",
    "open_cash_vat",
    "remove_account",
    "remove_logo",
    "remove_member",
    "require_acceptable",
    "require_new_cif",
    "resend_invitation",
    "send_invitation",
    "set_vat_status",
    "show_account",
    "update_company",
    "withdraw_cash_vat",
    "withdraw_invitation",
    "withdraw_vat_status",
]
