"""Several documents at once: their e-mails, and the archive of their PDFs."""

from django.urls import path

from invoicing.views import issue_chosen, many

urlpatterns = [
    path("e-mailuri/", many.mail_batches, name="mail_batches"),
    path("e-mailuri/trimite/", many.mail_many, name="mail_many"),
    path("e-mailuri/<int:pk>/", many.mail_batch, name="mail_batch"),
    path("e-mailuri/<int:pk>/din-nou/", many.mail_batch_again, name="mail_batch_again"),
    path("emite/", issue_chosen.issue_many, name="issue_many"),
    path("pdf-uri/", many.pdf_many, name="pdf_many"),
    path("pdf-uri/arhiva/", many.pdf_many_zip, name="pdf_many_zip"),
]
