"""The last net: a refusal that no form caught becomes a page, or for htmx a message, in the user's words."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from lib.errors import Refused
from lib.htmx import is_part


class RefusalMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Show a `Refused` as its sentence with status 409; leave everything else to Django."""
        if not isinstance(exception, Refused):
            return None
        if is_part(request):
            response = render(request, "_refused.html", {"refusal": exception}, status=409)
            response["HX-Retarget"], response["HX-Reswap"] = "#toasts", "beforeend"
            return response
        return render(request, "refused.html", {"refusal": exception}, status=409)
