"""An issued document or a draft: its page, its PDF, its e-mails, its former revisions."""

from django.urls import path

from invoicing.pages import PAGES
from invoicing.views import attachments, document, output

urlpatterns = [
    *(path(f"{pages.path}/<int:pk>/", document.document, {"kind": pages.kind}, name=pages.page.split(":")[1]) for pages in PAGES.values()),
    path("facturi/<int:pk>/istoric/", document.document_history, name="document_history"),
    path("facturi/<int:pk>/anuleaza/", document.document_cancel, name="document_cancel"),
    path("facturi/<int:pk>/duplica/", document.document_duplicate, name="document_duplicate"),
    path("facturi/<int:pk>/sterge/", document.document_delete, name="document_delete"),
    path("facturi/<int:pk>/revizii/<int:revision>/", document.revision, name="revision"),
    path("facturi/<int:pk>/pdf/", output.document_pdf, name="document_pdf"),
    path("facturi/<int:pk>/revizii/<int:revision>/pdf/", output.revision_pdf, name="revision_pdf"),
    path("facturi/<int:pk>/trimite/", output.document_send, name="document_send"),
    path("facturi/<int:pk>/e-mailuri/", output.document_mails, name="document_mails"),
    path("facturi/<int:pk>/e-mailuri/<int:mail>/din-nou/", output.mail_again, name="mail_again"),
    path("facturi/<int:pk>/fisiere/", attachments.attachments, name="attachments"),
    path("facturi/<int:pk>/fisiere/<int:attachment>/", attachments.attachment, name="attachment"),
    path("facturi/<int:pk>/fisiere/<int:attachment>/scoate/", attachments.detach, name="attachment_remove"),
    path("facturi/logo/<int:pk>/", output.logo, name="logo"),
]
