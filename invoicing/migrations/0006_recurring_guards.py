"""What the database itself refuses about recurring invoices and the change of the VAT status (R34, R35).

- A stopped plan stays as it is for ever: nothing makes it active again, not even SQL. A plan stays with the status it was made under.
- A run that made its document stays; a failed one may be tried again; the draft of one may be thrown away. Nothing is deleted.
- A stopped plan gets no further document.
- A permission is written once and used once.
"""

from django.db import migrations

from lib.db import append_only, company_key, same_company

PLANS = """
CREATE FUNCTION invoicing_plan_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state = 'stopped' THEN
        RAISE EXCEPTION 'recurring plan % is stopped for good', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    IF (NEW.company_id, NEW.vat_status_id, NEW.again_of_id) IS DISTINCT FROM (OLD.company_id, OLD.vat_status_id, OLD.again_of_id) THEN
        RAISE EXCEPTION 'recurring plan % stays with the VAT status it was made under', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER invoicing_plan_guard BEFORE UPDATE OR DELETE ON invoicing_recurringplan
    FOR EACH ROW EXECUTE FUNCTION invoicing_plan_guard();
CREATE TRIGGER invoicing_recurringplan_no_truncate BEFORE TRUNCATE ON invoicing_recurringplan EXECUTE FUNCTION refuse_change();
"""
NO_PLANS = """
DROP TRIGGER invoicing_recurringplan_no_truncate ON invoicing_recurringplan;
DROP TRIGGER invoicing_plan_guard ON invoicing_recurringplan;
DROP FUNCTION invoicing_plan_guard();
"""

RUNS = """
CREATE FUNCTION invoicing_run_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.state <> 'failed' AND NOT (
        OLD.state = 'draft' AND NEW.document_id IS NULL AND (to_jsonb(NEW) - 'document_id') = (to_jsonb(OLD) - 'document_id')
    ) THEN
        RAISE EXCEPTION 'recurring run % is done and cannot be altered', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'UPDATE' AND (NEW.company_id, NEW.plan_id, NEW.day) IS DISTINCT FROM (OLD.company_id, OLD.plan_id, OLD.day) THEN
        RAISE EXCEPTION 'recurring run % stays with its plan and day', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.document_id IS NOT NULL AND EXISTS (SELECT FROM invoicing_recurringplan WHERE id = NEW.plan_id AND state = 'stopped') THEN
        RAISE EXCEPTION 'recurring plan % is stopped: it issues nothing', NEW.plan_id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER invoicing_run_guard BEFORE INSERT OR UPDATE ON invoicing_recurringrun
    FOR EACH ROW EXECUTE FUNCTION invoicing_run_guard();
"""
NO_RUNS = "DROP TRIGGER invoicing_run_guard ON invoicing_recurringrun; DROP FUNCTION invoicing_run_guard()"

PERMISSIONS = """
CREATE FUNCTION invoicing_permission_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    open text[] := ARRAY['used_for', 'used_by_id', 'used_at'];
BEGIN
    IF OLD.used_at IS NULL AND NEW.used_at IS NOT NULL AND (to_jsonb(NEW) - open) = (to_jsonb(OLD) - open) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'permission % is written and cannot be altered', OLD.id USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER invoicing_permission_guard BEFORE UPDATE ON invoicing_statuspermission
    FOR EACH ROW EXECUTE FUNCTION invoicing_permission_guard();
"""
NO_PERMISSIONS = "DROP TRIGGER invoicing_permission_guard ON invoicing_statuspermission; DROP FUNCTION invoicing_permission_guard()"


class Migration(migrations.Migration):
    dependencies = [("invoicing", "0005_recurring"), ("companies", "0005_status_for_the_moment")]
    operations = [
        company_key("invoicing_recurringplan"),
        same_company("invoicing_recurringplan", "partner_id", "partners_partner"),
        same_company("invoicing_recurringplan", "series_id", "invoicing_series"),
        same_company("invoicing_recurringplan", "vat_status_id", "companies_vatstatus"),
        same_company("invoicing_recurringplan", "again_of_id", "invoicing_recurringplan"),
        same_company("invoicing_recurringline", "plan_id", "invoicing_recurringplan"),
        same_company("invoicing_recurringline", "product_id", "catalog_product"),
        same_company("invoicing_recurringrun", "plan_id", "invoicing_recurringplan"),
        same_company("invoicing_recurringrun", "document_id", "invoicing_document"),
        same_company("invoicing_statuschange", "status_id", "companies_vatstatus"),
        same_company("invoicing_statuspermission", "document_id", "invoicing_document"),
        migrations.RunSQL(PLANS, NO_PLANS),
        migrations.RunSQL(RUNS, NO_RUNS),
        append_only("invoicing_recurringrun", update=True),
        migrations.RunSQL(PERMISSIONS, NO_PERMISSIONS),
        append_only("invoicing_statuspermission", update=True),
    ]
