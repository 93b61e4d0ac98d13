"""Addresses of e-Factura."""

from django.urls import path

from efactura import views

app_name = "efactura"
urlpatterns = [
    path("facturi/<int:pk>/xml/", views.xml, name="xml"),
    path("facturi/<int:pk>/verificare/", views.check, name="check"),
    path("e-factura/configurare/", views.settings, name="settings"),
]
