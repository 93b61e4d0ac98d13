"""Clients and suppliers from a file. One identity per CIF, however it is written (R32)."""

import re
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from companies.access import ISSUE
from companies.events import new_event
from companies.models import Event
from imports.kinds.base import Judged, Reader
from imports.kinds.records import BATCH, Records
from imports.models import Import, ImportRow, Outcome
from lib.banks import bank_of
from lib.cif import identity, vat_id
from lib.columns import Field, bare
from lib.counties import BUCHAREST, country_from_text, country_of_vat_id, county_from_text, sector_from_text
from lib.errors import Refused
from lib.identifiers import check_cnp, check_iban, check_postal_code, check_reg_no, check_vat_id
from partners.actions import FIELDS as IN_HISTORY
from partners.forms import LONGEST_TERM
from partners.models import Partner
from partners.rules import require_agreement

FIRM = re.compile(r"\b(srl|sa|srl d|snc|scs|sca|pfa|ii|if|ra|sapb|scm|ong|asociatia|fundatia|primaria|gmbh|ltd|llc|kft)\b")
PERSON = {"persoanafizica", "pf", "natural", "fizica", "individual", "f"}
PLAIN = {"contact": 100, "phone": 50, "bank": 100, "group": 50, "notes": 2000, "street": 150}


class Partners(Records):
    """What clients and suppliers share; a partner that is there already becomes both."""

    model = Partner
    role: str
    section, row_url = "Nomenclatoare", "partners:partner"
    roles = ISSUE
    numbers = ("due_days",)
    fields = (
        Field(
            "name",
            "Denumire",
            "Nume, Client, Furnizor, Denumire client, Denumire furnizor, Denumire firma, Nume firma, Nume client, "
            "Nume furnizor, Partener, Denumire partener, Firma, Nume si prenume, Company, Customer, Customer "
            "name, Company name",
            needed=True,
            example="Exemplu Construct SRL",
        ),
        Field(
            "cif",
            "CIF / CNP",
            "CIF, CUI, Cod fiscal, Cod_fiscal, CNP, CIF/CUI, CUI/CNP, CIF client, CIF furnizor, CNP client, Cod "
            "unic, Cod TVA, VAT, VAT ID, VAT code, Tax ID, C.I.F., Cod identificare fiscala, CIF / CNP client",
            example="RO14399840",
        ),
        Field("kind", "Tip", "Tip client, Tip partener, Tip persoana, PF/PJ, Type", example="persoană juridică"),
        Field("vat_payer", "Plătitor de TVA", "Platitor TVA, Inregistrat TVA, TVA, Is tax payer, Platitor, Tax payer", example="da"),
        Field(
            "reg_no",
            "Nr. registrul comerțului",
            "Reg com, Reg_com, Registrul comertului, Nr reg com, Nr. Reg. Com., J, Nr ord reg com, Reg. com., Nr. "
            "inregistrare, Registration number",
            example="J40/8118/2001",
        ),
        Field("country", "Țara", "Tara, Country", example="România"),
        Field("county", "Județ", "Judet, Jud, Regiune, County, State", example="Cluj"),
        Field("city", "Localitate", "Oras, Localitatea, Oraș/Comună, Sector, City", example="Cluj-Napoca"),
        Field(
            "street",
            "Adresă",
            "Adresa, Strada, Str, Adresa sediu, Sediu, Stradă și număr, Address, Street",
            example="Str. Memorandumului 28",
        ),
        Field("postal_code", "Cod poștal", "Cod postal, CP, ZIP, Postal code", example="400114"),
        Field("contact", "Persoană de contact", "Persoana contact, Contact, Delegat, Contact person", example="Ana Pop"),
        Field("email", "E-mail", "Email, Mail, Adresa email, Adresa de e-mail", example="office@exemplu.ro"),
        Field("phone", "Telefon", "Tel, Mobil, Telefon mobil, Phone, Nr telefon", example="0264 123 456"),
        Field("iban", "IBAN", "Cont bancar, Cont_banca, Cont banca, Cont, Cont IBAN, Bank account", example="RO49AAAA1B31007593840000"),
        Field("bank", "Banca", "Banca client, Nume banca, Bank"),
        Field(
            "due_days", "Termen de plată (zile)", "Scadenta, Termen de plata, Zile scadenta, Termen plata, Zile plata, Termen, Payment term"
        ),
        Field("group", "Grup", "Grupa, Categorie, Group"),
        Field("notes", "Note interne", "Note, Observatii, Informatii, Comentarii, Notes"),
    )

    def __init__(self) -> None:
        self.values: dict[int, dict[str, Any]] = {}
        self.codes: dict[int, str] = {}
        self.by_identity: dict[str, Partner] = {}
        self.by_name: dict[str, Partner] = {}

    def look_up(self, readers: list[Reader]) -> None:
        for reader in readers:
            self.values[reader.judged.number] = _values(reader)
        probe = Partner()  # one for all rows: making a model costs more than reading a row
        for number, values in self.values.items():
            probe.kind, probe.country, probe.cif = values["kind"], values["country"], values.get("cif", "")
            self.codes[number] = probe.identity_of_code() if probe.cif else ""
        codes = set(self.codes.values()) - {""}
        names = {self.values[reader.judged.number].get("name", "") for reader in readers if not self.codes[reader.judged.number]}
        held = Partner.objects.select_for_update().order_by("pk")
        self.by_identity = {partner.identity: partner for partner in held.filter(identity__in=codes)}
        self.by_name = {partner.name: partner for partner in held.filter(identity="", name__in=names).order_by("-pk")}

    def found(self, reader: Reader) -> Partner | None:
        code = self.codes[reader.judged.number]
        return self.by_identity.get(code) if code else self.by_name.get(self.values[reader.judged.number].get("name", ""))

    def fill(self, row: Partner, reader: Reader) -> None:
        values = self.values[reader.judged.number]
        known = row.pk is not None
        if not known:
            row.is_client = row.is_supplier = False
        elif "iban" in values and values["iban"] != row.iban:
            row.bank = ""
        guessed = {"cif", *(key for key in ("country", "kind") if not reader.has(key))} if known else set()
        for name, value in values.items():
            if name not in guessed:  # the code is there already: written otherwise it is the same
                setattr(row, name, value)
        setattr(row, self.role, True)
        row.bank = row.bank or bank_of(row.iban)
        if row.kind == Partner.Kind.LEGAL and row.country == "RO" and row.cif:
            row.cif = vat_id(row.cif, row.vat_payer)
        if not known:
            self._require(row, reader)

    def derive(self, row: Partner) -> None:
        row.derive()

    def keys(self, row: Partner, reader: Reader) -> Iterable[tuple[object, str]]:
        if row.identity:
            yield row.identity, "CIF / CNP"
        elif row.name:
            yield ("name", row.name), "Denumire"

    def tell(self, judged: list[Judged], run: Import, by: Any) -> None:
        events = [new_event(each.row, "imported", by=by, file=run.name) for each in judged if each.outcome == Outcome.ADDED]
        changed = [each for each in judged if each.outcome == Outcome.UPDATED]
        events += [new_event(each.row, "changed", by=by, changes=_changes(each.before, each.after)) for each in changed]
        Event.objects.bulk_create(events, batch_size=BATCH)

    def tell_undone(self, rows: list[ImportRow], now: dict[int, Any], run: Import, by: Any) -> None:
        back = [row for row in rows if row.outcome == Outcome.UPDATED]
        events = [new_event(now[row.target], "changed", by=by, changes=_changes(row.after, row.before)) for row in back if row.target]
        gone = [row for row in rows if row.outcome == Outcome.ADDED and row.target]
        deleted = [(now[row.target], row.after) for row in gone if row.target]
        events += [new_event(row, "deleted", by=by, name=after["name"], cif=after["cif"]) for row, after in deleted]
        Event.objects.bulk_create(events, batch_size=BATCH)

    def _require(self, row: Partner, reader: Reader) -> None:
        """What a new partner has to have."""
        if not row.name:
            reader.wrong("name", "Lipsește denumirea.")
        if row.kind == Partner.Kind.LEGAL and row.country == "RO" and not reader.has("cif"):
            reader.wrong("cif", "Lipsește CIF-ul. Pentru o persoană fizică scrieți „persoană fizică” la Tip.")


class Clients(Partners):
    key, label, icon = "clienti", "Clienți", "people"
    about = "Denumire, CIF, adresă, contact. Un CIF care există se actualizează."
    role = "is_client"
    done_url = "partners:client_list"


class Suppliers(Partners):
    key, label, icon = "furnizori", "Furnizori", "supplier"
    about = "La fel ca la clienți; cine este deja client devine și furnizor."
    role = "is_supplier"
    done_url = "partners:supplier_list"


def _values(reader: Reader) -> dict[str, Any]:
    """What the row says, by field; what it leaves empty is not there."""
    values: dict[str, Any] = {}
    values["name"] = reader.text("name", 200)
    values |= _place(reader)
    values |= _identity(reader, values)
    for key, longest in PLAIN.items():
        values[key] = reader.text(key, longest)
    legal = values.get("kind") != Partner.Kind.NATURAL
    if reader.has("reg_no") and legal:
        text = reader.text("reg_no", 30)
        values["reg_no"] = reader.check("reg_no", check_reg_no, text) if values["country"] == "RO" and text.strip("-/ ") else text
    if reader.has("postal_code"):
        text = reader.text("postal_code", 20)
        values["postal_code"] = reader.check("postal_code", check_postal_code, text) if values["country"] == "RO" else text
    if reader.has("iban"):
        values["iban"] = reader.check("iban", check_iban, reader.text("iban", 50))
    if reader.has("email"):
        values["email"] = _email(reader)
    if reader.has("due_days"):
        days = reader.number("due_days")
        if days is not None and (days != int(days) or not 0 <= days <= LONGEST_TERM):
            reader.wrong("due_days", f"Scrieți un număr de zile, de la 0 la {LONGEST_TERM}.")
        elif days is not None:
            values["due_days"] = int(days)
    return {key: value for key, value in values.items() if value != ""}


def _place(reader: Reader) -> dict[str, Any]:
    """Country, county and city; a Romanian county in any writing, in Bucharest the sector that the address names."""
    country = country_from_text(reader.text("country", 60)) if reader.has("country") else ""
    if reader.has("country") and not country:
        reader.wrong(
            "country", f"Nu cunoaștem țara „{reader.text('country', 60)}”. Scrieți numele sau codul ei, de exemplu Germania sau DE."
        )
    code = identity(reader.text("cif", 30))
    country = country or (country_of_vat_id(code) if not code.isdigit() else "") or "RO"
    county, city = reader.text("county", 50), reader.text("city", 50)
    if country == "RO":
        county = county_from_text(county) or county_from_text(city)
        if reader.has("county") and not county:
            reader.wrong("county", f"Nu cunoaștem județul „{reader.text('county', 50)}”.")
        if county == BUCHAREST:
            street = reader.text("street", 150) if reader.has("street") else ""
            city = sector_from_text(city) or sector_from_text(reader.text("county", 50)) or sector_from_text(street) or city
    return {"country": country, "county": county, "city": city}


def _identity(reader: Reader, values: dict[str, Any]) -> dict[str, Any]:
    """Kind, code and whether VAT is paid; RO before a right CIF says that it is, when no column does."""
    text = reader.text("cif", 30)
    code = identity(text)
    country = values["country"]
    said = bare(reader.text("kind", 40))
    is_cnp = country == "RO" and code.isdigit() and len(code) == 13
    unnamed = not said and not code and not FIRM.search(_plain_words(values["name"]))
    natural = said in PERSON or (not said and (is_cnp or unnamed))
    found: dict[str, Any] = {"kind": Partner.Kind.NATURAL if natural else Partner.Kind.LEGAL}
    paid = reader.yes("vat_payer")
    if not natural and (paid is not None or (country == "RO" and re.match(r"\W*RO\W*\d", text.upper()))):
        found["vat_payer"] = paid if paid is not None else True
    if not code.strip("0-"):
        return found
    if natural:
        found["cif"] = reader.check("cif", check_cnp, text) if country == "RO" else text
        return found
    try:
        require_agreement(Partner(kind=found["kind"], cif=text, country=country))
    except Refused as refusal:
        reader.wrong("cif", refusal.message)
    else:
        found["cif"] = reader.check("cif", lambda typed: check_vat_id(typed, country), text)
    return found


def _plain_words(text: str) -> str:
    return " ".join(bare(word) for word in text.replace(".", "").split())


def _email(reader: Reader) -> str:
    addresses = [address for address in re.split(r"[,;\s]+", reader.text("email", 300)) if address]
    for address in addresses:
        try:
            validate_email(address)
        except ValidationError:
            reader.wrong("email", f"Adresa {address} nu este corectă.")
    return ", ".join(addresses)


def _changes(before: dict[str, Any], after: dict[str, Any]) -> dict[str, list[str]]:
    pairs = {name: (before[name], after[name]) for name in IN_HISTORY}
    return {name: [_text(old), _text(new)] for name, (old, new) in pairs.items() if old != new}


def _text(value: object) -> str:
    return "" if value is None else str(value)
