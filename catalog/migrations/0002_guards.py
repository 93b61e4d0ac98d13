from django.db import migrations

from lib.db import company_key


class Migration(migrations.Migration):
    dependencies = [("catalog", "0001_initial")]
    operations = [company_key("catalog_product")]
