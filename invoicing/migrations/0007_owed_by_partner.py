"""What each client owes, read from an index alone: the list of clients shows fifty at once."""

from django.db import migrations
from django.db.models import F, Index, Q

UNPAID = Q(("status", "issued"), Q(("paid", F("total")), _negated=True), ("kind", "invoice"))
SUMS = ("currency", "total", "paid", "exchange_rate")


class Migration(migrations.Migration):
    dependencies = [("invoicing", "0006_recurring_guards")]
    operations = [
        migrations.AddIndex("document", Index(fields=["company", "partner"], include=SUMS, condition=UNPAID, name="document_owed")),
    ]
