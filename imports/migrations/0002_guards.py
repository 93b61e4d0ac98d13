"""An import, its rows and its file are of one company."""

from django.db import migrations

from lib.db import company_key, same_company


class Migration(migrations.Migration):
    dependencies = [("imports", "0001_initial"), ("companies", "0002_guards")]
    operations = [
        company_key("imports_import"),
        same_company("imports_import", "file_id", "companies_storedfile"),
        same_company("imports_importrow", "run_id", "imports_import"),
    ]
