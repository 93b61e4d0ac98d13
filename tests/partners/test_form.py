"""The form of a partner: what it asks of each kind, what it refuses, what the history keeps."""

import pytest
from django.urls import reverse

from companies.models import Event
from partners.models import Partner
from tests.factories import make_partner

LEGAL = {
    "kind": "legal", "country": "RO", "cif": "ro 14399840", "name": "Ţesătoria  Nouă SRL", "vat_payer": "on", "is_client": "on",
    "county": "RO-CJ", "city": "Cluj-Napoca", "street": "Str. Horea 3", "postal_code": "400174", "language": "ro",
}  # fmt: skip
BUCHAREST = {"county": "RO-B", "city": "SECTOR3", "postal_code": "31472"}
NATURAL = {"kind": "natural", "country": "RO", "cif": "", "name": "Popa Ion", "is_client": "on", "county": "RO-CJ", "language": "ro"}
GERMAN = {
    "kind": "legal", "country": "DE", "cif": "136695976", "name": "Müller GmbH", "vat_payer": "on", "is_client": "on", "county": "Sachsen",
    "city": "Leipzig", "street": "Ring 1", "postal_code": "04109", "language": "en", "currency": "EUR",
}  # fmt: skip


@pytest.fixture
def write(web, company):
    """Send the form of a new partner, or of one that exists; the answer."""

    def send(values, partner=None):
        name, keys = ("partners:partner_edit", [company.pk, partner.pk]) if partner else ("partners:partner_new", [company.pk])
        return web.post(reverse(name, args=keys), values)

    return send


def errors(answer):
    return {name: list(messages) for name, messages in answer.context["form"].errors.items()}


def test_a_romanian_firm_is_written_with_its_text_put_in_order(write):
    assert write(LEGAL).status_code == 302
    partner = Partner.objects.get()
    assert (partner.name, partner.cif, partner.identity, partner.place) == (
        "Țesătoria Nouă SRL",
        "RO14399840",
        "14399840",
        "Cluj-Napoca, Cluj",
    )
    assert (partner.is_client, partner.is_supplier, partner.vat_payer) == (True, False, True)


def test_without_vat_the_code_has_no_prefix(write):
    write(LEGAL | {"vat_payer": ""})
    assert Partner.objects.get().cif == "14399840"


def test_in_bucharest_the_city_is_the_sector_and_the_postal_code_gets_its_zero(write):
    write(LEGAL | BUCHAREST)
    assert Partner.objects.values_list("county", "city", "postal_code").get() == ("RO-B", "SECTOR3", "031472")


def test_a_sector_in_words_is_taken(write):
    write(LEGAL | BUCHAREST | {"city": "Bucureşti, sectorul 4"})
    assert Partner.objects.get().city == "SECTOR4"


def test_a_city_of_bucharest_that_is_no_sector_is_refused(write):
    answer = write(LEGAL | BUCHAREST | {"city": "București"})
    assert errors(answer) == {"city": ["Alegeți sectorul: în București el este localitatea cerută de e-Factura."]}


def test_a_person_needs_no_code_and_is_no_vat_payer(write):
    write(NATURAL | {"vat_payer": "on", "reg_no": "J12/1/2020"})
    partner = Partner.objects.get()
    assert (partner.kind, partner.cif, partner.vat_payer, partner.reg_no) == ("natural", "", False, "")


def test_a_foreign_firm_keeps_its_prefix(write):
    write(GERMAN)
    assert Partner.objects.values_list("cif", "identity", "county", "currency").get() == ("DE136695976", "DE136695976", "Sachsen", "EUR")


def test_a_foreign_number_is_not_the_same_as_a_romanian_cif(write):
    write(LEGAL)
    assert write(GERMAN | {"country": "US", "cif": "14399840", "county": ""}).status_code == 302
    assert set(Partner.objects.values_list("identity", flat=True)) == {"14399840", "US14399840"}


@pytest.mark.parametrize(
    ("values", "field", "sentence"),
    [
        (LEGAL | {"cif": "14399841"}, "cif", "CIF-ul nu este corect: are între 2 și 10 cifre, iar ultima este de control. Verificați fiecare cifră."),
        (LEGAL | {"cif": ""}, "cif", "Acest câmp este obligatoriu."),
        (LEGAL | {"county": ""}, "county", "Alegeți județul."),
        (LEGAL | {"city": ""}, "city", "Scrieți localitatea; apare pe factură și se cere în e-Factura."),
        (LEGAL | {"postal_code": "4001"}, "postal_code", "Codul poștal are 6 cifre, de exemplu 031472."),
        (LEGAL | {"iban": "RO49AAAA1B31007593840001"}, "iban", "IBAN-ul nu este corect: cifrele de control nu se potrivesc. Verificați fiecare caracter."),
        (LEGAL | {"email": "a@b.ro; cineva"}, "email", "Adresa cineva nu este corectă."),
        (LEGAL | {"due_days": "zece"}, "due_days", "Scrieți un număr de zile, de la 0 la 365."),
        (LEGAL | {"is_client": ""}, "is_client", "Bifați client, furnizor sau amândouă."),
        (NATURAL | {"cif": "1960101123457"}, "cif", "CNP-ul nu este corect: cifra de control nu se potrivește. Verificați fiecare cifră."),
        (GERMAN | {"cif": "DE136695977"}, "cif", "Codul de TVA nu este corect pentru Germania: începe cu DE. Verificați-l."),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_saved(write, values, field, sentence):
    answer = write(values)
    assert (answer.status_code, errors(answer)) == (422, {field: [sentence]})
    assert answer.context["form"]["name"].value() == " ".join(values["name"].replace("Ţ", "Ț").split())
    assert not Partner.objects.exists()


@pytest.mark.parametrize(
    ("values", "country"),
    [
        (LEGAL | {"country": "HU"}, "RO"),
        (LEGAL | {"country": "US"}, "RO"),
        (LEGAL | {"country": "HU", "cif": "18547290"}, "RO"),
        (GERMAN | {"country": "RO", "cif": "DE136695976", "county": "RO-CJ", "postal_code": ""}, "DE"),
        (GERMAN | {"country": "FR", "cif": "DE 136 695 976"}, "DE"),
    ],
)
def test_r20_a_code_of_another_country_is_refused_with_a_way_to_mend_it(write, values, country):
    answer = write(values)
    assert (answer.status_code, answer.context["form"].has_error("cif", "partner_country_mismatch")) == (422, True)
    assert answer.context["repair"] == country
    assert not Partner.objects.exists()


def test_the_button_that_mends_it_sets_the_country_and_keeps_what_was_typed(web, company):
    answer = web.post(reverse("partners:partner_fields", args=[company.pk]), LEGAL | {"country": "HU", "pune_tara": "RO"})
    form = answer.context["form"]
    assert (form["country"].value(), form["cif"].value(), form["county"].value()) == ("RO", "ro 14399840", "RO-CJ")
    assert form.errors == {}


def test_the_same_cif_written_otherwise_is_refused_with_a_link_to_its_partner(write):
    first = make_partner(cif="14399840", vat_payer=False)
    answer = write(LEGAL)
    assert errors(answer) == {
        "cif": ["CIF-ul 14399840 este deja al partenerului Client Bun SRL. Deschideți-l pe acela sau corectați codul."]
    }
    assert answer.context["existing"] == first
    assert Partner.objects.count() == 1


def test_changes_are_kept_with_what_was_before(write, ana):
    partner = make_partner(city="SECTOR3", due_days=30)
    assert (
        write(
            LEGAL | BUCHAREST | {"name": "Client Bun SRL", "street": "Bd. Unirii 2", "email": partner.email, "postal_code": ""}, partner
        ).status_code
        == 302
    )
    event = Event.objects.about(partner).get()
    assert (event.verb, event.by) == ("changed", ana)
    assert event.data["changes"] == {"street": ["Bd. Unirii 1", "Bd. Unirii 2"], "due_days": ["30", ""]}


def test_saving_without_a_change_leaves_no_trace(write):
    write(LEGAL)
    partner = Partner.objects.get()
    write(LEGAL, partner)
    assert [event.verb for event in Event.objects.about(partner)] == ["created"]


def test_the_shape_follows_the_kind_and_loses_nothing(web, company):
    answer = web.post(reverse("partners:partner_fields", args=[company.pk]), LEGAL | {"kind": "natural", "reg_no": "J12/1/2020"})
    form = answer.context["form"]
    assert (form["cif"].label, form["name"].label, form["reg_no"].is_hidden) == ("CNP", "Nume și prenume", True)
    assert (form["reg_no"].value(), form["vat_payer"].value()) == ("J12/1/2020", True)


@pytest.mark.parametrize("asked", [{}, {"HTTP_HX_REQUEST": "true"}])
def test_the_shape_comes_as_a_part_or_as_a_page(web, company, asked):
    answer = web.post(reverse("partners:partner_fields", args=[company.pk]), LEGAL, **asked)
    assert (b"<title>" in answer.content) == (not asked)
    assert b'id="partner-fields"' in answer.content


def test_a_new_supplier_is_proposed_as_one(web, company):
    form = web.get(reverse("partners:partner_new", args=[company.pk]) + "?tip=furnizor&cif=14399840").context["form"]
    assert (form["is_client"].value(), form["is_supplier"].value(), form["cif"].value()) == (False, True, "14399840")
