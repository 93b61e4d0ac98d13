"""The user's text to typed values."""

from django import forms

from efactura.models import Settings
from lib.forms import Form


class SettingsForm(Form):
    """The company's choices for e-Factura."""

    storno_type = forms.ChoiceField(
        label="Facturile cu minus pleacă drept",
        choices=Settings.Storno.choices,
        widget=forms.RadioSelect,
        help_text="Legea le tratează la fel. Unele programe de contabilitate primesc mai ușor una dintre ele.",
    )
