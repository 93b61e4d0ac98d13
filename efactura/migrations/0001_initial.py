import companies.scope
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    dependencies = [("companies", "0004_history_guards"), ("invoicing", "0004_list_indexes")]

    operations = [
        migrations.CreateModel(
            name="Settings",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("storno_type", models.CharField(choices=[("380", "factură cu minus (tip 380)"), ("381", "notă de creditare (tip 381)")], default="380", max_length=3, verbose_name="stornarea pleacă drept")),
                ("company", models.ForeignKey(db_index=False, default=companies.scope.active_company_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="companies.company")),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [models.UniqueConstraint(fields=("company",), name="efactura_settings_once")],
            },
        ),
        migrations.CreateModel(
            name="EInvoiceXml",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("revision", models.PositiveSmallIntegerField()),
                ("sha256", models.CharField(max_length=64)),
                ("made_at", models.DateTimeField(auto_now_add=True)),
                ("company", models.ForeignKey(db_index=False, default=companies.scope.active_company_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="companies.company")),
                ("document", models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="xmls", to="invoicing.document")),
                ("file", models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="companies.storedfile")),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [models.UniqueConstraint(fields=("document", "revision"), name="xml_once")],
            },
        ),
    ]
