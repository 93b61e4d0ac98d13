"""Storno, correction, and the use of a credit."""

from django.urls import path

from invoicing.views import storno

urlpatterns = [
    path("facturi/<int:pk>/storneaza/", storno.document_storno, name="document_storno"),
    path("facturi/<int:pk>/corecteaza/", storno.document_correct, name="document_correct"),
    path("facturi/<int:pk>/compenseaza/", storno.document_settle, name="document_settle"),
]
