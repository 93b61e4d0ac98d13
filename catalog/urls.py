"""Addresses of the catalog."""

from django.urls import path

from catalog import views, views_prices, views_rates
from catalog.views_vat import vat_rates

app_name = "catalog"
urlpatterns = [
    path("produse/", views.product_list, name="product_list"),
    path("produse/nou/", views.product_new, name="product_new"),
    path("produse/pret/", views.price_hint, name="price_hint"),
    path("produse/export/<str:fmt>/", views.product_export, name="product_export"),
    path("produse/<int:pk>/", views.product_edit, name="product_edit"),
    path("produse/<int:pk>/stare/", views.product_state, name="product_state"),
    path("liste-preturi/", views_prices.price_list_list, name="price_list_list"),
    path("liste-preturi/noua/", views_prices.price_list_new, name="price_list_new"),
    path("liste-preturi/sugestii/<str:box>/", views_prices.price_list_options, name="price_list_options"),
    path("liste-preturi/<int:pk>/", views_prices.price_list_edit, name="price_list_edit"),
    path("liste-preturi/<int:pk>/stare/", views_prices.price_list_state, name="price_list_state"),
    path("cote-tva/", vat_rates, name="vat_rates"),
    path("curs-bnr/", views_rates.rates, name="rates"),
    path("curs-bnr/actualizeaza/", views_rates.rates_refresh, name="rates_refresh"),
    path("curs-bnr/stare/", views_rates.rates_state, name="rates_state"),
]
