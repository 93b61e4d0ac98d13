"""The list of invoices."""

from django.urls import path

from invoicing.views import lists

urlpatterns = [
    path("facturi/", lists.invoice_list, name="invoice_list"),
    path("facturi/sume/", lists.invoice_totals, name="invoice_totals"),
    path("facturi/export/<str:fmt>/", lists.invoice_export, name="invoice_export"),
]
