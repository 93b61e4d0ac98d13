"""Writing a document: the same pages for each kind, at addresses of its own."""

from django.urls import path

from invoicing.pages import PAGES, Pages
from invoicing.views import convert, editor, suggest


def _editor(pages: Pages) -> list:
    kind = {"kind": pages.kind}
    return [
        path(f"{pages.path}/{pages.new_path}/", editor.document_new, kind, name=f"{pages.name}_new"),
        path(f"{pages.path}/<int:pk>/modifica/", editor.document_edit, kind, name=f"{pages.name}_edit"),
        path(f"{pages.path}/<int:pk>/emite/", editor.document_issue, kind, name=f"{pages.name}_issue"),
        path(f"{pages.path}/previzualizare/", editor.document_preview, kind, name=f"{pages.name}_preview"),
    ]


urlpatterns = [
    *(pattern for pages in PAGES.values() for pattern in _editor(pages)),
    path("facturi/din-documente/", convert.convert, name="convert"),
    path("facturi/sugestii/clienti/", suggest.suggest_clients, name="suggest_clients"),
    path("facturi/sugestii/produse/", suggest.suggest_products, name="suggest_products"),
    path("facturi/sugestii/termeni/", suggest.suggest_terms, name="suggest_terms"),
    path("facturi/client-dupa-cif/", suggest.client_by_cif, name="client_by_cif"),
    path("facturi/client-nou/", suggest.client_new, name="client_new"),
]
