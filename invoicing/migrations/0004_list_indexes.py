"""Indexes of the lists, measured over a million documents: the first page in milliseconds, whatever its chip and order."""

from django.db import migrations
from django.db.models import F, Index, Q
from django.db.models.functions import Upper

UNPAID = Q(("status", "issued"), Q(("paid", F("total")), _negated=True))
SUMS = ("status", "currency", "due_date", "total", "paid", "total_ron", "exchange_rate")
UNPAID_SUMS = ("currency", "total", "paid", "exchange_rate")
BY_DUE = ["company", "kind", "due_date", "id"]
BY_DATE = ["company", "kind", "-issue_date", "-id"]


def document_index(**index: object) -> migrations.AddIndex:
    return migrations.AddIndex("document", Index(**index))


def payment_index(*expressions: object, **index: object) -> migrations.AddIndex:
    return migrations.AddIndex("payment", Index(*expressions, **index))


class Migration(migrations.Migration):
    dependencies = [("invoicing", "0003_pdf_of_cancelled")]
    operations = [
        migrations.RemoveIndex("document", "document_by_date"),
        document_index(fields=BY_DATE, include=SUMS, name="document_by_date"),
        document_index(fields=BY_DUE, name="document_by_due"),
        migrations.RemoveIndex("document", "document_unpaid"),
        document_index(fields=BY_DUE, include=UNPAID_SUMS, condition=UNPAID, name="document_unpaid"),
        document_index(fields=BY_DATE, condition=UNPAID, name="document_unpaid_by_date"),
        document_index(fields=BY_DATE, condition=Q(("status", "cancelled")), name="document_cancelled"),
        payment_index(fields=["company", "-received_on", "-id"], condition=Q(("cancelled_at__isnull", False)), name="payment_cancelled"),
        payment_index(fields=["company", "-amount", "-id"], name="payment_by_amount"),
        payment_index(F("company"), Upper("reference"), name="payment_by_reference"),
    ]
