"""What the database itself refuses: rows of two companies tied together, changes of what was issued, recorded or stored.

A document that is no longer a draft is frozen whole, so a new column is frozen by default; the white list names what may
change: what was received, and the step from issued to cancelled. `revise` is the one way round: revision + 1, with the former
content written to invoicing_documentrevision in the same transaction.
"""

from django.db import migrations

from lib.db import append_only, company_key, same_company

FREEZE = """
CREATE FUNCTION invoicing_revised_now(document bigint, former int) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT 1 FROM invoicing_documentrevision r WHERE r.document_id = document AND r.revision = former
                   AND r.transaction = pg_current_xact_id()::text::bigint)
$$;

CREATE FUNCTION invoicing_document_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    open text[] := ARRAY['paid', 'status', 'cancelled_at'];
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.status <> 'draft' THEN
            RAISE EXCEPTION 'document % was issued and cannot be deleted', OLD.id USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN OLD;
    END IF;
    IF OLD.status = 'draft' THEN
        RETURN NEW;
    END IF;
    IF NEW.status <> OLD.status AND NOT (OLD.status = 'issued' AND NEW.status = 'cancelled' AND NEW.cancelled_at IS NOT NULL) THEN
        RAISE EXCEPTION 'document % cannot go from % to %', OLD.id, OLD.status, NEW.status USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.revision = OLD.revision AND (to_jsonb(NEW) - open) = (to_jsonb(OLD) - open)
       AND (NEW.status <> OLD.status OR NEW.cancelled_at IS NOT DISTINCT FROM OLD.cancelled_at) THEN
        RETURN NEW;
    END IF;
    IF NEW.revision = OLD.revision + 1 AND OLD.status = 'issued' AND invoicing_revised_now(OLD.id, OLD.revision)
       AND (NEW.company_id, NEW.kind, NEW.series_id, NEW.number, NEW.label, NEW.issued_at, NEW.vat_payer)
         = (OLD.company_id, OLD.kind, OLD.series_id, OLD.number, OLD.label, OLD.issued_at, OLD.vat_payer) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'document % was issued and cannot be altered', OLD.id USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER invoicing_document_frozen BEFORE UPDATE OR DELETE ON invoicing_document
    FOR EACH ROW EXECUTE FUNCTION invoicing_document_frozen();
CREATE TRIGGER invoicing_document_no_truncate BEFORE TRUNCATE ON invoicing_document EXECUTE FUNCTION refuse_change();

CREATE FUNCTION invoicing_part_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    document record;
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.document_id <> NEW.document_id THEN
        RAISE EXCEPTION 'a row of % stays with its document', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
    END IF;
    SELECT id, status, revision INTO document FROM invoicing_document WHERE id = CASE TG_OP WHEN 'DELETE' THEN OLD.document_id ELSE NEW.document_id END;
    IF document.status <> 'draft' AND NOT invoicing_revised_now(document.id, document.revision - 1) THEN
        RAISE EXCEPTION '% on % of an issued document is refused', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE FUNCTION invoicing_revision_stamp() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.transaction := pg_current_xact_id()::text::bigint;
    RETURN NEW;
END $$;
CREATE TRIGGER invoicing_revision_stamp BEFORE INSERT ON invoicing_documentrevision
    FOR EACH ROW EXECUTE FUNCTION invoicing_revision_stamp();
"""
UNFREEZE = """
DROP TRIGGER invoicing_revision_stamp ON invoicing_documentrevision;
DROP FUNCTION invoicing_revision_stamp();
DROP FUNCTION invoicing_part_frozen();
DROP TRIGGER invoicing_document_no_truncate ON invoicing_document;
DROP TRIGGER invoicing_document_frozen ON invoicing_document;
DROP FUNCTION invoicing_document_frozen();
DROP FUNCTION invoicing_revised_now(bigint, int);
"""

PAYMENTS = """
CREATE FUNCTION invoicing_payment_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    open text[] := ARRAY['cancelled_at', 'cancelled_by_id', 'cancel_reason'];
BEGIN
    IF OLD.cancelled_at IS NULL AND NEW.cancelled_at IS NOT NULL AND (to_jsonb(NEW) - open) = (to_jsonb(OLD) - open) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'payment % is recorded and cannot be altered', OLD.id USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER invoicing_payment_frozen BEFORE UPDATE ON invoicing_payment FOR EACH ROW EXECUTE FUNCTION invoicing_payment_frozen();

CREATE FUNCTION invoicing_paid_is_received() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    said numeric;
    received numeric;
    document bigint;
BEGIN
    FOR document IN
        SELECT CASE TG_TABLE_NAME WHEN 'invoicing_document' THEN NEW.id ELSE (to_jsonb(NEW) ->> 'document_id')::bigint END
        WHERE TG_TABLE_NAME <> 'invoicing_payment'
        UNION ALL SELECT document_id FROM invoicing_paymentallocation WHERE TG_TABLE_NAME = 'invoicing_payment' AND payment_id = NEW.id
    LOOP
        SELECT paid INTO said FROM invoicing_document WHERE id = document;
        SELECT coalesce(sum(a.amount), 0) INTO received FROM invoicing_paymentallocation a
            JOIN invoicing_payment p ON p.id = a.payment_id WHERE a.document_id = document AND p.cancelled_at IS NULL;
        IF said <> received THEN
            RAISE EXCEPTION 'document % says % paid, its payments say %', document, said, received USING ERRCODE = 'restrict_violation';
        END IF;
    END LOOP;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER invoicing_document_paid AFTER UPDATE OF paid ON invoicing_document DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (OLD.paid <> NEW.paid) EXECUTE FUNCTION invoicing_paid_is_received();
CREATE CONSTRAINT TRIGGER invoicing_allocation_paid AFTER INSERT ON invoicing_paymentallocation DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION invoicing_paid_is_received();
CREATE CONSTRAINT TRIGGER invoicing_payment_paid AFTER UPDATE OF cancelled_at ON invoicing_payment DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION invoicing_paid_is_received();
"""
NO_PAYMENTS = """
DROP TRIGGER invoicing_payment_paid ON invoicing_payment;
DROP TRIGGER invoicing_allocation_paid ON invoicing_paymentallocation;
DROP TRIGGER invoicing_document_paid ON invoicing_document;
DROP FUNCTION invoicing_paid_is_received();
DROP TRIGGER invoicing_payment_frozen ON invoicing_payment;
DROP FUNCTION invoicing_payment_frozen();
"""

PDFS = """
CREATE FUNCTION invoicing_pdf_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.file_id IS NULL AND (NEW.company_id, NEW.document_id, NEW.revision) = (OLD.company_id, OLD.document_id, OLD.revision) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'the PDF of document % is made and cannot be altered', OLD.document_id USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER invoicing_pdf_frozen BEFORE UPDATE ON invoicing_renderedpdf FOR EACH ROW EXECUTE FUNCTION invoicing_pdf_frozen();
"""
NO_PDFS = "DROP TRIGGER invoicing_pdf_frozen ON invoicing_renderedpdf; DROP FUNCTION invoicing_pdf_frozen()"


def part_frozen(table: str) -> migrations.RunSQL:
    return migrations.RunSQL(
        f"CREATE TRIGGER {table}_frozen BEFORE INSERT OR UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION invoicing_part_frozen();"
        f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} EXECUTE FUNCTION refuse_change()",
        f"DROP TRIGGER {table}_frozen ON {table}; DROP TRIGGER {table}_no_truncate ON {table}",
    )


class Migration(migrations.Migration):
    dependencies = [
        ("invoicing", "0001_initial"),
        ("companies", "0002_guards"),
        ("partners", "0002_guards"),
        ("catalog", "0003_reference_data"),
    ]
    operations = [
        company_key("invoicing_series"),
        company_key("invoicing_document"),
        company_key("invoicing_payment"),
        same_company("invoicing_document", "series_id", "invoicing_series"),
        same_company("invoicing_document", "partner_id", "partners_partner"),
        same_company("invoicing_documentline", "document_id", "invoicing_document"),
        same_company("invoicing_documentline", "product_id", "catalog_product"),
        same_company("invoicing_vatbreakdown", "document_id", "invoicing_document"),
        same_company("invoicing_documentrevision", "document_id", "invoicing_document"),
        same_company("invoicing_payment", "partner_id", "partners_partner"),
        same_company("invoicing_paymentallocation", "payment_id", "invoicing_payment"),
        same_company("invoicing_paymentallocation", "document_id", "invoicing_document"),
        same_company("invoicing_renderedpdf", "document_id", "invoicing_document"),
        same_company("invoicing_renderedpdf", "file_id", "companies_storedfile"),
        same_company("invoicing_mail", "document_id", "invoicing_document"),
        migrations.RunSQL(FREEZE, UNFREEZE),
        part_frozen("invoicing_documentline"),
        part_frozen("invoicing_vatbreakdown"),
        append_only("invoicing_documentrevision"),
        migrations.RunSQL(PAYMENTS, NO_PAYMENTS),
        append_only("invoicing_payment", update=True),
        append_only("invoicing_paymentallocation"),
        migrations.RunSQL(PDFS, NO_PDFS),
        append_only("invoicing_renderedpdf", update=True),
    ]
