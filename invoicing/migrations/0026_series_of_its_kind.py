"""A document stands in a series of its own kind: an invoice that took the number of a proforma would leave a hole in both."""

from django.db import migrations

KIND = """
ALTER TABLE invoicing_series ADD CONSTRAINT invoicing_series_kind_key UNIQUE (company_id, id, kind);
ALTER TABLE invoicing_document ADD CONSTRAINT invoicing_document_series_kind FOREIGN KEY (company_id, series_id, kind)
    REFERENCES invoicing_series (company_id, id, kind) DEFERRABLE INITIALLY DEFERRED;
"""
NO_KIND = """
ALTER TABLE invoicing_document DROP CONSTRAINT invoicing_document_series_kind;
ALTER TABLE invoicing_series DROP CONSTRAINT invoicing_series_kind_key;
"""


class Migration(migrations.Migration):
    dependencies = [("invoicing", "0025_recurring_token")]
    operations = [migrations.RunSQL(KIND, NO_KIND)]
