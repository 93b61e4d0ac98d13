"""What SPV said is kept as it was said: an index, the bytes that left, a final state and an archive are written once."""

from django.db import migrations

from lib.db import append_only, company_key, same_company

KEPT = """
CREATE FUNCTION efactura_submission_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.company_id, NEW.document_id, NEW.revision, NEW.environment, NEW.origin, NEW.deliberate, NEW.made_at)
       <> (OLD.company_id, OLD.document_id, OLD.revision, OLD.environment, OLD.origin, OLD.deliberate, OLD.made_at) THEN
        RAISE EXCEPTION 'submission % stays what it was made for', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.status IN ('accepted', 'rejected', 'refused', 'dropped') AND NEW.status <> OLD.status THEN
        RAISE EXCEPTION 'submission % is % for good', OLD.id, OLD.status USING ERRCODE = 'restrict_violation';
    END IF;
    IF (OLD.index <> '' AND NEW.index <> OLD.index)
       OR (OLD.xml_id IS NOT NULL AND (NEW.xml_id, NEW.sha256) IS DISTINCT FROM (OLD.xml_id, OLD.sha256))
       OR (OLD.first_upload_at IS NOT NULL AND NEW.first_upload_at IS DISTINCT FROM OLD.first_upload_at)
       OR (OLD.sent_at IS NOT NULL AND NEW.sent_at IS DISTINCT FROM OLD.sent_at)
       OR (OLD.settled_at IS NOT NULL AND NEW.settled_at IS DISTINCT FROM OLD.settled_at)
       OR (OLD.archive_id IS NOT NULL AND (NEW.archive_id, NEW.archived_at) IS DISTINCT FROM (OLD.archive_id, OLD.archived_at))
       OR NEW.uploads < OLD.uploads THEN
        RAISE EXCEPTION 'what SPV said of submission % cannot be altered', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER efactura_submission_kept BEFORE UPDATE ON efactura_submission FOR EACH ROW EXECUTE FUNCTION efactura_submission_kept();
"""
NOT_KEPT = "DROP TRIGGER efactura_submission_kept ON efactura_submission; DROP FUNCTION efactura_submission_kept()"


class Migration(migrations.Migration):
    dependencies = [("efactura", "0004_submissions")]
    operations = [
        company_key("efactura_einvoicexml"),
        company_key("efactura_submission"),
        same_company("efactura_submission", "document_id", "invoicing_document"),
        same_company("efactura_submission", "xml_id", "efactura_einvoicexml"),
        same_company("efactura_submission", "archive_id", "companies_storedfile"),
        same_company("efactura_spvcall", "submission_id", "efactura_submission"),
        append_only("efactura_submission", update=True),
        append_only("efactura_spvcall"),
        append_only("efactura_foreignupload", update=True),
        migrations.RunSQL(KEPT, NOT_KEPT),
    ]
