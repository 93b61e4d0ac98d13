"""Proformas and delivery notes: what form 14-3-6A says of the dispatch, and the line that a line of an invoice comes from."""

import django.db.models.deletion
from django.db import migrations, models

CONVERTED = [("", "nefacturat"), ("part", "facturat parțial"), ("whole", "facturat")]
MENTIONS = [("", "Urmează factură"), ("none", "Fără factură"), ("processing", "Pentru prelucrare la terți")]


class Migration(migrations.Migration):
    dependencies = [("invoicing", "0012_credit_guards")]
    operations = [
        migrations.AddField("document", "dispatch_time", models.TimeField("ora expedierii", blank=True, null=True)),
        migrations.AddField("document", "ship_from", models.CharField("locul încărcării", blank=True, default="", max_length=200), False),
        migrations.AddField("document", "ship_to", models.CharField("locul descărcării", blank=True, default="", max_length=200), False),
        migrations.AddField(
            "document", "delivery_mention", models.CharField("mențiune", blank=True, choices=MENTIONS, default="", max_length=10)
        ),
        migrations.AddField("document", "hides_prices", models.BooleanField("fără prețuri pe formular", default=False)),
        migrations.AddField(
            "document", "converted", models.CharField(blank=True, choices=CONVERTED, default="", editable=False, max_length=5)
        ),
        migrations.AddField(
            "documentline",
            "source_line",
            models.ForeignKey(
                db_constraint=False,
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="converted_lines",
                to="invoicing.documentline",
            ),
        ),
        migrations.AddConstraint(
            "document",
            models.CheckConstraint(
                name="document_converted_kinds",
                condition=models.Q(converted="") | models.Q(kind__in=["proforma", "delivery_note"], status="issued"),
            ),
        ),
        migrations.AddIndex(
            "document",
            models.Index(
                fields=["company", "kind", "-issue_date", "-id"],
                condition=models.Q(status="issued") & ~models.Q(converted="whole") & ~models.Q(kind="invoice"),
                name="document_to_convert",
            ),
        ),
        migrations.AddIndex(
            "documentline",
            models.Index(
                fields=["source_line"], include=["quantity"], condition=models.Q(source_line__isnull=False), name="line_source_line"
            ),
        ),
    ]
