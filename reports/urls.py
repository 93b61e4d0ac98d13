"""Rapoarte."""

from django.urls import path

from reports import account_views, balance_views, journal_views, sales_views, views

app_name = "reports"
urlpatterns = [
    path("rapoarte/incasari/", views.payments, name="payments"),
    path("rapoarte/incasari/export/<str:fmt>/", views.payments_export, name="payments_export"),
    path("rapoarte/facturi/", sales_views.invoices, name="invoices"),
    path("rapoarte/facturi/export/<str:fmt>/", sales_views.invoices_export, name="invoices_export"),
    path("rapoarte/scadentar/", account_views.ageing, name="ageing"),
    path("rapoarte/scadentar/export/<str:fmt>/", account_views.ageing_export, name="ageing_export"),
    path("rapoarte/scadentar/pdf/", account_views.ageing_pdf, name="ageing_pdf"),
    path("rapoarte/confirmari-sold/", account_views.confirmations, name="confirmations"),
    path("rapoarte/solduri/", balance_views.balance_charts, name="balances"),
    path("rapoarte/solduri/pdf/", balance_views.balance_pdf, name="balances_pdf"),
    path("rapoarte/solduri/export/<str:fmt>/", balance_views.balance_export, name="balances_export"),
    path("rapoarte/jurnale/", journal_views.journals, name="journals"),
    path("rapoarte/jurnale/pdf/", journal_views.journals_pdf, name="journals_pdf"),
    path("rapoarte/jurnale/export/<str:fmt>/", journal_views.journals_export, name="journals_export"),
    path("parteneri/<int:pk>/fisa/", account_views.ledger, name="ledger"),
    path("parteneri/<int:pk>/fisa/export/<str:fmt>/", account_views.ledger_export, name="ledger_export"),
    path("parteneri/<int:pk>/fisa/pdf/", account_views.ledger_pdf, name="ledger_pdf"),
    path("parteneri/<int:pk>/situatie/", account_views.statement_pdf, name="statement_pdf"),
    path("parteneri/<int:pk>/situatie/trimite/", account_views.statement_send, name="statement_send"),
    path("parteneri/<int:pk>/confirmare-sold/", account_views.confirmation_pdf, name="confirmation_pdf"),
]
