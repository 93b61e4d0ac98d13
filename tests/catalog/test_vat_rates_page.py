import pytest

from companies.models import Role
from tests.factories import make_company, make_member, make_user


@pytest.mark.parametrize(("payer", "names"), [(True, ["21%", "11%"]), (False, ["neplătitor de TVA"])])
def test_the_page_shows_what_a_line_may_choose_today(db, client, payer, names):
    company = make_company(payer=payer)
    client.force_login(make_member(make_user(), company, Role.VIEWER).user)
    offered = [rate.name for rate in client.get(f"/{company.pk}/cote-tva/").context["offered"]]
    assert offered[: len(names)] == names


def test_former_rates_are_listed_with_their_dates(db, client):
    company = make_company()
    client.force_login(make_member(make_user(), company).user)
    assert "19%" in [rate.name for rate in client.get(f"/{company.pk}/cote-tva/").context["former"]]
