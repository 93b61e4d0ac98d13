"""Every write about statements of banks."""

from bank.actions.booking import book_ahead, book_documents, book_exact, ignore, undo
from bank.actions.statements import add_statement, remember_columns, told_columns

__all__ = ["add_statement", "book_ahead", "book_documents", "book_exact", "ignore", "remember_columns", "told_columns", "undo"]
