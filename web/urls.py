"""Pages that belong to no single app."""

from django.urls import path

from web import setup, views

app_name = "web"
urlpatterns = [
    path("", views.home, name="home"),
    path("firme/noua/", setup.company_new, name="company_new"),
    path("<int:company_id>/", views.dashboard, name="dashboard"),
    path("<int:company_id>/cautare/", views.search, name="search"),
]
