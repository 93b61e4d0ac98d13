"""Addresses of the catalog."""

from django.urls import path

from catalog import views, views_rates
from catalog.views_vat import vat_rates

app_name = "catalog"
urlpatterns = [
    path("produse/", views.product_list, name="product_list"),
    path("produse/nou/", views.product_new, name="product_new"),
    path("produse/pret/", views.price_hint, name="price_hint"),
    path("produse/export/<str:fmt>/", views.product_export, name="product_export"),
    path("produse/<int:pk>/", views.product_edit, name="product_edit"),
    path("produse/<int:pk>/stare/", views.product_state, name="product_state"),
    path("cote-tva/", vat_rates, name="vat_rates"),
    path("curs-bnr/", views_rates.rates, name="rates"),
    path("curs-bnr/actualizeaza/", views_rates.rates_refresh, name="rates_refresh"),
    path("curs-bnr/stare/", views_rates.rates_state, name="rates_state"),
]
