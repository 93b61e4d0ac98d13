"""Pages that belong to no single app."""

from django.urls import path

from web import setup

app_name = "web"
urlpatterns = [
    path("firme/noua/", setup.company_new, name="company_new"),
]
