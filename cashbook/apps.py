from django.apps import AppConfig


class CashbookConfig(AppConfig):
    name = "cashbook"

    def ready(self) -> None:
        """Let a payment in cash be refused with a sentence before the database refuses it."""
        from cashbook.receipts import require_open_day
        from invoicing import cash

        cash.GUARDS.append(require_open_day)
