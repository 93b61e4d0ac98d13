"""Rapoarte."""

from django.urls import path

from reports import views

app_name = "reports"
urlpatterns = [
    path("rapoarte/incasari/", views.payments, name="payments"),
    path("rapoarte/incasari/export/<str:fmt>/", views.payments_export, name="payments_export"),
]
