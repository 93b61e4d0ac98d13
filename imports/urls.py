"""Nomenclatoare › Import."""

from django.urls import path

from imports import views

app_name = "imports"
urlpatterns = [
    path("import/", views.import_list, name="import_list"),
    path("import/model/<str:kind>/", views.model_file, name="model_file"),
    path("import/nou/<str:kind>/", views.import_new, name="import_new"),
    path("import/<int:pk>/", views.import_page, name="import_page"),
    path("import/<int:pk>/stare/", views.state, name="state"),
    path("import/<int:pk>/foaie/", views.sheet, name="sheet"),
    path("import/<int:pk>/coloane/", views.columns, name="columns"),
    path("import/<int:pk>/confirma/", views.confirm, name="confirm"),
    path("import/<int:pk>/anuleaza/", views.undo, name="undo"),
    path("import/<int:pk>/renunta/", views.drop, name="drop"),
    path("import/<int:pk>/raport/<str:fmt>/", views.report, name="report"),
]
