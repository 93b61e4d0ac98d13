"""Movements stay as the bank wrote them; their state is that of their live booking; a booking is for the whole movement."""

from django.db import migrations

from lib.db import append_only, company_key, same_company

LINES = """
CREATE FUNCTION bank_line_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    due text := 'open';
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF to_jsonb(NEW) - 'state' <> to_jsonb(OLD) - 'state' THEN
            RAISE EXCEPTION 'statement line % stays as the bank wrote it', OLD.id USING ERRCODE = 'restrict_violation';
        END IF;
        SELECT CASE WHEN payment_id IS NULL AND supplier_payment_id IS NULL THEN 'ignored' ELSE 'booked' END INTO due
        FROM bank_booking WHERE line_id = NEW.id AND undone_at IS NULL;
        due := coalesce(due, 'open');
    END IF;
    IF NEW.state <> due THEN
        RAISE EXCEPTION 'statement line % is %, not %', NEW.id, due, NEW.state USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER bank_line_frozen BEFORE INSERT OR UPDATE ON bank_statementline FOR EACH ROW EXECUTE FUNCTION bank_line_frozen();
"""
NO_LINES = "DROP TRIGGER bank_line_frozen ON bank_statementline; DROP FUNCTION bank_line_frozen()"

BOOKINGS = """
CREATE FUNCTION bank_booking_right() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    line record;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF OLD.undone_at IS NOT NULL OR NEW.undone_at IS NULL
           OR to_jsonb(NEW) - 'undone_at' - 'undone_by_id' <> to_jsonb(OLD) - 'undone_at' - 'undone_by_id' THEN
            RAISE EXCEPTION 'booking % can only be undone, once', OLD.id USING ERRCODE = 'restrict_violation';
        END IF;
        IF EXISTS (SELECT FROM invoicing_payment WHERE id = NEW.payment_id AND cancelled_at IS NULL)
           OR EXISTS (SELECT FROM purchases_supplierpayment WHERE id = NEW.supplier_payment_id AND cancelled_at IS NULL) THEN
            RAISE EXCEPTION 'booking % has a live payment', OLD.id USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END IF;
    SELECT amount, currency INTO line FROM bank_statementline WHERE id = NEW.line_id;
    IF NEW.undone_at IS NOT NULL
       OR NEW.payment_id IS NOT NULL AND NOT EXISTS (
            SELECT FROM invoicing_payment WHERE id = NEW.payment_id AND cancelled_at IS NULL
            AND (amount, currency) = (line.amount, line.currency))
       OR NEW.supplier_payment_id IS NOT NULL AND NOT EXISTS (
            SELECT FROM purchases_supplierpayment WHERE id = NEW.supplier_payment_id AND cancelled_at IS NULL
            AND (amount, currency) = (-line.amount, line.currency)) THEN
        RAISE EXCEPTION 'the payment of line % is not the amount that the bank moved', NEW.line_id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER bank_booking_right BEFORE INSERT OR UPDATE ON bank_booking FOR EACH ROW EXECUTE FUNCTION bank_booking_right();

CREATE FUNCTION bank_booking_told() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE bank_statementline SET state = CASE
        WHEN NEW.undone_at IS NOT NULL THEN 'open'
        WHEN NEW.payment_id IS NULL AND NEW.supplier_payment_id IS NULL THEN 'ignored' ELSE 'booked' END
    WHERE id = NEW.line_id;
    RETURN NULL;
END $$;
CREATE TRIGGER bank_booking_told AFTER INSERT OR UPDATE ON bank_booking FOR EACH ROW EXECUTE FUNCTION bank_booking_told();

CREATE FUNCTION bank_payment_cancelled() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_TABLE_NAME = 'invoicing_payment' THEN
        UPDATE bank_booking SET undone_at = NEW.cancelled_at, undone_by_id = NEW.cancelled_by_id
        WHERE payment_id = NEW.id AND undone_at IS NULL;
    ELSE
        UPDATE bank_booking SET undone_at = NEW.cancelled_at, undone_by_id = NEW.cancelled_by_id
        WHERE supplier_payment_id = NEW.id AND undone_at IS NULL;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER bank_payment_cancelled AFTER UPDATE OF cancelled_at ON invoicing_payment
    FOR EACH ROW WHEN (OLD.cancelled_at IS NULL AND NEW.cancelled_at IS NOT NULL) EXECUTE FUNCTION bank_payment_cancelled();
CREATE TRIGGER bank_payment_cancelled AFTER UPDATE OF cancelled_at ON purchases_supplierpayment
    FOR EACH ROW WHEN (OLD.cancelled_at IS NULL AND NEW.cancelled_at IS NOT NULL) EXECUTE FUNCTION bank_payment_cancelled();
"""
NO_BOOKINGS = """
DROP TRIGGER bank_payment_cancelled ON purchases_supplierpayment;
DROP TRIGGER bank_payment_cancelled ON invoicing_payment;
DROP FUNCTION bank_payment_cancelled();
DROP TRIGGER bank_booking_told ON bank_booking;
DROP FUNCTION bank_booking_told();
DROP TRIGGER bank_booking_right ON bank_booking;
DROP FUNCTION bank_booking_right();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("bank", "0001_initial"),
        ("companies", "0002_guards"),
        ("invoicing", "0002_guards"),
        ("partners", "0002_guards"),
        ("purchases", "0002_guards"),
    ]
    operations = [
        company_key("bank_statement"),
        company_key("bank_statementline"),
        same_company("bank_knownaccount", "partner_id", "partners_partner"),
        same_company("bank_statement", "file_id", "companies_storedfile"),
        same_company("bank_statementline", "statement_id", "bank_statement"),
        same_company("bank_booking", "line_id", "bank_statementline"),
        same_company("bank_booking", "payment_id", "invoicing_payment"),
        same_company("bank_booking", "supplier_payment_id", "purchases_supplierpayment"),
        append_only("bank_statement"),
        append_only("bank_statementline", update=True),
        append_only("bank_booking", update=True),
        migrations.RunSQL(LINES, NO_LINES),
        migrations.RunSQL(BOOKINGS, NO_BOOKINGS),
    ]
