"""Received messages, how far the list was read, messages to issuers, and the PDFs of received invoices."""

import companies.scope
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
import lib.db
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("companies", "0006_workplaces"),
        ("efactura", "0006_proof_sheet"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ReceivedMessage",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "environment",
                    models.CharField(
                        choices=[("repetitie", "Repetiție"), ("test", "Test ANAF"), ("productie", "Producție")], max_length=12
                    ),
                ),
                ("message_id", models.CharField(max_length=20)),
                ("index", models.CharField(max_length=20)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("invoice", "factură primită"),
                            ("self_billed", "autofactură în numele nostru"),
                            ("message_in", "mesaj de la client"),
                            ("message_out", "mesaj trimis"),
                            ("error", "erori"),
                        ],
                        max_length=11,
                    ),
                ),
                ("listed_at", models.DateTimeField()),
                ("raw", models.JSONField()),
                ("found_at", models.DateTimeField(auto_now_add=True)),
                ("self_billed", models.BooleanField(default=False)),
                ("archived_at", models.DateTimeField(null=True)),
                (
                    "signature",
                    models.CharField(
                        blank=True,
                        choices=[("", "neverificată"), ("valid", "verificată"), ("invalid", "nu se potrivește")],
                        default="",
                        max_length=7,
                    ),
                ),
                ("sha256", models.CharField(blank=True, max_length=64)),
                ("content", models.JSONField(null=True)),
                ("unreadable", models.CharField(blank=True, max_length=500)),
                ("seller_name", models.CharField(blank=True, max_length=200)),
                ("seller_cif", models.CharField(blank=True, max_length=30)),
                ("number", models.CharField(blank=True, max_length=100)),
                ("day", models.DateField()),
                ("currency", models.CharField(blank=True, max_length=3)),
                ("total", lib.db.MoneyField(decimal_places=2, max_digits=15, null=True)),
                ("search", models.TextField(blank=True)),
                (
                    "search_vector",
                    models.GeneratedField(
                        db_persist=True,
                        expression=django.contrib.postgres.search.SearchVector("search", config="simple"),
                        output_field=django.contrib.postgres.search.SearchVectorField(),
                    ),
                ),
                ("due_at", models.DateTimeField(null=True)),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("problem", models.CharField(blank=True, max_length=1000)),
                ("gone_at", models.DateTimeField(null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[("new", "nou"), ("seen", "văzut"), ("booked", "înregistrat"), ("questioned", "contestat")],
                        default="new",
                        max_length=10,
                    ),
                ),
                (
                    "archive",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="companies.storedfile",
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
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="BuyerMessage",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "environment",
                    models.CharField(
                        choices=[("repetitie", "Repetiție"), ("test", "Test ANAF"), ("productie", "Producție")], max_length=12
                    ),
                ),
                ("text", models.CharField(max_length=1000)),
                ("token", models.UUIDField()),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("pending", "de trimis"),
                            ("sending", "se trimite"),
                            ("unknown", "necunoscut"),
                            ("by_hand", "de hotărât"),
                            ("sent", "trimis"),
                            ("refused", "refuzat de ANAF"),
                            ("dropped", "renunțat"),
                        ],
                        default="pending",
                        max_length=8,
                    ),
                ),
                ("index", models.CharField(blank=True, max_length=20)),
                ("due_at", models.DateTimeField(null=True)),
                ("looks", models.PositiveSmallIntegerField(default=0)),
                ("started_at", models.DateTimeField(null=True)),
                ("sent_at", models.DateTimeField(null=True)),
                ("message", models.CharField(blank=True, max_length=1000)),
                ("made_at", models.DateTimeField(auto_now_add=True)),
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
                    "received",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="answers",
                        to="efactura.receivedmessage",
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
            name="ReceivedPdf",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(choices=[("own", "PDF"), ("anaf", "PDF ANAF")], max_length=4)),
                ("asked_at", models.DateTimeField()),
                ("due_at", models.DateTimeField(null=True)),
                ("problem", models.CharField(blank=True, max_length=1000)),
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
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="companies.storedfile",
                    ),
                ),
                (
                    "received",
                    models.ForeignKey(
                        db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name="pdfs", to="efactura.receivedmessage"
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="InboxReading",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "environment",
                    models.CharField(
                        choices=[("repetitie", "Repetiție"), ("test", "Test ANAF"), ("productie", "Producție")], max_length=12
                    ),
                ),
                ("read_until", models.DateTimeField(null=True)),
                ("next_at", models.DateTimeField()),
                ("read_at", models.DateTimeField(null=True)),
                ("failure", models.CharField(blank=True, max_length=1000)),
                ("missed_from", models.DateTimeField(null=True)),
                ("missed_until", models.DateTimeField(null=True)),
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
                "indexes": [models.Index(fields=["next_at"], name="inbox_reading_due")],
                "constraints": [models.UniqueConstraint(fields=("company", "environment"), name="inbox_reading_once")],
            },
        ),
        migrations.AddIndex(
            model_name="receivedmessage",
            index=models.Index(condition=models.Q(("due_at__isnull", False)), fields=["due_at"], name="received_due"),
        ),
        migrations.AddIndex(
            model_name="receivedmessage",
            index=models.Index(fields=["company", "environment", "-listed_at", "-id"], name="received_by_listing"),
        ),
        migrations.AddIndex(
            model_name="receivedmessage",
            index=models.Index(fields=["company", "environment", "-day", "-id"], name="received_by_day"),
        ),
        migrations.AddIndex(
            model_name="receivedmessage",
            index=models.Index(fields=["company", "environment", "seller_cif"], name="received_by_seller"),
        ),
        migrations.AddIndex(
            model_name="receivedmessage",
            index=django.contrib.postgres.indexes.GinIndex(fields=["search_vector"], name="received_search"),
        ),
        migrations.AddConstraint(
            model_name="receivedmessage",
            constraint=models.UniqueConstraint(fields=("company", "environment", "message_id"), name="received_message_once"),
        ),
        migrations.AddConstraint(
            model_name="receivedmessage",
            constraint=models.UniqueConstraint(fields=("company", "environment", "kind", "index"), name="received_index_once"),
        ),
        migrations.AddConstraint(
            model_name="receivedmessage",
            constraint=models.CheckConstraint(
                condition=models.Q(("archive", None), models.Q(("archived_at__isnull", False), ("due_at", None)), _connector="OR"),
                name="received_archive_has_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="receivedmessage",
            constraint=models.CheckConstraint(
                condition=models.Q(("gone_at", None), models.Q(("archive", None), ("due_at", None)), _connector="OR"),
                name="received_gone_has_nothing",
            ),
        ),
        migrations.AddIndex(
            model_name="buyermessage",
            index=models.Index(condition=models.Q(("due_at__isnull", False)), fields=["due_at"], name="buyer_message_due"),
        ),
        migrations.AddConstraint(
            model_name="buyermessage",
            constraint=models.UniqueConstraint(fields=("company", "token"), name="buyer_message_once"),
        ),
        migrations.AddConstraint(
            model_name="buyermessage",
            constraint=models.UniqueConstraint(
                condition=models.Q(("index", ""), _negated=True),
                fields=("company", "environment", "index"),
                name="buyer_message_index_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="buyermessage",
            constraint=models.CheckConstraint(
                condition=models.Q(models.Q(("status", "sent"), _negated=True), models.Q(("index", ""), _negated=True), _connector="OR"),
                name="buyer_message_sent_has_index",
            ),
        ),
        migrations.AddIndex(
            model_name="receivedpdf",
            index=models.Index(condition=models.Q(("due_at__isnull", False)), fields=["due_at"], name="received_pdf_due"),
        ),
        migrations.AddConstraint(
            model_name="receivedpdf",
            constraint=models.UniqueConstraint(fields=("received", "kind"), name="received_pdf_once"),
        ),
    ]
