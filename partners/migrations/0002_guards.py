from django.db import migrations

from lib.db import company_key


class Migration(migrations.Migration):
    dependencies = [("partners", "0001_initial")]
    operations = [company_key("partners_partner")]
