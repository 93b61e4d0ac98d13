"""The warnings at 80 % and 100 % of the quota: one row for each window and threshold."""

import django.db.models.deletion
from django.db import migrations, models

import companies.scope


class Migration(migrations.Migration):
    dependencies = [("subscriptions", "0002_ledger_and_plans")]
    operations = [
        migrations.CreateModel(
            name="QuotaNotice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("first", models.DateField()),
                ("last", models.DateField()),
                ("documents", models.PositiveIntegerField()),
                ("percent", models.PositiveSmallIntegerField()),
                ("at", models.DateTimeField(auto_now_add=True)),
                ("mail_due", models.DateTimeField(null=True)),
                ("mail_tries", models.PositiveSmallIntegerField(default=0)),
                ("mail_error", models.CharField(blank=True, max_length=300)),
                ("mailed_at", models.DateTimeField(null=True)),
                (
                    "company",
                    models.ForeignKey(
                        db_index=False,
                        default=companies.scope.active_company_id,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="companies.company",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(condition=models.Q(("mail_due__isnull", False)), fields=["mail_due"], name="quota_notice_to_mail")
                ],
                "constraints": [models.UniqueConstraint(fields=("company", "first", "documents", "percent"), name="quota_notice_once")],
            },
        ),
    ]
