"""What is sent to SPV: submissions, the calls about them, uploads made elsewhere, and when a company sends."""

import companies.scope
import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("companies", "0005_status_for_the_moment"),
        ("efactura", "0003_authorisation"),
        ("invoicing", "0009_storno_guards"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ForeignUpload",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
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
                    "environment",
                    models.CharField(
                        choices=[("repetitie", "Repetiție"), ("test", "Test ANAF"), ("productie", "Producție")], max_length=12
                    ),
                ),
                ("index", models.CharField(max_length=20)),
                ("message_id", models.CharField(max_length=20)),
                ("listed_at", models.DateTimeField()),
                ("details", models.CharField(max_length=500)),
                ("found_at", models.DateTimeField(auto_now_add=True)),
                ("seen_at", models.DateTimeField(null=True)),
            ],
            options={
                "ordering": ["-id"],
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="SpvCall",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
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
                ("at", models.DateTimeField(auto_now_add=True)),
                (
                    "act",
                    models.CharField(
                        choices=[
                            ("planned", "pusă la trimitere"),
                            ("held", "verificată aici"),
                            ("upload", "încărcare începută"),
                            ("answer", "răspuns la încărcare"),
                            ("lost", "fără răspuns"),
                            ("look_up", "căutată în SPV"),
                            ("state", "stare întrebată"),
                            ("listed", "găsită în lista SPV"),
                            ("download", "arhivă descărcată"),
                            ("decision", "hotărâre"),
                        ],
                        max_length=8,
                    ),
                ),
                ("outcome", models.CharField(max_length=1000)),
                ("index", models.CharField(blank=True, max_length=20)),
            ],
            options={
                "ordering": ["id"],
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="Submission",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
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
                ("revision", models.PositiveSmallIntegerField()),
                (
                    "environment",
                    models.CharField(
                        choices=[("repetitie", "Repetiție"), ("test", "Test ANAF"), ("productie", "Producție")], max_length=12
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("pending", "de trimis"),
                            ("held", "de corectat"),
                            ("exempt", "nu se trimite"),
                            ("sending", "se trimite"),
                            ("unknown", "necunoscută"),
                            ("by_hand", "de hotărât"),
                            ("sent", "în prelucrare la ANAF"),
                            ("accepted", "acceptată"),
                            ("rejected", "respinsă"),
                            ("refused", "refuzată la încărcare"),
                            ("dropped", "scoasă de la trimitere"),
                        ],
                        default="pending",
                        max_length=8,
                    ),
                ),
                ("latest", models.BooleanField(default=True)),
                (
                    "origin",
                    models.CharField(
                        choices=[
                            ("here", "trimisă de aici"),
                            ("manual", "încărcată manual în SPV"),
                            ("duplicate", "găsită după răspunsul „a mai fost transmisă”"),
                        ],
                        default="here",
                        max_length=9,
                    ),
                ),
                ("deliberate", models.BooleanField(default=False)),
                ("deadline", models.DateField()),
                ("due_at", models.DateTimeField(null=True)),
                (
                    "obstacle",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", ""),
                            ("authorisation", "Autorizarea SPV lipsește sau nu are drept pentru acest CIF."),
                            ("limit", "Limita de apeluri ANAF este atinsă."),
                            ("connection", "Serverul ANAF nu răspunde."),
                        ],
                        default="",
                        max_length=13,
                    ),
                ),
                ("message", models.CharField(blank=True, max_length=1000)),
                ("findings", models.JSONField(default=list)),
                ("sha256", models.CharField(blank=True, max_length=64)),
                ("uploads", models.PositiveSmallIntegerField(default=0)),
                ("looks", models.PositiveSmallIntegerField(default=0)),
                ("first_upload_at", models.DateTimeField(null=True)),
                ("started_at", models.DateTimeField(null=True)),
                ("index", models.CharField(blank=True, max_length=20)),
                ("sent_at", models.DateTimeField(null=True)),
                ("download_id", models.CharField(blank=True, max_length=20)),
                ("settled_at", models.DateTimeField(null=True)),
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
                ("made_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.AddField(
            model_name="settings",
            name="checked_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="settings",
            name="delay_minutes",
            field=models.PositiveSmallIntegerField(
                default=60,
                validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(4320)],
                verbose_name="după (minute)",
            ),
        ),
        migrations.AddField(
            model_name="settings",
            name="resend_unknown",
            field=models.BooleanField(default=False, verbose_name="retrimite singur"),
        ),
        migrations.AddField(
            model_name="settings",
            name="send_hour",
            field=models.PositiveSmallIntegerField(
                default=20, validators=[django.core.validators.MaxValueValidator(23)], verbose_name="la ora"
            ),
        ),
        migrations.AddField(
            model_name="settings",
            name="sending",
            field=models.CharField(
                choices=[
                    ("by_hand", "când apăs Trimite"),
                    ("at_once", "imediat după emitere"),
                    ("delay", "după un timp de la emitere"),
                    ("at_hour", "zilnic, la o oră"),
                ],
                default="by_hand",
                max_length=7,
                verbose_name="facturile pleacă",
            ),
        ),
        migrations.AddField(
            model_name="settings",
            name="sending_since",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddConstraint(
            model_name="settings",
            constraint=models.CheckConstraint(condition=models.Q(("send_hour__lte", 23)), name="efactura_settings_hour"),
        ),
        migrations.AddField(
            model_name="foreignupload",
            name="seen_by",
            field=models.ForeignKey(
                db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="spvcall",
            name="by",
            field=models.ForeignKey(
                db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="submission",
            name="archive",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="companies.storedfile",
            ),
        ),
        migrations.AddField(
            model_name="submission",
            name="by",
            field=models.ForeignKey(
                db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="submission",
            name="document",
            field=models.ForeignKey(
                db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name="submissions", to="invoicing.document"
            ),
        ),
        migrations.AddField(
            model_name="submission",
            name="xml",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="submissions",
                to="efactura.einvoicexml",
            ),
        ),
        migrations.AddField(
            model_name="spvcall",
            name="submission",
            field=models.ForeignKey(
                db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name="calls", to="efactura.submission"
            ),
        ),
        migrations.AddIndex(
            model_name="foreignupload",
            index=models.Index(condition=models.Q(("seen_at", None)), fields=["company", "-id"], name="foreign_upload_new"),
        ),
        migrations.AddConstraint(
            model_name="foreignupload",
            constraint=models.UniqueConstraint(fields=("company", "environment", "index"), name="foreign_upload_once"),
        ),
        migrations.AddIndex(
            model_name="submission",
            index=models.Index(condition=models.Q(("due_at__isnull", False)), fields=["due_at"], name="submission_due"),
        ),
        migrations.AddIndex(
            model_name="submission",
            index=models.Index(condition=models.Q(("latest", True)), fields=["company", "environment", "-id"], name="submission_latest"),
        ),
        migrations.AddIndex(
            model_name="submission",
            index=models.Index(
                condition=models.Q(
                    ("latest", True), ("status__in", ["pending", "held", "sending", "unknown", "by_hand", "rejected", "refused"])
                ),
                fields=["company", "environment", "deadline"],
                name="submission_unsent",
            ),
        ),
        migrations.AddIndex(
            model_name="submission",
            index=models.Index(
                condition=models.Q(("latest", True), ("status__in", ["pending", "held", "exempt", "rejected", "refused", "dropped"])),
                fields=["document", "revision"],
                name="submission_not_away",
            ),
        ),
        migrations.AddConstraint(
            model_name="submission",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status__in", ["pending", "held", "sending", "unknown", "by_hand", "sent"])),
                fields=("document", "environment"),
                name="submission_live_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="submission",
            constraint=models.UniqueConstraint(
                condition=models.Q(("latest", True)), fields=("document", "environment"), name="submission_latest_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="submission",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status", "accepted")), fields=("document", "revision", "environment"), name="submission_accepted_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="submission",
            constraint=models.UniqueConstraint(
                condition=models.Q(("deliberate", False), ("status", "accepted")),
                fields=("document", "environment"),
                name="submission_second_is_deliberate",
            ),
        ),
        migrations.AddConstraint(
            model_name="submission",
            constraint=models.UniqueConstraint(
                condition=models.Q(("index", ""), _negated=True), fields=("company", "environment", "index"), name="submission_index_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="submission",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status__in", ["sent", "accepted", "rejected"]), _negated=True),
                    models.Q(("index", ""), _negated=True),
                    _connector="OR",
                ),
                name="submission_has_index",
            ),
        ),
        migrations.AddConstraint(
            model_name="submission",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status__in", ["sending", "unknown"]), _negated=True),
                    models.Q(("started_at__isnull", False), ("xml__isnull", False)),
                    _connector="OR",
                ),
                name="submission_sent_bytes_are_kept",
            ),
        ),
        migrations.AddConstraint(
            model_name="submission",
            constraint=models.CheckConstraint(
                condition=models.Q(("archive", None), ("archived_at__isnull", False), _connector="OR"), name="submission_archive_has_time"
            ),
        ),
    ]
