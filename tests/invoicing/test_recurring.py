"""Plans of recurring invoices and what comes of their days."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from catalog.models import ExchangeRate
from companies.scope import company_scope
from invoicing.actions import delete_draft
from invoicing.actions.recurring import add_again, change_plan, pause_plan, resume_plan, stop_plan
from invoicing.actions.recurring_runs import AT_ONCE, approve_days, approve_draft, retry, run_due, skip, skip_days
from invoicing.models import Document, Mail, RecurringRun, Series
from invoicing.tasks import issue_plans, sweep_recurring
from lib.dates import add_months
from lib.errors import Refused
from partners.models import Partner
from subscriptions.models import QuotaUse
from tests.factories import make_company, make_partner
from tests.invoicing.plans import DAY, TODAY, make_plan, plan_line

pytestmark = pytest.mark.usefixtures("scope")


def test_a_day_that_is_due_is_issued_with_its_texts_filled_in(ana):
    plan = make_plan(by=ana, lines=[plan_line("Servicii {luna_nr}/{anul}")], notes="Client: {client}", due_days=15)
    (run,) = run_due(plan.pk, on=TODAY)
    document = run.document
    assert (document.lines.get().name, document.notes) == (f"Servicii {TODAY:%m/%Y}", "Client: Client Bun SRL")
    assert (document.label, document.total, document.issue_date, document.due_date) == ("FCT 0001", Decimal(121), TODAY, TODAY + 15 * DAY)
    assert (document.channel, QuotaUse.objects.get().channel) == ("recurring", "recurring")


def test_the_same_day_is_issued_once(ana):
    plan = make_plan(by=ana)
    assert [len(run_due(plan.pk, on=TODAY)) for _ in range(3)] == [1, 0, 0]
    with pytest.raises(IntegrityError, match="recurring_run_once"), transaction.atomic():
        RecurringRun.objects.create(plan=plan, day=TODAY, state="failed", at=plan.created_at)


def test_days_missed_are_issued_in_order_with_their_own_dates(ana):
    plan = make_plan(by=ana, unit="day", on=TODAY - 2 * DAY)
    runs = run_due(plan.pk, on=TODAY)
    assert [(run.day, run.document.issue_date, run.document.number) for run in runs] == [
        (day, day, number) for number, day in enumerate((TODAY - 2 * DAY, TODAY - DAY, TODAY), start=1)
    ]


def test_too_many_days_at_once_wait_for_a_person(ana):
    plan = make_plan(by=ana, unit="day", on=TODAY - AT_ONCE * DAY)
    assert run_due(plan.pk, on=TODAY) == []
    plan.refresh_from_db()
    assert (plan.awaits_approval, plan.tag) == (True, "approval")
    approve_days(plan, by=ana)
    assert len(run_due(plan.pk, on=TODAY)) == AT_ONCE + 1


def test_days_that_wait_can_be_left_out(ana):
    plan = make_plan(by=ana, unit="day", on=TODAY - 9 * DAY)
    run_due(plan.pk, on=TODAY)
    skip_days(plan, by=ana)
    assert (RecurringRun.objects.filter(state="skipped").count(), run_due(plan.pk, on=TODAY)) == (10, [])
    assert [run.day for run in run_due(plan.pk, on=TODAY + DAY)] == [TODAY + DAY]


def test_a_refusal_is_kept_shown_and_repeated(ana):
    plan = make_plan(by=ana)
    Partner.objects.update(active=False)
    (failed,) = run_due(plan.pk, on=TODAY)
    plan.refresh_from_db()
    assert (failed.state, failed.error_code, plan.tag, Document.objects.count()) == ("failed", "partner_inactive", "failed", 0)
    assert run_due(plan.pk, on=TODAY) == []
    Partner.objects.update(active=True)
    assert (retry(failed, by=ana).state, RecurringRun.objects.get().tries) == ("issued", 2)


def test_a_failed_day_is_tried_again_on_the_next_one(ana):
    plan = make_plan(by=ana)
    Series.objects.update(active=False)
    run_due(plan.pk, on=TODAY)
    Series.objects.update(active=True)
    assert [(run.day, run.state) for run in run_due(plan.pk, on=TODAY + DAY)] == [(TODAY, "issued")]


def test_a_failed_day_holds_the_later_ones_until_it_is_given_up(ana):
    plan = make_plan(by=ana, unit="day", on=TODAY - DAY)
    Partner.objects.update(active=False)
    (failed,) = run_due(plan.pk, on=TODAY)
    Partner.objects.update(active=True)
    skip(failed, by=ana)
    assert [run.day for run in run_due(plan.pk, on=TODAY)] == [TODAY]


def test_a_failure_never_stops_the_others(ana, celery_eager):
    plans = [make_plan(by=ana), make_plan(by=ana), make_plan(by=ana)]
    other = make_partner("Inactiv SRL", "27193515", active=False)
    plans[1].partner = other
    plans[1].save()
    sweep_recurring()
    assert list(RecurringRun.objects.order_by("plan_id").values_list("state", flat=True)) == ["issued", "failed", "issued"]


def test_a_plan_that_breaks_lets_those_after_it_go_on(ana, scope, celery_eager):
    plan = make_plan(by=ana)
    with pytest.raises(TypeError):
        issue_plans([(scope.pk,), (scope.pk, plan.pk)])
    assert RecurringRun.objects.get().state == "issued"


def test_prices_in_euro_are_billed_in_lei_at_the_rate_of_the_day(ana):
    ExchangeRate.objects.create(currency="EUR", date=TODAY - DAY, rate=Decimal("5.0812"))
    plan = make_plan(by=ana, currency="EUR", in_lei=True, lines=[plan_line("Chirie, curs {curs}", price="250")])
    document = run_due(plan.pk, on=TODAY)[0].document
    assert (document.currency, document.net, document.lines.get().name) == ("RON", Decimal("1270.30"), "Chirie, curs 5,0812")


def test_an_invoice_in_euro_takes_the_rate_of_the_day(ana):
    ExchangeRate.objects.create(currency="EUR", date=TODAY - DAY, rate=Decimal("5.0812"))
    document = run_due(make_plan(by=ana, currency="EUR").pk, on=TODAY)[0].document
    assert (document.currency, document.exchange_rate, document.net_ron) == ("EUR", Decimal("5.081200"), Decimal("508.12"))


def test_without_a_rate_the_day_fails_and_waits(ana):
    (run,) = run_due(make_plan(by=ana, currency="EUR").pk, on=TODAY)
    assert (run.state, run.error_code) == ("failed", "rate_missing")


def test_a_draft_waits_for_approval_and_is_issued_as_recurring(ana):
    (run,) = run_due(make_plan(by=ana, mode="draft").pk, on=TODAY)
    assert (run.state, run.document.is_draft) == ("draft", True)
    assert (approve_draft(run, by=ana).channel, approve_draft(run, by=ana).number) == ("recurring", 1)


def test_a_draft_that_was_thrown_away_is_not_made_again(ana):
    plan = make_plan(by=ana, mode="draft")
    (run,) = run_due(plan.pk, on=TODAY)
    delete_draft(run.document, by=ana)
    assert (run_due(plan.pk, on=TODAY), RecurringRun.objects.get().document) == ([], None)
    with pytest.raises(Refused, match="draft_gone"):
        approve_draft(run, by=ana)


def test_the_email_leaves_with_the_invoice(ana):
    run_due(make_plan(by=ana, send_mail=True, mail_subject="Factura pe {perioada}").pk, on=TODAY)
    mail = Mail.objects.get()
    assert (mail.to, mail.subject.split()[-1], mail.document.is_issued) == ("client@exemplu.ro", str(TODAY.year), True)


def test_without_an_address_the_invoice_is_issued_and_says_so(ana):
    plan = make_plan(by=ana, send_mail=True)
    Partner.objects.update(email="")
    (run,) = run_due(plan.pk, on=TODAY)
    assert (run.state, run.error[:22]) == ("issued", "E-mailul nu a plecat: ")


def test_a_number_of_times_ends_the_plan(ana):
    plan = make_plan(by=ana, unit="day", on=TODAY - 2 * DAY, times=2)
    assert len(run_due(plan.pk, on=TODAY)) == 2
    plan.refresh_from_db()
    assert (plan.is_over, plan.tag, plan.upcoming()) == (True, "over", [])


def test_a_pause_issues_nothing_and_leaves_its_days_out(ana):
    plan = make_plan(by=ana, unit="day", on=TODAY - 5 * DAY)
    pause_plan(plan, by=ana)
    assert run_due(plan.pk, on=TODAY) == []
    resume_plan(plan, by=ana)
    assert [run.day for run in run_due(plan.pk, on=TODAY)] == [TODAY]


def test_the_next_twelve_days_are_known(ana):
    plan = make_plan(by=ana, day=TODAY.day)
    assert plan.upcoming() == [add_months(TODAY, count) for count in range(12)]


def test_a_change_of_the_schedule_never_repeats_a_day(ana):
    plan = make_plan(by=ana)
    run_due(plan.pk, on=TODAY)
    plan.refresh_from_db()
    plan.unit = "day"
    change_plan(plan, [plan_line()], by=ana)
    assert (plan.next_on, run_due(plan.pk, on=TODAY)) == (TODAY + DAY, [])


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"starts_on": TODAY - DAY}, "start_in_past"),
        ({"ends_on": TODAY - DAY}, "ends_before_start"),
        ({"every": 0}, "every_out_of_range"),
        ({"times": 0}, "times_used_up"),
        ({"notes": "{luna} {lunna}"}, "variable_unknown"),
        ({"mail_to": "fără arond"}, "address_invalid"),
        ({"starts_on": date(2030, 3, 20), "day": 5, "ends_on": date(2030, 3, 30)}, "schedule_empty"),
    ],
)
def test_a_plan_that_cannot_be_is_refused(ana, fields, code):
    with pytest.raises(Refused, match=code):
        make_plan(by=ana, **fields)


def test_a_plan_needs_a_line(ana):
    plan = make_plan(by=ana)
    with pytest.raises(Refused, match="document_empty"):
        change_plan(plan, [], by=ana)


def test_a_stopped_plan_can_only_be_added_again_and_only_once(ana):
    plan = stop_plan(make_plan(by=ana), by=ana)
    for act in (pause_plan, resume_plan, stop_plan):
        with pytest.raises(Refused, match="plan_stopped"):
            act(plan, by=ana)
    new = add_again(plan, by=ana)
    assert (add_again(plan, by=ana).pk, new.next_on, new.lines.get().name) == (new.pk, TODAY, "Abonament {luna} {anul}")


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE invoicing_recurringplan SET state = 'active', reason = '', stopped_at = NULL, look_on = next_on",
        "UPDATE invoicing_recurringplan SET name = 'altul'",
        "DELETE FROM invoicing_recurringplan",
        "TRUNCATE invoicing_recurringplan CASCADE",
    ],
)
def test_the_database_keeps_a_stopped_plan_stopped(ana, sql):
    stop_plan(make_plan(by=ana), by=ana)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(sql)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE invoicing_recurringplan SET vat_status_id = NULL",
        "UPDATE invoicing_recurringrun SET day = day + 1",
        "UPDATE invoicing_recurringrun SET state = 'failed', document_id = NULL",
        "DELETE FROM invoicing_recurringrun",
    ],
)
def test_the_database_keeps_what_a_run_has_done(ana, sql):
    run_due(make_plan(by=ana).pk, on=TODAY)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


def test_the_plan_of_another_company_is_not_run(ana, company):
    plan = make_plan(by=ana)
    with company_scope(make_company("Alta SRL", "14399840").pk):
        assert run_due(plan.pk, on=TODAY + timedelta(days=40)) == []
