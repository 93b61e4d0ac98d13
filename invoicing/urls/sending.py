"""Configurare › Modele: the sender, the words, the reminders; and what a document's page says of its client."""

from django.urls import path

from invoicing.views import client_pages, reminders, templates

urlpatterns = [
    path("modele/", templates.template_list, name="template_list"),
    path("modele/expeditor/", templates.sender, name="sender"),
    path("modele/mementouri/", reminders.reminders, name="reminders"),
    path("modele/mementouri/opriri/", reminders.stop_client, name="stop_client"),
    path("modele/mementouri/opriri/<int:pk>/reia/", reminders.resume, name="reminders_resume"),
    path("modele/<str:occasion>/<str:language>/", templates.template_edit, name="template_edit"),
    path("modele/<str:occasion>/<str:language>/previzualizare/", templates.template_preview, name="template_preview"),
    path("modele/<str:occasion>/<str:language>/implicit/", templates.template_drop, name="template_drop"),
    path("facturi/<int:pk>/mementouri/opreste/", reminders.stop_document, name="stop_document"),
    path("facturi/<int:pk>/pagina-client/", client_pages.link_open, name="link_open"),
    path("facturi/<int:pk>/pagina-client/retrage/", client_pages.link_revoke, name="link_revoke"),
    path("obiectii/<int:pk>/raspunde/", client_pages.objection_answer, name="objection_answer"),
]
