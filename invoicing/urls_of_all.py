"""What documents need outside any company: the same for everyone, and no data."""

from django.urls import path, register_converter

from invoicing.views import layouts


class ColourConverter:
    """Six hexadecimal digits."""

    regex = "[0-9a-f]{6}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(ColourConverter, "colour")

app_name = "invoicing_of_all"
urlpatterns = [
    path("aspect/<colour:colour>.css", layouts.accent, name="accent"),
]
