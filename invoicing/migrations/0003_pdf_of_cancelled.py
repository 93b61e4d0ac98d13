"""A cancelled document gets a PDF of its own, which says so; the one that was sent stays as it is."""

from django.db import migrations, models

FROZEN = """
CREATE OR REPLACE FUNCTION invoicing_pdf_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.file_id IS NULL AND ({new}) = ({old}) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'the PDF of document % is made and cannot be altered', OLD.document_id USING ERRCODE = 'restrict_violation';
END $$;
"""


def frozen(*columns: str) -> str:
    return FROZEN.format(new=", ".join(f"NEW.{column}" for column in columns), old=", ".join(f"OLD.{column}" for column in columns))


class Migration(migrations.Migration):
    dependencies = [("invoicing", "0002_guards")]
    operations = [
        migrations.RemoveConstraint("renderedpdf", "pdf_once"),
        migrations.AddField("renderedpdf", "cancelled", models.BooleanField(default=False)),
        migrations.AddConstraint("renderedpdf", models.UniqueConstraint(fields=["document", "revision", "cancelled"], name="pdf_once")),
        migrations.RunSQL(
            frozen("company_id", "document_id", "revision", "cancelled"), frozen("company_id", "document_id", "revision")
        ),
    ]
