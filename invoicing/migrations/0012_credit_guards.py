"""What the database itself refuses about payments, credits and receipts.

- A payment is its credit and what its allocations received, to the cent; each allocation covers a document of the same client,
  and its difference in lei follows from both rates.
- A client's credit is the sum of the live payments' credit, kept by a trigger, and never below zero.
- A chitanță stands for one cash payment: same sum, currency and client; a payment has at most one that is not cancelled, a
  cancelled payment none; and no chitanță is without its payment.
"""

from django.db import migrations

from lib.db import append_only, same_company

PARTS = """
CREATE FUNCTION invoicing_payment_adds_up() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    payment invoicing_payment;
    document record;
    covered numeric;
BEGIN
    IF TG_TABLE_NAME = 'invoicing_payment' THEN
        payment := NEW;
    ELSE
        SELECT * INTO payment FROM invoicing_payment WHERE id = NEW.payment_id;
        SELECT partner_id, currency, exchange_rate INTO document FROM invoicing_document WHERE id = NEW.document_id;
        IF document.partner_id IS DISTINCT FROM payment.partner_id THEN
            RAISE EXCEPTION 'payment % covers a document of another client', payment.id USING ERRCODE = 'restrict_violation';
        END IF;
        IF document.currency = payment.currency AND NEW.received <> NEW.amount THEN
            RAISE EXCEPTION 'payment % covers % with % of one currency', payment.id, NEW.amount, NEW.received
                USING ERRCODE = 'restrict_violation';
        END IF;
        IF NEW.difference_ron <> (CASE payment.currency WHEN 'RON' THEN NEW.received ELSE round(NEW.received * payment.exchange_rate, 2) END)
                                 - round(NEW.amount * document.exchange_rate, 2) THEN
            RAISE EXCEPTION 'the exchange difference of payment % is not %', payment.id, NEW.difference_ron
                USING ERRCODE = 'restrict_violation';
        END IF;
    END IF;
    SELECT coalesce(sum(received), 0) INTO covered FROM invoicing_paymentallocation WHERE payment_id = payment.id;
    IF payment.amount <> payment.credit + covered THEN
        RAISE EXCEPTION 'payment % of % is not % of credit and % for documents', payment.id, payment.amount, payment.credit, covered
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER invoicing_payment_adds_up AFTER INSERT ON invoicing_payment DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION invoicing_payment_adds_up();
CREATE CONSTRAINT TRIGGER invoicing_allocation_adds_up AFTER INSERT ON invoicing_paymentallocation DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION invoicing_payment_adds_up();
"""
NO_PARTS = """
DROP TRIGGER invoicing_allocation_adds_up ON invoicing_paymentallocation;
DROP TRIGGER invoicing_payment_adds_up ON invoicing_payment;
DROP FUNCTION invoicing_payment_adds_up();
"""

CREDIT = """
CREATE FUNCTION invoicing_credit_follows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO invoicing_clientcredit (company_id, partner_id, currency, amount) VALUES (NEW.company_id, NEW.partner_id, NEW.currency, 0)
        ON CONFLICT (company_id, partner_id, currency) DO NOTHING;
    UPDATE invoicing_clientcredit SET amount = amount + CASE TG_OP WHEN 'INSERT' THEN NEW.credit ELSE -NEW.credit END
        WHERE company_id = NEW.company_id AND partner_id = NEW.partner_id AND currency = NEW.currency;
    RETURN NULL;
END $$;
CREATE TRIGGER invoicing_credit_comes AFTER INSERT ON invoicing_payment
    FOR EACH ROW WHEN (NEW.credit <> 0 AND NEW.cancelled_at IS NULL) EXECUTE FUNCTION invoicing_credit_follows();
CREATE TRIGGER invoicing_credit_goes AFTER UPDATE OF cancelled_at ON invoicing_payment
    FOR EACH ROW WHEN (NEW.credit <> 0 AND OLD.cancelled_at IS NULL AND NEW.cancelled_at IS NOT NULL)
    EXECUTE FUNCTION invoicing_credit_follows();

CREATE FUNCTION invoicing_credit_is_paid() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    said numeric;
    paid numeric;
BEGIN
    SELECT amount INTO said FROM invoicing_clientcredit WHERE id = NEW.id;
    SELECT coalesce(sum(credit), 0) INTO paid FROM invoicing_payment WHERE company_id = NEW.company_id AND partner_id = NEW.partner_id
        AND currency = NEW.currency AND credit <> 0 AND cancelled_at IS NULL;
    IF said <> paid THEN
        RAISE EXCEPTION 'the credit of client % says %, its payments say %', NEW.partner_id, said, paid USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER invoicing_credit_is_paid AFTER INSERT OR UPDATE ON invoicing_clientcredit DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION invoicing_credit_is_paid();

CREATE FUNCTION invoicing_credit_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.company_id, NEW.partner_id, NEW.currency) <> (OLD.company_id, OLD.partner_id, OLD.currency) THEN
        RAISE EXCEPTION 'credit % stays with its client and currency', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER invoicing_credit_stays BEFORE UPDATE ON invoicing_clientcredit FOR EACH ROW EXECUTE FUNCTION invoicing_credit_stays();
"""
NO_CREDIT = """
DROP TRIGGER invoicing_credit_stays ON invoicing_clientcredit;
DROP FUNCTION invoicing_credit_stays();
DROP TRIGGER invoicing_credit_is_paid ON invoicing_clientcredit;
DROP FUNCTION invoicing_credit_is_paid();
DROP TRIGGER invoicing_credit_goes ON invoicing_payment;
DROP TRIGGER invoicing_credit_comes ON invoicing_payment;
DROP FUNCTION invoicing_credit_follows();
"""

RECEIPTS = """
CREATE FUNCTION invoicing_receipt_holds() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    receipt record;
    live int := 0;
BEGIN
    IF TG_TABLE_NAME = 'invoicing_document' AND NOT EXISTS (SELECT FROM invoicing_receipt WHERE document_id = NEW.id) THEN
        RAISE EXCEPTION 'receipt % is for no payment', NEW.id USING ERRCODE = 'restrict_violation';
    END IF;
    FOR receipt IN
        SELECT d.status, p.cancelled_at, p.id AS payment, d.kind = 'receipt' AND p.method = 'cash' AND p.amount > 0 AND d.total = p.amount
               AND d.currency = p.currency AND d.partner_id = p.partner_id AND d.status <> 'draft' AS same
        FROM invoicing_receipt r JOIN invoicing_document d ON d.id = r.document_id JOIN invoicing_payment p ON p.id = r.payment_id
        WHERE r.payment_id = CASE TG_TABLE_NAME
            WHEN 'invoicing_payment' THEN NEW.id
            WHEN 'invoicing_receipt' THEN (to_jsonb(NEW) ->> 'payment_id')::bigint
            ELSE (SELECT payment_id FROM invoicing_receipt WHERE document_id = NEW.id) END
    LOOP
        IF NOT receipt.same THEN
            RAISE EXCEPTION 'the receipt of payment % does not say what was paid', receipt.payment USING ERRCODE = 'restrict_violation';
        END IF;
        IF receipt.status = 'issued' THEN
            live := live + 1;
            IF live > 1 OR receipt.cancelled_at IS NOT NULL THEN
                RAISE EXCEPTION 'payment % has a receipt too many', receipt.payment USING ERRCODE = 'restrict_violation';
            END IF;
        END IF;
    END LOOP;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER invoicing_receipt_holds AFTER INSERT ON invoicing_receipt DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION invoicing_receipt_holds();
CREATE CONSTRAINT TRIGGER invoicing_receipt_of_payment AFTER UPDATE OF cancelled_at ON invoicing_payment DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.method = 'cash') EXECUTE FUNCTION invoicing_receipt_holds();
CREATE CONSTRAINT TRIGGER invoicing_receipt_has_payment AFTER INSERT OR UPDATE OF status ON invoicing_document
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.kind = 'receipt' AND NEW.status <> 'draft')
    EXECUTE FUNCTION invoicing_receipt_holds();
"""
NO_RECEIPTS = """
DROP TRIGGER invoicing_receipt_has_payment ON invoicing_document;
DROP TRIGGER invoicing_receipt_of_payment ON invoicing_payment;
DROP TRIGGER invoicing_receipt_holds ON invoicing_receipt;
DROP FUNCTION invoicing_receipt_holds();
"""


class Migration(migrations.Migration):
    dependencies = [("invoicing", "0011_credits_and_receipts")]
    operations = [
        same_company("invoicing_clientcredit", "partner_id", "partners_partner"),
        same_company("invoicing_receipt", "document_id", "invoicing_document"),
        same_company("invoicing_receipt", "payment_id", "invoicing_payment"),
        migrations.RunSQL(PARTS, NO_PARTS),
        migrations.RunSQL(CREDIT, NO_CREDIT),
        append_only("invoicing_clientcredit", update=True),
        migrations.RunSQL(RECEIPTS, NO_RECEIPTS),
        append_only("invoicing_receipt"),
    ]
