"""The addresses of e-Factura that carry no company: the one that ANAF knows by heart, and a client's XML."""

from django.urls import path

from efactura import views_customer, views_settings

app_name = "spv"
urlpatterns = [
    path("e-factura/autorizare/", views_settings.callback, name="callback"),
    path("d/<str:token>/xml/", views_customer.xml, name="customer_xml"),
]
