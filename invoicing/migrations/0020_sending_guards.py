"""What the database itself refuses about sending: rows of two companies tied together, a reminder or an objection rewritten."""

from django.db import migrations

from lib.db import append_only, company_key, same_company

ANSWERED = """
CREATE FUNCTION invoicing_objection_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    open text[] := ARRAY['answer', 'answered_at', 'answered_by_id'];
BEGIN
    IF OLD.answered_at IS NULL AND (to_jsonb(NEW) - open) = (to_jsonb(OLD) - open) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'objection % is what the client wrote and cannot be altered', OLD.id USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER invoicing_objection_frozen BEFORE UPDATE ON invoicing_objection FOR EACH ROW EXECUTE FUNCTION invoicing_objection_frozen();
"""
NOT_ANSWERED = """
DROP TRIGGER invoicing_objection_frozen ON invoicing_objection;
DROP FUNCTION invoicing_objection_frozen();
"""


class Migration(migrations.Migration):
    dependencies = [("invoicing", "0019_sending")]

    operations = [
        company_key("invoicing_mail"),
        same_company("invoicing_mail", "partner_id", "partners_partner"),
        same_company("invoicing_mailfile", "mail_id", "invoicing_mail"),
        same_company("invoicing_mailfile", "file_id", "companies_storedfile"),
        same_company("invoicing_reminder", "document_id", "invoicing_document"),
        same_company("invoicing_reminder", "mail_id", "invoicing_mail"),
        same_company("invoicing_reminderstop", "partner_id", "partners_partner"),
        same_company("invoicing_reminderstop", "document_id", "invoicing_document"),
        same_company("invoicing_customerlink", "document_id", "invoicing_document"),
        same_company("invoicing_objection", "document_id", "invoicing_document"),
        append_only("invoicing_reminder"),
        append_only("invoicing_objection", update=True),
        migrations.RunSQL(ANSWERED, NOT_ANSWERED),
    ]
