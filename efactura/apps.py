from django.apps import AppConfig


class EfacturaConfig(AppConfig):
    name = "efactura"

    def ready(self) -> None:
        from efactura.cancelling import require_not_in_spv  # not at the top: models are not loaded yet
        from efactura.history import add_sentences
        from invoicing.cancelling import GUARDS

        add_sentences()
        GUARDS.append(require_not_in_spv)
