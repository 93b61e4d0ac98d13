"""What a person meets at the limit of the plan, and how each channel is counted (R03, R04, R06)."""

import pytest
from django.test import Client
from django.urls import reverse

from invoicing.actions import issue
from invoicing.models import Document, Status
from invoicing.models.document import Channel
from lib.dates import bucharest_today
from subscriptions.actions import subscribe
from subscriptions.models import Plan, QuotaUse
from tests import factories
from tests.invoicing.test_editor import posted, row

pytestmark = pytest.mark.usefixtures("scope")


@pytest.fixture
def browser(ana):
    client = Client()
    client.force_login(ana)
    return client


def give(company, documents):
    plan = Plan.objects.create(slug=f"plan-{documents}", name="Silver", documents=documents)
    return subscribe(company, plan=plan, on=bucharest_today(), by=None)


def send(browser, company):
    return browser.post(reverse("invoicing:invoice_new", args=[company.pk]), posted(factories.make_partner(), [row()], action="issue"))


def test_r04_the_refusal_leads_to_the_counted_documents_and_keeps_the_draft(browser, company):
    give(company, 0)
    answer = send(browser, company)
    assert answer.status_code == 422
    assert reverse("subscriptions:counted", args=[company.pk]) in answer.content.decode()
    assert [draft.status for draft in Document.objects.all()] == [Status.DRAFT]


def test_r06_a_new_plan_opens_the_next_request_of_one_who_is_signed_in(browser, company):
    give(company, 0)
    send(browser, company)
    give(company, 1)
    draft = Document.objects.get()
    answer = browser.post(reverse("invoicing:invoice_issue", args=[company.pk, draft.pk]))
    assert (answer.status_code, Document.objects.get().status) == (302, Status.ISSUED)


@pytest.mark.parametrize("channel", Channel)
def test_r03_each_channel_is_counted_by_its_name(company, channel):
    issue(factories.make_draft(), by=None, channel=channel)
    assert list(QuotaUse.objects.values_list("channel", "kind")) == [(channel.value, "invoice")]


def test_r04_the_list_holds_exactly_what_was_counted(browser, company):
    give(company, 5)
    issued = issue(factories.make_draft(), by=None)
    factories.make_draft()
    page = browser.get(reverse("subscriptions:counted", args=[company.pk])).content.decode()
    assert (page.count(issued.label), QuotaUse.objects.count()) == (1, 1)
