"""Advance invoices and what is taken out of them, types of invoices, self-billing, attachments, what only the XML bears."""

import companies.scope
import django.db.models.deletion
import lib.db
from decimal import Decimal
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0006_price_list_guards"),
        ("companies", "0005_status_for_the_moment"),
        ("invoicing", "0009_storno_guards"),
    ]

    operations = [
        migrations.CreateModel(
            name="Attachment",
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
                    "document",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="attachments",
                        to="invoicing.document",
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
                ("description", models.CharField(blank=True, max_length=100)),
                ("size", models.PositiveIntegerField()),
            ],
            options={
                "ordering": ["id"],
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.AddField(
            model_name="document",
            name="collection_date",
            field=models.DateField(blank=True, null=True, verbose_name="data încasării"),
        ),
        migrations.AddField(
            model_name="document",
            name="delivery_city",
            field=models.CharField(blank=True, max_length=50, verbose_name="localitate"),
        ),
        migrations.AddField(
            model_name="document",
            name="delivery_country",
            field=models.CharField(blank=True, max_length=2, verbose_name="țară"),
        ),
        migrations.AddField(
            model_name="document",
            name="delivery_county",
            field=models.CharField(blank=True, max_length=50, verbose_name="județ"),
        ),
        migrations.AddField(
            model_name="document",
            name="delivery_name",
            field=models.CharField(blank=True, max_length=100, verbose_name="locul livrării"),
        ),
        migrations.AddField(
            model_name="document",
            name="delivery_postal_code",
            field=models.CharField(blank=True, max_length=20, verbose_name="cod poștal"),
        ),
        migrations.AddField(
            model_name="document",
            name="delivery_street",
            field=models.CharField(blank=True, max_length=150, verbose_name="stradă, număr"),
        ),
        migrations.AddField(
            model_name="document",
            name="despatch_reference",
            field=models.CharField(blank=True, max_length=200, verbose_name="nr. aviz"),
        ),
        migrations.AddField(
            model_name="document",
            name="fiscal_receipt",
            field=models.CharField(blank=True, max_length=60, verbose_name="bonul fiscal"),
        ),
        migrations.AddField(
            model_name="document",
            name="invoice_type",
            field=models.CharField(
                choices=[
                    ("standard", "factură"),
                    ("advance", "factură de avans"),
                    ("simplified", "factură simplificată"),
                    ("corrective", "factură corectată (tip 384)"),
                    ("receipted", "factură la bon fiscal (tip 751)"),
                ],
                default="standard",
                max_length=10,
                verbose_name="felul facturii",
            ),
        ),
        migrations.AddField(
            model_name="document",
            name="payee_cif",
            field=models.CharField(blank=True, max_length=30, verbose_name="CIF-ul beneficiarului"),
        ),
        migrations.AddField(
            model_name="document",
            name="payee_iban",
            field=models.CharField(blank=True, max_length=34, verbose_name="IBAN-ul beneficiarului"),
        ),
        migrations.AddField(
            model_name="document",
            name="payee_name",
            field=models.CharField(blank=True, max_length=100, verbose_name="beneficiarul plății"),
        ),
        migrations.AddField(
            model_name="document",
            name="receiving_reference",
            field=models.CharField(blank=True, max_length=100, verbose_name="nr. recepție"),
        ),
        migrations.AddField(
            model_name="document",
            name="settled",
            field=lib.db.MoneyField(decimal_places=2, default=Decimal("0"), editable=False, max_digits=15),
        ),
        migrations.AddField(
            model_name="documentline",
            name="advance",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="settlements",
                to="invoicing.document",
            ),
        ),
        migrations.AddField(
            model_name="documentline",
            name="barcode",
            field=models.CharField(blank=True, max_length=50),
        ),
        migrations.AddField(
            model_name="documentline",
            name="cpv",
            field=models.CharField(blank=True, max_length=20),
        ),
        migrations.AddField(
            model_name="documentline",
            name="nc",
            field=models.CharField(blank=True, max_length=20),
        ),
        migrations.AddField(
            model_name="documentline",
            name="net_ron",
            field=lib.db.MoneyField(decimal_places=2, editable=False, max_digits=15, null=True),
        ),
        migrations.AddField(
            model_name="documentline",
            name="vat_ron",
            field=lib.db.MoneyField(decimal_places=2, editable=False, max_digits=15, null=True),
        ),
        migrations.AlterField(
            model_name="document",
            name="kind",
            field=models.CharField(
                choices=[
                    ("invoice", "factură"),
                    ("proforma", "proformă"),
                    ("delivery_note", "aviz"),
                    ("receipt", "chitanță"),
                    ("self_billed", "autofactură"),
                ],
                default="invoice",
                max_length=13,
            ),
        ),
        migrations.AlterField(
            model_name="series",
            name="kind",
            field=models.CharField(
                choices=[
                    ("invoice", "factură"),
                    ("proforma", "proformă"),
                    ("delivery_note", "aviz"),
                    ("receipt", "chitanță"),
                    ("self_billed", "autofactură"),
                ],
                default="invoice",
                max_length=13,
                verbose_name="document",
            ),
        ),
        migrations.AddIndex(
            model_name="documentline",
            index=models.Index(condition=models.Q(("advance__isnull", False)), fields=["advance"], name="line_advance"),
        ),
        migrations.AddConstraint(
            model_name="documentline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("advance", None), ("net_ron", None), ("vat_ron", None)),
                    models.Q(("advance__isnull", False), ("net_ron__isnull", False), ("vat_ron__isnull", False)),
                    _connector="OR",
                ),
                name="line_settles_in_lei",
            ),
        ),
        migrations.AddConstraint(
            model_name="attachment",
            constraint=models.UniqueConstraint(fields=("document", "name"), name="attachment_name_once"),
        ),
    ]
