"""Series by place and person, the watch over them, the yearly decision, the closed period."""

import threading
from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest
from django.core import mail
from django.db import DatabaseError, IntegrityError, connection, transaction

from companies.actions import add_workplace, close_period, delete_workplace
from companies.models import Company, Role
from companies.scope import company_scope
from invoicing.actions import cancel, issue, record_payment, revise
from invoicing.actions.decisions import make_decision, ranges
from invoicing.actions.recurring_runs import run_due
from invoicing.actions.series import assign_series, create_missing_series, create_series, name_of_year
from invoicing.models import Document, Kind, Series, SeriesDecision, SeriesFinding
from invoicing.series_alarm import note, send
from invoicing.series_choice import first_series, usable
from invoicing.series_watch import watch
from lib.errors import Refused
from tests.factories import TODAY, make_company, make_draft, make_line, make_member, make_partner, make_user
from tests.invoicing.plans import make_plan

CLUJ = {
    "name": "Depozit Florești",
    "cif": "",
    "street": "Str. Eroilor 4",
    "city": "Florești",
    "county": "RO-CJ",
    "postal_code": "",
    "phone": "0264 1",
    "email": "",
    "on_documents": True,
}
PEOPLE = {"decided_by": "Ana Pop", "decided_as": "administrator", "allocated_by": "Bogdan Ilie", "allocated_as": "contabil"}


@pytest.fixture
def fct(scope):
    return Series.objects.get()


@pytest.fixture
def bogdan(company):
    return make_member(make_user("bogdan@exemplu.ro"), company, Role.ISSUER).user


@pytest.fixture
def place(scope, ana, bogdan):
    return add_workplace(details=CLUJ, users=[bogdan.pk], by=ana)


@pytest.fixture
def as_ana(ana, client):
    client.force_login(ana)
    return client


def close(company, day, by, reason=""):
    return close_period(company, until=day, reason=reason, by=by)


def number_away(document, number):
    """As if a number had been lost: the database would not let it happen."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE invoicing_document SET number = %s, label = 'FCT ' || %s WHERE id = %s", [number, number, document.pk])
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")


# Places and people


def test_who_works_at_a_place_starts_with_its_series(fct, place, ana, bogdan):
    there = create_series(Kind.INVOICE, name="FLO", workplace=place, by=ana)
    assert (first_series(Kind.INVOICE, bogdan), first_series(Kind.INVOICE, ana)) == (there, fct)


def test_a_persons_own_default_comes_before_the_places(fct, place, ana, bogdan):
    create_series(Kind.INVOICE, name="FLO", workplace=place, by=ana)
    assign_series(fct, workplace=None, users=[], default_for=[bogdan.pk], by=ana)
    assert first_series(Kind.INVOICE, bogdan) == fct


def test_a_series_of_some_people_is_offered_to_them_alone(fct, ana, bogdan):
    own = create_series(Kind.INVOICE, name="BOG", by=ana)
    assign_series(own, workplace=None, users=[bogdan.pk], default_for=[], by=ana)
    assert (list(usable(Kind.INVOICE, ana)), set(usable(Kind.INVOICE, bogdan))) == ([fct], {own, fct})


def test_only_those_named_issue_in_a_series(fct, ana, bogdan):
    assign_series(fct, workplace=None, users=[bogdan.pk], default_for=[], by=ana)
    draft = make_draft()
    with pytest.raises(Refused, match="series_not_allowed"):
        issue(draft, by=ana)
    assert issue(draft, by=bogdan).label == "FCT 0001"


def test_a_default_is_for_those_who_may_use_it(fct, ana, bogdan):
    with pytest.raises(Refused, match="series_default_for_stranger"):
        assign_series(fct, workplace=None, users=[bogdan.pk], default_for=[ana.pk], by=ana)


def test_a_moved_default_leaves_another_one_behind(fct, place, ana):
    other = create_series(Kind.INVOICE, name="ABC", by=ana)
    assign_series(fct, workplace=place, users=[], default_for=[], by=ana)
    assert list(Series.objects.filter(is_default=True).values_list("name", "workplace__name").order_by("name")) == [
        (other.name, None),
        ("FCT", place.name),
    ]


def test_the_place_is_printed_on_the_documents_of_its_series(fct, place, ana):
    assign_series(fct, workplace=place, users=[], default_for=[], by=ana)
    assert issue(make_draft(series=fct), by=ana).seller["workplace"]["street"] == "Str. Eroilor 4"


def test_a_place_with_series_is_not_deleted(fct, place, ana):
    assign_series(fct, workplace=place, users=[], default_for=[], by=ana)
    with pytest.raises(Refused, match="workplace_used"):
        delete_workplace(place, by=ana)


def test_a_person_works_in_one_place(place, ana, bogdan):
    other = add_workplace(details=CLUJ | {"name": "Oradea"}, users=[bogdan.pk], by=ana)
    assert (place.users.count(), other.users.count()) == (0, 1)
    with pytest.raises(Refused, match="workplace_exists"):
        add_workplace(details=CLUJ | {"name": "ORADEA"}, by=ana)


def test_a_used_series_keeps_its_identity_in_the_database(fct, ana):
    issue(make_draft(), by=ana)
    for change in ("name = 'ABC'", "first_number = 0", "last_number = 0", "kind = 'receipt'"):
        with pytest.raises(IntegrityError, match="has given numbers"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE invoicing_series SET {change} WHERE id = %s", [fct.pk])


def test_another_programs_last_date_holds_the_first_number_back(fct, ana):
    series = create_series(Kind.INVOICE, name="ABC", first_number=1235, last_on=TODAY, by=ana)
    with pytest.raises(Refused, match="date_before_last"):
        issue(make_draft(series=series, issue_date=date(2026, 11, 19)), by=ana)


def test_the_missing_series_are_added_once(fct, ana):
    assert [series.name for series in create_missing_series(by=ana)] == ["PF", "AV", "CH"]
    assert create_missing_series(by=ana) == []


@pytest.mark.parametrize(("name", "year", "next_name"), [("FCT26", 2027, "FCT27"), ("F2026", 2027, "F2027"), ("FCT", 2027, "FCT27")])
def test_a_series_gets_the_name_of_another_year(name, year, next_name):
    assert name_of_year(name, year) == next_name


# The watch


def test_numbers_in_order_leave_nothing_to_say(fct, ana):
    for _ in range(3):
        issue(make_draft(), by=ana)
    assert watch(2026) == []


def test_a_gap_is_found_where_it_is(fct, ana):
    documents = [issue(make_draft(), by=ana) for _ in range(3)]
    number_away(documents[1], 17)
    assert [(x.what, x.text) for x in watch(2026)] == [
        ("gap", "Lipsește FCT 0002, înainte de FCT 0003."),
        ("gap", "Lipsesc 13 numere înainte de FCT 17: de la FCT 0004 la FCT 0016."),
        ("gap", "Seria FCT spune că s-a oprit la FCT 0003, dar are FCT 0017."),
    ]


def test_the_last_number_that_is_missing_is_found(fct, ana):
    issue(make_draft(), by=ana)
    Series.objects.update(last_number=3)
    assert [x.text for x in watch(2026)] == ["Lipsesc 2 numere la sfârșitul seriei: de la FCT 0002 la FCT 0003."]


def test_a_gap_between_two_years_belongs_to_the_later(fct, ana):
    issue(make_draft(issue_date=date(2025, 12, 30), due_date=None, lines=[make_line(rate="s21")]), by=ana)
    Series.objects.update(last_number=2)
    issue(make_draft(), by=ana)
    assert ([x.number for x in watch(2025)], [x.number for x in watch(2026)]) == ([], [3])


def test_a_date_before_the_one_in_front_is_told_with_the_choice_behind_it(fct, ana):
    issue(make_draft(), by=ana)
    issue(make_draft(issue_date=date(2026, 11, 18)), by=ana, allow_earlier_date=True)
    (finding,) = watch(2026)
    assert (finding.what, finding.quiet) == ("date", True)
    assert finding.text.startswith("FCT 0002 are data 18.11.2026, înaintea lui FCT 0001, care este din 20.11.2026.")


@pytest.mark.parametrize("count", [1, 3])
def test_the_watch_takes_five_queries(fct, ana, count, django_assert_num_queries):
    for number in range(count):
        number_away(issue(make_draft(), by=ana), 100 + 2 * number)
    with django_assert_num_queries(5):  # series, numbers, ends, labels, choices
        watch(2026)


def test_what_is_new_is_mailed_once(fct, ana):
    issue(make_draft(), by=ana)
    Series.objects.update(last_number=2)
    assert (note(TODAY), note(TODAY)) == (1, 0)
    send()
    send()
    assert [message.to for message in mail.outbox] == [["ana@exemplu.ro"]]
    assert "Lipsește FCT 0002" in mail.outbox[0].body
    issue(make_draft(), by=ana)  # takes 3; 2 stays missing under the document after it


def test_what_is_mended_is_forgotten(fct, ana):
    documents = [issue(make_draft(), by=ana) for _ in range(2)]
    number_away(documents[1], 5)
    note(TODAY)
    number_away(documents[1], 2)
    note(TODAY)
    assert SeriesFinding.objects.count() == 0


def test_the_page_says_what_is_wrong_with_a_link(fct, ana, as_ana, company):
    document = issue(make_draft(), by=ana)
    number_away(document, 2)
    page = as_ana.get(f"/{company.pk}/serii/urmarire/?an=2026").content.decode()
    assert ("Lipsește FCT 0001" in page, f"/facturi/{document.pk}/" in page) == (True, True)


# The decision


def test_a_decision_holds_the_ranges_and_is_made_again_as_another_version(fct, ana):
    for _ in range(2):
        issue(make_draft(), by=ana)
    first = make_decision(2026, number="1", decided_on=TODAY, people=PEOPLE, by=ana)
    second = make_decision(2026, number="2", decided_on=TODAY, people=PEOPLE, lasts={fct.pk: 500}, by=ana)
    assert [decision.version for decision in (first, second)] == [1, 2]
    assert [row["last"] for decision in (first, second) for row in decision.content["series"]] == ["FCT 9999", "FCT 0500"]


def test_a_series_enters_a_year_after_the_numbers_of_the_years_before(fct, ana):
    issue(make_draft(), by=ana)
    assert [(x.first, x.last) for x in ranges(2026) + ranges(2027)] == [(1, 9999), (2, 9999)]


def test_a_range_cannot_end_before_the_numbers_given(fct, ana):
    for _ in range(2):
        issue(make_draft(), by=ana)
    with pytest.raises(Refused, match="decision_range_invalid"):
        make_decision(2026, number="1", decided_on=TODAY, people=PEOPLE, lasts={fct.pk: 1}, by=ana)


def test_a_decision_is_not_altered(fct, ana):
    decision = make_decision(2026, number="1", decided_on=TODAY, people=PEOPLE, by=ana)
    for statement in ("UPDATE invoicing_seriesdecision SET number = '7'", "DELETE FROM invoicing_seriesdecision"):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert SeriesDecision.objects.get().number == decision.number


def test_a_decision_is_made_from_the_page_and_read_as_pdf(fct, as_ana, company):
    from invoicing.decision_pdf import render

    posted = {"number": "3", "decided_on": "20.11.2026", f"last_{fct.pk}": "900"} | PEOPLE
    answer = as_ana.post(f"/{company.pk}/serii/decizii/noua/?an=2026", posted)
    decision = SeriesDecision.objects.get()
    render(decision)
    pdf = as_ana.get(f"/{company.pk}/serii/decizii/{decision.pk}/")
    assert (answer.status_code, pdf["Content-Type"], pdf.content[:5]) == (302, "application/pdf", b"%PDF-")


# The closed period


def test_nothing_is_issued_in_a_closed_period(scope, ana):
    close(scope, TODAY, ana)
    with pytest.raises(Refused, match="period_closed"):
        issue(make_draft(), by=ana)


def test_what_was_issued_is_not_cancelled_revised_or_paid_in_a_closed_period(scope, ana):
    document = issue(make_draft(), by=ana)
    close(scope, TODAY, ana)
    acts = [
        lambda: cancel(document, by=ana, reason="x"),
        lambda: revise(Document.objects.get(), [make_line()], by=ana, reason="x", revision=1),
        lambda: record_payment([document], amount=Decimal(1), method="card", on=TODAY, by=ana, token=uuid4()),
    ]
    for act in acts:
        with pytest.raises(Refused, match="period_closed"):
            act()


def test_a_proforma_is_no_accounting_record(scope, ana):
    series = create_series(Kind.PROFORMA, name="PF", by=ana)
    close(scope, TODAY, ana)
    assert issue(make_draft(kind=Kind.PROFORMA, series=series), by=ana).label == "PF 0001"


def test_a_period_is_opened_only_with_a_reason(scope, ana):
    close(scope, TODAY, ana)
    with pytest.raises(Refused, match="reason_missing"):
        close(scope, None, ana)
    assert close(scope, date(2026, 10, 31), ana, reason="factură uitată").closed_until == date(2026, 10, 31)


def test_only_days_that_passed_are_closed(scope, ana):
    with pytest.raises(Refused, match="period_in_future"):
        close(scope, date(2099, 1, 1), ana)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE invoicing_document SET status = 'cancelled', cancelled_at = now()",
        "UPDATE invoicing_payment SET cancelled_at = now()",
    ],
)
def test_the_database_keeps_a_closed_period(scope, ana, statement):
    document = issue(make_draft(), by=ana)
    record_payment([document], amount=Decimal(1), method="card", on=TODAY, by=ana, token=uuid4())
    close(scope, TODAY, ana)
    with pytest.raises(IntegrityError, match="books of company"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.django_db(transaction=True)
def test_closing_waits_for_an_invoice_that_is_being_issued(company, ana):
    """The invoice came first, so it stands; one that comes after the closing is refused by the database too."""
    with company_scope(company.pk):
        make_partner()
        draft, late = make_draft(), make_draft()
    done = threading.Event()

    def shut():
        with company_scope(company.pk):
            close(company, TODAY, ana)
        done.set()
        connection.close()

    closing = threading.Thread(target=shut)
    with company_scope(company.pk):
        with transaction.atomic():
            issue(draft, by=ana)
            closing.start()
            assert not done.wait(0.5)
        closing.join(10)
        with pytest.raises(Refused, match="period_closed"):
            issue(late, by=ana)
        assert Company.objects.get().closed_until == TODAY


def test_a_recurrence_of_a_closed_day_fails_and_says_why(scope, ana):
    make_partner()
    plan = make_plan(on=TODAY)
    close(scope, plan.next_on, ana)
    (run,) = run_due(plan.pk, on=plan.next_on)
    assert (run.state, run.error_code) == ("failed", "period_closed")


def test_an_accountant_closes_and_an_issuer_does_not(scope, client, bogdan):
    clara = make_member(make_user("clara@exemplu.ro"), scope, Role.ACCOUNTANT).user
    answers = []
    for user in (bogdan, clara):
        client.force_login(user)
        answers.append(client.post(f"/{scope.pk}/perioada/", {"until": "20.11.2026", "reason": ""}).status_code)
    assert answers == [403, 302]


def test_a_place_is_added_and_changed_from_its_page(scope, ana, as_ana):
    posted = {"name": "Depozit", "street": "Str. A 1", "city": "sector 3", "county": "RO-B", "on_documents": "on", "users": [str(ana.pk)]}
    assert as_ana.post(f"/{scope.pk}/sedii/nou/", posted).status_code == 302
    from companies.models import Workplace

    place = Workplace.objects.get()
    as_ana.post(f"/{scope.pk}/sedii/{place.pk}/", posted | {"name": "Magazin"})
    place.refresh_from_db()
    assert (place.name, place.city, place.users.get().user) == ("Magazin", "SECTOR3", ana)


def test_a_series_of_another_company_cannot_take_our_place(place, ana):
    theirs = make_company("Alta SRL", "14399840")
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE invoicing_series SET workplace_id = %s WHERE company_id = %s", [place.pk, theirs.pk])
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_a_second_click_makes_no_second_decision(fct, ana):
    for _ in range(2):
        make_decision(2026, number="1", decided_on=TODAY, people=PEOPLE, by=ana)
    assert SeriesDecision.objects.count() == 1
