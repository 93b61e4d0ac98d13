"""Forms of a person's own account."""

from django import forms

from accounts.models import User
from lib.forms import Form, ModelForm


class ProfileForm(ModelForm):
    class Meta:
        model = User
        fields = ["full_name"]
        widgets = {"full_name": forms.TextInput({"autocomplete": "name"})}
        help_texts = {"full_name": "Apare în istoricul documentelor și în e-mailurile pe care le trimiteți."}


class AppearanceForm(Form):
    """The theme of this browser; kept in a cookie, because a phone and a desk may want different ones."""

    theme = forms.ChoiceField(
        label="Temă",
        choices=[("auto", "Ca sistemul"), ("light", "Luminoasă"), ("dark", "Întunecată")],
        widget=forms.RadioSelect,
    )
