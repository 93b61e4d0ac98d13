"""A change of the VAT status keeps the names of the special price lists that became inactive: the e-mail about it says them."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("invoicing", "0017_series_guards")]
    operations = [migrations.AddField("statuschange", "price_lists", models.JSONField(default=list))]
