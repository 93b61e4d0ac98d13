from bank.views.lines import line, line_ahead, line_book, line_cash, line_fee, line_ignore, line_undo, statement_list
from bank.views.upload import columns, settings, statement_file, upload

__all__ = [
    "columns",
    "line",
    "line_ahead",
    "line_book",
    "line_cash",
    "line_fee",
    "line_ignore",
    "line_undo",
    "settings",
    "statement_file",
    "statement_list",
    "upload",
]
