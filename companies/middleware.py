"""Opens the company's scope for URLs that carry one: `/<company_id>/…`."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse

from companies.models import Membership
from companies.scope import _active


class CompanyMiddleware:
    """Membership decides (a stranger gets 404), `request.company` and `request.membership` are set, the role is checked."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.company = request.membership = None  # type: ignore[attr-defined]
        token = _active.set(None)
        try:
            return self.get_response(request)
        finally:
            _active.reset(token)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: dict[str, Any]) -> HttpResponse | None:
        if "company_id" not in kwargs:
            return None
        company_id = kwargs.pop("company_id")
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        membership = Membership.objects.select_related("company").filter(user=request.user, company_id=company_id).first()
        if membership is None:
            raise Http404
        request.company, request.membership = membership.company, membership  # type: ignore[attr-defined]
        _active.set(company_id)
        if membership.role not in getattr(view, "roles", ()):
            raise PermissionDenied
        return None
