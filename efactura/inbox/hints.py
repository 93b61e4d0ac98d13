"""What somebody should look at before paying: a changed account, a number seen before, an invoice for another firm."""

from companies.models import Company
from efactura.models import ReceivedMessage
from lib.cif import identity
from partners.models import Partner

USED_BEFORE = 50  # earlier invoices whose accounts are compared


def hints_of(row: ReceivedMessage) -> list[str]:
    """Sentences for the page of one received invoice; the ones that cost money first."""
    content = row.content
    if not content or row.kind != ReceivedMessage.Kind.INVOICE:
        return []
    found = []
    ibans = {each["iban"] for each in content["accounts"] if each["iban"]}
    partner = Partner.objects.filter(identity=row.seller_cif).first() if row.seller_cif else None
    if ibans and (known := _known_ibans(row, partner)) and not ibans & known:
        found.append("IBAN-ul de pe factură este altul decât cel folosit până acum de furnizor. Confirmați-l la telefon înainte de plată.")
    if _same_number(row):
        found.append("Același furnizor a mai trimis o factură cu acest număr. Verificați să nu o înregistrați de două ori.")
    buyer = content["buyer"]
    cif = identity(buyer["vat_id"] or buyer["tax_id"] or buyer["registration"])
    if cif and cif != Company.objects.get(pk=row.company_id).identity:
        found.append(f"Cumpărătorul de pe factură are alt CIF decât firma: {cif}.")
    if partner and partner.inactive_at_anaf:
        found.append("Furnizorul era inactiv la ANAF la ultima verificare: cheltuiala și TVA-ul pot fi nedeductibile.")
    return found


def _known_ibans(row: ReceivedMessage, partner: Partner | None) -> set[str]:
    """The supplier's accounts: of its card, and of its earlier invoices."""
    same = ReceivedMessage.objects.filter(environment=row.environment, seller_cif=row.seller_cif, kind=row.kind)
    earlier = same.filter(listed_at__lt=row.listed_at)
    accounts = earlier.exclude(content=None).order_by("-listed_at").values_list("content__accounts", flat=True)[:USED_BEFORE]
    known = {account["iban"] for each in accounts for account in each if account["iban"]}
    return known | ({partner.iban.replace(" ", "").upper()} - {""} if partner else set())


def _same_number(row: ReceivedMessage) -> bool:
    same = ReceivedMessage.objects.filter(environment=row.environment, seller_cif=row.seller_cif, number=row.number, kind=row.kind)
    return bool(row.number) and same.exclude(pk=row.pk).exists()
