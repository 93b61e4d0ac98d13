"""The search vector is made after the triggers have run, so what a trigger sees of it says nothing."""

from importlib import import_module

from django.db import migrations

OLD = import_module("efactura.migrations.0008_inbox_guards").KEPT.partition("CREATE TRIGGER efactura_received_kept")[0]
BEFORE = OLD.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")
AFTER = BEFORE.replace("'gone_at', 'state']", "'gone_at', 'state', 'search_vector']")


class Migration(migrations.Migration):
    dependencies = [("efactura", "0008_inbox_guards")]
    operations = [migrations.RunSQL(AFTER, BEFORE)]
