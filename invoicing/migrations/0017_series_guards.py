"""What the database itself refuses about series, the yearly decision and the closed period.

- A series that has given a number keeps its name, kind and first number, never counts back, and stays.
- A decision is kept as it was signed; only its PDF comes later.
- Nothing is issued, revised, cancelled or received on a day of the closed period; proformas are no accounting records and stay free.
  Closing takes the company's VAT status lock alone (companies/actions/locks.py), so a trigger that shares it sees what holds.
"""

from django.db import migrations

from lib.db import append_only, same_company

SERIES = """
CREATE FUNCTION invoicing_series_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.last_number >= OLD.last_number
       AND (NEW.company_id, NEW.kind, NEW.name, NEW.first_number) = (OLD.company_id, OLD.kind, OLD.name, OLD.first_number) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'series % has given numbers and stays as it is', OLD.id USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER invoicing_series_stays BEFORE UPDATE OR DELETE ON invoicing_series
    FOR EACH ROW WHEN (OLD.last_number >= OLD.first_number) EXECUTE FUNCTION invoicing_series_stays();
"""
NO_SERIES = "DROP TRIGGER invoicing_series_stays ON invoicing_series; DROP FUNCTION invoicing_series_stays()"

DECISIONS = """
CREATE FUNCTION invoicing_decision_stays() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    open text[] := ARRAY['file_id', 'made_at'];
BEGIN
    IF OLD.file_id IS NULL AND (to_jsonb(NEW) - open) = (to_jsonb(OLD) - open) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'decision % is made and cannot be altered', OLD.id USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER invoicing_decision_stays BEFORE UPDATE ON invoicing_seriesdecision
    FOR EACH ROW EXECUTE FUNCTION invoicing_decision_stays();
"""
NO_DECISIONS = "DROP TRIGGER invoicing_decision_stays ON invoicing_seriesdecision; DROP FUNCTION invoicing_decision_stays()"

PERIOD = """
CREATE FUNCTION invoicing_require_open(company bigint, day date) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    closed date;
BEGIN
    PERFORM pg_advisory_xact_lock_shared(316, company::int);
    SELECT closed_until INTO closed FROM companies_company WHERE id = company;
    IF day <= closed THEN
        RAISE EXCEPTION 'the books of company % are closed up to %, which includes %', company, closed, day USING ERRCODE = 'restrict_violation';
    END IF;
END $$;

CREATE FUNCTION invoicing_document_in_open_period() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' OR OLD.status = 'draft' OR NEW.revision <> OLD.revision THEN
        PERFORM invoicing_require_open(NEW.company_id, NEW.issue_date);
    END IF;
    IF TG_OP = 'UPDATE' THEN
        IF OLD.status <> 'draft' THEN
            PERFORM invoicing_require_open(OLD.company_id, OLD.issue_date);
        END IF;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER invoicing_document_issued_in_open_period BEFORE INSERT ON invoicing_document
    FOR EACH ROW WHEN (NEW.status <> 'draft' AND NEW.kind <> 'proforma') EXECUTE FUNCTION invoicing_document_in_open_period();
CREATE TRIGGER invoicing_document_in_open_period BEFORE UPDATE OF status, revision ON invoicing_document
    FOR EACH ROW WHEN (NEW.kind <> 'proforma' AND (NEW.status <> OLD.status OR NEW.revision <> OLD.revision))
    EXECUTE FUNCTION invoicing_document_in_open_period();

CREATE FUNCTION invoicing_payment_in_open_period() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM invoicing_require_open(NEW.company_id, NEW.received_on);
    RETURN NEW;
END $$;
CREATE TRIGGER invoicing_payment_in_open_period BEFORE INSERT OR UPDATE OF cancelled_at ON invoicing_payment
    FOR EACH ROW EXECUTE FUNCTION invoicing_payment_in_open_period();
"""
NO_PERIOD = """
DROP TRIGGER invoicing_payment_in_open_period ON invoicing_payment;
DROP FUNCTION invoicing_payment_in_open_period();
DROP TRIGGER invoicing_document_in_open_period ON invoicing_document;
DROP TRIGGER invoicing_document_issued_in_open_period ON invoicing_document;
DROP FUNCTION invoicing_document_in_open_period();
DROP FUNCTION invoicing_require_open(bigint, date);
"""


class Migration(migrations.Migration):
    dependencies = [("invoicing", "0016_series_and_places"), ("companies", "0006_workplaces")]
    operations = [
        same_company("invoicing_series", "workplace_id", "companies_workplace"),
        same_company("invoicing_seriesuser", "series_id", "invoicing_series"),
        same_company("invoicing_seriesdecision", "file_id", "companies_storedfile"),
        migrations.RunSQL(SERIES, NO_SERIES),
        migrations.RunSQL(DECISIONS, NO_DECISIONS),
        append_only("invoicing_seriesdecision", update=True),
        migrations.RunSQL(PERIOD, NO_PERIOD),
    ]
