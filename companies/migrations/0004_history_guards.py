"""What the database itself refuses about a company's history for VAT and its people.

- A VAT status is written once; only one that is still ahead may be taken back.
- Periods of TVA la încasare never overlap, begin when they began, and end at most once more; only one that is ahead goes away.
- A company never loses its last administrator; only the company itself can go.

"Ahead" is by the day in Bucharest, whatever the clock of the server or of the session says. The exclusion constraint compares
the company as a range of one number, because `=` of numbers in GiST would need an extension.
"""

from django.db import migrations

HISTORY = """
CREATE FUNCTION companies_is_ahead(day date) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT day > (now() AT TIME ZONE 'Europe/Bucharest')::date
$$;

CREATE FUNCTION companies_dated_row_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND companies_is_ahead(OLD.since) THEN
        RETURN OLD;
    END IF;
    IF TG_OP = 'UPDATE' AND TG_TABLE_NAME = 'companies_cashvatperiod' THEN
        IF (to_jsonb(NEW) - 'until') = (to_jsonb(OLD) - 'until') THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION '% on % is refused: what was in force stays written', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER companies_vatstatus_stays BEFORE UPDATE OR DELETE ON companies_vatstatus
    FOR EACH ROW EXECUTE FUNCTION companies_dated_row_stays();
CREATE TRIGGER companies_vatstatus_no_truncate BEFORE TRUNCATE ON companies_vatstatus EXECUTE FUNCTION refuse_change();
CREATE TRIGGER companies_cashvatperiod_stays BEFORE UPDATE OR DELETE ON companies_cashvatperiod
    FOR EACH ROW EXECUTE FUNCTION companies_dated_row_stays();
CREATE TRIGGER companies_cashvatperiod_no_truncate BEFORE TRUNCATE ON companies_cashvatperiod EXECUTE FUNCTION refuse_change();

ALTER TABLE companies_cashvatperiod ADD CONSTRAINT companies_cash_vat_no_overlap EXCLUDE USING gist (
    int8range(company_id, company_id, '[]') WITH &&, daterange(since, until, '[]') WITH &&
);
"""
NO_HISTORY = """
ALTER TABLE companies_cashvatperiod DROP CONSTRAINT companies_cash_vat_no_overlap;
DROP TRIGGER companies_cashvatperiod_no_truncate ON companies_cashvatperiod;
DROP TRIGGER companies_cashvatperiod_stays ON companies_cashvatperiod;
DROP TRIGGER companies_vatstatus_no_truncate ON companies_vatstatus;
DROP TRIGGER companies_vatstatus_stays ON companies_vatstatus;
DROP FUNCTION companies_dated_row_stays();
DROP FUNCTION companies_is_ahead(date);
"""

# The lock makes two removals at once see one another: the second one counts after the first has committed.
OWNERS = """
CREATE FUNCTION companies_owner_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM companies_company WHERE id = OLD.company_id FOR NO KEY UPDATE;
    IF FOUND AND NOT EXISTS (SELECT FROM companies_membership WHERE company_id = OLD.company_id AND role = 'owner') THEN
        RAISE EXCEPTION 'company % would be left without an owner', OLD.company_id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER companies_owner_stays AFTER UPDATE OR DELETE ON companies_membership DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (OLD.role = 'owner') EXECUTE FUNCTION companies_owner_stays();
"""
NO_OWNERS = "DROP TRIGGER companies_owner_stays ON companies_membership; DROP FUNCTION companies_owner_stays()"


class Migration(migrations.Migration):
    dependencies = [("companies", "0003_invitation_mail")]
    operations = [migrations.RunSQL(HISTORY, NO_HISTORY), migrations.RunSQL(OWNERS, NO_OWNERS)]
