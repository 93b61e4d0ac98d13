"""Drafts chosen in their list, issued together: one that cannot be issued does not keep the others."""

from datetime import date

import pytest
from django.urls import reverse

from invoicing.actions import issue
from invoicing.actions.issue_chosen import issue_chosen
from invoicing.models import Document
from invoicing.views import issue_chosen as views
from tests import factories

pytestmark = pytest.mark.usefixtures("scope")
DAYS = [date(2026, 11, 12), date(2026, 11, 10), date(2026, 11, 11)]


@pytest.fixture
def drafts(scope):
    return [factories.make_draft(issue_date=day, due_date=None) for day in DAYS]


@pytest.fixture
def web(client, ana):
    client.force_login(ana)
    return client


def address(company, *documents):
    return f"{reverse('invoicing:issue_many', args=[company.pk])}?alese={','.join(str(document.pk) for document in documents)}"


def test_they_are_numbered_in_the_order_of_their_dates(drafts, ana):
    issued, refused = issue_chosen(drafts, by=ana, allow_earlier_date=False)
    assert ([document.issue_date for document in issued], [document.number for document in issued], refused) == (
        sorted(DAYS),
        [1, 2, 3],
        [],
    )


def test_one_that_cannot_be_issued_stays_a_draft_with_its_reason(drafts, ana):
    Document.objects.filter(pk=drafts[1].pk).update(partner=None)
    issued, refused = issue_chosen(drafts, by=ana, allow_earlier_date=False)
    assert ([document.pk for document in issued], refused) == ([drafts[2].pk, drafts[0].pk], [(drafts[1], "Alegeți clientul.")])
    assert Document.objects.get(pk=drafts[1].pk).status == "draft"


def test_earlier_dates_wait_for_a_word_of_the_person(drafts, ana):
    issue(factories.make_draft(issue_date=date(2026, 11, 20)), by=ana)
    assert issue_chosen(drafts, by=ana, allow_earlier_date=False)[0] == []
    assert len(issue_chosen(drafts, by=ana, allow_earlier_date=True)[0]) == 3


def test_the_page_asks_then_issues_and_says_what_it_did(company, web, drafts):
    page = web.get(address(company, *drafts)).content.decode()
    assert "3 ciorne primesc" in page
    Document.objects.filter(pk=drafts[0].pk).update(partner=None, partner_name="")
    page = web.post(address(company, *drafts), {"earlier": ""}, follow=True).content.decode()
    assert ("2 documente emise: FCT 0001 … FCT 0002." in page, "Ciorna fără client: Alegeți clientul." in page) == (True, True)


def test_a_second_press_issues_nothing_twice(company, web, drafts):
    for _ in range(2):
        web.post(address(company, *drafts), {"earlier": ""})
    assert sorted(Document.objects.values_list("number", flat=True)) == [1, 2, 3]


def test_without_a_draft_among_them_there_is_nothing_to_do(company, web, drafts, ana):
    issued = issue(drafts[0], by=ana)
    answer = web.get(address(company, issued), follow=True)
    assert "Printre documentele alese nu este nicio ciornă." in answer.content.decode()


def test_at_most_a_hundred_at_once(company, web, drafts, monkeypatch):
    monkeypatch.setattr(views, "MOST", 2)
    answer = web.get(address(company, *drafts), follow=True)
    assert "Se pot emite odată cel mult 2 de documente." in answer.content.decode()
