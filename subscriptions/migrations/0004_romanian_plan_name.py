"""The plan without a limit is named in Romanian, unless an operator named it already."""

from django.db import migrations

BEFORE, AFTER = "Unlimited", "Nelimitat"


def rename(before, after):
    def run(apps, schema_editor):
        apps.get_model("subscriptions", "Plan").objects.filter(slug="unlimited", name=before).update(name=after)

    return run


class Migration(migrations.Migration):
    dependencies = [("subscriptions", "0003_quota_notices")]
    operations = [migrations.RunPython(rename(BEFORE, AFTER), rename(AFTER, BEFORE))]
