"""Chitanțe and clients' credit."""

from django.urls import path

from invoicing.views import credits, receipts

urlpatterns = [
    path("chitante/", receipts.receipt_list, name="receipt_list"),
    path("chitante/sume/", receipts.receipt_totals, name="receipt_totals"),
    path("chitante/export/<str:fmt>/", receipts.receipt_export, name="receipt_export"),
    path("chitante/noua/", receipts.receipt_new, name="receipt_new"),
    path("chitante/<int:pk>/", receipts.receipt, name="receipt"),
    path("chitante/<int:pk>/anuleaza/", receipts.receipt_cancel, name="receipt_cancel"),
    path("incasari/<int:pk>/chitanta/", receipts.payment_receipt, name="payment_receipt"),
    path("facturi/<int:pk>/din-credit/", credits.document_use_credit, name="document_use_credit"),
    path("credite/<int:pk>/restituie/", credits.credit_refund, name="credit_refund"),
]
