"""Verbs of invoicing: every write that has a rule, money, a state, or more than one row."""

from invoicing.actions.convert import convert
from invoicing.actions.at_once import save_issue_and_receive
from invoicing.actions.credits import record_advance, refund, use_credit
from invoicing.actions.drafts import delete_draft, duplicate, recalculate, save_draft
from invoicing.actions.issue import cancel, issue, lock, save_and_issue
from invoicing.actions.mail import send_again, send_document
from invoicing.actions.output import ask_for_pdf
from invoicing.actions.payments import cancel_payment, record_payment
from invoicing.actions.receipts import Chit, issue_receipt
from invoicing.actions.revise import revise
from invoicing.actions.set_off import settle
from invoicing.actions.storno import correct, make_storno, storno

__all__ = [
    "Chit",
    "ask_for_pdf",
    "cancel",
    "cancel_payment",
    "convert",
    "correct",
    "delete_draft",
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
    "settle",
    "storno",
    "use_credit",
]
