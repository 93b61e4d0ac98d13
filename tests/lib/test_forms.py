from datetime import date
from decimal import Decimal

import pytest
from django import forms
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from lib.errors import Refused
from lib.forms import DateField, DecimalField, Form, ModelForm
from partners.models import Partner


class PaymentForm(Form):
    amount = DecimalField(label="Suma", min_value=Decimal("0.01"), max_digits=15, decimal_places=2, suffix="lei")
    on = DateField(label="Data")
    note = forms.CharField(label="Notă", required=False, help_text="Apare pe chitanță.")
    text = forms.CharField(label="Text", required=False, widget=forms.Textarea)
    secret = forms.CharField(required=False, widget=forms.PasswordInput)
    token = forms.CharField(required=False, widget=forms.HiddenInput)


def filled(**changed):
    return PaymentForm({"amount": "1.234,56", "on": "22.11.2026"} | changed)


def sentence(field, **changed):
    return filled(**changed).errors[field][0]


def test_a_filled_form_gives_typed_values():
    form = filled()
    assert form.is_valid()
    assert (form.cleaned_data["amount"], form.cleaned_data["on"]) == (Decimal("1234.56"), date(2026, 11, 22))


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("abc", "Scrieți un număr, de exemplu 1.234,56."),
        ("0", "Scrieți cel puțin 0,01."),
        ("1,234", "Cel mult 2 zecimale."),
        ("1" * 14, "Numărul este prea mare: cel mult 13 cifre înaintea virgulei."),
    ],
)
def test_a_wrong_amount_is_told_in_romanian(typed, said):
    assert sentence("amount", amount=typed) == said


@pytest.mark.parametrize(
    "typed", ["22.11.2026", "22.11.26", "22/11/2026", "22-11-2026", "2026-11-22", "22112026", " 22. 11. 2026 ", "22.11.2026."]
)
def test_a_date_is_read_as_romanians_type_it(typed):
    assert filled(on=typed).fields["on"].clean(typed) == date(2026, 11, 22)


@pytest.mark.parametrize("typed", ["31.12.9999", "22.11.0206", "22.11.2206", "0001-01-01"])
def test_a_day_of_another_age_is_a_slip(typed):
    with pytest.raises(forms.ValidationError, match="din calendar"):
        DateField().clean(typed)


def test_a_date_without_a_year_is_of_this_year():
    assert DateField().clean("3.2") == date(timezone.localdate().year, 2, 3)


@pytest.mark.parametrize("typed", ["30.02.2026", "azi", "2026", "11.22.2026"])
def test_a_day_that_does_not_exist_is_told_in_romanian(typed):
    assert sentence("on", on=typed) == "Scrieți o dată din calendar, de exemplu 22.11.2026."


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2199, 12, 31)))
def test_a_day_shown_and_read_back_is_the_same(day):
    field = DateField()
    assert field.clean(field.widget.format_value(day)) == day


@given(st.decimals(min_value=0, max_value=10**12, places=2))
def test_an_amount_shown_and_read_back_is_the_same(value):
    field = DecimalField(decimal_places=2)
    assert field.clean(field.prepare_value(value)) == value


def test_an_amount_is_shown_for_editing_without_grouping():
    form = PaymentForm(initial={"amount": Decimal("1234.5"), "on": date(2026, 11, 2)})
    assert 'value="1234,50"' in str(form["amount"])
    assert 'value="02.11.2026"' in str(form["on"])


def test_text_is_put_in_order_before_it_is_read_and_shown():
    form = filled(note="  Reparaţii   şi\x07 altele ")
    assert form.is_valid()
    assert (form.cleaned_data["note"], form["note"].value()) == ("Reparații și altele", "Reparații și altele")


def test_a_text_area_keeps_its_lines():
    form = filled(text=" unu  doi \r\n\r\n trei\t")
    assert form.is_valid()
    assert form.cleaned_data["text"] == "unu doi\n\ntrei"


def test_a_password_is_left_as_it_was_typed():
    form = filled(secret="două  spații")
    assert form.is_valid()
    assert form.cleaned_data["secret"] == "două  spații"


@pytest.mark.parametrize(("field", "place"), [("amount", "amount"), ("", "__all__"), ("unknown", "__all__"), ("token", "__all__")])
def test_a_refusal_becomes_an_error_of_its_field(field, place):
    form = filled()
    assert form.is_valid()
    with form.refusals():
        raise Refused("amount_over_balance", "Rest de încasat: 5,00.", field)
    assert form.errors == {place: ["Rest de încasat: 5,00."]}


def test_after_a_refusal_the_code_goes_on_below_the_block():
    form, reached = filled(), []
    form.is_valid()
    with form.refusals():
        raise Refused("code", "Nu se poate.")
    reached.append(True)
    assert reached == [True]


def test_another_error_is_not_swallowed():
    with pytest.raises(ValueError, match="broken"), filled().refusals():
        raise ValueError("broken")


def test_a_field_tells_its_hint_and_error_to_a_screen_reader():
    drawn = filled(amount="x")["amount"].as_field_group() + filled()["note"].as_field_group()
    for part in [
        'aria-invalid="true"',
        'aria-describedby="id_amount_error"',
        'id="id_amount_error"',
        'aria-describedby="id_note_helptext"',
        'id="id_note_helptext"',
    ]:
        assert part in drawn


def test_the_summary_links_each_error_to_its_field():
    drawn = filled(amount="x").render()
    assert '<a href="#id_amount">Suma</a>: Scrieți un număr' in drawn


def test_what_was_typed_is_escaped_when_it_is_shown_again():
    assert "<script>" not in filled(amount="<script>").render()


def test_a_model_form_reads_decimals_and_days_the_same_way():
    class DemoForm(ModelForm):
        class Meta:
            model = Partner
            fields = "__all__"

    fields = DemoForm.base_fields.values()
    assert not [field for field in fields if type(field) in (forms.DecimalField, forms.DateField)]
