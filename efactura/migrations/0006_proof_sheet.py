"""The proof sheet of an invoice, and what the database keeps of it."""

import companies.scope
import django.db.models.deletion
from django.db import migrations, models

from lib.db import append_only, same_company

KEPT = """
CREATE FUNCTION efactura_proof_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.file_id IS NULL AND (NEW.company_id, NEW.document_id, NEW.last_call) = (OLD.company_id, OLD.document_id, OLD.last_call) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'the proof sheet of document % is made and cannot be altered', OLD.document_id USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER efactura_proof_kept BEFORE UPDATE ON efactura_proofsheet FOR EACH ROW EXECUTE FUNCTION efactura_proof_kept();
"""
NOT_KEPT = "DROP TRIGGER efactura_proof_kept ON efactura_proofsheet; DROP FUNCTION efactura_proof_kept()"


class Migration(migrations.Migration):
    dependencies = [("efactura", "0005_submission_guards")]

    operations = [
        migrations.CreateModel(
            name="ProofSheet",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("last_call", models.BigIntegerField()),
                ("asked_at", models.DateTimeField(auto_now_add=True)),
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
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="proofs",
                        to="invoicing.document",
                    ),
                ),
                (
                    "file",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="companies.storedfile",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "indexes": [models.Index(condition=models.Q(("file", None)), fields=["id"], name="proof_waiting")],
                "constraints": [models.UniqueConstraint(fields=("document", "last_call"), name="proof_once")],
            },
        ),
        same_company("efactura_proofsheet", "document_id", "invoicing_document"),
        same_company("efactura_proofsheet", "file_id", "companies_storedfile"),
        append_only("efactura_proofsheet", update=True),
        migrations.RunSQL(KEPT, NOT_KEPT),
    ]
