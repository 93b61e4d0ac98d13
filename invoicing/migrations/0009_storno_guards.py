"""What the database itself refuses about stornos and set-offs.

- A storno takes back only lines of its original, which is issued, and all issued stornos of a line together never take more
  than the line holds, in quantity or in value. The original's row is held first, so that two issues at once are counted.
- What was storned is neither cancelled nor revised, and a storno is not revised.
- The two halves of a set-off come and go together: what is live of a pair amounts to nothing.
"""

from django.db import migrations

from lib.db import company_key, same_company

STORNOS = """
CREATE FUNCTION invoicing_storno_within() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    original record;
    line record;
BEGIN
    SELECT id, status, storno_of_id INTO original FROM invoicing_document WHERE id = NEW.storno_of_id FOR UPDATE;
    IF original.status <> 'issued' OR original.storno_of_id IS NOT NULL THEN
        RAISE EXCEPTION 'document % cannot be storned', original.id USING ERRCODE = 'restrict_violation';
    END IF;
    IF EXISTS (SELECT FROM invoicing_documentline s LEFT JOIN invoicing_documentline o ON o.id = s.storno_line_id
               WHERE s.document_id = NEW.id AND o.document_id IS DISTINCT FROM original.id) THEN
        RAISE EXCEPTION 'storno % holds a line that is not of document %', NEW.id, original.id USING ERRCODE = 'restrict_violation';
    END IF;
    FOR line IN
        SELECT o.id, o.quantity, o.value, o.quantity + coalesce(sum(s.quantity) FILTER (WHERE NOT s.storno_by_price), 0) AS quantity_left,
               o.value + sum(s.value) AS value_left
        FROM invoicing_documentline o
        JOIN invoicing_documentline s ON s.storno_line_id = o.id
        JOIN invoicing_document d ON d.id = s.document_id
        WHERE o.document_id = original.id AND d.status = 'issued'
        GROUP BY o.id, o.quantity, o.value
    LOOP
        IF line.quantity_left * line.quantity < 0 OR abs(line.quantity_left) > abs(line.quantity)
           OR line.value_left * line.value < 0 OR abs(line.value_left) > abs(line.value) THEN
            RAISE EXCEPTION 'stornos of line % of document % take more than it holds', line.id, original.id
                USING ERRCODE = 'restrict_violation';
        END IF;
    END LOOP;
    RETURN NULL;
END $$;
CREATE TRIGGER invoicing_storno_within AFTER INSERT OR UPDATE OF status ON invoicing_document
    FOR EACH ROW WHEN (NEW.storno_of_id IS NOT NULL AND NEW.status = 'issued') EXECUTE FUNCTION invoicing_storno_within();

CREATE FUNCTION invoicing_storned_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.revision <> OLD.revision AND (NEW.storno_of_id IS NOT NULL OR EXISTS (SELECT FROM invoicing_document WHERE storno_of_id = OLD.id)) THEN
        RAISE EXCEPTION 'document % is a storno or has one and cannot be revised', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.status = 'cancelled' AND EXISTS (SELECT FROM invoicing_document WHERE storno_of_id = OLD.id AND status = 'issued') THEN
        RAISE EXCEPTION 'document % is storned and cannot be cancelled', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER invoicing_storned_stays BEFORE UPDATE OF status, revision ON invoicing_document
    FOR EACH ROW WHEN (OLD.status = 'issued' AND (NEW.status <> OLD.status OR NEW.revision <> OLD.revision))
    EXECUTE FUNCTION invoicing_storned_stays();
"""
NO_STORNOS = """
DROP TRIGGER invoicing_storned_stays ON invoicing_document;
DROP FUNCTION invoicing_storned_stays();
DROP TRIGGER invoicing_storno_within ON invoicing_document;
DROP FUNCTION invoicing_storno_within();
"""

PAIRS = """
CREATE FUNCTION invoicing_pair_is_even() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    live numeric;
BEGIN
    SELECT coalesce(sum(amount), 0) INTO live FROM invoicing_payment WHERE pair = NEW.pair AND cancelled_at IS NULL;
    IF live <> 0 THEN
        RAISE EXCEPTION 'the halves of set-off % do not cancel out: %', NEW.pair, live USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER invoicing_pair_is_even AFTER INSERT OR UPDATE OF cancelled_at ON invoicing_payment DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.pair IS NOT NULL) EXECUTE FUNCTION invoicing_pair_is_even();
"""
NO_PAIRS = "DROP TRIGGER invoicing_pair_is_even ON invoicing_payment; DROP FUNCTION invoicing_pair_is_even()"


class Migration(migrations.Migration):
    dependencies = [("invoicing", "0008_storno")]
    operations = [
        company_key("invoicing_documentline"),
        same_company("invoicing_document", "storno_of_id", "invoicing_document"),
        same_company("invoicing_document", "corrects_id", "invoicing_document"),
        same_company("invoicing_documentline", "storno_line_id", "invoicing_documentline"),
        migrations.RunSQL(STORNOS, NO_STORNOS),
        migrations.RunSQL(PAIRS, NO_PAIRS),
    ]
