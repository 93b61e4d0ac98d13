"""The last nets: a refusal that no form caught becomes a page or a message, and no page loads what is not ours."""

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


class ContentPolicyMiddleware:
    """Nothing of a page comes from another host, and no script stands in it: what somebody typed can never run.

    Source: Content Security Policy Level 3, W3C.
    """

    POLICY = "; ".join(
        [
            "default-src 'self'",
            "img-src 'self' data: blob:",
            "object-src 'none'",
            "base-uri 'self'",
            "form-action 'self'",
            "frame-ancestors 'self'",
        ]
    )

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", self.POLICY)
        return response
