"""Verbs of invoicing: every write that has a rule, money, a state, or more than one row."""

from invoicing.actions.at_once import save_issue_and_receive
from invoicing.actions.attachments import attach, detach
from invoicing.actions.convert import convert
from invoicing.actions.credits import record_advance, refund, use_credit
from invoicing.actions.drafts import delete_draft, duplicate, recalculate, save_draft
from invoicing.actions.issue import cancel, issue, lock, save_and_issue
from invoicing.actions.mail import send_again, send_document, send_letter
from invoicing.actions.openings import OpeningRow, add_opening_items, cancel_opening_items, check_opening_row, correct_opening_item
from invoicing.actions.output import ask_for_pdf
from invoicing.actions.payments import cancel_payment, record_payment
from invoicing.actions.receipts import Chit, issue_receipt
from invoicing.actions.revise import revise
from invoicing.actions.set_off import settle
from invoicing.actions.storno import correct, make_storno, storno

__all__ = [
    "Chit",
    "OpeningRow",
    "add_opening_items",
    "ask_for_pdf",
    "attach",
    "cancel",
    "cancel_opening_items",
    "cancel_payment",
    "check_opening_row",
    "convert",
    "correct",
    "correct_opening_item",
    "delete_draft",
    "detach",
    "duplicate",
    "issue",
    "issue_receipt",
    "lock",
    "make_storno",
    "recalculate",
    "record_advance",
    "record_payment",
    "refund",
    "revise",
    "save_and_issue",
    "save_draft",
    "save_issue_and_receive",
    "send_again",
    "send_document",
    "send_letter",
    "settle",
    "storno",
    "use_credit",
]
