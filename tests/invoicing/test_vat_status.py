"""R34, R35: what a change of the VAT status stops, and documents of the former one."""

from datetime import date

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from companies.actions import set_vat_status, withdraw_vat_status
from companies.models import Event
from invoicing.actions import issue, revise
from invoicing.actions.recurring import add_again
from invoicing.actions.recurring_runs import run_due
from invoicing.actions.vat_status import allow_once, change_vat_status, effects, is_of_former_status
from invoicing.models import Document, RecurringPlan, RecurringRun, StatusChange, StatusPermission
from invoicing.tasks import mail_stopped, sweep_recurring, sweep_status_changes
from lib.errors import Refused
from tests import factories
from tests.catalog.prices import make_list
from tests.invoicing.plans import DAY, TODAY, make_plan

pytestmark = pytest.mark.usefixtures("scope")


def change(company, ana, *, payer=False, since=TODAY):
    return change_vat_status(company, payer=payer, since=since, by=ana)


def test_r34_a_change_stops_every_recurrence_for_good_with_its_reason(company, ana):
    plan, paused = make_plan(by=ana), make_plan(by=ana)
    RecurringPlan.objects.filter(pk=paused.pk).update(state="paused", look_on=None)
    assert change(company, ana).stopped == 2
    plan.refresh_from_db()
    assert (plan.state, plan.reason, plan.stopped_by, plan.look_on, run_due(plan.pk, on=TODAY)) == ("stopped", "vat_status", ana, None, [])


def test_r34_the_other_way_round_too(ana):
    other = factories.make_company("Neplătitoare SRL", "14399840", payer=False)
    from companies.scope import company_scope

    with company_scope(other.pk):
        factories.make_partner(cif="RO27193515")
        make_plan(by=ana)
        assert change(other, ana, payer=True).stopped == 1


def test_r34_a_hundred_thousand_stop_in_one_statement(company, ana):
    copy_plan(make_plan(by=ana), 99_999)
    with transaction.atomic(), connection.execute_wrapper(counting := Counting()):
        change(company, ana)
    assert RecurringPlan.objects.filter(state="stopped").count() == 100_000
    assert (counting.updates("invoicing_recurringplan"), StatusChange.objects.get().stopped) == (1, 100_000)


def test_r34_a_change_that_fails_stops_nothing(company, ana):
    make_plan(by=ana)
    with pytest.raises(Refused, match="vat_status_same"):
        change(company, ana, payer=True)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        change(company, ana)
        raise ZeroDivisionError
    assert (RecurringPlan.objects.get().state, StatusChange.objects.count()) == ("active", 0)


def test_r34_a_change_ahead_stops_nothing_before_its_day(company, ana):
    plan = make_plan(by=ana, unit="day")
    change(company, ana, since=TODAY + 2 * DAY)
    assert [run.document.vat_payer for run in run_due(plan.pk, on=TODAY + DAY)] == [True, True]
    assert run_due(plan.pk, on=TODAY + 2 * DAY) == []
    plan.refresh_from_db()
    assert (plan.state, plan.made, StatusChange.objects.get().stopped) == ("stopped", 2, 1)


def test_r34_the_first_issue_of_the_day_applies_a_change_whose_task_is_late(company, ana):
    make_plan(by=ana)
    late_change(company, ana)
    issue(factories.make_draft(lines=[factories.make_line(rate=outside_vat())], issue_date=TODAY, due_date=None, by=ana), by=ana)
    assert (RecurringPlan.objects.get().state, Document.objects.get().vat_payer) == ("stopped", False)


def test_r34_the_task_applies_a_change_on_its_day_and_only_once(company, ana, celery_eager, mailoutbox):
    make_plan(by=ana)
    late_change(company, ana)
    sweep_status_changes()
    sweep_status_changes()
    assert (RecurringPlan.objects.get().state, Event.objects.filter(verb="recurrences_stopped").count()) == ("stopped", 1)


def test_r34_a_change_that_was_taken_back_stops_nothing(company, ana):
    plan = make_plan(by=ana, unit="day")
    withdraw_vat_status(change(company, ana, since=TODAY + DAY).status, by=ana)
    assert (len(run_due(plan.pk, on=TODAY + DAY)), StatusChange.objects.count()) == (2, 0)


def test_r34_whatever_was_queued_issues_nothing(company, ana, celery_eager):
    make_plan(by=ana)
    change(company, ana)
    sweep_recurring()
    assert RecurringRun.objects.count() == 0


def test_r34_a_plan_is_added_again_under_the_new_status(company, ana):
    old = make_plan(by=ana)
    change(company, ana)
    new = add_again(RecurringPlan.objects.get(), by=ana)
    (run,) = run_due(new.pk, on=TODAY)
    assert (run.document.vat_payer, run.document.total, run.document.lines.get().category) == (False, 100, "O")
    assert (new.again_of_id, old.pk) == (old.pk, old.pk)


def test_r34_the_owner_gets_the_list_by_email_once(company, ana, mailoutbox):
    plan = make_plan(by=ana)
    made = change(company, ana)
    for _ in range(2):
        mail_stopped(company.pk, made.pk)
    (letter,) = mailoutbox
    assert (letter.to, f"/{company.pk}/facturi-recurente/{plan.pk}/" in letter.body) == (["ana@exemplu.ro"], True)


def test_r34_the_email_names_the_price_lists_too_also_without_recurrences(company, ana, mailoutbox):
    make_list("En gros", discount_percent=5)
    made = change(company, ana)
    mail_stopped(company.pk, made.pk)
    (letter,) = mailoutbox
    assert (letter.subject, "- En gros" in letter.body, "Adaugă din nou" in letter.body) == (
        f"Exemplu SRL: 1 listă de prețuri inactivă din {TODAY:%d.%m.%Y}",
        True,
        False,
    )


def test_r34_the_preview_counts_and_names(ana):
    make_plan(by=ana)
    issue(factories.make_draft(issue_date=TODAY, due_date=None, by=ana), by=ana)
    found = effects(payer=False, since=TODAY + DAY)
    assert (found.count, found.ahead, found.documents, [plan.name for plan in found.plans]) == (1, True, 1, ["Abonament"])


def test_r34_the_nightly_check_finds_a_plan_that_outlived_the_status(company, ana, capsys):
    make_plan(by=ana)
    call_command("check_recurring")
    set_vat_status(company, payer=False, since=TODAY, by=ana)
    with pytest.raises(CommandError, match="former VAT status"):
        call_command("check_recurring")
    assert run_due(RecurringPlan.objects.get().pk, on=TODAY) == []


def test_r35_a_document_of_the_former_status_is_not_revised_and_says_why(company, ana):
    document = former(company, ana)
    with pytest.raises(Refused, match="document_of_former_vat_status") as refused:
        revised(document, ana)
    assert all(word in refused.value.message for word in ("un administrator permite", "schimbă pentru moment statutul"))


def test_r35_an_administrator_allows_one_document_once(company, ana):
    document = former(company, ana)
    allow_once(document, reason="Adresă greșită", by=ana)
    allow_once(document, reason="Încă o dată", by=ana)
    assert revised(document, ana).vat_payer is True
    with pytest.raises(Refused, match="document_of_former_vat_status"):
        revised(Document.objects.get(), ana)
    assert list(StatusPermission.objects.values_list("reason", "used_for")) == [("Adresă greșită", "revise")]
    assert {"former_status_allowed", "former_status_used"} < set(Event.objects.about(document).values_list("verb", flat=True))


def test_r35_a_switch_for_the_moment_lets_the_document_be_revised(company, ana):
    document = former(company, ana)
    change(company, ana, payer=True)
    revised(document, ana)
    change(company, ana, payer=False)
    assert is_of_former_status(Document.objects.get())


def test_r35_a_permission_needs_a_reason_and_a_former_status(company, ana):
    document = issue(factories.make_draft(issue_date=TODAY, due_date=None, by=ana), by=ana)
    with pytest.raises(Refused, match="document_of_this_vat_status"):
        allow_once(document, reason="x", by=ana)
    change(company, ana)
    with pytest.raises(Refused, match="reason_missing"):
        allow_once(document, reason=" ", by=ana)


@pytest.mark.parametrize("sql", ["UPDATE invoicing_statuspermission SET reason = ''", "DELETE FROM invoicing_statuspermission"])
def test_r35_the_database_keeps_a_permission(company, ana, sql):
    allow_once(former(company, ana), reason="x", by=ana)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


class Counting:
    """Remembers the statements that run."""

    def __init__(self):
        self.statements = []

    def __call__(self, execute, sql, params, many, context):
        self.statements.append(sql)
        return execute(sql, params, many, context)

    def updates(self, table):
        return sum(sql.startswith(f'UPDATE "{table}"') for sql in self.statements)


def copy_plan(plan, count):
    """So many rows like that of a plan."""
    columns = ", ".join(field.column for field in RecurringPlan._meta.concrete_fields if field.name != "id")
    with connection.cursor() as cursor:
        table, key = RecurringPlan._meta.db_table, plan.pk
        cursor.execute(f"INSERT INTO {table} ({columns}) SELECT {columns} FROM {table}, generate_series(1, {count}) WHERE id = {key}")


def late_change(company, ana):
    """A change of today that nobody has applied yet."""
    status = set_vat_status(company, payer=False, since=TODAY, by=ana)
    return StatusChange.objects.create(status=status, since=TODAY, by=ana)


def former(company, ana):
    document = issue(factories.make_draft(issue_date=TODAY, due_date=None, by=ana), by=ana)
    change(company, ana)
    return document


def revised(document, ana):
    document.notes = "corectat"
    return revise(document, [factories.make_line()], by=ana, reason="Corectură", revision=document.revision)


def outside_vat():
    from catalog.models import VatRate

    return VatRate.objects.offered(date.today(), payer=False)[0].slug
