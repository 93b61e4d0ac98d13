"""The parties as they were at issue: what the document keeps for ever, whatever changes later in the address book."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import connection

from companies.models import Company, Workplace
from companies.scope import active_company_id
from invoicing.models import Document, Kind
from lib.cif import vat_id
from lib.text import limit
from partners.models import Partner

ACCOUNTS = "SELECT iban, bank, currency FROM companies_bankaccount WHERE company_id = %s AND on_documents ORDER BY position, id"
ISSUER = 100  # characters
WORKPLACE = ("name", "cif", "street", "city", "county", "postal_code", "phone", "email")


def issuer_of(person: Any) -> str:
    """Who draws a document up, as it says: the name, else the address."""
    return limit(person.get_full_name(), ISSUER) if person else ""


def take_parties(document: Document, company: dict[str, Any]) -> None:
    """Set both parties of a document, and the seller's VAT status; `company` is the company's own snapshot, with its status of that day."""
    document.vat_payer, document.seller, document.buyer = parties(document, company)
    document.partner_name = document.partner.name if document.partner else ""


def parties(document: Document, company: dict[str, Any]) -> tuple[bool, dict[str, Any], dict[str, Any] | None]:
    """(whether the seller is registered for VAT, seller, buyer).

    Of a self-billed invoice the supplier is the seller, and the company that issues it the buyer (CF art. 319 (5)).
    """
    partner = document.partner
    if document.kind == Kind.SELF_BILLED and partner is not None:
        return partner.vat_payer, supplier_snapshot(partner, company["as_of"]), _own(company)
    return company["vat_payer"], company, buyer_snapshot(partner) if partner else None


def supplier_snapshot(partner: Partner, as_of: str) -> dict[str, Any]:
    """A supplier as the seller (BG-4) of the invoice that its client issues for it."""
    return buyer_snapshot(partner) | {
        "share_capital": "",
        "website": "",
        "logo": None,
        "accounts": [{"iban": partner.iban, "bank": partner.bank, "currency": "RON"}] if partner.iban else [],
        "as_of": as_of,
    }


def _own(company: dict[str, Any]) -> dict[str, Any]:
    """The company as the buyer (BG-7)."""
    kept = ("name", "cif", "identity", "vat_payer", "reg_no", "street", "city", "county", "postal_code", "country", "email", "phone")
    return {name: company[name] for name in kept} | {"kind": Partner.Kind.LEGAL, "contact": "", "iban": "", "bank": ""}


def seller_snapshot(company: Company, *, vat_payer: bool, on: date) -> dict[str, Any]:
    """The seller (BG-4) as the document prints it. Amounts are text, accounts a list of {iban, bank, currency}."""
    with connection.cursor() as cursor:  # plain SQL, because each issue asks it
        cursor.execute(ACCOUNTS, [active_company_id()])
        accounts = [{"iban": iban, "bank": bank, "currency": currency} for iban, bank, currency in cursor]
    return {
        "name": company.name,
        "cif": vat_id(company.cif, vat_payer),
        "identity": company.identity,
        "vat_payer": vat_payer,
        "reg_no": company.reg_no,
        "share_capital": str(company.share_capital) if company.share_capital is not None else "",
        **_address(company),
        "phone": company.phone,
        "email": company.email,
        "website": company.website,
        "logo": company.logo_id,
        "accounts": accounts,
        "as_of": on.isoformat(),
    }


def buyer_snapshot(partner: Partner) -> dict[str, Any]:
    """The buyer (BG-7) as the document prints it."""
    return {
        "name": partner.name,
        "kind": partner.kind,
        "cif": vat_id(partner.cif, partner.vat_payer) if partner.kind == Partner.Kind.LEGAL and partner.country == "RO" else partner.cif,
        "identity": partner.identity,
        "vat_payer": partner.vat_payer,
        "reg_no": partner.reg_no,
        **_address(partner),
        "email": partner.email,
        "phone": partner.phone,
        "contact": partner.contact,
        "iban": partner.iban,
        "bank": partner.bank,
    }


def take_workplace(document: Document, workplace_id: int | None) -> None:
    """Add the place of business of its series to the seller of a document that the company issues in its own name."""
    if document.seller is not None and document.kind != Kind.SELF_BILLED:
        document.seller = with_workplace(document.seller, workplace_id)


def with_workplace(seller: dict[str, Any], workplace_id: int | None) -> dict[str, Any]:
    """A seller's snapshot with the place of business that is printed, if there is one."""
    place = Workplace.objects.filter(pk=workplace_id, on_documents=True).first() if workplace_id else None
    if place is None:
        return seller
    return seller | {"workplace": {name: getattr(place, name) for name in WORKPLACE} | {"country": seller["country"]}}


def _address(party: Company | Partner) -> dict[str, str]:
    return {
        "street": party.street,
        "city": party.city,
        "county": party.county,
        "postal_code": party.postal_code,
        "country": party.country,
    }


def differences(documents: Sequence[Document]) -> list[tuple[Document, str, str]]:
    """(document, as it names its client, as the address book does now) for each that differs in name or code (R32)."""
    found = []
    for document in documents:
        now = buyer_snapshot(document.partner)
        then = document.buyer or now
        if (then["name"], then["identity"]) != (now["name"], now["identity"]):
            found.append((document, _named(then), _named(now)))
    return found


def _named(party: dict[str, Any]) -> str:
    return f"{party['name']} ({party['cif'] or 'fără CIF'})"
