"""Writing an invoice."""

from django.urls import path

from invoicing.views import editor, suggest

urlpatterns = [
    path("facturi/noua/", editor.invoice_new, name="invoice_new"),
    path("facturi/<int:pk>/modifica/", editor.invoice_edit, name="invoice_edit"),
    path("facturi/<int:pk>/emite/", editor.invoice_issue, name="invoice_issue"),
    path("facturi/previzualizare/", editor.invoice_preview, name="invoice_preview"),
    path("facturi/sugestii/clienti/", suggest.suggest_clients, name="suggest_clients"),
    path("facturi/sugestii/produse/", suggest.suggest_products, name="suggest_products"),
    path("facturi/sugestii/termeni/", suggest.suggest_terms, name="suggest_terms"),
    path("facturi/client-dupa-cif/", suggest.client_by_cif, name="client_by_cif"),
    path("facturi/client-nou/", suggest.client_new, name="client_new"),
]
