"""The one address of e-Factura that belongs to no company: ANAF knows it by heart, so it is the same for all."""

from django.urls import path

from efactura import views_settings

app_name = "spv"
urlpatterns = [path("e-factura/autorizare/", views_settings.callback, name="callback")]
