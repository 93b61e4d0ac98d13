"""What the database itself refuses: keys between companies, changes of what only grows."""

from django.db import migrations

from lib.db import REFUSE_CHANGE, append_only, company_key


class Migration(migrations.Migration):
    dependencies = [("companies", "0001_initial")]
    operations = [
        REFUSE_CHANGE,
        company_key("companies_storedfile"),
        append_only("companies_storedfile"),
        append_only("companies_event"),
        migrations.RunSQL(
            "ALTER TABLE companies_company ADD CONSTRAINT companies_company_logo_same_company FOREIGN KEY (id, logo_id)"
            " REFERENCES companies_storedfile (company_id, id) DEFERRABLE INITIALLY DEFERRED",
            "ALTER TABLE companies_company DROP CONSTRAINT companies_company_logo_same_company",
        ),
        # PDFs and ZIPs are compressed already: keep the bytes out of line as they are.
        migrations.RunSQL("ALTER TABLE companies_storedfile ALTER COLUMN content SET STORAGE EXTERNAL", migrations.RunSQL.noop),
    ]
