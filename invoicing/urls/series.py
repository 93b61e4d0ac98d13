"""Configurare › Serii."""

from django.urls import path

from invoicing.views import series

urlpatterns = [
    path("serii/", series.series_list, name="series_list"),
    path("serii/noua/", series.series_new, name="series_new"),
    path("serii/<int:pk>/", series.series_edit, name="series_edit"),
    path("serii/<int:pk>/implicita/", series.series_default, name="series_default"),
    path("serii/<int:pk>/activa/", series.series_active, name="series_active"),
    path("serii/<int:pk>/sterge/", series.series_delete, name="series_delete"),
]
