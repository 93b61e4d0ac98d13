"""Series belong to places and people; the yearly decision and what the watch found; the index of numbers carries the day."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import companies.scope

KINDS = [
    ("invoice", "factură"),
    ("proforma", "proformă"),
    ("delivery_note", "aviz"),
    ("receipt", "chitanță"),
    ("self_billed", "autofactură"),
]
PROTECT, CASCADE = django.db.models.deletion.PROTECT, django.db.models.deletion.CASCADE
OPTIONS = {"abstract": False, "base_manager_name": "objects"}


def key() -> tuple[str, models.Field]:
    return "id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")


def company() -> tuple[str, models.Field]:
    default = companies.scope.active_company_id
    field = models.ForeignKey("companies.company", PROTECT, db_index=False, default=default, editable=False, related_name="+")
    return "company", field


class Migration(migrations.Migration):
    dependencies = [
        ("companies", "0006_workplaces"),
        ("invoicing", "0015_advance_guards"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.RemoveConstraint("document", "document_number_once"),
        migrations.AddConstraint(
            "document",
            models.UniqueConstraint(fields=("company", "series", "number"), include=("id", "issue_date"), name="document_number_once"),
        ),
        migrations.RemoveConstraint("series", "series_one_default"),
        migrations.AddField(
            "series",
            "workplace",
            models.ForeignKey(
                "companies.workplace",
                PROTECT,
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                related_name="series",
                verbose_name="sediu",
            ),
        ),
        migrations.AddIndex(
            "series", models.Index(condition=models.Q(workplace__isnull=False), fields=["workplace"], name="series_of_workplace")
        ),
        migrations.AddConstraint(
            "series",
            models.UniqueConstraint(
                condition=models.Q(is_default=True),
                fields=("company", "kind", "workplace"),
                name="series_one_default",
                nulls_distinct=False,
            ),
        ),
        migrations.CreateModel(
            "SeriesUser",
            [
                key(),
                company(),
                ("kind", models.CharField(choices=KINDS, max_length=13)),
                ("allowed", models.BooleanField(default=True)),
                ("is_default", models.BooleanField(default=False)),
                ("series", models.ForeignKey("invoicing.series", CASCADE, db_constraint=False, db_index=False, related_name="users")),
                ("user", models.ForeignKey(settings.AUTH_USER_MODEL, CASCADE, db_index=False, related_name="+")),
            ],
            options=OPTIONS
            | {
                "constraints": [
                    models.UniqueConstraint(fields=("series", "user"), name="series_user_once"),
                    models.UniqueConstraint(
                        condition=models.Q(is_default=True), fields=("company", "user", "kind"), name="series_user_one_default"
                    ),
                    models.CheckConstraint(condition=models.Q(allowed=True) | models.Q(is_default=True), name="series_user_says_something"),
                ]
            },
        ),
        migrations.CreateModel(
            "SeriesDecision",
            [
                key(),
                company(),
                ("year", models.PositiveSmallIntegerField(verbose_name="anul")),
                ("version", models.PositiveSmallIntegerField(editable=False)),
                ("number", models.CharField(max_length=20, verbose_name="nr.")),
                ("decided_on", models.DateField(verbose_name="din data")),
                ("content", models.JSONField()),
                ("asked_at", models.DateTimeField(auto_now_add=True)),
                ("made_at", models.DateTimeField(null=True)),
                ("by", models.ForeignKey(settings.AUTH_USER_MODEL, PROTECT, db_index=False, related_name="+")),
                (
                    "file",
                    models.ForeignKey("companies.storedfile", PROTECT, db_constraint=False, db_index=False, null=True, related_name="+"),
                ),
            ],
            options=OPTIONS
            | {
                "verbose_name": "decizie",
                "verbose_name_plural": "decizii",
                "ordering": ["-year", "-version"],
                "constraints": [models.UniqueConstraint(fields=("company", "year", "version"), name="series_decision_once")],
                "indexes": [models.Index(condition=models.Q(file=None), fields=["id"], name="series_decision_waiting")],
            },
        ),
        migrations.CreateModel(
            "SeriesFinding",
            [
                key(),
                company(),
                ("key", models.CharField(max_length=80)),
                ("year", models.PositiveSmallIntegerField()),
                ("text", models.CharField(max_length=500)),
                ("found_at", models.DateTimeField(auto_now_add=True)),
                ("mail_due", models.DateTimeField(null=True)),
                ("mail_tries", models.PositiveSmallIntegerField(default=0)),
                ("mail_error", models.CharField(blank=True, max_length=300)),
                ("mailed_at", models.DateTimeField(null=True)),
            ],
            options=OPTIONS
            | {
                "constraints": [models.UniqueConstraint(fields=("company", "key"), name="series_finding_once")],
                "indexes": [models.Index(condition=models.Q(mail_due__isnull=False), fields=["company"], name="series_finding_to_mail")],
            },
        ),
    ]
