"""Reminders: which step on which day, once whatever happens, never for what is paid, stopped or disputed."""

from datetime import date, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from companies.models import Event
from companies.scope import company_scope
from invoicing.actions import issue, record_payment
from invoicing.actions.reminding import change_reminders, refresh, remind, resume_reminding, stop_reminding
from invoicing.actions.sending import answer_objection, raise_objection
from invoicing.mail import deliver
from invoicing.models import Mail, Reminder, SendingSettings
from invoicing.reminders import due_on, next_sending_day
from invoicing.tasks import sweep_reminders
from lib.errors import Refused
from tests import factories
from tests.invoicing.test_mail import post  # noqa: F401 (a fixture)
from tests.invoicing.test_numbers import in_threads

DUE = date(2026, 11, 20)  # a Friday
BUCHAREST = ZoneInfo("Europe/Bucharest")


def at(day: date, hour: int = 10) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=BUCHAREST)


def after(days: int) -> date:
    return DUE + timedelta(days=days)


def switched_on(ana, **fields):
    values = {"steps": [-3, 0, 7, 15, 30], "working_days": False, "hour": 9, "gather": False} | fields
    return change_reminders(on=True, by=ana, today=date(2026, 1, 1), **values)


@pytest.fixture
def on(scope, ana):
    return switched_on(ana)


@pytest.fixture
def invoice(scope, ana):
    return issue(factories.make_draft(by=ana, issue_date=date(2026, 11, 1), due_date=DUE), by=ana)


def steps(settings, day):
    return [due.days for due in due_on(settings, day) if not due.obstacle]


def paid(invoice, ana):
    return record_payment([invoice], amount=invoice.balance, method="transfer", on=DUE, by=ana, token=uuid4())


@pytest.mark.parametrize(
    ("day", "expected"),
    [(-4, []), (-3, [-3]), (-2, [-3]), (0, [0]), (6, [0]), (7, [7]), (13, [7]), (14, []), (15, [15]), (30, [30]), (36, [30]), (37, [])],
)
def test_a_step_is_due_on_its_day_and_for_a_week(on, invoice, day, expected):
    assert steps(on, after(day)) == expected


def test_what_is_soon_due_is_not_said_once_it_is_due(scope, ana, invoice):
    settings = switched_on(ana, steps=[-3])
    assert [steps(settings, after(day)) for day in (-1, 0, 1)] == [[-3], [], []]


def test_off_by_default(scope, invoice):
    assert not SendingSettings().reminders_on
    assert remind(at(DUE)) == 0
    assert not Mail.objects.exists()


def test_a_step_goes_once_and_its_day_is_not_counted_twice(on, invoice):
    assert [remind(at(DUE)), remind(at(DUE, 11)), remind(at(after(1)))] == [1, 0, 0]
    assert [(row.days, row.mail.to) for row in Reminder.objects.all()] == [(0, "client@exemplu.ro")]


def test_an_earlier_step_never_follows_a_later_one(on, invoice):
    remind(at(after(7)))
    assert steps(on, after(8)) == []


@pytest.mark.parametrize(("hour", "mails"), [(8, 0), (9, 1), (19, 1), (20, 0), (23, 0)])
def test_only_from_the_hour_on_and_not_in_the_evening(on, invoice, hour, mails):
    assert remind(at(DUE, hour)) == mails


@pytest.mark.parametrize(("day", "goes"), [(date(2026, 11, 28), False), (date(2026, 11, 30), False), (date(2026, 12, 2), True)])
def test_not_on_weekends_and_holidays(scope, ana, day, goes):
    """28 November 2026 is a Saturday, 30 November (Sf. Andrei) and 1 December are holidays."""
    settings = switched_on(ana, working_days=True)
    issue(factories.make_draft(by=ana, issue_date=date(2026, 11, 1), due_date=date(2026, 11, 21)), by=ana)
    assert bool(steps(settings, day)) == goes
    assert next_sending_day(settings, date(2026, 11, 27)) == date(2026, 12, 2)


def test_what_passed_before_the_switch_is_never_sent(scope, ana, invoice):
    settings = change_reminders(on=True, steps=[0, 7], working_days=False, hour=9, gather=False, by=ana, today=after(3))
    assert [steps(settings, after(day)) for day in (3, 7)] == [[], [7]]


def test_nothing_on_the_day_of_the_issue(on, ana):
    issue(factories.make_draft(by=ana, issue_date=DUE, due_date=DUE), by=ana)
    assert steps(on, DUE) == []


def test_what_is_paid_is_not_reminded_of(on, invoice, ana):
    paid(invoice, ana)
    assert due_on(on, DUE) == []


def test_what_is_paid_meanwhile_does_not_leave(on, invoice, ana, post):  # noqa: F811
    remind(at(DUE))
    paid(invoice, ana)
    deliver(Mail.objects.get())
    assert (Mail.objects.get().state, post.messages) == ("dropped", [])
    assert Event.objects.about(invoice).first().verb == "reminder_dropped"


def test_the_client_gets_the_words_of_the_step_with_the_address_and_the_pdf(on, invoice, post):  # noqa: F811
    remind(at(after(7)))
    deliver(Mail.objects.get())
    (message,) = post.messages
    said = message.get_body(("plain",)).get_content().replace("\N{NO-BREAK SPACE}", " ")
    assert "factura FCT 0001 din 01.11.2026, scadentă la 20.11.2026, nu este încă plătită" in said
    assert "/d/" in said
    assert [part.get_filename() for part in message.iter_attachments()] == ["FCT-0001.pdf"]
    assert (Event.objects.about(invoice).first().verb, Event.objects.about(invoice).first().data["step"]) == ("mail_sent", 7)


def test_several_of_one_client_go_together(scope, ana, post):  # noqa: F811
    switched_on(ana, gather=True)
    first, _ = (issue(factories.make_draft(by=ana, issue_date=date(2026, 11, 1), due_date=after(-day)), by=ana) for day in (0, 7))
    assert remind(at(DUE)) == 1
    assert sorted(Reminder.objects.values_list("days", flat=True)) == [0, 7]
    paid(first, ana)
    deliver(Mail.objects.get())
    said = post.messages[0].get_body(("plain",)).get_content()
    assert ("FCT 0001" in said, "FCT 0002" in said) == (False, True)


def test_several_in_one_letter_are_summed(scope, ana):
    switched_on(ana, gather=True)
    for _ in range(2):
        issue(factories.make_draft(by=ana, issue_date=date(2026, 11, 1), due_date=DUE), by=ana)
    remind(at(DUE))
    assert "În total sunt de plată 242,00 lei." in Mail.objects.get().body.replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize("whole", [True, False])
def test_the_stop_list_is_kept_to_and_left_again(on, invoice, ana, whole):
    stop = stop_reminding(invoice.partner, None if whole else invoice, by=ana)
    assert stop_reminding(invoice.partner, None if whole else invoice, by=ana) == stop
    assert steps(on, DUE) == []
    resume_reminding(stop, by=ana)
    assert steps(on, DUE) == [0]


def test_a_stop_after_the_asking_holds_the_mail_back(on, invoice, ana):
    remind(at(DUE))
    stop_reminding(invoice.partner, by=ana)
    assert refresh(Mail.objects.get()) == []


def test_an_objection_holds_reminders_until_it_is_answered(on, invoice, ana):
    objection = raise_objection(invoice, name="Ion", text="De ce?")
    assert [due.obstacle for due in due_on(on, DUE)] == ["Clientul are o obiecție fără răspuns."]
    answer_objection(objection, answer="Așa este în contract.", by=ana)
    assert steps(on, DUE) == [0]


@pytest.mark.parametrize(
    ("email", "obstacle"),
    [("", "Clientul nu are e-mail în fișa lui."), ("fără rond", "Adresa „fără” nu este corectă. Verificați-o.")],
)
def test_a_client_without_a_good_address_is_told_of(on, ana, email, obstacle):
    partner = factories.make_partner(email=email)
    issue(factories.make_draft(partner, by=ana, issue_date=date(2026, 11, 1), due_date=DUE), by=ana)
    assert [due.obstacle for due in due_on(on, DUE)] == [obstacle]


@pytest.mark.parametrize(("wrong", "code"), [([], "no_steps"), (list(range(11)), "too_many_steps"), ([-61], "step_too_far")])
def test_steps_have_their_limits(scope, ana, wrong, code):
    with pytest.raises(Refused, match=code):
        change_reminders(on=True, steps=wrong, working_days=True, hour=9, gather=True, by=ana)


def test_the_sweep_reminds_each_company_that_wants_it(on, invoice, celery_eager, monkeypatch):
    monkeypatch.setattr("invoicing.tasks.timezone.now", lambda: at(DUE))
    sweep_reminders()
    assert Reminder.objects.count() == 1


def test_the_database_refuses_a_second_reminder_and_a_changed_one(on, invoice):
    remind(at(DUE))
    with pytest.raises(IntegrityError, match="reminder_once"), transaction.atomic():
        Reminder.objects.create(document=invoice, days=0, mail=Mail.objects.get())
    with pytest.raises(DatabaseError, match="what is written there stays"), transaction.atomic():
        Reminder.objects.update(days=7)


@pytest.mark.django_db(transaction=True)
def test_ten_workers_at_once_ask_for_one_email():
    company, user = factories.make_company(), factories.make_user()
    factories.make_member(user, company)
    with company_scope(company.pk):
        switched_on(user)
        issue(factories.make_draft(by=user, issue_date=date(2026, 11, 1), due_date=DUE), by=user)

        def work(_):
            with company_scope(company.pk):
                return remind(at(DUE))

        assert sorted(in_threads(work, range(10), threads=10)) == [0] * 9 + [1]
        assert (Mail.objects.count(), Reminder.objects.count()) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_two_workers_send_one_reminder_once(post):  # noqa: F811
    company, user = factories.make_company(), factories.make_user()
    factories.make_member(user, company)
    with company_scope(company.pk):
        switched_on(user)
        issue(factories.make_draft(by=user, issue_date=date(2026, 11, 1), due_date=DUE), by=user)
        remind(at(DUE))

        def work(_):
            with company_scope(company.pk):
                deliver(Mail.objects.get())

        in_threads(work, range(2), threads=2)
        assert (len(post.messages), Mail.objects.get().state) == (1, "sent")


def test_nobody_is_reminded_of_what_was_paid_at_the_till(on, scope, ana):
    dates = {"issue_date": date(2026, 11, 1), "due_date": DUE}
    issue(factories.make_draft(by=ana, invoice_type="receipted", fiscal_receipt="0123 din 01.11.2026", **dates), by=ana)
    assert steps(on, after(7)) == []
