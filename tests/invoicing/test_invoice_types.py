"""What each type of invoice asks: simplified, corrected, for a fiscal receipt, self-billed; and the printed words of each."""

from datetime import date
from decimal import Decimal

import pytest

from catalog.models import ExchangeRate
from companies.models import CashVatPeriod, VatStatus
from invoicing.actions import correct, issue, storno
from invoicing.models import Document, InvoiceType, Kind, Payment, Series
from invoicing.print import document_html, saved
from lib.errors import Refused
from tests.factories import TODAY, make_draft, make_line, make_partner

pytestmark = pytest.mark.usefixtures("scope")


@pytest.fixture(autouse=True)
def _rate(db):
    ExchangeRate.objects.create(currency="EUR", date=date(2026, 11, 19), rate=Decimal("5.00"))


def simplified(ana, price, **fields):
    return issue(make_draft(lines=[make_line(price=price, rate=fields.pop("rate", "s21"))], invoice_type="simplified", **fields), by=ana)


def test_a_simplified_invoice_holds_a_hundred_euro_with_vat(ana):
    assert simplified(ana, "413.22").total == Decimal("500.00")
    with pytest.raises(Refused, match=r"simplified_over_limit.*500,00 lei"):
        simplified(ana, "413.23")


def test_one_who_is_not_registered_simplifies_any_amount(ana):
    VatStatus.objects.create(since=date(2016, 1, 1), payer=False)
    assert simplified(ana, "9000", rate="o-neplatitor").total == 9000


def test_a_simplified_invoice_without_a_rate_is_told_so_at_its_type(ana):
    ExchangeRate.objects.all().delete()
    with pytest.raises(Refused, match=r"rate_missing.*limită de 100 de euro") as refused:
        simplified(ana, "10")
    assert refused.value.field == "invoice_type"


def test_a_simplified_invoice_may_leave_the_address_out_but_not_the_code(ana):
    partner = make_partner("Fără Adresă SRL", "RO4267117", street="", city="")
    assert "Factură simplificată" in document_html(saved(simplified(ana, "10", partner=partner)))
    with pytest.raises(Refused, match="partner_incomplete"):
        simplified(ana, "10", partner=make_partner("Fără Cod SRL", "", street="", city=""))
    with pytest.raises(Refused, match="partner_incomplete"):
        issue(make_draft(partner), by=ana)


def test_a_sale_abroad_is_not_simplified(ana):
    buyer = make_partner("GmbH", "DE123456789", country="DE", vat_payer=True, county="Berlin", city="Berlin")
    with pytest.raises(Refused, match="simplified_abroad"):
        simplified(ana, "10", partner=buyer, rate="k-bunuri")


def test_384_is_only_for_a_correction(ana):
    with pytest.raises(Refused, match="corrective_without_original"):
        issue(make_draft(invoice_type="corrective"), by=ana)
    wrong = issue(make_draft(), by=ana)
    _, draft = correct(wrong, by=ana, reason="Preț greșit", on=TODAY)
    Document.objects.filter(pk=draft.pk).update(invoice_type="corrective")
    text = document_html(saved(issue(Document.objects.get(pk=draft.pk), by=ana)))
    assert ("Factură corectată" in text, f"Corectează factura {wrong.label}" in text) == (True, True)


def test_751_names_the_fiscal_receipt(ana):
    with pytest.raises(Refused, match="receipt_missing"):
        issue(make_draft(invoice_type="receipted"), by=ana)
    invoice = issue(make_draft(invoice_type="receipted", fiscal_receipt="0123 din 20.11.2026"), by=ana)
    assert "Factură încasată cu bon fiscal 0123 din 20.11.2026" in document_html(saved(invoice))


def test_types_are_of_invoices_only(ana):
    series = Series.objects.create(kind=Kind.PROFORMA, name="PF", is_default=True)
    with pytest.raises(Refused, match="type_of_other_kind"):
        issue(make_draft(kind=Kind.PROFORMA, series=series, invoice_type=InvoiceType.ADVANCE), by=ana)


def self_billed(**fields):
    series = Series.objects.get_or_create(kind=Kind.SELF_BILLED, name="AF", is_default=True)[0]
    return make_draft(**({"kind": Kind.SELF_BILLED, "series": series, "contract_reference": "Acord 7/2026"} | fields))


def test_a_self_billed_invoice_has_the_supplier_as_its_seller(ana, scope):
    invoice = issue(self_billed(), by=ana)
    assert (invoice.label, invoice.seller["name"], invoice.buyer["name"]) == ("AF 0001", "Client Bun SRL", scope.name)
    text = document_html(saved(invoice))
    assert ("Autofactură" in text, "autofactură" in text) == (True, True)


def test_a_self_billed_invoice_follows_the_suppliers_vat_status(ana):
    with pytest.raises(Refused, match="vat_not_offered"):
        issue(self_billed(partner=make_partner("Mic SRL", "4267117", vat_payer=False)), by=ana)


def test_self_billing_wants_an_agreement_and_a_firm_at_home(ana):
    with pytest.raises(Refused, match="self_billing_agreement_missing"):
        issue(self_billed(contract_reference=""), by=ana)
    with pytest.raises(Refused, match="supplier_not_legal"):
        issue(self_billed(partner=make_partner("Ion Pop", "", kind="natural", vat_payer=True)), by=ana)
    with pytest.raises(Refused, match="supplier_abroad"):
        issue(self_billed(partner=make_partner("GmbH", "DE1", country="DE", vat_payer=True)), by=ana)


def test_a_self_billed_invoice_is_no_sale(ana):
    invoice = issue(self_billed(), by=ana)
    assert (Document.objects.invoices().exists(), invoice.balance) == (False, 0)


def test_a_storno_of_a_self_billed_invoice_keeps_its_parties(ana):
    invoice = issue(self_billed(), by=ana)
    back = storno(invoice, by=ana, reason="Retur", on=TODAY)
    assert (back.total, back.seller["name"], back.kind, Payment.objects.count()) == (-invoice.total, "Client Bun SRL", "self_billed", 0)


def test_reverse_charge_of_phones_starts_at_22500_lei(ana):
    with pytest.raises(Refused, match="vat_reverse_too_small"):
        issue(make_draft(lines=[make_line(price="22499.99", rate="ae-telefoane")]), by=ana)
    assert issue(make_draft(lines=[make_line(price="22500", rate="ae-telefoane")]), by=ana).vat == 0


def test_reverse_charge_ends_with_its_category(ana):
    with pytest.raises(Refused, match="vat_not_offered"):
        issue(make_draft(lines=[make_line(price="30000", rate="ae-telefoane")], delivery_date=date(2027, 1, 1)), by=ana)


def test_penalties_are_outside_vat_and_not_zero_percent(ana):
    text = document_html(saved(issue(make_draft(lines=[make_line("Penalități", rate="o-in-afara")]), by=ana)))
    assert ("art. 286 alin. (4) CF" in text, "0%" in text) == (True, False)


def test_the_day_of_collection_is_not_in_the_future(ana):
    CashVatPeriod.objects.create(since=date(2020, 1, 1))
    with pytest.raises(Refused, match="collection_in_future"):
        issue(make_draft(collection_date=date(2030, 1, 1)), by=ana)
