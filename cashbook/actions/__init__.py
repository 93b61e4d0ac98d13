"""Every write of the cash book."""

from cashbook.actions.counts import book_count, count_till
from cashbook.actions.days import close_days, open_days
from cashbook.actions.operations import Entry, pay_out, record, reverse, transfer
from cashbook.actions.tills import check_opening, clear_opening, save_till, set_opening, till_for

__all__ = [
    "Entry",
    "book_count",
    "check_opening",
    "clear_opening",
    "close_days",
    "count_till",
    "open_days",
    "pay_out",
    "record",
    "reverse",
    "save_till",
    "set_opening",
    "till_for",
    "transfer",
]
