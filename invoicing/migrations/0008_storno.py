"""Stornos: what an invoice takes back from another one, line by line; corrected invoices; the two halves of a set-off."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("invoicing", "0007_owed_by_partner")]
    operations = [
        migrations.AddField(
            "document",
            "corrects",
            models.ForeignKey(
                db_constraint=False,
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="corrections",
                to="invoicing.document",
            ),
        ),
        migrations.AddField(
            "document",
            "storno_of",
            models.ForeignKey(
                db_constraint=False,
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="stornos",
                to="invoicing.document",
            ),
        ),
        migrations.AddField("documentline", "storno_by_price", models.BooleanField(default=False, editable=False)),
        migrations.AddField(
            "documentline",
            "storno_line",
            models.ForeignKey(
                db_constraint=False,
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="storno_lines",
                to="invoicing.documentline",
            ),
        ),
        migrations.AddField("payment", "pair", models.UUIDField(editable=False, null=True)),
        migrations.AddIndex(
            "document",
            models.Index(
                condition=models.Q(("storno_of__isnull", False)),
                fields=["storno_of"],
                include=("status", "total"),
                name="document_storno_of",
            ),
        ),
        migrations.AddIndex(
            "document", models.Index(condition=models.Q(("corrects__isnull", False)), fields=["corrects"], name="document_corrects")
        ),
        migrations.AddIndex(
            "documentline",
            models.Index(condition=models.Q(("storno_line__isnull", False)), fields=["storno_line"], name="line_storno_line"),
        ),
        migrations.AddIndex("payment", models.Index(condition=models.Q(("pair__isnull", False)), fields=["pair"], name="payment_pair")),
    ]
