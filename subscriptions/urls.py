"""Addresses of the subscription."""

from django.urls import path

from subscriptions import views

app_name = "subscriptions"
urlpatterns = [
    path("abonament/", views.usage_page, name="usage"),
    path("abonament/documente/", views.counted_list, name="counted"),
]
