"""Writing partners: by hand, and from ANAF's register. A partner that changes never changes an issued document (it has a copy)."""

from typing import Any

from django.db import IntegrityError, transaction

from companies.events import record_event
from lib.banks import bank_of
from lib.cif import identity, vat_id
from lib.errors import require
from lib.text import limit
from partners.anaf import Taxpayer, look_up
from partners.models import Partner
from partners.rules import require_agreement

# What the history compares, in the order of the form.
FIELDS = [
    "kind", "name", "cif", "vat_payer", "reg_no", "country", "county", "city", "street", "postal_code", "contact", "email", "phone",
    "iban", "bank", "due_days", "currency", "language", "credit_limit", "group", "notes", "is_client", "is_supplier",
    "inactive_at_anaf",
]  # fmt: skip


@transaction.atomic
def save_partner(partner: Partner, *, by: Any) -> Partner:
    """Write a new partner, or the changes of one; the history keeps what was before.

    Refuses: partner_country_mismatch, partner_exists.
    """
    require_agreement(partner)
    before = Partner.objects.select_for_update().get(pk=partner.pk) if partner.pk else None
    partner.bank = partner.bank or bank_of(partner.iban)
    _save_once(partner)
    if before is None:
        record_event(partner, "created", by=by)
    elif changes := _changes(before, partner):
        record_event(partner, "changed", by=by, changes=changes)
    return partner


@transaction.atomic
def set_active(partner: Partner, *, active: bool, by: Any) -> Partner:
    """Offer a partner on new documents, or no longer. Twice the same is once."""
    partner = Partner.objects.select_for_update().get(pk=partner.pk)
    if partner.active != active:
        partner.active = active
        partner.save(update_fields=["active"])
        record_event(partner, "activated" if active else "deactivated", by=by)
    return partner


@transaction.atomic
def delete_partner(partner: Partner, *, by: Any) -> None:
    """Delete a partner that nothing uses. Refuses: partner_in_use."""
    relations = [x for x in partner._meta.get_fields(include_hidden=True) if x.auto_created and not x.concrete]
    used = any(x.related_model.objects.filter(**{x.field.name: partner}).exists() for x in relations)  # deleting would read every document
    require(not used, "partner_in_use", f"{partner.name} are documente sau încasări și rămâne în nomenclator. Îl puteți face inactiv.")
    record_event(partner, "deleted", by=by, name=partner.name, cif=partner.cif)
    partner.delete()


def add_client_by_cif(cif: str, *, by: Any) -> Partner:
    """The client with this CIF: the one in the book, or a new one from ANAF's register. Calls ANAF outside any transaction.

    Refuses: cif_invalid, cif_unknown, anaf_no_answer.
    """
    known = Partner.objects.filter(identity=identity(cif)).first() if identity(cif) else None
    return _as_client(known) if known else _create(look_up(cif), by=by)


def details_of(found: Taxpayer) -> dict[str, Any]:
    """What the register says, as the fields of a partner."""
    return {
        "kind": Partner.Kind.LEGAL,
        "name": limit(found.name, 200),
        "cif": vat_id(found.cif, found.vat_payer),
        "vat_payer": found.vat_payer,
        "reg_no": limit(found.reg_no, 30),
        "street": found.address.line,
        "city": limit(found.address.city, 50),
        "county": found.address.county,
        "postal_code": found.address.postal_code,
        "country": found.address.country,
        "phone": limit(found.phone, 50),
        "inactive_at_anaf": found.inactive,
    }


def _as_client(partner: Partner) -> Partner:
    if not partner.is_client:
        partner.is_client = True
        partner.save(update_fields=["is_client"])
    return partner


@transaction.atomic
def _create(found: Taxpayer, *, by: Any) -> Partner:
    """Two people who add the same CIF at once get one partner."""
    partner, created = Partner.objects.get_or_create(identity=found.cif, defaults=details_of(found))
    if not created:
        return _as_client(partner)
    record_event(partner, "added_from_register", by=by, cif=partner.cif)
    return partner


def _save_once(partner: Partner) -> None:
    """Save, unless another partner has the code; the database has the last word when two come at once."""
    code = partner.identity_of_code()
    others = Partner.objects.filter(identity=code).exclude(pk=partner.pk)
    if code:
        _require_new(others.first())
    try:
        with transaction.atomic():
            partner.save()
    except IntegrityError:  # its twin committed meanwhile
        _require_new(others.first())
        raise


def _require_new(other: Partner | None) -> None:
    name, cif = (other.name, other.cif) if other else ("", "")
    require(
        other is None, "partner_exists", f"CIF-ul {cif} este deja al partenerului {name}. Deschideți-l pe acela sau corectați codul.", "cif"
    )


def _changes(before: Partner, after: Partner) -> dict[str, list[str]]:
    """Field to [before, after], as text, for what is different."""
    pairs = {name: (getattr(before, name), getattr(after, name)) for name in FIELDS}
    return {name: [_text(old), _text(new)] for name, (old, new) in pairs.items() if old != new}


def _text(value: object) -> str:
    return "" if value is None else str(value)
