"""The user's text to typed values."""

from uuid import uuid4

from django import forms

from efactura.actions.settings import LONGEST_DELAY
from efactura.models import Settings
from efactura.spv.environment import Environment
from lib.forms import Form


class SettingsForm(Form):
    """The company's choices for e-Factura."""

    storno_type = forms.ChoiceField(
        label="Facturile cu minus pleacă drept",
        choices=Settings.Storno.choices,
        widget=forms.RadioSelect,
        help_text="Legea le tratează la fel. Unele programe de contabilitate primesc mai ușor una dintre ele.",
    )


class EnvironmentForm(Form):
    """Where invoices go."""

    environment = forms.ChoiceField(label="Mediul", choices=Environment.choices, widget=forms.RadioSelect)
    confirmed = forms.BooleanField(
        label="Știu că în producție facturile ajung la ANAF și la clienți și nu se mai pot lua înapoi", required=False
    )


class SendingForm(Form):
    """When invoices leave."""

    sending = forms.ChoiceField(label="Facturile pleacă", choices=Settings.Sending.choices, widget=forms.RadioSelect)
    delay_minutes = forms.IntegerField(
        label="După câte minute", min_value=1, max_value=LONGEST_DELAY, help_text="Pentru „după un timp de la emitere”."
    )
    send_hour = forms.IntegerField(label="La ora", min_value=0, max_value=23, help_text="Pentru „zilnic, la o oră”: de la 0 la 23.")
    resend_unknown = forms.BooleanField(
        label="Retrimite singur, o dată, ce nu s-a găsit în SPV",
        required=False,
        help_text="Altfel hotărăște o persoană. ANAF respinge de obicei o factură trimisă de două ori, dar nu o garantează.",
    )


class ManualUploadForm(Form):
    """The index of an upload made in the portal."""

    index = forms.CharField(label="Index de încărcare", max_length=20, widget=forms.TextInput(attrs={"inputmode": "numeric"}))


class IssuerMessageForm(Form):
    """A message to whoever issued a received invoice."""

    text = forms.CharField(
        label="Mesajul",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="Ajunge la furnizor prin SPV și rămâne acolo. Nu anulează și nu refuză factura: corectarea o face furnizorul.",
    )
    token = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)  # one form, one message
