"""Addresses of clients and suppliers."""

from django.urls import path

from partners import views

app_name = "partners"
urlpatterns = [
    path("clienti/", views.client_list, name="client_list"),
    path("clienti/export/<str:fmt>/", views.partner_export, name="partner_export"),
    path("furnizori/", views.supplier_list, name="supplier_list"),
    path("furnizori/export/<str:fmt>/", views.supplier_export, name="supplier_export"),
    path("parteneri/nou/", views.partner_new, name="partner_new"),
    path("parteneri/campuri/", views.partner_fields, name="partner_fields"),
    path("parteneri/date-anaf/", views.partner_look_up, name="partner_look_up"),
    path("parteneri/<int:pk>/", views.partner, name="partner"),
    path("parteneri/<int:pk>/modifica/", views.partner_edit, name="partner_edit"),
    path("parteneri/<int:pk>/stare/", views.partner_state, name="partner_state"),
    path("parteneri/<int:pk>/sterge/", views.partner_delete, name="partner_delete"),
]
