import companies.scope
import django.db.models.deletion
import efactura.spv.environment
from django.conf import settings
from django.db import migrations, models

ENVIRONMENTS = [("repetitie", "Repetiție"), ("test", "Test ANAF"), ("productie", "Producție")]


class Migration(migrations.Migration):
    dependencies = [
        ("companies", "0005_status_for_the_moment"),
        ("efactura", "0002_guards"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            "settings",
            "environment",
            models.CharField(choices=ENVIRONMENTS, default=efactura.spv.environment.default_environment, max_length=12, verbose_name="mediul"),
        ),
        migrations.CreateModel(
            name="Authorisation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("issuer", models.CharField(choices=[("repetitie", "SPV de repetiție"), ("anaf", "ANAF")], max_length=12)),
                ("access_token", models.BinaryField()),
                ("refresh_token", models.BinaryField()),
                ("access_until", models.DateTimeField()),
                ("refresh_until", models.DateTimeField()),
                ("given_at", models.DateTimeField()),
                ("refreshed_at", models.DateTimeField(null=True)),
                ("refreshing_since", models.DateTimeField(null=True)),
                ("refused_at", models.DateTimeField(null=True)),
                ("announced", models.PositiveSmallIntegerField(null=True)),
                ("announce_after", models.DateTimeField(null=True)),
                ("user", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="spv_authorisations", to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name="Access",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("environment", models.CharField(choices=ENVIRONMENTS, max_length=12)),
                ("linked_at", models.DateTimeField(null=True)),
                ("last_success", models.DateTimeField(null=True)),
                ("last_failure", models.DateTimeField(null=True)),
                ("failure", models.CharField(blank=True, max_length=500)),
                ("company", models.ForeignKey(db_index=False, default=companies.scope.active_company_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="companies.company")),
                ("authorisation", models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="efactura.authorisation")),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [models.UniqueConstraint(fields=("company", "environment"), name="access_once")],
            },
        ),
        migrations.RunSQL(
            """
            CREATE FUNCTION efactura_access_of_a_member() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF NEW.authorisation_id IS NOT NULL AND NOT EXISTS (
                    SELECT FROM efactura_authorisation a JOIN companies_membership m ON m.user_id = a.user_id
                    WHERE a.id = NEW.authorisation_id AND m.company_id = NEW.company_id
                        AND (a.issuer = 'repetitie') = (NEW.environment = 'repetitie')
                ) THEN
                    RAISE EXCEPTION 'the authorisation is of no member of the company, or of another environment'
                        USING ERRCODE = 'integrity_constraint_violation';
                END IF;
                RETURN NEW;
            END $$;
            CREATE TRIGGER efactura_access_of_a_member BEFORE INSERT OR UPDATE OF authorisation_id, company_id, environment
                ON efactura_access FOR EACH ROW EXECUTE FUNCTION efactura_access_of_a_member();
            """,
            "DROP TRIGGER efactura_access_of_a_member ON efactura_access; DROP FUNCTION efactura_access_of_a_member()",
        ),
    ]
