"""Opening balances of clients, and sheets as PDF."""

from django.urls import path

from invoicing.views import openings, sheets

urlpatterns = [
    path("solduri-initiale/", openings.opening_list, name="opening_list"),
    path("solduri-initiale/sume/", openings.opening_totals, name="opening_totals"),
    path("solduri-initiale/export/<str:fmt>/", openings.opening_export, name="opening_export"),
    path("solduri-initiale/nou/", openings.opening_new, name="opening_new"),
    path("solduri-initiale/<int:pk>/", openings.opening, name="opening"),
    path("solduri-initiale/<int:pk>/corecteaza/", openings.opening_edit, name="opening_edit"),
    path("solduri-initiale/<int:pk>/anuleaza/", openings.opening_cancel, name="opening_cancel"),
    path("fise-pdf/<int:pk>/", sheets.sheet, name="sheet"),
]
