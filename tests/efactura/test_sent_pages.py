"""e-Factura › Trimise, the card of an invoice's page, the proof sheet."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from efactura import late, lists
from efactura.actions import ask_for_proof, enrol_new
from efactura.models import Settings, Submission
from efactura.tasks import render_proof
from tests.efactura.sending import begin, issued, only


@pytest.fixture
def web(scope, ana):
    client = Client()
    client.force_login(ana)
    return client


def url(company, name, *keys):
    return reverse(f"efactura:{name}", args=(company.pk, *keys))


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_takes_the_same_queries_for_one_row_and_for_three(web, company, ana, count, django_assert_num_queries):
    begin()
    for _ in range(count):
        issued(ana)
    enrol_new()
    with django_assert_num_queries(7):  # user, membership, settings twice, uploads made elsewhere, rows, companies of the user
        answer = web.get(url(company, "sent_list"))
    assert answer.content.decode().count("De trimis</span>") == count


def test_the_ticked_rows_leave(web, company, ana):
    begin(Settings.Sending.BY_HAND)
    documents = [issued(ana), issued(ana)]
    enrol_new()
    web.post(url(company, "sent_send"), {"alese": [only(documents[0]).pk]})
    assert [only(each).due_at is not None for each in documents] == [True, False]


@pytest.mark.parametrize(("chip", "count"), [("de-trimis", 1), ("acceptate", 0), ("intarziate", 0), ("necunoscute", 0)])
def test_the_chips_of_the_list(web, company, ana, chip, count):
    begin()
    issued(ana)
    enrol_new()
    answer = web.get(url(company, "sent_list"), {"stare": chip})
    assert len(answer.context["list"].rows) == count


def test_an_invoice_that_spv_has_warns_before_it_is_changed(web, company, ana):
    document = issued(ana)
    page = reverse("invoicing:document", args=(company.pk, document.pk))
    assert "Factura este deja în SPV" not in web.get(page).content.decode()
    fields = {"environment": "repetitie", "index": "5", "status": "accepted", "sent_at": timezone.now(), "revision": 1}
    Submission.objects.create(document=document, deadline=timezone.localdate(), **fields)
    assert "Factura este deja în SPV" in web.get(page).content.decode()


def test_the_proof_sheet_is_made_once_for_what_was_tried(scope, ana, company):
    begin()
    document = issued(ana)
    enrol_new()
    row = ask_for_proof(document)
    render_proof(company.pk, row.pk)
    again = ask_for_proof(document)
    assert (again.pk, bytes(again.file.content)[:4]) == (row.pk, b"%PDF")


def test_when_invoices_leave_is_chosen_on_its_page(web, company):
    web.post(url(company, "sending"), {"sending": "delay", "delay_minutes": "90", "send_hour": "20"})
    chosen = Settings.objects.get()
    assert (chosen.sending, chosen.delay_minutes, chosen.resend_unknown, chosen.sending_since is not None) == ("delay", 90, False, True)


def test_a_delay_of_a_week_is_refused(web, company):
    answer = web.post(url(company, "sending"), {"sending": "delay", "delay_minutes": "10080", "send_hour": "20"})
    assert answer.status_code == 422


@pytest.mark.parametrize("count", [1, 3])
def test_the_sums_take_the_same_queries_for_one_row_and_for_three(web, company, ana, count, django_assert_num_queries):
    begin()
    for _ in range(count):
        issued(ana)
    enrol_new()
    with django_assert_num_queries(6):  # user, membership, settings, chips, whether many, sum
        answer = web.get(url(company, "sent_totals"))
    counts = {chip.key: chip.count for chip in answer.context["list"].counted_chips}
    assert counts == {key: count if key in ("", "de-trimis") else 0 for key in counts}


def test_chips_and_sums_do_not_count_beyond_what_is_read(web, company, ana, monkeypatch):
    monkeypatch.setattr(lists.SentList, "most_counted", 2)
    monkeypatch.setattr(lists, "MOST_SUMMED", 2)
    begin()
    for _ in range(3):
        issued(ana)
    enrol_new()
    page = web.get(url(company, "sent_totals")).content.decode()
    assert page.count('<span class="chip-count">2+</span>') == 2
    assert "Peste 2 facturi" in page and "Total" not in page
    assert '<span class="chip-count">0</span>' in page


def with_deadlines(ana, *days):
    begin()
    for day in days:
        document = issued(ana)
        enrol_new()
        Submission.objects.filter(document=document).update(deadline=day)


def test_the_dashboard_and_the_watch_of_series_say_what_is_late_for_spv(web, company, ana, monkeypatch):
    monday = date(2026, 3, 2)
    with_deadlines(ana, monday - timedelta(days=3), monday, monday + timedelta(days=1), monday + timedelta(days=2))
    monkeypatch.setattr(late, "bucharest_today", lambda: monday)
    found = late.unsent()
    assert (found.late, found.near, found.soon) == (1, 2, date(2026, 3, 3))
    tile = web.get(url(company, "late")).content.decode()
    assert "3 facturi" in tile and "1 trecută de termen, 2 cu termen până la 03.03.2026" in tile
    line = web.get(url(company, "late"), {"ca": "rand"}).content.decode()
    assert "1 factură a trecut de termenul de transmitere în SPV. 2 facturi au termen până la 03.03.2026." in line
    for page in ("web:dashboard", "invoicing:series_watch"):
        assert f'hx-get="{url(company, "late")}' in web.get(reverse(page, args=(company.pk,))).content.decode()


def test_of_what_is_in_time_or_sent_nothing_is_said(web, company, ana):
    with_deadlines(ana, timezone.localdate() + timedelta(days=10), timezone.localdate() - timedelta(days=10))
    Submission.objects.filter(deadline__lt=timezone.localdate()).update(status="exempt")
    assert web.get(url(company, "late")).content.strip() == b""
