"""What the database itself refuses about invoices made of proformas and delivery notes (docs/decisions/062).

- A line takes only from an issued proforma or delivery note, in the sign of what it takes from; all lines that are not of a
  cancelled document together never take more than the line holds, drafts counted. The source's row is held first, so that two
  at once are counted.
- The document is issued for the client of its sources.
- What is invoiced, even by a draft, is not cancelled.
- `converted` is worked out here, whenever a document that takes is issued, cancelled or revised; nobody else may set it otherwise.
"""

from django.db import migrations

from lib.db import same_company

CONVERSIONS = """
CREATE FUNCTION invoicing_conversion_of(source bigint) RETURNS text LANGUAGE sql AS $$
    SELECT CASE WHEN coalesce(bool_and(abs(taken) >= abs(quantity)), false) THEN 'whole' WHEN bool_or(taken <> 0) THEN 'part' ELSE '' END
    FROM (SELECT l.quantity, (SELECT coalesce(sum(c.quantity), 0) FROM invoicing_documentline c JOIN invoicing_document d ON d.id = c.document_id
                              WHERE c.source_line_id = l.id AND d.status = 'issued') AS taken
          FROM invoicing_documentline l WHERE l.document_id = source AND l.quantity <> 0) lines
$$;

CREATE FUNCTION invoicing_conversion_noted(source bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    now_is text := invoicing_conversion_of(source);
BEGIN
    UPDATE invoicing_document SET converted = now_is WHERE id = source AND converted <> now_is;
END $$;

CREATE FUNCTION invoicing_conversion_within() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    target record;
    source record;
    held numeric;
    taken numeric;
BEGIN
    SELECT id, kind, status INTO target FROM invoicing_document WHERE id = NEW.document_id;
    SELECT d.id, d.kind, d.status INTO source FROM invoicing_documentline l JOIN invoicing_document d ON d.id = l.document_id
        WHERE l.id = NEW.source_line_id FOR UPDATE OF d;
    IF source.status <> 'issued' OR source.kind NOT IN ('proforma', 'delivery_note') OR target.kind <> 'invoice' THEN
        RAISE EXCEPTION 'document % cannot be made of document %', target.id, source.id USING ERRCODE = 'restrict_violation';
    END IF;
    SELECT quantity INTO held FROM invoicing_documentline WHERE id = NEW.source_line_id;
    SELECT sum(c.quantity) INTO taken FROM invoicing_documentline c JOIN invoicing_document d ON d.id = c.document_id
        WHERE c.source_line_id = NEW.source_line_id AND d.status <> 'cancelled';
    IF NEW.quantity * held < 0 OR abs(taken) > abs(held) THEN
        RAISE EXCEPTION 'conversions of line % of document % take more than it holds', NEW.source_line_id, source.id
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF target.status = 'issued' THEN
        PERFORM invoicing_conversion_noted(source.id);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER invoicing_conversion_within AFTER INSERT OR UPDATE OF quantity, source_line_id ON invoicing_documentline
    FOR EACH ROW WHEN (NEW.source_line_id IS NOT NULL) EXECUTE FUNCTION invoicing_conversion_within();

CREATE FUNCTION invoicing_conversion_given_back() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM invoicing_document WHERE id = OLD.document_id AND status = 'issued') THEN
        PERFORM invoicing_conversion_noted((SELECT document_id FROM invoicing_documentline WHERE id = OLD.source_line_id));
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER invoicing_conversion_given_back AFTER DELETE ON invoicing_documentline
    FOR EACH ROW WHEN (OLD.source_line_id IS NOT NULL) EXECUTE FUNCTION invoicing_conversion_given_back();

CREATE FUNCTION invoicing_conversion_counts() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    source record;
BEGIN
    IF NEW.status = 'cancelled' AND NEW.kind IN ('proforma', 'delivery_note') AND EXISTS (
        SELECT FROM invoicing_documentline l JOIN invoicing_documentline c ON c.source_line_id = l.id
        JOIN invoicing_document d ON d.id = c.document_id WHERE l.document_id = NEW.id AND d.status <> 'cancelled') THEN
        RAISE EXCEPTION 'document % is invoiced and cannot be cancelled', NEW.id USING ERRCODE = 'restrict_violation';
    END IF;
    FOR source IN
        SELECT d.id, d.partner_id, d.status FROM invoicing_document d WHERE d.id IN (
            SELECT s.document_id FROM invoicing_documentline l JOIN invoicing_documentline s ON s.id = l.source_line_id
            WHERE l.document_id = NEW.id) ORDER BY d.id FOR UPDATE
    LOOP
        IF NEW.status = 'issued' AND (source.partner_id <> NEW.partner_id OR source.status <> 'issued') THEN
            RAISE EXCEPTION 'document % is not for the client of document %', NEW.id, source.id USING ERRCODE = 'restrict_violation';
        END IF;
        PERFORM invoicing_conversion_noted(source.id);
    END LOOP;
    RETURN NULL;
END $$;
CREATE TRIGGER invoicing_conversion_counts AFTER UPDATE OF status ON invoicing_document
    FOR EACH ROW WHEN (OLD.status <> NEW.status) EXECUTE FUNCTION invoicing_conversion_counts();

CREATE FUNCTION invoicing_conversion_is_said() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.converted <> invoicing_conversion_of(NEW.id) THEN
        RAISE EXCEPTION 'document % does not say what was invoiced of it', NEW.id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER invoicing_conversion_is_said AFTER UPDATE OF converted ON invoicing_document
    FOR EACH ROW WHEN (OLD.converted <> NEW.converted) EXECUTE FUNCTION invoicing_conversion_is_said();
"""
NO_CONVERSIONS = """
DROP TRIGGER invoicing_conversion_is_said ON invoicing_document;
DROP FUNCTION invoicing_conversion_is_said();
DROP TRIGGER invoicing_conversion_counts ON invoicing_document;
DROP FUNCTION invoicing_conversion_counts();
DROP TRIGGER invoicing_conversion_given_back ON invoicing_documentline;
DROP FUNCTION invoicing_conversion_given_back();
DROP TRIGGER invoicing_conversion_within ON invoicing_documentline;
DROP FUNCTION invoicing_conversion_within();
DROP FUNCTION invoicing_conversion_noted(bigint);
DROP FUNCTION invoicing_conversion_of(bigint);
"""


def thawed(before: str, after: str) -> str:
    """Change the white list of invoicing_document_frozen, whatever else stands in it by now."""
    return (
        "DO $do$ BEGIN EXECUTE replace(pg_get_functiondef('invoicing_document_frozen'::regproc),"
        f" 'open text[] := ARRAY[{before}', 'open text[] := ARRAY[{after}'); END $do$"
    )


class Migration(migrations.Migration):
    dependencies = [("invoicing", "0013_conversions")]
    operations = [
        same_company("invoicing_documentline", "source_line_id", "invoicing_documentline"),
        migrations.RunSQL(thawed("", "''converted'', "), thawed("''converted'', ", "")),
        migrations.RunSQL(CONVERSIONS, NO_CONVERSIONS),
    ]
