"""The ceilings of Legea 70/2015 as they were and are, and the rows of payments in cash that were recorded before this app.

Source: Legea 70/2015 art. 3, 4, 4^2; Legea 296/2023; OUG 98/2023 (kept 5,000 and 10,000); OUG 115/2023 (advances again 5,000).
"""

from django.db import migrations

CEILINGS = [
    ("from_business", "2015-05-09", None, 5000, "Legea 70/2015 art. 3 alin. (1)"),
    ("to_business", "2015-05-09", None, 5000, "Legea 70/2015 art. 3 alin. (1)"),
    ("to_businesses", "2015-05-09", None, 10000, "Legea 70/2015 art. 3 alin. (1)"),
    ("person", "2015-05-09", None, 10000, "Legea 70/2015 art. 4"),
    ("advance", "2015-05-09", "2023-11-10", 5000, "Legea 70/2015 art. 3 alin. (1) și (4)"),
    ("advance", "2023-11-11", "2023-12-14", 1000, "Legea 296/2023"),
    ("advance", "2023-12-15", None, 5000, "OUG 115/2023"),
    ("till", "2023-11-11", None, 50000, "Legea 70/2015 art. 4^2"),
]
PAYMENTS = """
SELECT cashbook_payment_written(p) FROM invoicing_payment p WHERE method = 'cash' ORDER BY received_on, id;
SELECT cashbook_payment_taken_back(p) FROM invoicing_payment p WHERE method = 'cash' AND cancelled_at IS NOT NULL ORDER BY cancelled_at, id;
"""


def write_ceilings(apps, schema_editor):
    ceiling = apps.get_model("cashbook", "CashCeiling")
    fields = ("rule", "since", "until", "amount", "source")
    ceiling.objects.bulk_create(ceiling(**dict(zip(fields, row, strict=True))) for row in CEILINGS)


def remove_ceilings(apps, schema_editor):
    apps.get_model("cashbook", "CashCeiling").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("cashbook", "0002_guards")]
    operations = [migrations.RunPython(write_ceilings, remove_ceilings), migrations.RunSQL(PAYMENTS, migrations.RunSQL.noop)]
