"""Places of business, who works there, and the day up to which the books are closed."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models.functions import Lower

import companies.scope
from lib.db import company_key, same_company

COMPANY = models.ForeignKey(
    "companies.company", django.db.models.deletion.PROTECT, db_index=False, default=companies.scope.active_company_id, editable=False,
    related_name="+",
)  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [migrations.swappable_dependency(settings.AUTH_USER_MODEL), ("companies", "0005_status_for_the_moment")]
    operations = [
        migrations.AddField(
            "company", "closed_until", models.DateField(blank=True, editable=False, null=True, verbose_name="perioadă închisă până la")
        ),
        migrations.CreateModel(
            "Workplace",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=100, verbose_name="denumire")),
                ("cif", models.CharField(blank=True, max_length=20, verbose_name="CIF propriu")),
                ("street", models.CharField(max_length=150, verbose_name="stradă și număr")),
                ("city", models.CharField(max_length=50, verbose_name="localitate")),
                ("county", models.CharField(max_length=6, verbose_name="județ")),
                ("postal_code", models.CharField(blank=True, max_length=20, verbose_name="cod poștal")),
                ("phone", models.CharField(blank=True, max_length=50, verbose_name="telefon")),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="e-mail")),
                ("on_documents", models.BooleanField(default=True, verbose_name="apare pe documente")),
                ("active", models.BooleanField(default=True, editable=False, verbose_name="activ")),
                ("company", COMPANY.clone()),
            ],
            options={
                "verbose_name": "sediu",
                "verbose_name_plural": "sedii",
                "ordering": ["-active", "name", "id"],
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [models.UniqueConstraint("company", Lower("name"), name="workplace_name_once")],
            },
        ),
        migrations.CreateModel(
            "WorkplaceUser",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("company", COMPANY.clone()),
                ("user", models.ForeignKey(settings.AUTH_USER_MODEL, django.db.models.deletion.CASCADE, related_name="+")),
                (
                    "workplace",
                    models.ForeignKey("companies.workplace", django.db.models.deletion.CASCADE, db_constraint=False, related_name="users"),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [models.UniqueConstraint(fields=("company", "user"), name="workplace_user_once")],
            },
        ),
        company_key("companies_workplace"),
        same_company("companies_workplaceuser", "workplace_id", "companies_workplace"),
    ]
