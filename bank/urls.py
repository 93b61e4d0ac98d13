"""Încasări și plăți › Extras de cont."""

from django.urls import path

from bank import views

app_name = "bank"
urlpatterns = [
    path("extras/", views.statement_list, name="statement_list"),
    path("extras/incarca/", views.upload, name="upload"),
    path("extras/setari/", views.settings, name="settings"),
    path("extras/coloane/<int:pk>/", views.columns, name="columns"),
    path("extras/fisier/<int:pk>/", views.statement_file, name="statement_file"),
    path("extras/<int:pk>/", views.line, name="line"),
    path("extras/<int:pk>/inregistreaza/", views.line_book, name="line_book"),
    path("extras/<int:pk>/avans/", views.line_ahead, name="line_ahead"),
    path("extras/<int:pk>/comision/", views.line_fee, name="line_fee"),
    path("extras/<int:pk>/casa/", views.line_cash, name="line_cash"),
    path("extras/<int:pk>/ignora/", views.line_ignore, name="line_ignore"),
    path("extras/<int:pk>/anuleaza/", views.line_undo, name="line_undo"),
]
