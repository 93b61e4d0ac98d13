"""What the database itself refuses about advance invoices and attachments.

- A line settles only an issued advance invoice of the same client and currency, and never another advance; what all issued
  documents take out of one VAT group of an advance, stornos of it included, is never more than the group holds. The advance's row
  is held first, so that two at once are counted.
- An advance that issued documents took from is neither cancelled nor revised.
- Attachments are frozen with their document, as its lines are.
"""

from django.db import migrations

from lib.db import same_company

WITHIN = """
CREATE FUNCTION invoicing_advance_within(wanted bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    advance record;
    part record;
BEGIN
    SELECT id, status, kind, invoice_type, partner_id, currency INTO advance FROM invoicing_document WHERE id = wanted FOR UPDATE;
    IF advance.status <> 'issued' OR advance.kind <> 'invoice' OR advance.invoice_type <> 'advance' THEN
        RAISE EXCEPTION 'document % is no issued advance', wanted USING ERRCODE = 'restrict_violation';
    END IF;
    IF EXISTS (SELECT FROM invoicing_documentline l JOIN invoicing_document d ON d.id = l.document_id WHERE l.advance_id = wanted
               AND d.status = 'issued' AND ((d.partner_id, d.currency) <> (advance.partner_id, advance.currency) OR d.invoice_type = 'advance')) THEN
        RAISE EXCEPTION 'advance % is taken by a document of another client or currency', wanted USING ERRCODE = 'restrict_violation';
    END IF;
    FOR part IN
        WITH billed AS (
            SELECT g.category, g.percent, sum(g.taxable) AS net, sum(g.vat) AS vat FROM invoicing_vatbreakdown g
            JOIN invoicing_document d ON d.id = g.document_id
            WHERE d.id = wanted OR (d.storno_of_id = wanted AND d.status = 'issued') GROUP BY 1, 2
        ), taken AS (
            SELECT l.category, l.percent, sum(l.net) AS net, sum(l.vat) AS vat FROM invoicing_documentline l
            JOIN invoicing_document d ON d.id = l.document_id WHERE l.advance_id = wanted AND d.status = 'issued' GROUP BY 1, 2
        )
        SELECT coalesce(b.net, 0) AS net, coalesce(b.vat, 0) AS vat, t.net AS net_taken, t.vat AS vat_taken
        FROM taken t LEFT JOIN billed b USING (category, percent)
    LOOP
        IF part.net_taken > 0 OR part.vat_taken > 0 OR part.net + part.net_taken < 0 OR part.vat + part.vat_taken < 0 THEN
            RAISE EXCEPTION 'documents take more out of advance % than it holds', wanted USING ERRCODE = 'restrict_violation';
        END IF;
    END LOOP;
END $$;

CREATE FUNCTION invoicing_line_settles() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM invoicing_document WHERE id = NEW.document_id AND status = 'issued') THEN
        PERFORM invoicing_advance_within(NEW.advance_id);
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER invoicing_line_settles AFTER INSERT OR UPDATE ON invoicing_documentline DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.advance_id IS NOT NULL) EXECUTE FUNCTION invoicing_line_settles();

CREATE FUNCTION invoicing_document_settles() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    wanted bigint;
BEGIN
    FOR wanted IN
        SELECT DISTINCT advance_id FROM invoicing_documentline WHERE document_id = NEW.id AND advance_id IS NOT NULL
        UNION SELECT storno_of_id FROM invoicing_document
              WHERE id = NEW.id AND EXISTS (SELECT FROM invoicing_documentline WHERE advance_id = NEW.storno_of_id)
        ORDER BY 1
    LOOP
        PERFORM invoicing_advance_within(wanted);
    END LOOP;
    RETURN NULL;
END $$;
CREATE TRIGGER invoicing_document_settles AFTER UPDATE OF status ON invoicing_document
    FOR EACH ROW WHEN (NEW.status <> OLD.status AND (NEW.settled <> 0 OR NEW.storno_of_id IS NOT NULL))
    EXECUTE FUNCTION invoicing_document_settles();

CREATE FUNCTION invoicing_settled_is_said() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    said numeric;
BEGIN
    SELECT settled INTO said FROM invoicing_document WHERE id = NEW.document_id;
    IF said = 0 THEN
        RAISE EXCEPTION 'document % has lines that settle an advance and does not say so', NEW.document_id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER invoicing_settled_is_said AFTER INSERT ON invoicing_documentline DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.advance_id IS NOT NULL) EXECUTE FUNCTION invoicing_settled_is_said();

CREATE FUNCTION invoicing_advance_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM invoicing_documentline l JOIN invoicing_document d ON d.id = l.document_id
               WHERE l.advance_id = OLD.id AND d.status = 'issued') THEN
        RAISE EXCEPTION 'advance % is settled and stays as it is', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER invoicing_advance_stays BEFORE UPDATE OF status, revision ON invoicing_document
    FOR EACH ROW WHEN (OLD.invoice_type = 'advance' AND OLD.status = 'issued'
                       AND (NEW.status <> OLD.status OR NEW.revision <> OLD.revision))
    EXECUTE FUNCTION invoicing_advance_stays();
"""
NOT_WITHIN = """
DROP TRIGGER invoicing_advance_stays ON invoicing_document;
DROP FUNCTION invoicing_advance_stays();
DROP TRIGGER invoicing_settled_is_said ON invoicing_documentline;
DROP FUNCTION invoicing_settled_is_said();
DROP TRIGGER invoicing_document_settles ON invoicing_document;
DROP FUNCTION invoicing_document_settles();
DROP TRIGGER invoicing_line_settles ON invoicing_documentline;
DROP FUNCTION invoicing_line_settles();
DROP FUNCTION invoicing_advance_within(bigint);
"""
ATTACHMENTS = """
CREATE TRIGGER invoicing_attachment_frozen BEFORE INSERT OR UPDATE OR DELETE ON invoicing_attachment
    FOR EACH ROW EXECUTE FUNCTION invoicing_part_frozen();
CREATE TRIGGER invoicing_attachment_no_truncate BEFORE TRUNCATE ON invoicing_attachment EXECUTE FUNCTION refuse_change();
"""
NO_ATTACHMENTS = """
DROP TRIGGER invoicing_attachment_no_truncate ON invoicing_attachment;
DROP TRIGGER invoicing_attachment_frozen ON invoicing_attachment;
"""


class Migration(migrations.Migration):
    dependencies = [("invoicing", "0014_conversion_guards")]
    operations = [
        same_company("invoicing_documentline", "advance_id", "invoicing_document"),
        same_company("invoicing_attachment", "document_id", "invoicing_document"),
        same_company("invoicing_attachment", "file_id", "companies_storedfile"),
        migrations.RunSQL(WITHIN, NOT_WITHIN),
        migrations.RunSQL(ATTACHMENTS, NO_ATTACHMENTS),
    ]
