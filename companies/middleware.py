"""Opens the company's scope for URLs that carry one: `/<company_id>/…`."""

from collections.abc import Callable
from functools import cache
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse

from companies.models import Company, Membership
from companies.scope import _active
from lib.rows import columns


@cache
def _question() -> tuple[list[str], list[str], str]:
    """The fields of both rows and the SQL: written once, because every page asks it."""
    own, ours = columns(Membership, "m")
    theirs, company = columns(Company, "c")
    source = f"{Membership._meta.db_table} m JOIN {Company._meta.db_table} c ON c.id = m.company_id"
    return own, theirs, f"SELECT {ours}, {company} FROM {source} WHERE m.user_id = %s AND m.company_id = %s"  # noqa: S608


def _membership(user_id: int, company_id: int) -> Membership | None:
    """The place of a user in a company, with the company."""
    own, theirs, sql = _question()
    with connection.cursor() as cursor:
        cursor.execute(sql, [user_id, company_id])
        row = cursor.fetchone()
    if row is None:
        return None
    membership = Membership.from_db(connection.alias, own, row[: len(own)])
    membership.company = Company.from_db(connection.alias, theirs, row[len(own) :])
    return membership


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
        membership = _membership(request.user.pk, company_id)
        if membership is None:
            raise Http404
        request.company, request.membership = membership.company, membership  # type: ignore[attr-defined]
        _active.set(company_id)
        if membership.role not in getattr(view, "roles", ()):
            raise PermissionDenied
        return None
