"""A company's details: how it begins, what it prints on documents, where its money comes in."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction

from companies.actions.locks import lock
from companies.actions.vat import open_cash_vat, set_vat_status
from companies.events import record_event, store_file
from companies.models import BankAccount, Company, Membership, Role
from companies.scope import company_scope
from lib.banks import bank_of
from lib.cif import identity
from lib.errors import Refused, fields_named, require
from lib.formats import ron

# What a person may change, in the order of the page.
FIELDS = ["name", "cif", "reg_no", "street", "city", "county", "postal_code", "share_capital", "phone", "email", "website"]
MAX_ACCOUNTS = 20

EXISTS = "Firma cu CIF-ul {cif} este deja în Facturier. Cereți o invitație de la administratorul ei."


@transaction.atomic
def create_company(
    *, by: Any, details: dict[str, Any], vat_since: date | None, cash_vat_since: date | None = None, iban: str = "", logo: bytes = b""
) -> Company:
    """A company with its first administrator. `details` has the keys of FIELDS, `logo` is PNG, `vat_since` None for a non-payer.

    One who is not registered for VAT gets no VAT status: the history begins with the first registration.
    Refuses: company_exists, and what `set_vat_status` and `open_cash_vat` refuse, at the fields vat_since and cash_vat_since.
    """
    require_new_cif(details["cif"])
    company = Company(identity=identity(details["cif"]), **details)
    try:
        with transaction.atomic():
            company.save()
    except IntegrityError:  # its twin committed meanwhile
        raise Refused("company_exists", EXISTS.format(cif=company.identity), "cif") from None
    Membership.objects.create(company=company, user=by, role=Role.OWNER)
    with company_scope(company.pk):
        record_event(company, "created", by=by, cif=company.cif)
        if logo:
            _keep_logo(company, logo, by)
        if iban:
            add_account(company, iban=iban, by=by)
        if vat_since:
            with fields_named(since="vat_since", payer="vat_since"):
                set_vat_status(company, payer=True, since=vat_since, by=by)
        if cash_vat_since:
            with fields_named(since="cash_vat_since"):
                open_cash_vat(company, since=cash_vat_since, by=by)
    return company


def require_new_cif(cif: str) -> None:
    """Refuses: company_exists, when this installation has a company with this CIF."""
    require(not Company.objects.filter(identity=identity(cif)).exists(), "company_exists", EXISTS.format(cif=identity(cif)), "cif")


@transaction.atomic
def update_company(company: Company, *, by: Any, details: dict[str, Any], logo: bytes = b"") -> Company:
    """Write new details (keys of FIELDS) and a new logo (PNG; empty leaves the former one). The history keeps what was before.

    The CIF may be written another way (RO123, 123), but another CIF is another company. Refuses: cif_changed.
    """
    company = lock(company)
    require(
        identity(details["cif"]) == company.identity,
        "cif_changed",
        f"CIF-ul firmei rămâne {company.identity}. Pentru altă firmă, adăugați-o din lista firmelor.",
        "cif",
    )
    changes = {name: [_text(getattr(company, name)), _text(value)] for name, value in details.items() if getattr(company, name) != value}
    for name, value in details.items():
        setattr(company, name, value)
    company.save(update_fields=list(details))
    if changes:
        record_event(company, "changed", by=by, changes=changes)
    if logo:
        _keep_logo(company, logo, by)
    return company


@transaction.atomic
def remove_logo(company: Company, *, by: Any) -> None:
    """Print documents without a logo from now on; issued ones keep theirs."""
    company = lock(company)
    if company.logo_id:
        company.logo = None
        company.save(update_fields=["logo"])
        record_event(company, "logo_removed", by=by)


@transaction.atomic
def add_account(company: Company, *, iban: str, by: Any, bank: str = "", currency: str = "RON") -> BankAccount:
    """Add an account at the end of the list; the bank is named after the IBAN if nothing else is said.

    `iban` is checked already (lib.identifiers.check_iban). Refuses: iban_exists, too_many_accounts.
    """
    company = lock(company)
    accounts = BankAccount.objects.all()
    require(not accounts.filter(iban=iban).exists(), "iban_exists", "Contul este deja în listă.", "iban")
    require(accounts.count() < MAX_ACCOUNTS, "too_many_accounts", f"O firmă poate avea cel mult {MAX_ACCOUNTS} de conturi.", "iban")
    last = accounts.order_by("-position").values_list("position", flat=True).first()
    account = BankAccount.objects.create(iban=iban, bank=bank or bank_of(iban), currency=currency, position=0 if last is None else last + 1)
    record_event(company, "account_added", by=by, iban=iban)
    return account


@transaction.atomic
def remove_account(account: BankAccount, *, by: Any) -> None:
    """Take an account off the list; documents that were issued keep it."""
    company = lock(account.company)
    BankAccount.objects.filter(pk=account.pk).delete()
    record_event(company, "account_removed", by=by, iban=account.iban)


@transaction.atomic
def move_account(account: BankAccount, *, up: bool) -> None:
    """Change places with the neighbour; at the end of the list nothing happens."""
    lock(account.company)
    accounts = list(BankAccount.objects.all())
    place = accounts.index(account)
    target = max(place - 1, 0) if up else min(place + 1, len(accounts) - 1)
    accounts.insert(target, accounts.pop(place))
    for position, moved in enumerate(accounts):
        moved.position = position
    BankAccount.objects.bulk_update(accounts, ["position"])


@transaction.atomic
def show_account(account: BankAccount, *, on_documents: bool, by: Any) -> None:
    """Print an account on documents from now on, or no longer."""
    company = lock(account.company)
    if BankAccount.objects.filter(pk=account.pk).exclude(on_documents=on_documents).update(on_documents=on_documents):
        record_event(company, "account_shown" if on_documents else "account_hidden", by=by, iban=account.iban)


def _keep_logo(company: Company, content: bytes, by: Any) -> None:
    company.logo = store_file(content, "image/png")
    company.save(update_fields=["logo"])
    record_event(company, "logo_changed", by=by)


def _text(value: object) -> str:
    if value is None:
        return ""
    return ron(value) if isinstance(value, Decimal) else str(value)
