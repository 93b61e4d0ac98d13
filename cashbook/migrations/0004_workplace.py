"""A till stands in a place of business; a payment cancelled after its period was closed is taken back on the day of the cancelling."""

import django.db.models.deletion
from django.db import migrations, models

from lib.db import same_company

DEFAULT_TILL = """
CREATE OR REPLACE FUNCTION cashbook_default_till(company bigint, code text) RETURNS bigint LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    found bigint;
BEGIN
    SELECT id INTO found FROM cashbook_till WHERE company_id = company AND currency = code AND is_default;
    IF found IS NULL THEN
        INSERT INTO cashbook_till (company_id, name,{0} currency, account, cashier, opening_balance, may_go_negative, active, is_default, last_in, last_out)
        VALUES (company, CASE code WHEN 'RON' THEN 'Casa' ELSE 'Casa ' || code END,{1} code, CASE code WHEN 'RON' THEN '5311' ELSE '5314' END,
                '', 0, false, true, true, 0, 0)
        ON CONFLICT DO NOTHING RETURNING id INTO found;
    END IF;
    IF found IS NULL THEN  -- its twin committed while we waited
        SELECT id INTO found FROM cashbook_till WHERE company_id = company AND currency = code AND is_default;
    END IF;
    RETURN found;
END $$;
"""
TAKEN_BACK = """
CREATE OR REPLACE FUNCTION cashbook_payment_taken_back(p invoicing_payment) RETURNS void LANGUAGE sql VOLATILE AS $$
    INSERT INTO cashbook_cashoperation (company_id, till_id, day, position, ordinal, day_balance, kind, amount, document, annexes,
        explanation, partner_id, party, party_role, party_id, payment_id, reverses_id, reason, by_id, recorded_at)
    SELECT o.company_id, o.till_id,
        CASE WHEN {0} >= o.day THEN (p.cancelled_at AT TIME ZONE 'Europe/Bucharest')::date ELSE o.day END,
        0, 0, 0, o.kind, -o.amount, o.document, 0, o.explanation, o.partner_id, o.party, '', '', p.id, o.id, p.cancel_reason,
        p.cancelled_by_id, p.cancelled_at
    FROM cashbook_cashoperation o JOIN cashbook_till t ON t.id = o.till_id JOIN companies_company c ON c.id = o.company_id
    WHERE o.payment_id = p.id AND o.reverses_id IS NULL
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("cashbook", "0003_first_rows"), ("companies", "0006_workplaces")]
    operations = [
        migrations.RunSQL(migrations.RunSQL.noop, DEFAULT_TILL.format(" place,", " '',")),
        migrations.RemoveField("till", "place"),
        migrations.AddField(
            "till",
            "workplace",
            models.ForeignKey(
                blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT,
                related_name="+", to="companies.workplace", verbose_name="sediu",
            ),
        ),
        same_company("cashbook_till", "workplace_id", "companies_workplace"),
        migrations.RunSQL(DEFAULT_TILL.format("", ""), migrations.RunSQL.noop),
        migrations.RunSQL(TAKEN_BACK.format("greatest(t.closed_until, c.closed_until)"), TAKEN_BACK.format("t.closed_until")),
    ]  # fmt: skip
