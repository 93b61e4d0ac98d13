"""A movement is booked whole or in parts: what is booked and the state follow from the live bookings, which never pass the amount.

A part may be a line of the till too (money carried to the bank or from it); taken back in the till, it is undone here.
"""

from django.db import migrations

from lib.db import MoneyField, same_company

FILL = """
ALTER TABLE bank_booking DISABLE TRIGGER bank_booking_right;
ALTER TABLE bank_booking DISABLE TRIGGER bank_booking_told;
ALTER TABLE bank_statementline DISABLE TRIGGER bank_line_frozen;
UPDATE bank_booking b SET amount = l.amount FROM bank_statementline l WHERE l.id = b.line_id;
UPDATE bank_statementline SET booked = amount WHERE state <> 'open';
ALTER TABLE bank_booking ENABLE TRIGGER bank_booking_right;
ALTER TABLE bank_booking ENABLE TRIGGER bank_booking_told;
ALTER TABLE bank_statementline ENABLE TRIGGER bank_line_frozen;
"""

LINES = """
CREATE OR REPLACE FUNCTION bank_line_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    taken numeric := 0;
    aside boolean := false;
    due text;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF to_jsonb(NEW) - 'state' - 'booked' <> to_jsonb(OLD) - 'state' - 'booked' THEN
            RAISE EXCEPTION 'statement line % stays as the bank wrote it', OLD.id USING ERRCODE = 'restrict_violation';
        END IF;
        SELECT coalesce(sum(amount), 0),
               coalesce(bool_or(payment_id IS NULL AND supplier_payment_id IS NULL AND cash_operation_id IS NULL), false)
        INTO taken, aside FROM bank_booking WHERE line_id = NEW.id AND undone_at IS NULL;
    END IF;
    due := CASE WHEN aside THEN 'ignored' WHEN taken = NEW.amount THEN 'booked' ELSE 'open' END;
    IF NEW.state <> due OR NEW.booked <> taken THEN
        RAISE EXCEPTION 'statement line % is %, not %', NEW.id, due, NEW.state USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
"""
FORMER_LINES = """
CREATE OR REPLACE FUNCTION bank_line_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
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
"""

RIGHT = """
CREATE OR REPLACE FUNCTION bank_booking_right() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    line record;
    taken numeric;
    parts int;
    aside boolean;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF OLD.undone_at IS NOT NULL OR NEW.undone_at IS NULL
           OR to_jsonb(NEW) - 'undone_at' - 'undone_by_id' <> to_jsonb(OLD) - 'undone_at' - 'undone_by_id' THEN
            RAISE EXCEPTION 'booking % can only be undone, once', OLD.id USING ERRCODE = 'restrict_violation';
        END IF;
        IF EXISTS (SELECT FROM invoicing_payment WHERE id = NEW.payment_id AND cancelled_at IS NULL)
           OR EXISTS (SELECT FROM purchases_supplierpayment WHERE id = NEW.supplier_payment_id AND cancelled_at IS NULL)
           OR NEW.made_here AND NOT EXISTS (SELECT FROM cashbook_cashoperation WHERE reverses_id = NEW.cash_operation_id) THEN
            RAISE EXCEPTION 'booking % has a live payment', OLD.id USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END IF;
    SELECT amount, currency INTO line FROM bank_statementline WHERE id = NEW.line_id FOR UPDATE;
    SELECT coalesce(sum(amount), 0), count(*),
           coalesce(bool_or(payment_id IS NULL AND supplier_payment_id IS NULL AND cash_operation_id IS NULL), false)
    INTO taken, parts, aside FROM bank_booking WHERE line_id = NEW.line_id AND undone_at IS NULL;
    IF aside OR sign(NEW.amount) <> sign(line.amount) OR abs(taken + NEW.amount) > abs(line.amount)
       OR NEW.payment_id IS NULL AND NEW.supplier_payment_id IS NULL AND NEW.cash_operation_id IS NULL
          AND (parts > 0 OR NEW.amount <> line.amount) THEN
        RAISE EXCEPTION 'line % of % has % booked, and not % more', NEW.line_id, line.amount, taken, NEW.amount
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.undone_at IS NOT NULL
       OR NEW.payment_id IS NOT NULL AND NOT EXISTS (
            SELECT FROM invoicing_payment WHERE id = NEW.payment_id AND cancelled_at IS NULL
            AND (amount, currency) = (NEW.amount, line.currency))
       OR NEW.supplier_payment_id IS NOT NULL AND NOT EXISTS (
            SELECT FROM purchases_supplierpayment WHERE id = NEW.supplier_payment_id AND cancelled_at IS NULL
            AND (amount, currency) = (-NEW.amount, line.currency))
       OR NEW.cash_operation_id IS NOT NULL AND NOT EXISTS (
            SELECT FROM cashbook_cashoperation o JOIN cashbook_till t ON t.id = o.till_id
            WHERE o.id = NEW.cash_operation_id AND o.reverses_id IS NULL AND o.kind IN ('to_bank', 'from_bank')
            AND (o.amount, t.currency) = (-NEW.amount, line.currency)
            AND NOT EXISTS (SELECT FROM cashbook_cashoperation r WHERE r.reverses_id = o.id)) THEN
        RAISE EXCEPTION 'the payment of line % is not the amount that the bank moved', NEW.line_id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
"""
FORMER_RIGHT = """
CREATE OR REPLACE FUNCTION bank_booking_right() RETURNS trigger LANGUAGE plpgsql AS $$
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
"""

TOLD = """
CREATE OR REPLACE FUNCTION bank_booking_told() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE bank_statementline l SET booked = coalesce(b.sum, 0),
        state = CASE WHEN coalesce(b.aside, false) THEN 'ignored' WHEN coalesce(b.sum, 0) = l.amount THEN 'booked' ELSE 'open' END
    FROM (SELECT sum(amount) AS sum, bool_or(payment_id IS NULL AND supplier_payment_id IS NULL AND cash_operation_id IS NULL) AS aside
          FROM bank_booking WHERE line_id = NEW.line_id AND undone_at IS NULL) b
    WHERE l.id = NEW.line_id;
    RETURN NULL;
END $$;
CREATE FUNCTION bank_cash_reversed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE bank_booking SET undone_at = now(), undone_by_id = NEW.by_id WHERE cash_operation_id = NEW.reverses_id AND undone_at IS NULL;
    RETURN NULL;
END $$;
CREATE TRIGGER bank_cash_reversed AFTER INSERT ON cashbook_cashoperation
    FOR EACH ROW WHEN (NEW.reverses_id IS NOT NULL AND NEW.kind IN ('to_bank', 'from_bank')) EXECUTE FUNCTION bank_cash_reversed();
"""
FORMER_TOLD = """
DROP TRIGGER bank_cash_reversed ON cashbook_cashoperation;
DROP FUNCTION bank_cash_reversed();
CREATE OR REPLACE FUNCTION bank_booking_told() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE bank_statementline SET state = CASE
        WHEN NEW.undone_at IS NOT NULL THEN 'open'
        WHEN NEW.payment_id IS NULL AND NEW.supplier_payment_id IS NULL THEN 'ignored' ELSE 'booked' END
    WHERE id = NEW.line_id;
    RETURN NULL;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("bank", "0003_parts"), ("cashbook", "0002_guards")]
    operations = [
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.AlterField("booking", "amount", MoneyField()),
        migrations.RunSQL(LINES, FORMER_LINES),
        migrations.RunSQL(RIGHT, FORMER_RIGHT),
        migrations.RunSQL(TOLD, FORMER_TOLD),
        same_company("bank_booking", "cash_operation_id", "cashbook_cashoperation"),
        same_company("bank_booking", "expense_id", "purchases_expense"),
    ]
