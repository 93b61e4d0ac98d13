"""Payments of clients."""

from django.urls import path

from invoicing.views import payments

urlpatterns = [
    path("incasari/", payments.payment_list, name="payment_list"),
    path("incasari/sume/", payments.payment_totals, name="payment_totals"),
    path("incasari/export/<str:fmt>/", payments.payment_export, name="payment_export"),
    path("incasari/noua/", payments.payment_new, name="payment_new"),
    path("incasari/<int:pk>/", payments.payment, name="payment"),
    path("incasari/<int:pk>/anuleaza/", payments.payment_cancel, name="payment_cancel"),
    path("facturi/<int:pk>/incaseaza/", payments.document_pay, name="document_pay"),
]
