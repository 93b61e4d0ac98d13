"""Papers of purchases, made as pages here and turned into files by the worker of the cash book's (cashbook/prints.py)."""

from cashbook.models import CashPrint
from cashbook.prints import ask, seat
from companies.models import Company
from invoicing.models import PaymentAllocation
from lib.words import amount_in_words
from purchases.models import SupplierPayment


def ask_for_set_off(payment: SupplierPayment, company: Company) -> CashPrint:
    """The proces-verbal of a set-off: the debts of both sides and what of each was settled. Source: Codul civil, art. 1616 and 1617."""
    context = {
        "payment": payment,
        "company": company,
        "seat": seat(company),
        "partner": payment.partner,
        "invoices": PaymentAllocation.objects.filter(payment=payment.client_payment)
        .select_related("document__opening")
        .order_by("document_id"),
        "bills": payment.allocations.select_related("expense").order_by("expense_id"),
        "in_words": amount_in_words(payment.amount, payment.currency),
    }
    return ask("purchases/print/set_off.html", f"compensare-{payment.paid_on:%Y-%m-%d}-{payment.pk}", context)
