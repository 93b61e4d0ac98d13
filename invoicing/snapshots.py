"""The parties as they were at issue: what the document keeps for ever, whatever changes later in the address book."""

from datetime import date
from typing import Any

from companies.models import BankAccount, Company
from lib.cif import vat_id
from partners.models import Partner


def seller_snapshot(company: Company, *, vat_payer: bool, on: date) -> dict[str, Any]:
    """The seller (BG-4) as the document prints it. Amounts are text, accounts a list of {iban, bank, currency}."""
    accounts = BankAccount.objects.filter(on_documents=True).values("iban", "bank", "currency")
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
        "accounts": list(accounts),
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


def _address(party: Company | Partner) -> dict[str, str]:
    return {
        "street": party.street,
        "city": party.city,
        "county": party.county,
        "postal_code": party.postal_code,
        "country": party.country,
    }
