"""A VAT status may be switched back for the moment, so two rows may have one day; invoicing points at the rows."""

from django.db import migrations, models

from lib.db import company_key


class Migration(migrations.Migration):
    dependencies = [("companies", "0004_history_guards")]
    operations = [
        migrations.RemoveConstraint("vatstatus", "vat_status_once_a_day"),
        migrations.AddIndex("vatstatus", models.Index(fields=["company", "-since", "-id"], name="vat_status_in_force")),
        company_key("companies_vatstatus"),
    ]
