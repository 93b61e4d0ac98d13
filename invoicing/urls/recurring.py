"""Recurring invoices, the change of the VAT status, and documents of the former one."""

from django.urls import path

from invoicing.views import recurring, vat_status

urlpatterns = [
    path("facturi-recurente/", recurring.recurring_list, name="recurring_list"),
    path("facturi-recurente/noua/", recurring.recurring_new, name="recurring_new"),
    path("facturi-recurente/<int:pk>/", recurring.recurring, name="recurring"),
    path("facturi-recurente/<int:pk>/modifica/", recurring.recurring_edit, name="recurring_edit"),
    path("facturi-recurente/<int:pk>/pauza/", recurring.recurring_pause, name="recurring_pause"),
    path("facturi-recurente/<int:pk>/reia/", recurring.recurring_resume, name="recurring_resume"),
    path("facturi-recurente/<int:pk>/opreste/", recurring.recurring_stop, name="recurring_stop"),
    path("facturi-recurente/<int:pk>/din-nou/", recurring.recurring_again, name="recurring_again"),
    path("facturi-recurente/<int:pk>/aproba/", recurring.recurring_approve, name="recurring_approve"),
    path("facturi-recurente/<int:pk>/sari/", recurring.recurring_skip, name="recurring_skip"),
    path("facturi-recurente/zile/<int:pk>/emite/", recurring.run_issue, name="run_issue"),
    path("facturi-recurente/zile/<int:pk>/din-nou/", recurring.run_retry, name="run_retry"),
    path("facturi-recurente/zile/<int:pk>/sari/", recurring.run_skip, name="run_skip"),
    path("firma/statut-tva/", vat_status.vat_status, name="vat_status"),
    path("facturi/<int:pk>/permite/", vat_status.document_allow, name="document_allow"),
]
