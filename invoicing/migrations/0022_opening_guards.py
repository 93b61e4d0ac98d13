"""What the database refuses about opening balances and sheets.

- A document of kind OPENING has its row of `invoicing_openingitem`, and only such a document has one; the document's own day is not
  after the day of the balance, and what was left of it is not more than the whole.
- A sheet whose PDF is made stays as it is.
"""

from django.db import migrations

from lib.db import append_only, same_company

OPENINGS = """
CREATE FUNCTION invoicing_opening_holds() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    document record;
    item record;
BEGIN
    SELECT id, kind, issue_date, total INTO document FROM invoicing_document
        WHERE id = CASE TG_TABLE_NAME WHEN 'invoicing_document' THEN NEW.id ELSE (to_jsonb(NEW) ->> 'document_id')::bigint END;
    SELECT id, document_date, whole INTO item FROM invoicing_openingitem WHERE document_id = document.id;
    IF (document.kind = 'opening') <> (item.id IS NOT NULL) THEN
        RAISE EXCEPTION 'document % of kind % and its opening item do not fit', document.id, document.kind USING ERRCODE = 'restrict_violation';
    END IF;
    IF item.document_date > document.issue_date OR abs(document.total) > abs(item.whole) OR sign(document.total) <> sign(item.whole)
       OR document.total = 0 THEN
        RAISE EXCEPTION 'the opening item of document % says more than there was', document.id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER invoicing_opening_item_holds AFTER INSERT ON invoicing_openingitem DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION invoicing_opening_holds();
CREATE CONSTRAINT TRIGGER invoicing_opening_document_holds AFTER INSERT ON invoicing_document DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.kind = 'opening') EXECUTE FUNCTION invoicing_opening_holds();
"""
NO_OPENINGS = """
DROP TRIGGER invoicing_opening_document_holds ON invoicing_document;
DROP TRIGGER invoicing_opening_item_holds ON invoicing_openingitem;
DROP FUNCTION invoicing_opening_holds();
"""
SHEETS = """
CREATE FUNCTION invoicing_sheet_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.file_id IS NULL AND (NEW.company_id, NEW.digest, NEW.name) = (OLD.company_id, OLD.digest, OLD.name) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'the PDF of sheet % is made and cannot be altered', OLD.id USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER invoicing_sheet_frozen BEFORE UPDATE ON invoicing_sheet FOR EACH ROW EXECUTE FUNCTION invoicing_sheet_frozen();
"""
NO_SHEETS = "DROP TRIGGER invoicing_sheet_frozen ON invoicing_sheet; DROP FUNCTION invoicing_sheet_frozen()"


class Migration(migrations.Migration):
    dependencies = [("invoicing", "0021_opening_balances")]
    operations = [
        same_company("invoicing_openingitem", "document_id", "invoicing_document"),
        same_company("invoicing_sheet", "file_id", "companies_storedfile"),
        migrations.RunSQL(OPENINGS, NO_OPENINGS),
        append_only("invoicing_openingitem"),
        migrations.RunSQL(SHEETS, NO_SHEETS),
    ]
