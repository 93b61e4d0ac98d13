"""The card of a partner, and what can be done from it."""

import pytest
from django.urls import reverse

from companies.models import Event, Role
from invoicing.actions import issue
from lib.errors import Refused
from partners.actions import delete_partner, save_partner
from partners.models import Partner
from tests.factories import make_company, make_draft, make_member, make_partner, make_user
from tests.invoicing.plans import make_plan

CHANGED = "Str. Nouă 1"


@pytest.fixture
def partner(scope):
    return make_partner()


@pytest.fixture
def card(web, company, partner):
    def get():
        return web.get(reverse("partners:partner", args=[company.pk, partner.pk]))

    return get


def test_it_shows_what_is_owed_in_each_currency_and_the_last_documents(card, partner, ana):
    issue(make_draft(partner), by=ana)
    issue(make_draft(partner, currency="EUR", exchange_rate=5, rate_source="manual"), by=ana)
    draft = make_draft(partner)
    answer = card()
    assert [(currency, str(amount)) for currency, amount in answer.context["owed"]] == [("EUR", "121.00"), ("RON", "121.00")]
    assert [document.label for document in answer.context["documents"]] == ["", "FCT 0002", "FCT 0001"]
    assert draft in answer.context["documents"]


def test_it_tells_the_history_in_words(card, partner, ana):
    partner.street, partner.county, partner.city, partner.credit_limit = CHANGED, "RO-CJ", "Cluj-Napoca", 1500
    save_partner(partner, by=ana)
    assert card().context["events"][0].lines == [
        "Județ: București → Cluj",
        "Localitate: Sector 3 → Cluj-Napoca",
        "Adresă (stradă, număr): Bd. Unirii 1 → Str. Nouă 1",
        "Limită de credit (lei): (gol) → 1.500,00",
    ]


def test_a_code_of_another_country_is_told(card, partner):
    Partner.objects.update(country="HU")
    assert card().context["other_country"] == "România"


def test_a_change_leaves_issued_documents_as_they_were(partner, ana):
    issued = issue(make_draft(partner), by=ana)
    partner.street = CHANGED
    save_partner(partner, by=ana)
    issued.refresh_from_db()
    assert issued.buyer["street"] == "Bd. Unirii 1"


def test_inactive_and_active_again(web, company, partner):
    url = reverse("partners:partner_state", args=[company.pk, partner.pk])
    for answer in ("nu", "nu", "da"):
        web.post(url, {"activ": answer})
    assert [event.verb for event in Event.objects.about(partner)] == ["activated", "deactivated"]
    assert Partner.objects.get().active


def test_an_unused_partner_is_deleted(web, company, partner):
    web.post(reverse("partners:partner_delete", args=[company.pk, partner.pk]))
    assert not Partner.objects.exists()
    assert Event.objects.get(verb="deleted").data == {"name": "Client Bun SRL", "cif": "RO14399840"}


def test_a_used_partner_stays(web, company, partner, ana):
    make_draft(partner)
    with pytest.raises(Refused, match="partner_in_use"):
        delete_partner(partner, by=ana)
    answer = web.post(reverse("partners:partner_delete", args=[company.pk, partner.pk]), follow=True)
    assert "rămâne în nomenclator" in answer.content.decode()
    assert Partner.objects.exists()


WRITING = [
    ("partners:partner_new", False), ("partners:partner_fields", False), ("partners:partner_look_up", False), ("partners:partner_edit", True),
    ("partners:partner_state", True), ("partners:partner_delete", True),
]  # fmt: skip


@pytest.mark.parametrize("role", [Role.ACCOUNTANT, Role.VIEWER])
def test_who_does_not_issue_reads_only(client, company, partner, role):
    user = make_user("bogdan@exemplu.ro")
    make_member(user, company, role)
    client.force_login(user)
    for name, keyed in WRITING:
        keys = [company.pk, partner.pk] if keyed else [company.pk]
        assert client.post(reverse(name, args=keys), {"activ": "nu"}).status_code == 403
    answer = client.get(reverse("partners:partner", args=[company.pk, partner.pk]))
    assert (answer.status_code, answer.context["may_write"]) == (200, False)
    exported = client.get(reverse("partners:partner_export", args=[company.pk, "csv"]))
    exported.close()
    assert exported.status_code == (200 if role == Role.ACCOUNTANT else 403)


def test_a_stranger_sees_nothing(client, company, partner):
    cristi = make_user("cristi@exemplu.ro")
    other = make_company("Alta SRL", "RO14399840")
    make_member(cristi, other)
    client.force_login(cristi)
    for name, keyed in [*WRITING, ("partners:partner", True), ("partners:client_list", False), ("partners:supplier_list", False)]:
        tail = [partner.pk] if keyed else []
        assert client.get(reverse(name, args=[company.pk, *tail])).status_code == 404
        if keyed:
            assert client.post(reverse(name, args=[other.pk, *tail])).status_code in (404, 405)
    url = reverse("partners:partner_fields", args=[other.pk])
    assert client.post(f"{url}?partener={partner.pk}").status_code == 404
    assert client.post(f"{url}?partener=x").status_code == 404


def test_r20_nothing_is_issued_to_one_whose_code_is_of_another_country(partner, ana):
    Partner.objects.update(country="HU")
    partner.refresh_from_db()
    with pytest.raises(Refused, match="partner_country_mismatch"):
        issue(make_draft(partner), by=ana)


def test_r20_changing_a_partner_changes_no_issued_document(partner, ana):
    document = issue(make_draft(partner), by=ana)
    partner.name, partner.country, partner.cif = "Alt Nume", "DE", "DE136695976"
    save_partner(partner, by=ana)
    document.refresh_from_db()
    assert (document.buyer["name"], document.buyer["country"], document.buyer["cif"]) == ("Client Bun SRL", "RO", "RO14399840")


def test_a_client_of_a_recurring_invoice_stays(ana, scope):
    plan = make_plan(by=ana)
    with pytest.raises(Refused, match="partner_in_use"):
        delete_partner(plan.partner, by=ana)
