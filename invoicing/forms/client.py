"""The client of a document: found by what was typed, or written in place."""

from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import Http404

from companies.scope import active_company_id
from lib.cif import identity, is_valid_cif
from lib.counties import BUCHAREST, COUNTIES, sector_from_text
from lib.forms import ModelForm
from lib.identifiers import check_cnp
from lib.rows import find
from lib.text import searchable
from partners.models import Partner

OFFERED = 8


@dataclass
class Found:
    """What a search for the client came to: one, several to choose from, or a sentence."""

    partner: Partner | None = None
    offers: list[Partner] = field(default_factory=list)
    error: str = ""


def find_client(key: str, text: str) -> Found:
    """The client with this key, unless other text than its name was typed; then the one whom the text finds.

    A key that is no client of the company is a 404.
    """
    if key:
        known = key.isascii() and key.isdigit() and len(key) < 19
        partner = find(Partner, "r.id = %s AND r.company_id = %s", int(key), active_company_id()) if known else None
        if partner is None:
            raise Http404
        if not text or text == partner.name:
            return Found(partner)
    return _found_by(text) if text else Found()


def _found_by(text: str) -> Found:
    by_code = Partner.objects.filter(identity=identity(text)).first() if any(map(str.isdigit, text)) else None
    if by_code:
        return Found(by_code)
    offers = list(Partner.objects.clients().filter(active=True).matching(text).order_by("sort_name", "id")[: OFFERED + 1])
    exact = [partner for partner in offers if searchable(partner.name) == searchable(text)]
    if len(exact) == 1 or len(offers) == 1:
        return Found((exact or offers)[0])
    if offers:
        return Found(offers=offers[:OFFERED], error="Alegeți clientul din listă.")
    if is_valid_cif(text):
        return Found(error=f"CIF-ul {identity(text)} nu este între clienții firmei. Îl puteți adăuga din registrul ANAF.")
    return Found(error=f"Niciun client nu se potrivește cu „{text}”. Adăugați-l ca un client nou.")


class ClientForm(ModelForm):
    """A natural person, with the little that an invoice needs."""

    county = forms.ChoiceField(label="Județ", choices=[("", "Alegeți"), *COUNTIES], required=False)

    class Meta:
        model = Partner
        fields = ["name", "cif", "street", "city", "county", "email"]
        labels = {"name": "Nume și prenume", "cif": "CNP", "street": "Adresă (stradă, număr)"}

    def clean_cif(self) -> str:
        """The CNP is not asked for; one that is written must be right and new."""
        code = self.cleaned_data["cif"]
        if not code:
            return ""
        code = check_cnp(code)
        if Partner.objects.filter(identity=identity(code)).exists():
            raise ValidationError("Există deja un partener cu acest CNP. Căutați-l după CNP.")
        return code

    def clean(self) -> dict[str, Any]:
        """In Bucharest the locality is the sector (RO_CIUS, BR-RO-100)."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("county") == BUCHAREST and cleaned.get("city"):
            cleaned["city"] = sector_from_text(cleaned["city"])
            if not cleaned["city"]:
                self.add_error("city", "În București scrieți sectorul, de exemplu Sector 3.")
        return cleaned

    def person(self) -> Partner:
        """The client that was written, not yet saved."""
        self.instance.kind, self.instance.is_client, self.instance.vat_payer = Partner.Kind.NATURAL, True, False
        return self.instance
