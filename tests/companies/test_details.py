from decimal import Decimal
from io import BytesIO

import pytest
from PIL import Image

from companies import actions
from companies.forms import CompanyForm
from companies.logo import read_logo
from companies.models import BankAccount, Company, Event
from lib.errors import Refused

DETAILS = {
    "name": "Exemplu SRL", "cif": "RO18547290", "reg_no": "J12/345/2015", "street": "Str. Memorandumului 28", "city": "Cluj-Napoca",
    "county": "RO-CJ", "postal_code": "400114", "share_capital": Decimal(200), "phone": "0264 123 456", "email": "office@exemplu.ro",
    "website": "",
}  # fmt: skip
IBAN, SECOND = "RO49AAAA1B31007593840000", "RO09BTRLRONCRT0987654271"


def picture(width=900, height=300, kind="PNG", mode="RGB"):
    content = BytesIO()
    Image.new(mode, (width, height), "red" if mode == "RGB" else 0).save(content, kind)
    return content.getvalue()


def test_what_changes_is_in_the_history_with_what_was_before(scope, ana):
    company = actions.update_company(scope, by=ana, details=DETAILS | {"phone": "0722 000 111", "share_capital": Decimal("200.50")})
    event = Event.objects.about(company).get()
    assert event.data["changes"] == {"share_capital": ["200,00", "200,50"], "phone": ["0264 123 456", "0722 000 111"]}


def test_saving_the_same_is_no_event(scope, ana):
    actions.update_company(scope, by=ana, details=DETAILS)
    assert not Event.objects.exists()


def test_the_cif_is_kept_as_written_and_stays_the_same_company(scope, ana):
    assert actions.update_company(scope, by=ana, details=DETAILS | {"cif": "ro 18547290"}).cif == "ro 18547290"
    with pytest.raises(Refused, match="cif_changed"):
        actions.update_company(scope, by=ana, details=DETAILS | {"cif": "14399840"})


def test_a_cif_is_here_once_however_it_is_written(company, ana):
    with pytest.raises(Refused, match="company_exists") as refusal:
        actions.create_company(by=ana, details=DETAILS | {"cif": "ro 18547290"}, vat_since=None)
    assert (refusal.value.field, Company.objects.count()) == ("cif", 1)


def test_an_account_is_named_after_its_iban_and_stands_last(scope, ana):
    actions.add_account(scope, iban=SECOND, by=ana)
    assert list(BankAccount.objects.values_list("iban", "bank", "position")) == [
        (IBAN, "Banca Exemplu", 0),
        (SECOND, "Banca Transilvania", 1),
    ]


def test_accounts_change_places(scope, ana):
    second = actions.add_account(scope, iban=SECOND, by=ana)
    actions.move_account(second, up=True)
    assert list(BankAccount.objects.values_list("iban", flat=True)) == [SECOND, IBAN]
    actions.move_account(BankAccount.objects.get(pk=second.pk), up=True)
    actions.move_account(BankAccount.objects.get(pk=second.pk), up=False)
    assert list(BankAccount.objects.values_list("iban", flat=True)) == [IBAN, SECOND]


def test_an_account_is_there_once_and_there_are_not_too_many(scope, ana):
    with pytest.raises(Refused, match="iban_exists"):
        actions.add_account(scope, iban=IBAN, by=ana)
    BankAccount.objects.bulk_create(BankAccount(iban=f"X{number}") for number in range(19))
    with pytest.raises(Refused, match="too_many_accounts"):
        actions.add_account(scope, iban=SECOND, by=ana)


def test_an_account_is_hidden_from_documents_and_removed(scope, ana):
    account = BankAccount.objects.get()
    actions.show_account(account, on_documents=False, by=ana)
    actions.show_account(account, on_documents=False, by=ana)
    actions.remove_account(account, by=ana)
    assert [event.verb for event in Event.objects.about(scope)] == ["account_removed", "account_hidden"]


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF"])
def test_a_logo_becomes_a_png_of_at_most_600_pixels(kind):
    with Image.open(BytesIO(read_logo(picture(kind=kind)))) as kept:
        assert (kept.format, kept.size) == ("PNG", (600, 200))


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"\0" * 2 * 1024 * 1024, "logo_too_large"),
        (b"\0" * 1024, "logo_no_picture"),
        (b"", "logo_no_picture"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "logo_no_picture"),
        (picture()[:200], "logo_no_picture"),
        (picture(kind="BMP"), "logo_no_picture"),
        (picture(width=4001, height=1), "logo_too_wide"),
    ],
)
def test_what_is_no_logo_is_refused(content, code):
    with pytest.raises(Refused, match=code):
        read_logo(content)


def test_an_address_in_bucharest_has_its_sector_as_city():
    form = CompanyForm(DETAILS | {"county": "RO-B", "city": "Sectorul 3"})
    assert form.is_valid() and form.cleaned_data["city"] == "SECTOR3"
    assert CompanyForm(DETAILS | {"county": "RO-B", "city": "București"}).errors["city"][0].startswith("Adresele din București")


@pytest.mark.parametrize(
    ("field", "value"),
    [("cif", "RO18547291"), ("reg_no", "abc"), ("postal_code", "12"), ("county", ""), ("share_capital", "-1"), ("name", " ")],
)
def test_a_detail_that_cannot_be_is_told_at_its_field(field, value):
    assert list(CompanyForm(DETAILS | {field: value}).errors) == [field]
