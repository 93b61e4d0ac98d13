"""Each letter of art. 292, own transfers, exports by the buyer and diplomatic missions, with their mentions and VATEX codes."""

from django.db import migrations

from catalog.reference import vat_rates

ADDED = ("e-292-1-", "e-292-2-", "k-transfer", "g-export-cumparator", "e-diplomati")


def load(apps, schema_editor):
    """Add what an older database lacks; the order of the list moves with it."""
    model = apps.get_model("catalog", "VatRate")
    for row in vat_rates():
        if row["slug"].startswith(ADDED):
            model.objects.update_or_create(slug=row["slug"], defaults=row)
        else:
            model.objects.filter(slug=row["slug"]).update(position=row["position"])


def unload(apps, schema_editor):
    """Take away what no document or product uses."""
    model = apps.get_model("catalog", "VatRate")
    for row in vat_rates():
        if row["slug"].startswith(ADDED):
            model.objects.filter(slug=row["slug"]).delete()


class Migration(migrations.Migration):
    dependencies = [("catalog", "0006_price_list_guards")]
    operations = [migrations.RunPython(load, unload)]
