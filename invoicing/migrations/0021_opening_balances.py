"""Opening balances of clients: documents of a kind of their own, which no series numbers (docs/decisions/065); sheets as PDF."""

from decimal import Decimal

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q

import companies.scope
import lib.db

KINDS = [
    ("invoice", "factură"), ("proforma", "proformă"), ("delivery_note", "aviz"), ("receipt", "chitanță"), ("self_billed", "autofactură"),
    ("opening", "sold inițial"),
]  # fmt: skip
UNPAID = Q(("status", "issued"), Q(("paid", F("total")), _negated=True))
SUMS = ("currency", "total", "paid", "exchange_rate")
KEY = {"on_delete": django.db.models.deletion.PROTECT, "db_constraint": False}


def company() -> models.ForeignKey:
    return models.ForeignKey(
        "companies.Company",
        default=companies.scope.active_company_id,
        editable=False,
        on_delete=django.db.models.deletion.PROTECT,
        related_name="+",
        db_index=False,
    )


def key() -> models.BigAutoField:
    return models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")


def kinds(model: str, label: str | None = "document", **more: object) -> migrations.AlterField:
    return migrations.AlterField(model, "kind", models.CharField(*([label] if label else []), choices=KINDS, max_length=13, **more))


class Migration(migrations.Migration):
    dependencies = [("invoicing", "0020_sending_guards"), ("companies", "0006_workplaces")]
    operations = [
        kinds("document", None, default="invoice"),
        kinds("series", default="invoice"),
        kinds("seriesuser", None),
        migrations.AlterField(
            "document",
            "series",
            models.ForeignKey("invoicing.series", verbose_name="serie", null=True, related_name="documents", **KEY),
        ),
        migrations.RemoveConstraint("document", "document_issued_has_number"),
        migrations.AddConstraint(
            "document",
            models.CheckConstraint(
                name="document_issued_has_number",
                condition=Q(status="draft", number=None, issued_at=None)
                | Q(status__in=["issued", "cancelled"], issued_at__isnull=False, partner__isnull=False)
                & (Q(number__isnull=False, series__isnull=False) | Q(kind="opening")),
            ),
        ),
        migrations.AddConstraint(
            "document",
            models.CheckConstraint(
                name="document_opening_is_bare",
                condition=~Q(kind="opening")
                | Q(status__in=["issued", "cancelled"], number=None, series=None, revision=1, vat=0, vat_ron=0, storno_of=None) & ~Q(label=""),
            ),
        ),
        migrations.AddConstraint(
            "document",
            models.CheckConstraint(
                name="document_opening_cancelled_unpaid", condition=~Q(kind="opening", status="cancelled") | Q(paid=Decimal(0))
            ),
        ),
        migrations.AddConstraint(
            "document",
            models.UniqueConstraint(
                fields=["company", "partner", "label"], condition=Q(kind="opening", status="issued"), name="document_opening_once"
            ),
        ),
        migrations.RemoveIndex("document", "document_owed"),
        migrations.AddIndex(
            "document",
            models.Index(
                fields=["company", "partner"], include=SUMS, condition=UNPAID & Q(kind__in=("invoice", "opening")), name="document_owed"
            ),
        ),
        migrations.CreateModel(
            "OpeningItem",
            [
                ("id", key()),
                ("document_date", models.DateField("data documentului")),
                ("whole", lib.db.MoneyField("valoarea documentului", decimal_places=2, max_digits=15)),
                ("company", company()),
                ("document", models.OneToOneField("invoicing.document", related_name="opening", **KEY)),
            ],
            options={"abstract": False, "base_manager_name": "objects"},
        ),
        migrations.CreateModel(
            "Sheet",
            [
                ("id", key()),
                ("digest", models.CharField(max_length=64)),
                ("name", models.CharField(max_length=100)),
                ("html", models.TextField(blank=True)),
                ("asked_at", models.DateTimeField(auto_now_add=True)),
                ("made_at", models.DateTimeField(null=True)),
                ("company", company()),
                ("file", models.ForeignKey("companies.storedfile", null=True, related_name="+", db_index=False, **KEY)),
            ],
            options={"abstract": False, "base_manager_name": "objects"},
        ),
        migrations.AddConstraint("sheet", models.UniqueConstraint(fields=["company", "digest"], name="sheet_once")),
        migrations.AddIndex("sheet", models.Index(fields=["id"], condition=Q(file=None), name="sheet_waiting")),
    ]
