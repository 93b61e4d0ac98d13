"""Every write about statements of banks."""

from bank.actions.booking import book_ahead, book_documents, book_exact, ignore, undo
from bank.actions.own import book_cash, book_fee, matching_cash
from bank.actions.statements import add_statement, remember_columns, told_columns

__all__ = [
    "add_statement",
    "book_ahead",
    "book_cash",
    "book_documents",
    "book_exact",
    "book_fee",
    "ignore",
    "matching_cash",
    "remember_columns",
    "told_columns",
    "undo",
]
