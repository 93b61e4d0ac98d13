"""The ledger only grows; the plans that a new installation knows (R05)."""

from django.db import migrations

from lib.db import append_only

PLANS = [
    ("silver", "Silver", 30, []),
    ("gold", "Gold", 150, []),
    ("platinum", "Platinum", None, []),
    ("ecommerce-facturare", "eCommerce Facturare", None, ["emag"]),
    ("unlimited", "Unlimited", None, ["emag"]),
]


def load(apps, schema_editor):
    Plan = apps.get_model("subscriptions", "Plan")
    for position, (slug, name, documents, features) in enumerate(PLANS):
        Plan.objects.create(slug=slug, name=name, documents=documents, features=features, position=position)


def unload(apps, schema_editor):
    apps.get_model("subscriptions", "Plan").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("subscriptions", "0001_initial")]
    operations = [append_only("subscriptions_quotause"), migrations.RunPython(load, unload)]
