"""One form of a recurring invoice makes one plan, however often it is sent."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("invoicing", "0024_mail_batches")]
    operations = [
        migrations.AddField("recurringplan", "token", models.UUIDField(null=True, editable=False)),
        migrations.AddConstraint("recurringplan", models.UniqueConstraint(fields=["company", "token"], name="recurring_token_once")),
    ]
