"""Rows for tests, without surprises. Ana owns the company, Bogdan is her accountant, Cristi is of another company."""

from datetime import date
from decimal import Decimal
from typing import Any

from accounts.models import User
from catalog.models import Unit, VatRate
from companies.models import BankAccount, Company, Membership, Role, VatStatus
from companies.scope import company_scope
from invoicing.models import Document, DocumentLine, Kind, Series
from lib.cif import identity
from partners.models import Partner

TODAY = date(2026, 11, 20)


def make_user(email: str = "ana@exemplu.ro", **fields: Any) -> User:
    return User.objects.create_user(email=email, password="parola-de-probă-1", **fields)


def make_company(name: str = "Exemplu SRL", cif: str = "RO18547290", *, payer: bool = True, **fields: Any) -> Company:
    """A company in Cluj with a VAT status since 2020, an account and a default invoice series FCT."""
    values = {
        "reg_no": "J12/345/2015",
        "street": "Str. Memorandumului 28",
        "city": "Cluj-Napoca",
        "county": "RO-CJ",
        "postal_code": "400114",
        "share_capital": Decimal(200),
        "phone": "0264 123 456",
        "email": "office@exemplu.ro",
    } | fields
    company = Company.objects.create(name=name, cif=cif, identity=identity(cif), **values)
    with company_scope(company.pk):
        VatStatus.objects.create(since=date(2015, 1, 1), payer=payer)
        BankAccount.objects.create(iban="RO49AAAA1B31007593840000", bank="Banca Exemplu")
        Series.objects.create(kind=Kind.INVOICE, name="FCT", is_default=True)
    return company


def make_member(user: User, company: Company, role: Role = Role.OWNER) -> Membership:
    return Membership.objects.create(user=user, company=company, role=role)


def make_partner(name: str = "Client Bun SRL", cif: str = "RO14399840", **fields: Any) -> Partner:
    values = {
        "vat_payer": cif.startswith("RO"),
        "street": "Bd. Unirii 1",
        "city": "SECTOR3",
        "county": "RO-B",
        "email": "client@exemplu.ro",
    }
    return Partner.objects.create(name=name, cif=cif, **(values | fields))


def make_line(name: str = "Consultanță", quantity: str = "1", price: str = "100", rate: str = "s21", **fields: Any) -> DocumentLine:
    unit = Unit.objects.get(name="buc")
    line = DocumentLine(name=name, quantity=Decimal(quantity), unit=unit.name, unit_code=unit.code, unit_price=Decimal(price), **fields)
    line.take_vat(VatRate.objects.get(slug=rate))
    return line


def make_draft(partner: Partner | None = None, lines: list[DocumentLine] | None = None, *, by: Any = None, **fields: Any) -> Document:
    """A saved draft dated TODAY in the default series, by default with one line of 100 lei + 21 %."""
    from invoicing.actions import save_draft

    series = fields.pop("series", None) or Series.objects.get(kind=Kind.INVOICE, is_default=True, workplace=None)
    values = {"issue_date": TODAY, "due_date": TODAY, "series": series} | fields
    document = Document(partner=partner or Partner.objects.first() or make_partner(), **values)
    return save_draft(document, [make_line()] if lines is None else lines, by=by)
