"""The XML of a revision is what is uploaded: it stays as it was made, with a document and a file of its own company."""

from django.db import migrations

from lib.db import append_only, same_company


class Migration(migrations.Migration):
    dependencies = [("efactura", "0001_initial")]
    operations = [
        append_only("efactura_einvoicexml"),
        same_company("efactura_einvoicexml", "document_id", "invoicing_document"),
        same_company("efactura_einvoicexml", "file_id", "companies_storedfile"),
    ]
