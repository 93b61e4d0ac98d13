from django.apps import AppConfig


class PurchasesConfig(AppConfig):
    name = "purchases"

    def ready(self) -> None:
        """Let the cash book know which of its lines are payments to suppliers: those are cancelled here."""
        from cashbook.actions import operations
        from purchases.models import SupplierPayment

        def owner(operation: operations.CashOperation) -> str:
            paid = SupplierPayment.objects.filter(cash_operation=operation).exists()
            return "Operațiunea vine dintr-o plată către furnizor: anulați plata, iar casa se corectează singură." if paid else ""

        operations.OWNERS.append(owner)
