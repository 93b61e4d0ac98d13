"""Clients' credit, money in another currency than the document's, and receipts (chitanțe) tied to their payments."""

from decimal import Decimal

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q

import companies.scope
import lib.db

COMPANY = models.ForeignKey(
    "companies.Company",
    default=companies.scope.active_company_id,
    editable=False,
    on_delete=django.db.models.deletion.PROTECT,
    related_name="+",
    db_index=False,
)
# What was recorded so far was all in the currency of its documents, and brought no difference.
FILL = """
ALTER TABLE invoicing_paymentallocation DISABLE TRIGGER USER;
UPDATE invoicing_paymentallocation SET received = amount;
ALTER TABLE invoicing_paymentallocation ENABLE TRIGGER USER;
ALTER TABLE invoicing_payment DISABLE TRIGGER USER;
UPDATE invoicing_payment p SET exchange_rate = d.exchange_rate, rate_source = 'document'
FROM invoicing_paymentallocation a JOIN invoicing_document d ON d.id = a.document_id
WHERE a.payment_id = p.id AND p.currency <> 'RON';
ALTER TABLE invoicing_payment ENABLE TRIGGER USER;
"""


def key(model: str, related: str, *, one: bool = False, **fields: object) -> models.ForeignKey:
    field = models.OneToOneField if one else models.ForeignKey
    return field(model, db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name=related, **fields)


class Migration(migrations.Migration):
    dependencies = [("invoicing", "0010_advances_and_kinds")]
    operations = [
        migrations.AddField("payment", "credit", lib.db.MoneyField("credit", default=Decimal(0), editable=False)),
        migrations.AddField("payment", "exchange_rate", models.DecimalField("curs", max_digits=14, decimal_places=6, default=Decimal(1))),
        migrations.AddField("payment", "rate_source", models.CharField(max_length=10, blank=True, editable=False)),
        migrations.AddField("paymentallocation", "received", lib.db.MoneyField(default=Decimal(0)), preserve_default=False),
        migrations.AddField("paymentallocation", "difference_ron", lib.db.MoneyField(default=Decimal(0))),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.AddConstraint("payment", models.CheckConstraint(condition=Q(exchange_rate__gt=0), name="payment_rate_positive")),
        migrations.AddConstraint(
            "payment",
            models.CheckConstraint(
                name="payment_credit_within",
                condition=Q(amount__gt=0, credit__gte=0, credit__lte=F("amount")) | Q(amount__lt=0, credit__lte=0, credit__gte=F("amount")),
            ),
        ),
        migrations.AddIndex(
            "payment",
            models.Index(
                fields=["company", "partner", "currency"],
                include=["credit", "exchange_rate"],
                condition=~Q(credit=Decimal(0)) & Q(cancelled_at=None),
                name="payment_credit",
            ),
        ),
        migrations.RemoveConstraint("paymentallocation", "allocation_not_zero"),
        migrations.AddConstraint(
            "paymentallocation",
            models.CheckConstraint(condition=Q(amount__gt=0, received__gt=0) | Q(amount__lt=0, received__lt=0), name="allocation_not_zero"),
        ),
        migrations.CreateModel(
            name="ClientCredit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("currency", models.CharField(max_length=3)),
                ("amount", lib.db.MoneyField(default=Decimal(0))),
                ("company", COMPANY),
                ("partner", key("partners.partner", "credits", db_index=False)),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(fields=["company", "partner", "currency"], name="client_credit_once"),
                    models.CheckConstraint(condition=Q(amount__gte=0), name="client_credit_not_below_zero"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Receipt",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("company", COMPANY.clone()),
                ("document", key("invoicing.document", "receipt", one=True)),
                ("payment", key("invoicing.payment", "receipts", db_index=False)),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "indexes": [models.Index(fields=["payment"], name="receipt_by_payment")],
            },
        ),
    ]
