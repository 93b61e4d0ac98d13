from django.apps import AppConfig


class EfacturaConfig(AppConfig):
    name = "efactura"

    def ready(self) -> None:
        from efactura.history import add_sentences  # not at the top: models are not loaded yet

        add_sentences()
