"""Count the states of what is sent without reading the rows."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("efactura", "0009_received_search")]

    operations = [
        migrations.AddIndex(
            model_name="submission",
            index=models.Index(
                fields=["company", "environment", "status", "deadline"], condition=models.Q(("latest", True)), name="submission_states"
            ),
        ),
    ]
