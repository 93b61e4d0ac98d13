"""Addresses of the catalog."""

from django.urls import path

from catalog.views_vat import vat_rates

app_name = "catalog"
urlpatterns = [
    path("cote-tva/", vat_rates, name="vat_rates"),
]
