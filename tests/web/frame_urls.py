"""Two pages that no app has: one that refuses, one that is only the frame."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import include, path

from lib.errors import Refused


def refuse(request: HttpRequest) -> HttpResponse:
    raise Refused("amount_over_balance", "Restul de încasat este 5,00 lei.")


def page(request: HttpRequest) -> HttpResponse:
    return render(request, "base.html")


urlpatterns = [path("refuz/", refuse), path("pagina/", page), path("cont/", include("accounts.urls"))]
