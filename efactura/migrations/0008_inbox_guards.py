"""What came from SPV stays as it came: the entry of the list from the first, the archive and its content once they are there."""

from django.db import migrations

from lib.db import append_only, company_key, same_company

KEPT = """
CREATE FUNCTION efactura_received_kept() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    open text[] := ARRAY['due_at', 'tries', 'problem', 'gone_at', 'state'];
    filled text[] := ARRAY['archive_id', 'archived_at', 'signature', 'sha256', 'content', 'unreadable', 'seller_name', 'seller_cif', 'number',
        'day', 'currency', 'total', 'search', 'search_vector'];
BEGIN
    IF to_jsonb(NEW) - open - filled <> to_jsonb(OLD) - open - filled THEN
        RAISE EXCEPTION 'received message % stays as it was listed', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.archived_at IS NOT NULL AND to_jsonb(NEW) - open <> to_jsonb(OLD) - open THEN
        RAISE EXCEPTION 'received message % stays as it came', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER efactura_received_kept BEFORE UPDATE ON efactura_receivedmessage FOR EACH ROW EXECUTE FUNCTION efactura_received_kept();
CREATE FUNCTION efactura_buyer_message_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.company_id, NEW.received_id, NEW.environment, NEW.text, NEW.token, NEW.by_id, NEW.made_at)
       <> (OLD.company_id, OLD.received_id, OLD.environment, OLD.text, OLD.token, OLD.by_id, OLD.made_at)
       OR (OLD.index <> '' AND (NEW.index, NEW.sent_at) IS DISTINCT FROM (OLD.index, OLD.sent_at))
       OR (OLD.started_at IS NOT NULL AND NEW.started_at IS DISTINCT FROM OLD.started_at)
       OR (OLD.status IN ('refused', 'dropped') AND NEW.status <> OLD.status) THEN
        RAISE EXCEPTION 'what was said in buyer message % cannot be altered', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER efactura_buyer_message_kept BEFORE UPDATE ON efactura_buyermessage
    FOR EACH ROW EXECUTE FUNCTION efactura_buyer_message_kept();
"""
NOT_KEPT = """
DROP TRIGGER efactura_received_kept ON efactura_receivedmessage; DROP FUNCTION efactura_received_kept();
DROP TRIGGER efactura_buyer_message_kept ON efactura_buyermessage; DROP FUNCTION efactura_buyer_message_kept()
"""


class Migration(migrations.Migration):
    dependencies = [("efactura", "0007_inbox")]
    operations = [
        company_key("efactura_receivedmessage"),
        same_company("efactura_receivedmessage", "archive_id", "companies_storedfile"),
        same_company("efactura_buyermessage", "received_id", "efactura_receivedmessage"),
        same_company("efactura_receivedpdf", "received_id", "efactura_receivedmessage"),
        same_company("efactura_receivedpdf", "file_id", "companies_storedfile"),
        append_only("efactura_receivedmessage", update=True),
        append_only("efactura_buyermessage", update=True),
        migrations.RunSQL(KEPT, NOT_KEPT),
    ]
