"""Forms of a person's own account. Those of signing in are django-allauth's, in our words and without placeholders."""

from allauth.account import forms as allauth
from django import forms

from accounts.models import User
from lib.forms import Form, ModelForm

STRENGTH_HINT = "Cel puțin zece semne, nu doar cifre și nu o parolă des folosită."
THEMES = {"auto": "Ca sistemul", "light": "Luminoasă", "dark": "Întunecată"}
LABELS = {
    "login": "E-mail",
    "email": "E-mail",
    "password": "Parolă",
    "oldpassword": "Parola de acum",
    "password1": "Parola nouă",
    "password2": "Parola nouă, încă o dată",
}


class InOurWords:
    """Labels in Romanian, no placeholders, one short hint for a new password."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():  # type: ignore[attr-defined]
            field.label = LABELS.get(name, field.label)
            field.widget.attrs.pop("placeholder", None)
            field.help_text = STRENGTH_HINT if name == "password1" else ""


class LoginForm(InOurWords, allauth.LoginForm):
    pass


class SignupForm(InOurWords, allauth.SignupForm):
    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password1"].label = "Parolă"


class ResetPasswordForm(InOurWords, allauth.ResetPasswordForm):
    pass


class ResetPasswordKeyForm(InOurWords, allauth.ResetPasswordKeyForm):
    pass


class ChangePasswordForm(InOurWords, allauth.ChangePasswordForm):
    pass


class SetPasswordForm(InOurWords, allauth.SetPasswordForm):
    pass


class AddEmailForm(InOurWords, allauth.AddEmailForm):
    pass


class ReauthenticateForm(InOurWords, allauth.ReauthenticateForm):
    pass


class ProfileForm(ModelForm):
    class Meta:
        model = User
        fields = ["full_name"]
        labels = {"full_name": "Nume și prenume"}
        widgets = {"full_name": forms.TextInput({"autocomplete": "name"})}
        help_texts = {"full_name": "Apare în istoricul documentelor și în e-mailurile pe care le trimiteți."}


class AppearanceForm(Form):
    """The theme of this browser; kept in a cookie, because a phone and a desk may want different ones."""

    theme = forms.ChoiceField(
        label="Temă",
        choices=list(THEMES.items()),
        widget=forms.RadioSelect,
    )
