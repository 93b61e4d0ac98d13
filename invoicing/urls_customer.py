"""The addresses of clients without an account; they carry no company."""

from django.urls import path

from invoicing.views import customer

app_name = "customer"
urlpatterns = [
    path("d/<str:token>/", customer.document, name="document"),
    path("d/<str:token>/pdf/", customer.pdf, name="pdf"),
    path("d/<str:token>/logo/", customer.logo, name="logo"),
    path("d/<str:token>/stampila/", customer.stamp, name="stamp"),
]
