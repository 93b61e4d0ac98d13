"""Addresses of documents and payments, by what one does there."""

from importlib import import_module
from importlib.util import find_spec

app_name = "invoicing"
urlpatterns = [
    pattern
    for part in (
        "editor",
        "lists",
        "document",
        "payments",
        "receipts",
        "openings",
        "recurring",
        "sending",
        "many",
        "series",
        "layouts",
        "storno",
    )
    if find_spec(f"invoicing.urls.{part}")
    for pattern in import_module(f"invoicing.urls.{part}").urlpatterns
]
