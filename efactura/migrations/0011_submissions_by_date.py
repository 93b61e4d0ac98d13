"""Give the list of what is sent, newest first, without sorting it all."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("efactura", "0010_submission_states")]

    operations = [
        migrations.RemoveIndex(model_name="submission", name="submission_latest"),
        migrations.AddIndex(
            model_name="submission",
            index=models.Index(
                fields=["company", "environment", "-made_at", "-id"], condition=models.Q(("latest", True)), name="submission_by_date"
            ),
        ),
    ]
