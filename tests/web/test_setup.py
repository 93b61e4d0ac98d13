"""The first minutes: from the CIF to a company that can issue."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from companies.models import BankAccount, CashVatPeriod, Company, Membership, Role, VatStatus
from companies.scope import company_scope
from invoicing.models import Series
from tests.companies.test_details import picture
from tests.factories import make_company, make_user

ADDRESS = "/firme/noua/"
TYPED = {
    "cif": "RO18547290", "name": "Exemplu SRL", "street": "Str. Memorandumului 28", "city": "Cluj-Napoca", "county": "RO-CJ",
    "vat_payer": "on", "vat_since": "01.01.2015", "series": "FCT", "first_number": "1",
}  # fmt: skip


@pytest.fixture
def ana(db, client):
    user = make_user()
    client.force_login(user)
    return user


def shown(answer):
    """The values of the form as it stands on the page."""
    form = answer.context["form"]
    return {name: form[name].value() for name in form.fields}


def test_the_register_fills_in_the_form(ana, client, rehearsal):
    values = shown(client.post(ADDRESS, {"cif": "RO 10000008", "cauta": "da"}))
    assert (values["name"], values["county"], values["city"]) == ("LIBRĂRIA ȘI CEAINĂRIA DIN COLȚ SRL", "RO-B", "SECTOR3")
    assert (values["cif"], values["reg_no"]) == ("RO 10000008", "J40/1102/1998")
    assert (values["vat_payer"], values["vat_since"], values["cash_vat_since"]) == (True, date(2001, 1, 1), date(2019, 4, 1))


def test_a_company_begins_with_all_it_needs(ana, client):
    logo = SimpleUploadedFile("logo.png", picture())
    more = {"iban": "RO09BTRLRONCRT0987654271", "cash_vat": "on", "cash_vat_since": "01.01.2020", "first_number": "1235", "logo": logo}
    answer = client.post(ADDRESS, TYPED | more)
    company = Company.objects.get()
    assert (answer.status_code, answer.url, company.cif, company.logo_id is None) == (302, f"/{company.pk}/", "RO18547290", False)
    assert Membership.objects.get().role == Role.OWNER
    with company_scope(company.pk):
        assert list(VatStatus.objects.values_list("since", "payer", "by")) == [(date(2015, 1, 1), True, ana.pk)]
        assert (CashVatPeriod.objects.get().since, BankAccount.objects.get().bank) == (date(2020, 1, 1), "Banca Transilvania")
        labels = {series.kind: series.next_label for series in Series.objects.filter(is_default=True)}
        assert labels == {"invoice": "FCT 1235", "proforma": "PF 0001", "delivery_note": "AV 0001", "receipt": "CH 0001"}


def test_one_who_is_not_registered_for_vat_begins_without_a_status(ana, client):
    client.post(ADDRESS, {name: value for name, value in TYPED.items() if name != "vat_payer"})
    with company_scope(Company.objects.get().pk):
        assert not VatStatus.objects.exists()


@pytest.mark.parametrize("fault", ["anaf_no_answer", "anaf_html", "anaf_500"])
def test_without_the_register_the_form_is_filled_in_by_hand(ana, client, rehearsal, fault):
    rehearsal.faults.switch(fault)
    answer = client.post(ADDRESS, {"cif": "RO18547290", "cauta": "da"})
    assert (answer.status_code, "Registrul ANAF nu răspunde" in answer.content.decode(), "name" in shown(answer)) == (422, True, True)


def test_nothing_typed_is_lost_when_the_register_does_not_answer(ana, client, rehearsal):
    rehearsal.faults.switch("anaf_no_answer")
    typed = TYPED | {"share_capital": "200,5", "vat_since": "azi", "county": "RO-CJ"}
    values = shown(client.post(ADDRESS, typed | {"cauta": "da"}))
    assert {name: values[name] for name in typed} == typed | {"vat_payer": True}


def test_a_cif_that_the_register_does_not_know_can_be_typed_by_hand(ana, client, rehearsal):
    answer = client.post(ADDRESS, {"cif": "1006", "cauta": "da"})
    assert (answer.status_code, "nu cunoaște CIF-ul 1006" in answer.content.decode(), "name" in shown(answer)) == (422, True, True)


@pytest.mark.parametrize("cif", ["", "123", "RO18547291"])
def test_a_wrong_cif_is_told_at_its_field(ana, client, cif):
    answer = client.post(ADDRESS, {"cif": cif, "cauta": "da"})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["cif"])


@pytest.mark.parametrize("how", [{"cauta": "da"}, TYPED])
def test_a_company_that_is_here_already_is_refused(ana, client, how):
    make_company()
    answer = client.post(ADDRESS, how | {"cif": "ro 18547290"})
    assert (answer.status_code, "Cereți o invitație de la administratorul ei" in answer.content.decode()) == (422, True)
    assert Company.objects.count() == 1


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"vat_since": ""}, "vat_since"),
        ({"vat_since": "01.01.1990"}, "vat_since"),
        ({"cash_vat": "on"}, "cash_vat_since"),
        ({"cash_vat": "on", "cash_vat_since": "01.01.2014"}, "cash_vat_since"),
        ({"iban": "RO09"}, "iban"),
        ({"series": "A B"}, "series"),
        ({"first_number": "0"}, "first_number"),
        ({"logo": SimpleUploadedFile("logo.png", b"x" * 2_000_000)}, "logo"),
    ],
)
def test_a_mistake_stands_at_its_field_and_nothing_is_half_saved(ana, client, typed, field):
    answer = client.post(ADDRESS, TYPED | typed)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert (Company.objects.exists(), Membership.objects.exists()) == (False, False)


def test_who_is_not_signed_in_signs_in_first(db, client):
    assert client.get(ADDRESS).url == f"/cont/autentificare/?next={ADDRESS}"
