"""What a partner owes us against what we owe it: one act, a receipt on its invoices and a payment on its documents, tied."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4, uuid5

from django.db import transaction

from invoicing.actions import record_payment
from invoicing.actions.locks import lock_all as lock_documents
from invoicing.models import Document, Payment
from lib.errors import require
from lib.formats import amount as with_currency
from lib.money import ZERO
from purchases.actions.locks import lock_all
from purchases.actions.payments import require_payable, share, write
from purchases.exchange import LEI, Exchange
from purchases.models import Expense, SupplierPayment

OF_CLIENT = UUID("6f1e1b7c-2f0f-5c57-9a3c-6f8f0c6f7d01")


@transaction.atomic
def set_off(
    documents: Sequence[Document],
    expenses: Sequence[Expense],
    *,
    on: date,
    by: Any,
    token: UUID,
    amount: Decimal | None = None,
    note: str = "",
) -> SupplierPayment:
    """Settle issued invoices of a partner with booked documents of the same partner; no money moves.

    By `amount`, or by as much as the smaller side has left; on each side the oldest due is covered first. Cancelling either half
    cancels both. The same `token` again returns the first. Refuses: no_documents, several_partners, several_currencies, set_off_sign,
    amount_not_positive, amount_over_balance, and what `pay` and `record_payment` do.
    """
    invoices = lock_documents(documents)
    held = lock_all(expenses)
    if earlier := SupplierPayment.objects.filter(token=token).first():
        return earlier
    require(invoices, "no_documents", "Alegeți cel puțin o factură.")
    require_payable(held)
    partners = {document.partner_id for document in invoices} | {expense.partner_id for expense in held}
    require(len(partners) == 1, "several_partners", "Se compensează doar facturile și cheltuielile aceluiași partener.")
    currency = held[0].currency
    same = {document.currency for document in invoices} == {currency}
    require(same, "several_currencies", "Se compensează doar documente în aceeași monedă.")
    plus = all(document.balance >= 0 for document in invoices) and all(expense.balance >= 0 for expense in held)
    require(plus, "set_off_sign", "Stornările și notele de credit se compensează cu documentele aceluiași fel, din pagina lor.")
    most = min(sum((document.balance for document in invoices), ZERO), sum((expense.balance for expense in held), ZERO))
    amount = most if amount is None else amount
    require(amount > 0, "amount_not_positive", "Suma trebuie să fie mai mare decât zero.", "amount")
    require(amount <= most, "amount_over_balance", f"Se pot compensa cel mult {with_currency(most, currency)}.", "amount")
    taken = share(held, amount, Exchange(currency, currency))
    numbers = ", ".join(part.expense.number for part in taken)[:60]
    client = record_payment(
        invoices,
        amount=amount,
        method=Payment.Method.SET_OFF,
        on=on,
        by=by,
        token=uuid5(OF_CLIENT, str(token)),
        reference=numbers,
        note=note,
    )
    payment = SupplierPayment(partner=held[0].partner, method=SupplierPayment.Method.SET_OFF, amount=amount, paid_on=on, token=token, by=by)
    payment.client_payment, payment.pair, payment.note = client, uuid4(), note
    covered = client.allocations.order_by("document_id").values_list("document__label", flat=True)
    payment.reference = ", ".join(covered)[:60]
    how = Exchange(currency, currency, client.exchange_rate if currency != LEI else Decimal(1), client.rate_source)
    return write(payment, share(held, amount, how), how)
