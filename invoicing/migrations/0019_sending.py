"""The settings of sending, the words of e-mails, reminders, stops, the addresses of clients and their objections; e-mails of any kind."""

import companies.scope
import django.db.models.deletion
import invoicing.models.sending
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("companies", "0006_workplaces"),
        ("invoicing", "0018_price_lists_of_a_change"),
        ("partners", "0004_group"),
    ]

    operations = [
        migrations.AddField(
            model_name="mail",
            name="partner",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="mails",
                to="partners.partner",
            ),
        ),
        migrations.AddField(
            model_name="mail",
            name="purpose",
            field=models.CharField(
                choices=[("document", "document"), ("reminder", "memento"), ("letter", "scrisoare"), ("notice", "înștiințare")],
                default="document",
                editable=False,
                max_length=8,
            ),
        ),
        migrations.AlterField(
            model_name="mail",
            name="document",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="mails",
                to="invoicing.document",
            ),
        ),
        migrations.AlterField(
            model_name="mail",
            name="revision",
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AlterField(
            model_name="mail",
            name="state",
            field=models.CharField(
                choices=[
                    ("waiting", "în așteptare"),
                    ("sending", "se trimite"),
                    ("sent", "trimis"),
                    ("failed", "eșuat"),
                    ("dropped", "nu mai este cazul"),
                ],
                default="waiting",
                editable=False,
                max_length=7,
            ),
        ),
        migrations.AddIndex(
            model_name="mail",
            index=models.Index(condition=models.Q(("partner__isnull", False)), fields=["partner"], name="mail_by_partner"),
        ),
        migrations.CreateModel(
            name="CustomerLink",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=22, unique=True)),
                ("made_at", models.DateTimeField(auto_now_add=True)),
                ("expires_at", models.DateTimeField(null=True)),
                ("revoked_at", models.DateTimeField(null=True)),
                ("opened_at", models.DateTimeField(null=True)),
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
                (
                    "document",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="customer_links",
                        to="invoicing.document",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(condition=models.Q(("revoked_at", None)), fields=("document",), name="customer_link_one_live")
                ],
            },
        ),
        migrations.CreateModel(
            name="MailFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=200)),
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
                (
                    "file",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="companies.storedfile",
                    ),
                ),
                (
                    "mail",
                    models.ForeignKey(
                        db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name="files", to="invoicing.mail"
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="MailTemplate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("occasion", models.CharField(max_length=20)),
                ("language", models.CharField(max_length=2)),
                ("subject", models.CharField(max_length=200, verbose_name="subiect")),
                ("body", models.TextField(max_length=5000, verbose_name="mesaj")),
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
                "constraints": [models.UniqueConstraint(fields=("company", "occasion", "language"), name="mail_template_once")],
            },
        ),
        migrations.CreateModel(
            name="Objection",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=100, verbose_name="numele dumneavoastră")),
                ("text", models.TextField(max_length=2000, verbose_name="obiecția")),
                ("at", models.DateTimeField(auto_now_add=True)),
                ("answer", models.TextField(blank=True, max_length=2000, verbose_name="răspunsul")),
                ("answered_at", models.DateTimeField(null=True)),
                (
                    "answered_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
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
                (
                    "document",
                    models.ForeignKey(
                        db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name="objections", to="invoicing.document"
                    ),
                ),
            ],
            options={
                "ordering": ["-id"],
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="Reminder",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("days", models.SmallIntegerField()),
                ("made_at", models.DateTimeField(auto_now_add=True)),
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
                (
                    "document",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reminders",
                        to="invoicing.document",
                    ),
                ),
                (
                    "mail",
                    models.ForeignKey(
                        db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name="reminders", to="invoicing.mail"
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [models.UniqueConstraint(fields=("document", "days"), name="reminder_once")],
            },
        ),
        migrations.CreateModel(
            name="ReminderStop",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(auto_now_add=True)),
                (
                    "by",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
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
                (
                    "document",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reminder_stops",
                        to="invoicing.document",
                    ),
                ),
                (
                    "partner",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="partners.partner",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("document", None)), fields=("partner",), name="reminder_stop_of_partner_once"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("document__isnull", False)), fields=("document",), name="reminder_stop_of_document_once"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SendingSettings",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sender_name", models.CharField(blank=True, max_length=100, verbose_name="numele expeditorului")),
                ("reply_to", models.EmailField(blank=True, max_length=254, verbose_name="răspunsurile vin la")),
                ("copy_to", models.EmailField(blank=True, max_length=254, verbose_name="copie ascunsă la")),
                ("signature", models.TextField(blank=True, max_length=500, verbose_name="semnătura")),
                ("link_days", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="pagina clientului expiră după (zile)")),
                ("reminders_on", models.BooleanField(default=False, verbose_name="trimite mementouri")),
                ("on_since", models.DateField(editable=False, null=True)),
                ("steps", models.JSONField(default=invoicing.models.sending.usual_steps, verbose_name="pașii")),
                ("working_days", models.BooleanField(default=True, verbose_name="numai în zile lucrătoare")),
                ("hour", models.PositiveSmallIntegerField(default=9, verbose_name="ora trimiterii")),
                ("gather", models.BooleanField(default=True, verbose_name="un singur e-mail pe zi pentru un client")),
                ("reminded_on", models.DateField(editable=False, null=True)),
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
                "constraints": [
                    models.UniqueConstraint(fields=("company",), name="sending_settings_once"),
                    models.CheckConstraint(condition=models.Q(("hour__lte", 23)), name="sending_hour_of_a_day"),
                    models.CheckConstraint(
                        condition=models.Q(("reminders_on", False), ("on_since__isnull", False), _connector="OR"),
                        name="sending_on_since_a_day",
                    ),
                ],
            },
        ),
    ]
