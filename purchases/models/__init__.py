"""What suppliers send, what we owe them, and how it is paid."""

from purchases.models.expense import (
    DEDUCTIBLE,
    Attachment,
    Expense,
    ExpenseCategory,
    ExpenseLine,
    ExpenseQuerySet,
    ExpenseRevision,
    ExpenseVat,
    Kind,
    Status,
)
from purchases.models.payment import FileRow, PaymentFile, SupplierAdvance, SupplierAllocation, SupplierPayment

__all__ = [
    "DEDUCTIBLE",
    "Attachment",
    "Expense",
    "ExpenseCategory",
    "ExpenseLine",
    "ExpenseQuerySet",
    "ExpenseRevision",
    "ExpenseVat",
    "FileRow",
    "Kind",
    "PaymentFile",
    "Status",
    "SupplierAdvance",
    "SupplierAllocation",
    "SupplierPayment",
]
