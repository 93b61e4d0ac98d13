"""What the database itself refuses about expenses and payments to suppliers (docs/decisions/071)."""

from django.db import migrations

from lib.db import append_only, company_key, same_company

FROZEN = """
CREATE FUNCTION purchases_expense_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    may text[] := ARRAY['paid'];
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.paid <> 0 OR NEW.revision <> 0 THEN
            RAISE EXCEPTION 'a new expense is neither paid nor revised' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF TG_OP = 'DELETE' THEN
        IF OLD.status <> 'draft' OR OLD.revision > 0 THEN
            RAISE EXCEPTION 'expense % was booked and stays', OLD.id USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN OLD;
    END IF;
    IF (NEW.source, NEW.source_key) IS DISTINCT FROM (OLD.source, OLD.source_key) OR NEW.company_id <> OLD.company_id THEN
        RAISE EXCEPTION 'what was received for expense % stays', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.paid <> OLD.paid AND pg_trigger_depth() < 2 THEN
        RAISE EXCEPTION 'what is paid of expense % follows its payments', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.status = 'draft' THEN
        IF NEW.revision <> OLD.revision OR NEW.paid <> OLD.paid THEN
            RAISE EXCEPTION 'expense % is a draft', OLD.id USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF OLD.status = 'booked' AND NEW.status = 'cancelled' THEN
        may := ARRAY['status', 'cancelled_at', 'cancelled_by_id', 'cancel_reason'];
    ELSIF OLD.status = 'booked' AND NEW.status = 'draft' AND NEW.revision = OLD.revision + 1 THEN
        may := ARRAY['status', 'revision', 'booked_at'];
    END IF;
    IF OLD.status = 'cancelled' OR to_jsonb(NEW) - may <> to_jsonb(OLD) - may THEN
        RAISE EXCEPTION 'expense % is % and cannot be changed', OLD.id, OLD.status USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER purchases_expense_frozen BEFORE INSERT OR UPDATE OR DELETE ON purchases_expense
    FOR EACH ROW EXECUTE FUNCTION purchases_expense_frozen();

CREATE FUNCTION purchases_part_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    one bigint;
    other bigint;
BEGIN
    IF TG_OP <> 'INSERT' THEN one := OLD.expense_id; END IF;
    IF TG_OP <> 'DELETE' THEN other := NEW.expense_id; END IF;
    IF EXISTS (SELECT FROM purchases_expense WHERE id IN (one, other) AND status <> 'draft') THEN
        RAISE EXCEPTION 'the % of expense % stay as they were booked', TG_TABLE_NAME, coalesce(one, other)
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER purchases_line_frozen BEFORE INSERT OR UPDATE OR DELETE ON purchases_expenseline
    FOR EACH ROW EXECUTE FUNCTION purchases_part_frozen();
CREATE TRIGGER purchases_group_frozen BEFORE INSERT OR UPDATE OR DELETE ON purchases_expensevat
    FOR EACH ROW EXECUTE FUNCTION purchases_part_frozen();
CREATE TRIGGER purchases_attachment_frozen BEFORE DELETE ON purchases_attachment
    FOR EACH ROW EXECUTE FUNCTION purchases_part_frozen();
CREATE TRIGGER purchases_attachment_kept BEFORE UPDATE ON purchases_attachment FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER purchases_expense_no_truncate BEFORE TRUNCATE ON purchases_expense EXECUTE FUNCTION refuse_change();
CREATE TRIGGER purchases_line_no_truncate BEFORE TRUNCATE ON purchases_expenseline EXECUTE FUNCTION refuse_change();
CREATE TRIGGER purchases_group_no_truncate BEFORE TRUNCATE ON purchases_expensevat EXECUTE FUNCTION refuse_change();
CREATE TRIGGER purchases_attachment_no_truncate BEFORE TRUNCATE ON purchases_attachment EXECUTE FUNCTION refuse_change();

CREATE FUNCTION purchases_expense_stands() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    e purchases_expense;
    said record;
BEGIN
    SELECT * INTO e FROM purchases_expense WHERE id = NEW.id;
    IF e.id IS NULL THEN RETURN NULL; END IF;
    IF e.status = 'draft' AND (e.revision > 0 OR e.paid <> 0) THEN
        RAISE EXCEPTION 'expense % was opened and is not booked again', e.id USING ERRCODE = 'restrict_violation';
    END IF;
    IF e.revision <> (SELECT count(*) FROM purchases_expenserevision WHERE expense_id = e.id AND revision < e.revision AND reason <> '') THEN
        RAISE EXCEPTION 'expense % changed without its former content', e.id USING ERRCODE = 'restrict_violation';
    END IF;
    IF e.status <> 'booked' OR e.kind = 'opening' THEN RETURN NULL; END IF;
    SELECT coalesce(sum(net), 0) AS net, coalesce(sum(vat), 0) AS vat, count(*) AS rows INTO said
        FROM purchases_expensevat WHERE expense_id = e.id;
    IF said.rows = 0 OR (said.net, said.vat) IS DISTINCT FROM (e.net, e.vat) THEN
        RAISE EXCEPTION 'expense % says % and %, its rates % and %', e.id, e.net, e.vat, said.net, said.vat
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF EXISTS (
        SELECT FROM (SELECT vat_category, vat_percent, sum(net) AS net, sum(vat) AS vat FROM purchases_expenseline
                     WHERE expense_id = e.id GROUP BY vat_category, vat_percent) l
        FULL JOIN (SELECT * FROM purchases_expensevat WHERE expense_id = e.id) g USING (vat_category, vat_percent)
        WHERE l.net IS NULL OR g.net IS NULL OR abs(l.net - g.net) >= 1 OR abs(l.vat - g.vat) >= 1
    ) THEN
        RAISE EXCEPTION 'the lines of expense % are not what its rates say', e.id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER purchases_expense_stands AFTER INSERT OR UPDATE ON purchases_expense DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION purchases_expense_stands();
"""
NOT_FROZEN = """
DROP TRIGGER purchases_expense_stands ON purchases_expense;
DROP FUNCTION purchases_expense_stands();
DROP TRIGGER purchases_attachment_no_truncate ON purchases_attachment;
DROP TRIGGER purchases_group_no_truncate ON purchases_expensevat;
DROP TRIGGER purchases_line_no_truncate ON purchases_expenseline;
DROP TRIGGER purchases_expense_no_truncate ON purchases_expense;
DROP TRIGGER purchases_attachment_kept ON purchases_attachment;
DROP TRIGGER purchases_attachment_frozen ON purchases_attachment;
DROP TRIGGER purchases_group_frozen ON purchases_expensevat;
DROP TRIGGER purchases_line_frozen ON purchases_expenseline;
DROP FUNCTION purchases_part_frozen();
DROP TRIGGER purchases_expense_frozen ON purchases_expense;
DROP FUNCTION purchases_expense_frozen();
"""

PARTS = """
CREATE FUNCTION purchases_allocation_counts() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    p purchases_supplierpayment;
    e purchases_expense;
BEGIN
    SELECT * INTO p FROM purchases_supplierpayment WHERE id = NEW.payment_id;
    UPDATE purchases_expense SET paid = paid + NEW.amount WHERE id = NEW.expense_id RETURNING * INTO e;
    IF e.partner_id IS DISTINCT FROM p.partner_id OR e.status IS DISTINCT FROM 'booked' OR p.cancelled_at IS NOT NULL THEN
        RAISE EXCEPTION 'payment % cannot cover expense %', p.id, e.id USING ERRCODE = 'restrict_violation';
    END IF;
    IF e.currency = p.currency AND NEW.taken <> NEW.amount THEN
        RAISE EXCEPTION 'payment % covers % with % of one currency', p.id, NEW.amount, NEW.taken USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.difference_ron <> round(NEW.amount * e.exchange_rate, 2)
            - (CASE p.currency WHEN 'RON' THEN NEW.taken ELSE round(NEW.taken * p.exchange_rate, 2) END) THEN
        RAISE EXCEPTION 'the exchange difference of payment % is not %', p.id, NEW.difference_ron USING ERRCODE = 'restrict_violation';
    END IF;
    IF EXISTS (SELECT FROM purchases_filerow WHERE expense_id = e.id AND state = 'waiting' AND id IS DISTINCT FROM p.file_row_id) THEN
        RAISE EXCEPTION 'expense % waits in a file of payments', e.id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER purchases_allocation_counts AFTER INSERT ON purchases_supplierallocation
    FOR EACH ROW EXECUTE FUNCTION purchases_allocation_counts();

CREATE FUNCTION purchases_payment_adds_up() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    p purchases_supplierpayment;
    covered numeric;
BEGIN
    SELECT * INTO p FROM purchases_supplierpayment
        WHERE id = CASE TG_TABLE_NAME WHEN 'purchases_supplierpayment' THEN NEW.id ELSE (to_jsonb(NEW) ->> 'payment_id')::bigint END;
    SELECT coalesce(sum(taken), 0) INTO covered FROM purchases_supplierallocation WHERE payment_id = p.id;
    IF p.amount <> p.advance + covered THEN
        RAISE EXCEPTION 'payment % of % is not % ahead and % for expenses', p.id, p.amount, p.advance, covered
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER purchases_payment_adds_up AFTER INSERT ON purchases_supplierpayment DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION purchases_payment_adds_up();
CREATE CONSTRAINT TRIGGER purchases_allocation_adds_up AFTER INSERT ON purchases_supplierallocation DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION purchases_payment_adds_up();

CREATE FUNCTION purchases_payment_kept() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    may text[] := ARRAY['cancelled_at', 'cancelled_by_id', 'cancel_reason'];
BEGIN
    IF OLD.cancelled_at IS NOT NULL OR NEW.cancelled_at IS NULL OR to_jsonb(NEW) - may <> to_jsonb(OLD) - may THEN
        RAISE EXCEPTION 'payment % to a supplier is only cancelled, once', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER purchases_payment_kept BEFORE UPDATE ON purchases_supplierpayment FOR EACH ROW EXECUTE FUNCTION purchases_payment_kept();

CREATE FUNCTION purchases_payment_cancelled() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    part record;
BEGIN
    FOR part IN SELECT expense_id, amount FROM purchases_supplierallocation WHERE payment_id = NEW.id ORDER BY expense_id LOOP
        UPDATE purchases_expense SET paid = paid - part.amount WHERE id = part.expense_id;
    END LOOP;
    UPDATE purchases_filerow SET state = 'withdrawn' WHERE id = NEW.file_row_id;
    RETURN NULL;
END $$;
CREATE TRIGGER purchases_payment_cancelled AFTER UPDATE OF cancelled_at ON purchases_supplierpayment
    FOR EACH ROW EXECUTE FUNCTION purchases_payment_cancelled();
"""
NO_PARTS = """
DROP TRIGGER purchases_payment_cancelled ON purchases_supplierpayment;
DROP FUNCTION purchases_payment_cancelled();
DROP TRIGGER purchases_payment_kept ON purchases_supplierpayment;
DROP FUNCTION purchases_payment_kept();
DROP TRIGGER purchases_allocation_adds_up ON purchases_supplierallocation;
DROP TRIGGER purchases_payment_adds_up ON purchases_supplierpayment;
DROP FUNCTION purchases_payment_adds_up();
DROP TRIGGER purchases_allocation_counts ON purchases_supplierallocation;
DROP FUNCTION purchases_allocation_counts();
"""

ADVANCES = """
CREATE FUNCTION purchases_advance_follows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO purchases_supplieradvance (company_id, partner_id, currency, amount) VALUES (NEW.company_id, NEW.partner_id, NEW.currency, 0)
        ON CONFLICT (company_id, partner_id, currency) DO NOTHING;
    UPDATE purchases_supplieradvance SET amount = amount + CASE TG_OP WHEN 'INSERT' THEN NEW.advance ELSE -NEW.advance END
        WHERE company_id = NEW.company_id AND partner_id = NEW.partner_id AND currency = NEW.currency;
    RETURN NULL;
END $$;
CREATE TRIGGER purchases_advance_comes AFTER INSERT ON purchases_supplierpayment
    FOR EACH ROW WHEN (NEW.advance <> 0) EXECUTE FUNCTION purchases_advance_follows();
CREATE TRIGGER purchases_advance_goes AFTER UPDATE OF cancelled_at ON purchases_supplierpayment
    FOR EACH ROW WHEN (NEW.advance <> 0) EXECUTE FUNCTION purchases_advance_follows();

CREATE FUNCTION purchases_advance_by_trigger_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.amount <> 0 AND pg_trigger_depth() < 2 OR TG_OP = 'UPDATE' AND pg_trigger_depth() < 2 THEN
        RAISE EXCEPTION 'what is paid ahead to supplier % follows its payments', NEW.partner_id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER purchases_advance_by_trigger_only BEFORE INSERT OR UPDATE ON purchases_supplieradvance
    FOR EACH ROW EXECUTE FUNCTION purchases_advance_by_trigger_only();
"""
NO_ADVANCES = """
DROP TRIGGER purchases_advance_by_trigger_only ON purchases_supplieradvance;
DROP FUNCTION purchases_advance_by_trigger_only();
DROP TRIGGER purchases_advance_goes ON purchases_supplierpayment;
DROP TRIGGER purchases_advance_comes ON purchases_supplierpayment;
DROP FUNCTION purchases_advance_follows();
"""

TIES = """
CREATE FUNCTION purchases_payment_tied(key bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    p purchases_supplierpayment;
BEGIN
    SELECT * INTO p FROM purchases_supplierpayment WHERE id = key;
    IF p.method = 'cash' AND NOT EXISTS (
        SELECT FROM cashbook_cashoperation o JOIN cashbook_till t ON t.id = o.till_id
        WHERE o.id = p.cash_operation_id AND o.amount = -p.amount AND t.currency = p.currency AND o.day = p.paid_on
          AND o.partner_id = p.partner_id AND o.reverses_id IS NULL
          AND (p.cancelled_at IS NOT NULL) = EXISTS (SELECT FROM cashbook_cashoperation r WHERE r.reverses_id = o.id)) THEN
        RAISE EXCEPTION 'payment % in cash is not what its line in the till says', p.id USING ERRCODE = 'restrict_violation';
    END IF;
    IF p.client_payment_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM invoicing_payment c WHERE c.id = p.client_payment_id AND c.method = 'set_off' AND c.amount = p.amount
          AND c.currency = p.currency AND c.partner_id = p.partner_id AND c.received_on = p.paid_on
          AND (c.cancelled_at IS NULL) = (p.cancelled_at IS NULL)) THEN
        RAISE EXCEPTION 'the halves of set-off % are not the same', p.pair USING ERRCODE = 'restrict_violation';
    END IF;
    IF p.file_row_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM purchases_filerow r JOIN purchases_supplierallocation a ON a.payment_id = p.id AND a.expense_id = r.expense_id
        WHERE r.id = p.file_row_id AND r.amount = p.amount AND a.taken = p.amount
          AND r.state = CASE WHEN p.cancelled_at IS NULL THEN 'paid' ELSE 'withdrawn' END) THEN
        RAISE EXCEPTION 'payment % is not what its file says', p.id USING ERRCODE = 'restrict_violation';
    END IF;
END $$;

CREATE FUNCTION purchases_tie_holds() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    key bigint;
BEGIN
    IF TG_TABLE_NAME = 'purchases_supplierpayment' THEN
        key := NEW.id;
    ELSIF TG_TABLE_NAME = 'invoicing_payment' THEN
        SELECT id INTO key FROM purchases_supplierpayment WHERE client_payment_id = NEW.id;
    ELSIF TG_TABLE_NAME = 'purchases_filerow' THEN
        SELECT id INTO key FROM purchases_supplierpayment WHERE file_row_id = NEW.id;
        IF key IS NULL AND EXISTS (SELECT FROM purchases_filerow WHERE id = NEW.id AND state = 'paid') THEN
            RAISE EXCEPTION 'row % of a file is paid by no payment', NEW.id USING ERRCODE = 'restrict_violation';
        END IF;
    ELSE
        SELECT id INTO key FROM purchases_supplierpayment WHERE cash_operation_id = (to_jsonb(NEW) ->> 'reverses_id')::bigint;
    END IF;
    PERFORM purchases_payment_tied(key);
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER purchases_payment_tied AFTER INSERT OR UPDATE ON purchases_supplierpayment DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.method = 'cash' OR NEW.client_payment_id IS NOT NULL OR NEW.file_row_id IS NOT NULL)
    EXECUTE FUNCTION purchases_tie_holds();
CREATE CONSTRAINT TRIGGER purchases_till_tied AFTER INSERT ON cashbook_cashoperation DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.reverses_id IS NOT NULL AND NEW.payment_id IS NULL) EXECUTE FUNCTION purchases_tie_holds();
CREATE CONSTRAINT TRIGGER purchases_set_off_tied AFTER UPDATE OF cancelled_at ON invoicing_payment DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.method = 'set_off') EXECUTE FUNCTION purchases_tie_holds();
CREATE CONSTRAINT TRIGGER purchases_row_tied AFTER INSERT OR UPDATE ON purchases_filerow DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION purchases_tie_holds();

CREATE FUNCTION purchases_set_off_goes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE purchases_supplierpayment
        SET cancelled_at = NEW.cancelled_at, cancelled_by_id = NEW.cancelled_by_id, cancel_reason = NEW.cancel_reason
        WHERE client_payment_id = NEW.id AND cancelled_at IS NULL;
    RETURN NULL;
END $$;
CREATE TRIGGER purchases_set_off_goes AFTER UPDATE OF cancelled_at ON invoicing_payment
    FOR EACH ROW WHEN (NEW.method = 'set_off' AND OLD.cancelled_at IS NULL AND NEW.cancelled_at IS NOT NULL)
    EXECUTE FUNCTION purchases_set_off_goes();

CREATE FUNCTION purchases_row_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF to_jsonb(NEW) - 'state' <> to_jsonb(OLD) - 'state' OR NOT (OLD.state = 'waiting' OR (OLD.state, NEW.state) = ('paid', 'withdrawn')) THEN
        RAISE EXCEPTION 'row % of a file of payments stays as it is', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER purchases_row_kept BEFORE UPDATE ON purchases_filerow FOR EACH ROW EXECUTE FUNCTION purchases_row_kept();
"""
NO_TIES = """
DROP TRIGGER purchases_row_kept ON purchases_filerow;
DROP FUNCTION purchases_row_kept();
DROP TRIGGER purchases_set_off_goes ON invoicing_payment;
DROP FUNCTION purchases_set_off_goes();
DROP TRIGGER purchases_row_tied ON purchases_filerow;
DROP TRIGGER purchases_set_off_tied ON invoicing_payment;
DROP TRIGGER purchases_till_tied ON cashbook_cashoperation;
DROP TRIGGER purchases_payment_tied ON purchases_supplierpayment;
DROP FUNCTION purchases_tie_holds();
DROP FUNCTION purchases_payment_tied(bigint);
"""


class Migration(migrations.Migration):
    dependencies = [("purchases", "0001_initial"), ("cashbook", "0004_workplace"), ("invoicing", "0012_credit_guards")]
    operations = [
        company_key("purchases_expensecategory"),
        company_key("purchases_expense"),
        company_key("purchases_paymentfile"),
        company_key("purchases_filerow"),
        company_key("purchases_supplierpayment"),
        same_company("purchases_expense", "partner_id", "partners_partner"),
        same_company("purchases_expenseline", "expense_id", "purchases_expense"),
        same_company("purchases_expenseline", "category_id", "purchases_expensecategory"),
        same_company("purchases_expensevat", "expense_id", "purchases_expense"),
        same_company("purchases_attachment", "expense_id", "purchases_expense"),
        same_company("purchases_attachment", "file_id", "companies_storedfile"),
        same_company("purchases_expenserevision", "expense_id", "purchases_expense"),
        same_company("purchases_paymentfile", "file_id", "companies_storedfile"),
        same_company("purchases_filerow", "payment_file_id", "purchases_paymentfile"),
        same_company("purchases_filerow", "expense_id", "purchases_expense"),
        same_company("purchases_supplierpayment", "partner_id", "partners_partner"),
        same_company("purchases_supplierpayment", "cash_operation_id", "cashbook_cashoperation"),
        same_company("purchases_supplierpayment", "client_payment_id", "invoicing_payment"),
        same_company("purchases_supplierpayment", "file_row_id", "purchases_filerow"),
        same_company("purchases_supplierallocation", "payment_id", "purchases_supplierpayment"),
        same_company("purchases_supplierallocation", "expense_id", "purchases_expense"),
        same_company("purchases_supplieradvance", "partner_id", "partners_partner"),
        migrations.RunSQL(FROZEN, NOT_FROZEN),
        append_only("purchases_expenserevision"),
        migrations.RunSQL(PARTS, NO_PARTS),
        append_only("purchases_supplierallocation"),
        append_only("purchases_supplierpayment", update=True),
        migrations.RunSQL(ADVANCES, NO_ADVANCES),
        append_only("purchases_supplieradvance", update=True),
        migrations.RunSQL(TIES, NO_TIES),
        append_only("purchases_paymentfile"),
        append_only("purchases_filerow", update=True),
    ]
