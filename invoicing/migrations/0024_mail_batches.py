"""Documents sent by e-mail several at once: the batch, and which e-mails are of it. Rows of two companies are not tied together."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q

import companies.scope
from lib.db import append_only, company_key, same_company

KEY = {"on_delete": django.db.models.deletion.PROTECT, "db_index": False}


class Migration(migrations.Migration):
    dependencies = [migrations.swappable_dependency(settings.AUTH_USER_MODEL), ("invoicing", "0023_layouts")]

    operations = [
        migrations.CreateModel(
            name="MailBatch",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("token", models.UUIDField(editable=False)),
                ("left_out", models.JSONField(default=list)),
                ("asked_at", models.DateTimeField(auto_now_add=True)),
                ("by", models.ForeignKey(settings.AUTH_USER_MODEL, related_name="+", **KEY)),
                (
                    "company",
                    models.ForeignKey(
                        "companies.Company", default=companies.scope.active_company_id, editable=False, related_name="+", **KEY
                    ),
                ),
            ],
            options={
                "ordering": ["-id"],
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [models.UniqueConstraint(fields=("company", "token"), name="mail_batch_once")],
            },
        ),
        migrations.AddField(
            "mail",
            "batch",
            models.ForeignKey("invoicing.mailbatch", editable=False, null=True, related_name="mails", db_constraint=False, **KEY),
        ),
        migrations.AddIndex("mail", models.Index(fields=["batch"], condition=Q(batch__isnull=False), name="mail_by_batch")),
        company_key("invoicing_mailbatch"),
        same_company("invoicing_mail", "batch_id", "invoicing_mailbatch"),
        append_only("invoicing_mailbatch"),
    ]
