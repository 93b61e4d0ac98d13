from django.db import migrations

from lib.db import company_key, same_company


class Migration(migrations.Migration):
    dependencies = [("catalog", "0005_price_lists"), ("partners", "0002_guards")]
    operations = [
        company_key("catalog_pricelist"),
        same_company("catalog_pricelistclient", "price_list_id", "catalog_pricelist"),
        same_company("catalog_pricelistclient", "partner_id", "partners_partner"),
        same_company("catalog_pricelistitem", "price_list_id", "catalog_pricelist"),
        same_company("catalog_pricelistitem", "product_id", "catalog_product"),
    ]
