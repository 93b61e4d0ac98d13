"""VAT treatments and units of measure (catalog/reference.py)."""

from django.db import migrations

from catalog.reference import UNITS, vat_rates


def load(apps, schema_editor):
    apps.get_model("catalog", "VatRate").objects.bulk_create(apps.get_model("catalog", "VatRate")(**row) for row in vat_rates())
    Unit = apps.get_model("catalog", "Unit")
    Unit.objects.bulk_create(Unit(name=n, code=c, name_en=e, position=p) for p, (n, c, e) in enumerate(UNITS))


def unload(apps, schema_editor):
    apps.get_model("catalog", "VatRate").objects.all().delete()
    apps.get_model("catalog", "Unit").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("catalog", "0002_guards")]
    operations = [migrations.RunPython(load, unload)]
