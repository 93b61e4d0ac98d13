"""The list of recurring invoices in the order of its clients, page by page."""

import pytest
from django.http import QueryDict

from invoicing.models import RecurringPlan
from invoicing.recurring_list import RecurringList
from lib import listing
from tests.factories import make_partner
from tests.invoicing.plans import make_plan

pytestmark = pytest.mark.usefixtures("scope")


def page(query):
    found = RecurringList(QueryDict(query.removeprefix("?")), RecurringPlan.objects.select_related("partner"))
    return [plan.partner.name for plan in found.rows], found.next_url


@pytest.mark.parametrize(("order", "expected"), [("client", "ABCDE"), ("-client", "EDCBA")])
def test_plans_in_the_order_of_their_clients(monkeypatch, ana, order, expected):
    monkeypatch.setattr(listing, "PAGE", 2)
    for name in "CAEBD":
        plan = make_plan(by=ana)
        RecurringPlan.objects.filter(pk=plan.pk).update(partner=make_partner(name, ""))
    walked, address = page(f"ordine={order}")
    while address:
        names, address = page(address)
        walked += names
    assert "".join(walked) == expected


@pytest.mark.parametrize("number", ["NaN", "Infinity", "1e99999999", "1e-99999999"])
def test_a_number_that_no_row_has_begins_no_page(client, ana, company, number):
    client.force_login(ana)
    assert client.get(f"/{company.pk}/facturi/?ordine=-total&dupa=1~{number}").status_code == 200
