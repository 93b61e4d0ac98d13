from django.apps import AppConfig


class EfacturaConfig(AppConfig):
    name = "efactura"
