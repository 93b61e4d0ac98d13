"""The list of each kind of documents."""

from django.urls import path

from invoicing.pages import PAGES, Pages
from invoicing.views import lists


def _list(pages: Pages) -> list:
    kind = {"kind": pages.kind}
    return [
        path(f"{pages.path}/", lists.document_list, kind, name=f"{pages.name}_list"),
        path(f"{pages.path}/sume/", lists.document_totals, kind, name=f"{pages.name}_totals"),
        path(f"{pages.path}/export/<str:fmt>/", lists.document_export, kind, name=f"{pages.name}_export"),
    ]


urlpatterns = [pattern for pages in PAGES.values() for pattern in _list(pages)]
