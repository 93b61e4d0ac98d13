"""The pages of recurring invoices and of the VAT status."""

import pytest

from companies.models import Role
from invoicing.actions import issue
from invoicing.actions.recurring import stop_plan
from invoicing.actions.recurring_runs import run_due
from invoicing.actions.vat_status import change_vat_status
from invoicing.models import Document, RecurringPlan, RecurringRun, Series
from partners.models import Partner
from tests import factories
from tests.invoicing.plans import DAY, TODAY, make_plan


@pytest.fixture
def as_ana(client, ana, scope):
    factories.make_partner()
    client.force_login(ana)
    return client


@pytest.fixture
def address(company):
    return f"/{company.pk}/facturi-recurente/"


def filled(**cells):
    line = {"l-product": "", "l-code": "", "l-name": "Mentenanță {perioada}", "l-description": "", "l-quantity": "2", "l-unit": "buc"}
    line |= {"l-price": "50", "l-vat": "", "l-discount": ""}
    when = {"every": "1", "unit": "month", "rule": "day", "day": str(TODAY.day), "starts_on": TODAY.isoformat(), "mode": "issue"}
    head = {"client": Partner.objects.get().name, "series": str(Series.objects.get().pk), "currency": "RON", "language": "ro"}
    return {"action": "save", **line, **when, **head} | cells


def test_a_plan_is_written_and_issued(as_ana, address):
    answer = as_ana.post(f"{address}noua/", filled(name="Mentenanță", due_days="10"))
    plan = RecurringPlan.objects.get()
    assert (answer.url, plan.due_days, plan.lines.get().quantity) == (f"{address}{plan.pk}/", 10, 2)
    assert run_due(plan.pk, on=TODAY)[0].document.total == 121


@pytest.mark.parametrize(
    ("cells", "sentence"),
    [
        ({"starts_on": "31.02.2027"}, "Scrieți o dată din calendar"),
        ({"l-name": "{lună}"}, "Nu există variabila {lună}"),
        ({"client": "Nimeni cunoscut"}, "data-errors"),
        ({"every": "0"}, "Scrieți un număr între 1 și 120"),
        ({"mail_to": "x"}, "Adresa „x” nu este corectă"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(as_ana, address, cells, sentence):
    answer = as_ana.post(f"{address}noua/", filled(name="Mentenanță") | cells)
    page = answer.content.decode()
    assert (answer.status_code, sentence in page, 'value="Mentenanță"' in page, RecurringPlan.objects.count()) == (422, True, True, 0)


def test_an_invoice_fills_a_new_plan(as_ana, address, ana):
    document = issue(factories.make_draft(issue_date=TODAY, due_date=TODAY + 15 * DAY, by=ana), by=ana)
    page = as_ana.get(f"{address}noua/?document={document.pk}").content.decode()
    assert all(text in page for text in ('value="Consultanță"', 'name="due_days" value="15"', 'name="name" value="Client Bun SRL"'))


def test_a_plan_is_changed(as_ana, address, ana):
    plan = make_plan(by=ana)
    assert as_ana.get(f"{address}{plan.pk}/modifica/").status_code == 200
    as_ana.post(f"{address}{plan.pk}/modifica/", filled(name="Altfel", unit="week"))
    plan.refresh_from_db()
    assert (plan.name, plan.in_words.split(",")[0], plan.lines.get().unit_price) == ("Altfel", "săptămânal", 50)


@pytest.mark.parametrize(
    ("verbs", "state"),
    [(["pauza"], "paused"), (["pauza", "reia"], "active"), (["opreste"], "stopped"), (["opreste", "din-nou"], "stopped")],
)
def test_what_the_buttons_do(as_ana, address, ana, verbs, state):
    plan = make_plan(by=ana)
    for verb in verbs:
        assert as_ana.post(f"{address}{plan.pk}/{verb}/").status_code == 302
    plan.refresh_from_db()
    assert (plan.state, RecurringPlan.objects.count()) == (state, 1 + ("din-nou" in verbs))


def test_a_stopped_plan_cannot_be_edited(as_ana, address, ana):
    plan = stop_plan(make_plan(by=ana), by=ana)
    answers = [as_ana.get(f"{address}{plan.pk}/modifica/"), as_ana.post(f"{address}{plan.pk}/reia/")]
    assert [answer.status_code for answer in answers] == [409, 409]


def test_a_failed_day_is_shown_and_repeated(as_ana, address, ana):
    plan = make_plan(by=ana)
    Series.objects.update(active=False)
    (run,) = run_due(plan.pk, on=TODAY)
    page = as_ana.get(f"{address}{plan.pk}/").content.decode()
    assert ("nu mai este activă" in page, "Încearcă din nou" in page) == (True, True)
    Series.objects.update(active=True)
    as_ana.post(f"{address}zile/{run.pk}/din-nou/")
    assert Document.objects.get().number == 1


def test_days_that_wait_are_approved_or_left_out(as_ana, address, ana):
    first, second = (make_plan(by=ana, unit="day", on=TODAY - 5 * DAY) for _ in range(2))
    for plan in (first, second):
        run_due(plan.pk, on=TODAY)
    assert "6 facturi au" in as_ana.get(f"{address}{first.pk}/").content.decode()
    as_ana.post(f"{address}{first.pk}/aproba/")
    as_ana.post(f"{address}{second.pk}/sari/")
    assert (len(run_due(first.pk, on=TODAY)), RecurringRun.objects.filter(plan=second, state="skipped").count()) == (6, 6)


def test_a_draft_is_approved_from_the_plan(as_ana, address, ana):
    (run,) = run_due(make_plan(by=ana, mode="draft").pk, on=TODAY)
    as_ana.post(f"{address}zile/{run.pk}/emite/")
    assert Document.objects.get().is_issued


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_takes_the_same_queries(as_ana, address, ana, count, django_assert_num_queries):
    for _ in range(count):
        make_plan(by=ana)
    as_ana.get(address)
    with django_assert_num_queries(6):
        page = as_ana.get(address).content.decode()
    assert page.count("lunar, pe") == count


def test_r35_only_an_administrator_may_let_a_document_through(company, ana, scope, client):
    document = issue(factories.make_draft(issue_date=TODAY, due_date=None, by=ana), by=ana)
    change_vat_status(company, payer=False, since=TODAY, by=ana)
    client.force_login(factories.make_member(factories.make_user("emitent@exemplu.ro"), company, Role.ISSUER).user)
    page = client.get(f"/{company.pk}/facturi/{document.pk}/").content.decode()
    assert ("Un administrator îl poate permite" in page, "Permite acest document" in page) == (True, False)
    assert client.post(f"/{company.pk}/facturi/{document.pk}/permite/", {"reason": "x"}).status_code == 403


def test_one_form_makes_one_plan_however_often_it_is_sent(as_ana, address):
    token = as_ana.get(f"{address}noua/").context["plan_form"]["token"].value()
    first, second = (as_ana.post(f"{address}noua/", filled(name="Mentenanță", token=token)) for _ in range(2))
    assert (first.url, RecurringPlan.objects.count()) == (second.url, 1)
    as_ana.post(f"{address}{RecurringPlan.objects.get().pk}/modifica/", filled(name="Altfel", token=token))
    assert str(RecurringPlan.objects.get(name="Altfel").token) == str(token)
