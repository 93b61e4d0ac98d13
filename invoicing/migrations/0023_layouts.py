"""Layouts of printed documents, the series and languages they are for, and the copy that an issued document keeps of its own."""

import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

import companies.scope
import invoicing.models.layout
from lib.db import company_key, same_company

COLUMNS = [
    ("code", "Cod produs"), ("barcode", "Cod de bare"), ("item", "Denumire"), ("unit", "U.M."), ("quantity", "Cantitate"),
    ("price", "Preț fără TVA"), ("gross_price", "Preț cu TVA"), ("discount", "Discount"), ("value", "Valoare fără TVA"),
    ("rate", "Cotă TVA"), ("vat", "TVA"), ("gross", "Valoare cu TVA"),
]  # fmt: skip
MANDATORY = ["item", "quantity", "price", "value", "rate", "vat"]
ACCOUNTS = [("all", "toate conturile"), ("currency", "cele în moneda documentului"), ("none", "niciunul")]
DESIGNS = [("classic", "Clasic"), ("modern", "Modern"), ("compact", "Compact")]
PLACES = [("left", "la stânga"), ("centre", "la mijloc, sus"), ("right", "la dreapta")]
SIZES = [("s", "mic"), ("m", "potrivit"), ("l", "mare")]
LANGUAGES = [("ro", "română"), ("en", "engleză"), ("ro-en", "română și engleză")]
OPTIONS = {"abstract": False, "base_manager_name": "objects"}


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


def layout(related_name: str) -> models.ForeignKey:
    return models.ForeignKey(
        "invoicing.layout", on_delete=django.db.models.deletion.CASCADE, related_name=related_name, db_constraint=False
    )


class Migration(migrations.Migration):
    dependencies = [("invoicing", "0022_opening_guards")]
    operations = [
        migrations.AddField("document", "layout", models.JSONField(editable=False, null=True)),
        migrations.CreateModel(
            "Layout",
            [
                ("id", key()),
                ("name", models.CharField("nume", max_length=60)),
                ("is_default", models.BooleanField("pentru toate documentele", default=False)),
                ("design", models.CharField("design", choices=DESIGNS, default="classic", max_length=7)),
                (
                    "accent",
                    models.CharField(
                        "culoare", default="#0e5f76", max_length=7, validators=[django.core.validators.RegexValidator(r"^#[0-9a-f]{6}\Z")]
                    ),
                ),
                (
                    "columns",
                    django.contrib.postgres.fields.ArrayField(
                        models.CharField(choices=COLUMNS, max_length=11), default=invoicing.models.layout.usual_columns
                    ),
                ),
                ("accounts", models.CharField("conturi bancare", choices=ACCOUNTS, default="all", max_length=8)),
                ("logo_size", models.CharField("mărimea logo-ului", choices=SIZES, default="m", max_length=1)),
                ("logo_place", models.CharField("locul logo-ului", choices=PLACES, default="left", max_length=6)),
                ("footer", models.TextField("text la sfârșit", blank=True, max_length=500)),
                ("footer_en", models.TextField("textul în engleză", blank=True, max_length=500)),
                ("payment_code", models.BooleanField("cod QR cu datele de plată", default=True)),
                ("company", company()),
                (
                    "stamp",
                    models.ForeignKey(
                        "companies.storedfile",
                        on_delete=django.db.models.deletion.PROTECT,
                        null=True,
                        related_name="+",
                        db_constraint=False,
                        db_index=False,
                    ),
                ),
            ],
            options={**OPTIONS, "verbose_name": "aspect", "verbose_name_plural": "aspecte", "ordering": ["-is_default", "name"]},
        ),
        migrations.CreateModel(
            "LayoutOfSeries",
            [
                ("id", key()),
                ("company", company()),
                ("layout", layout("of_series")),
                (
                    "series",
                    models.OneToOneField(
                        "invoicing.series", on_delete=django.db.models.deletion.CASCADE, related_name="layout", db_constraint=False
                    ),
                ),
            ],
            options=OPTIONS,
        ),
        migrations.CreateModel(
            "LayoutOfLanguage",
            [
                ("id", key()),
                ("language", models.CharField("limba", choices=LANGUAGES, max_length=5)),
                ("company", company()),
                ("layout", layout("of_languages")),
            ],
            options=OPTIONS,
        ),
        migrations.AddConstraint("layout", models.UniqueConstraint(fields=["company", "name"], name="layout_once")),
        migrations.AddConstraint(
            "layout", models.UniqueConstraint(fields=["company"], condition=Q(is_default=True), name="layout_one_default")
        ),
        migrations.AddConstraint("layout", models.CheckConstraint(condition=Q(columns__contains=MANDATORY), name="layout_mandatory_columns")),
        migrations.AddConstraint(
            "layout", models.CheckConstraint(condition=Q(accent__regex=r"^#[0-9a-f]{6}$"), name="layout_accent_is_colour")
        ),
        migrations.AddConstraint(
            "layoutoflanguage", models.UniqueConstraint(fields=["company", "language"], name="layout_of_language_once")
        ),
        company_key("invoicing_layout"),
        same_company("invoicing_layoutofseries", "layout_id", "invoicing_layout"),
        same_company("invoicing_layoutofseries", "series_id", "invoicing_series"),
        same_company("invoicing_layoutoflanguage", "layout_id", "invoicing_layout"),
        same_company("invoicing_layout", "stamp_id", "companies_storedfile"),
    ]
