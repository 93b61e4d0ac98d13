"""Configurare › Serii."""

from django.urls import path

from invoicing.views import numbering, series

urlpatterns = [
    path("serii/", series.series_list, name="series_list"),
    path("serii/noua/", series.series_new, name="series_new"),
    path("serii/lipsa/", series.series_missing, name="series_missing"),
    path("serii/urmarire/", numbering.series_watch, name="series_watch"),
    path("serii/decizii/", numbering.decision_list, name="decision_list"),
    path("serii/decizii/noua/", numbering.decision_new, name="decision_new"),
    path("serii/decizii/<int:pk>/", numbering.decision_pdf, name="decision_pdf"),
    path("serii/<int:pk>/", series.series_edit, name="series_edit"),
    path("serii/<int:pk>/implicita/", series.series_default, name="series_default"),
    path("serii/<int:pk>/activa/", series.series_active, name="series_active"),
    path("serii/<int:pk>/sterge/", series.series_delete, name="series_delete"),
]
