"""What the database itself does for the cash book and refuses in it.

- An operation gets its place in its day, the day its sums, under the till's row, whichever way the operation comes.
- A day that is closed takes nothing. The opening does not change under closed days.
- A payment in cash has its row in the same transaction, and a cancelled one the row that takes it back: on its own day while
  that is open, otherwise on the day of the cancelling.
- A reversal is the operation with the other sign; the halves of a transfer amount to nothing.
"""

from django.db import migrations

from lib.db import append_only, company_key, same_company

PLACED = """
CREATE FUNCTION cashbook_operation_placed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    till record;
    original record;
    today record;
    incoming boolean := NEW.kind IN ('payment', 'other_in', 'from_bank', 'advance_return', 'transfer_in');
BEGIN
    SELECT closed_until INTO till FROM cashbook_till WHERE id = NEW.till_id FOR NO KEY UPDATE;
    IF till.closed_until >= NEW.day THEN
        RAISE EXCEPTION 'day % of till % is closed', NEW.day, NEW.till_id USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.reverses_id IS NOT NULL THEN
        SELECT till_id, kind, amount, payment_id, reverses_id INTO original FROM cashbook_cashoperation WHERE id = NEW.reverses_id;
        IF original.reverses_id IS NOT NULL OR (original.till_id, original.kind, -original.amount) IS DISTINCT FROM (NEW.till_id, NEW.kind, NEW.amount)
           OR original.payment_id IS DISTINCT FROM NEW.payment_id THEN
            RAISE EXCEPTION 'this does not take operation % back', NEW.reverses_id USING ERRCODE = 'restrict_violation';
        END IF;
    END IF;
    INSERT INTO cashbook_cashday AS d (company_id, till_id, day, received, paid, count)
    VALUES (NEW.company_id, NEW.till_id, NEW.day, CASE WHEN incoming THEN NEW.amount ELSE 0 END, CASE WHEN incoming THEN 0 ELSE -NEW.amount END, 1)
    ON CONFLICT (till_id, day) DO UPDATE
        SET received = d.received + EXCLUDED.received, paid = d.paid + EXCLUDED.paid, count = d.count + 1
    RETURNING d.received - d.paid AS net, d.count INTO today;
    NEW.position := today.count;
    NEW.day_balance := today.net;
    NEW.ordinal := (NEW.day - DATE '2000-01-01')::bigint * 10000000 + today.count;
    RETURN NEW;
END $$;
CREATE TRIGGER cashbook_operation_placed BEFORE INSERT ON cashbook_cashoperation
    FOR EACH ROW EXECUTE FUNCTION cashbook_operation_placed();

CREATE FUNCTION cashbook_day_by_trigger_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% on cashbook_cashday is refused: the operations write it', TG_OP USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER cashbook_day_by_trigger_only BEFORE INSERT OR UPDATE OR DELETE ON cashbook_cashday
    FOR EACH ROW WHEN (pg_trigger_depth() < 1) EXECUTE FUNCTION cashbook_day_by_trigger_only();
CREATE TRIGGER cashbook_cashday_no_truncate BEFORE TRUNCATE ON cashbook_cashday EXECUTE FUNCTION refuse_change();

CREATE FUNCTION cashbook_pair_is_even() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    both_ record;
BEGIN
    SELECT coalesce(sum(o.amount), 0) AS amount, count(DISTINCT t.currency) AS currencies INTO both_
        FROM cashbook_cashoperation o JOIN cashbook_till t ON t.id = o.till_id WHERE o.pair = NEW.pair;
    IF both_.amount <> 0 OR both_.currencies <> 1 THEN
        RAISE EXCEPTION 'the halves of transfer % do not amount to nothing', NEW.pair USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER cashbook_pair_is_even AFTER INSERT ON cashbook_cashoperation DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.pair IS NOT NULL) EXECUTE FUNCTION cashbook_pair_is_even();

CREATE FUNCTION cashbook_till_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.currency <> OLD.currency AND EXISTS (SELECT FROM cashbook_cashday WHERE till_id = OLD.id) THEN
        RAISE EXCEPTION 'till % has operations: its currency stays', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    IF (NEW.opening_day, NEW.opening_balance) IS DISTINCT FROM (OLD.opening_day, OLD.opening_balance) AND OLD.closed_until IS NOT NULL THEN
        RAISE EXCEPTION 'till % has closed days: its opening stays', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER cashbook_till_kept BEFORE UPDATE ON cashbook_till FOR EACH ROW EXECUTE FUNCTION cashbook_till_kept();
"""
NOT_PLACED = """
DROP TRIGGER cashbook_till_kept ON cashbook_till;
DROP FUNCTION cashbook_till_kept();
DROP TRIGGER cashbook_pair_is_even ON cashbook_cashoperation;
DROP FUNCTION cashbook_pair_is_even();
DROP TRIGGER cashbook_cashday_no_truncate ON cashbook_cashday;
DROP TRIGGER cashbook_day_by_trigger_only ON cashbook_cashday;
DROP FUNCTION cashbook_day_by_trigger_only();
DROP TRIGGER cashbook_operation_placed ON cashbook_cashoperation;
DROP FUNCTION cashbook_operation_placed();
"""

PAYMENTS = """
CREATE FUNCTION cashbook_default_till(company bigint, code text) RETURNS bigint LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    found bigint;
BEGIN
    SELECT id INTO found FROM cashbook_till WHERE company_id = company AND currency = code AND is_default;
    IF found IS NULL THEN
        INSERT INTO cashbook_till (company_id, name, place, currency, account, cashier, opening_balance, may_go_negative, active, is_default, last_in, last_out)
        VALUES (company, CASE code WHEN 'RON' THEN 'Casa' ELSE 'Casa ' || code END, '', code, CASE code WHEN 'RON' THEN '5311' ELSE '5314' END,
                '', 0, false, true, true, 0, 0)
        ON CONFLICT DO NOTHING RETURNING id INTO found;
    END IF;
    IF found IS NULL THEN  -- its twin committed while we waited
        SELECT id INTO found FROM cashbook_till WHERE company_id = company AND currency = code AND is_default;
    END IF;
    RETURN found;
END $$;

CREATE FUNCTION cashbook_payment_written(p invoicing_payment) RETURNS void LANGUAGE sql VOLATILE AS $$
    INSERT INTO cashbook_cashoperation (company_id, till_id, day, position, ordinal, day_balance, kind, amount, document, annexes,
        explanation, partner_id, party, party_role, party_id, payment_id, reason, by_id, recorded_at)
    SELECT p.company_id, cashbook_default_till(p.company_id, p.currency), p.received_on, 0, 0, 0,
        CASE WHEN p.amount > 0 THEN 'payment' ELSE 'refund' END, p.amount, p.reference, 0, p.note, p.partner_id, partner.name, '', '',
        p.id, '', p.by_id, p.recorded_at
    FROM partners_partner partner WHERE partner.id = p.partner_id
$$;

CREATE FUNCTION cashbook_payment_taken_back(p invoicing_payment) RETURNS void LANGUAGE sql VOLATILE AS $$
    INSERT INTO cashbook_cashoperation (company_id, till_id, day, position, ordinal, day_balance, kind, amount, document, annexes,
        explanation, partner_id, party, party_role, party_id, payment_id, reverses_id, reason, by_id, recorded_at)
    SELECT o.company_id, o.till_id,
        CASE WHEN t.closed_until >= o.day THEN (p.cancelled_at AT TIME ZONE 'Europe/Bucharest')::date ELSE o.day END,
        0, 0, 0, o.kind, -o.amount, o.document, 0, o.explanation, o.partner_id, o.party, '', '', p.id, o.id, p.cancel_reason,
        p.cancelled_by_id, p.cancelled_at
    FROM cashbook_cashoperation o JOIN cashbook_till t ON t.id = o.till_id WHERE o.payment_id = p.id AND o.reverses_id IS NULL
$$;

CREATE FUNCTION cashbook_payment_in_cash() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        PERFORM cashbook_payment_written(NEW);
    END IF;
    IF NEW.cancelled_at IS NOT NULL THEN
        PERFORM cashbook_payment_taken_back(NEW);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER cashbook_payment_in_cash AFTER INSERT ON invoicing_payment
    FOR EACH ROW WHEN (NEW.method = 'cash') EXECUTE FUNCTION cashbook_payment_in_cash();
CREATE TRIGGER cashbook_payment_cancelled AFTER UPDATE OF cancelled_at ON invoicing_payment
    FOR EACH ROW WHEN (NEW.method = 'cash' AND OLD.cancelled_at IS NULL AND NEW.cancelled_at IS NOT NULL)
    EXECUTE FUNCTION cashbook_payment_in_cash();
"""
NO_PAYMENTS = """
DROP TRIGGER cashbook_payment_cancelled ON invoicing_payment;
DROP TRIGGER cashbook_payment_in_cash ON invoicing_payment;
DROP FUNCTION cashbook_payment_in_cash();
DROP FUNCTION cashbook_payment_taken_back(invoicing_payment);
DROP FUNCTION cashbook_payment_written(invoicing_payment);
DROP FUNCTION cashbook_default_till(bigint, text);
"""

PRINTS = """
CREATE FUNCTION cashbook_print_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.file_id IS NULL AND (NEW.company_id, NEW.digest, NEW.name) = (OLD.company_id, OLD.digest, OLD.name) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'print % is made and cannot be altered', OLD.id USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER cashbook_print_frozen BEFORE UPDATE ON cashbook_cashprint FOR EACH ROW EXECUTE FUNCTION cashbook_print_frozen();
"""
NO_PRINTS = "DROP TRIGGER cashbook_print_frozen ON cashbook_cashprint; DROP FUNCTION cashbook_print_frozen()"


class Migration(migrations.Migration):
    dependencies = [("cashbook", "0001_initial"), ("invoicing", "0002_guards"), ("partners", "0002_guards"), ("companies", "0002_guards")]
    operations = [
        company_key("cashbook_till"),
        company_key("cashbook_tillcount"),
        company_key("cashbook_cashoperation"),
        same_company("cashbook_cashday", "till_id", "cashbook_till"),
        same_company("cashbook_tillcount", "till_id", "cashbook_till"),
        same_company("cashbook_cashoperation", "till_id", "cashbook_till"),
        same_company("cashbook_cashoperation", "partner_id", "partners_partner"),
        same_company("cashbook_cashoperation", "payment_id", "invoicing_payment"),
        same_company("cashbook_cashoperation", "reverses_id", "cashbook_cashoperation"),
        same_company("cashbook_cashoperation", "count_id", "cashbook_tillcount"),
        same_company("cashbook_cashprint", "file_id", "companies_storedfile"),
        migrations.RunSQL(PLACED, NOT_PLACED),
        append_only("cashbook_cashoperation"),
        append_only("cashbook_tillcount"),
        migrations.RunSQL(PAYMENTS, NO_PAYMENTS),
        migrations.RunSQL(PRINTS, NO_PRINTS),
        append_only("cashbook_cashprint", update=True),
    ]
