"""The button that fills the form from ANAF, against the rehearsal register."""

import pytest
from django.urls import reverse

from companies.models import Event
from invoicing.actions import issue
from partners.actions import add_client_by_cif
from partners.models import Partner
from tests.factories import make_draft, make_partner

TYPED = {
    "kind": "legal",
    "country": "RO",
    "cif": "ro 10000008",
    "name": "ceva",
    "phone": "0700",
    "is_supplier": "on",
    "notes": "de sunat",
    "language": "ro",
}
INACTIVE = "Contribuabilul este declarat inactiv la ANAF: cheltuielile și TVA au regim special de deducere."


@pytest.fixture
def look_up(web, company, rehearsal):
    def send(values, **extra):
        return web.post(reverse("partners:partner_look_up", args=[company.pk]), values, HTTP_HX_REQUEST="true", **extra)

    return send


def values(answer, *names):
    return tuple(answer.context["form"][name].value() for name in names)


def test_the_fields_are_filled_and_the_rest_stays(look_up):
    answer = look_up(TYPED)
    assert values(answer, "name", "cif", "vat_payer", "reg_no") == (
        "LIBRĂRIA ȘI CEAINĂRIA DIN COLȚ SRL",
        "RO10000008",
        True,
        "J40/1102/1998",
    )
    assert values(answer, "county", "city", "postal_code") == ("RO-B", "SECTOR3", "031472")
    assert values(answer, "phone", "notes", "is_supplier", "is_client") == ("0700", "de sunat", True, False)
    assert (answer.status_code, answer.context["warnings"], Partner.objects.count()) == (200, [], 0)


def test_one_who_pays_no_vat_loses_the_tick_and_the_prefix(look_up):
    answer = look_up(TYPED | {"cif": "RO1000009", "vat_payer": "on"})
    assert values(answer, "cif", "vat_payer") == ("1000009", False)
    assert answer.context["warnings"] == ["Nu apare în registrul RO e-Factura."]


@pytest.mark.parametrize(("cif", "warnings"), [("20000005", [INACTIVE]), ("123456789", ["Firma este radiată, potrivit registrului ANAF."])])
def test_the_risky_ones_are_told(look_up, cif, warnings):
    assert look_up(TYPED | {"cif": cif}).context["warnings"] == warnings


def test_that_a_firm_is_inactive_is_kept_with_it(look_up, web, company):
    form = look_up(TYPED | {"cif": "20000005"}).context["form"]
    filled = {field.name: field.value() or "" for field in form if field.value() is not False}
    assert web.post(reverse("partners:partner_new", args=[company.pk]), filled).status_code == 302
    assert Partner.objects.values_list("identity", "inactive_at_anaf", "city").get() == ("20000005", True, "Cristian")


@pytest.mark.parametrize(
    ("fault", "cif", "problem"),
    [
        ("anaf_no_answer", "10000008", "Registrul ANAF nu răspunde. Încercați peste câteva minute sau completați datele manual; nimic nu s-a pierdut."),
        ("anaf_html", "10000008", "Registrul ANAF nu răspunde. Încercați peste câteva minute sau completați datele manual; nimic nu s-a pierdut."),
        ("", "10000009", "CIF-ul nu este corect. Verificați fiecare cifră: ultima este de control."),
        ("", "19", "Registrul ANAF nu cunoaște CIF-ul 19. Verificați-l sau completați datele manual."),
    ],
)  # fmt: skip
def test_a_failure_is_a_sentence_and_what_was_typed_stays(look_up, rehearsal, fault, cif, problem):
    if fault:
        rehearsal.faults.switch(fault)
    answer = look_up(TYPED | {"cif": cif})
    assert (answer.status_code, answer.context["problem"]) == (422, problem)
    assert values(answer, "name", "cif", "phone", "notes") == ("ceva", cif, "0700", "de sunat")


def test_one_that_is_in_the_book_is_shown(look_up):
    known = make_partner(cif="10000008")
    assert look_up(TYPED).context["existing"] == known


def test_a_client_brought_by_its_cif_is_ready_to_be_invoiced(scope, ana, rehearsal):
    partner = add_client_by_cif("ro 12345674", by=ana)
    assert Partner.objects.values_list("cif", "county", "city").get() == ("RO12345674", "RO-CJ", "Cluj-Napoca")
    assert Event.objects.about(partner).get().verb == "added_from_register"
    assert issue(make_draft(partner), by=ana).number == 1


def test_a_supplier_with_that_cif_becomes_a_client_too(scope, ana):
    supplier = make_partner(is_client=False, is_supplier=True)
    assert add_client_by_cif("14399840", by=ana) == supplier
    assert Partner.objects.values_list("is_client", "is_supplier").get() == (True, True)
