"""Configurare › Aspect documente."""

from django.urls import path

from invoicing.views import layouts

urlpatterns = [
    path("aspect/", layouts.layout_list, name="layout_list"),
    path("aspect/nou/", layouts.layout_new, name="layout_new"),
    path("aspect/previzualizare/", layouts.layout_preview, name="layout_preview"),
    path("aspect/<int:pk>/", layouts.layout_edit, name="layout_edit"),
    path("aspect/<int:pk>/sterge/", layouts.layout_delete, name="layout_delete"),
]
