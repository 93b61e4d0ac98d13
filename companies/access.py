"""Who may use a page: each view of a company names its roles, and the middleware enforces them."""

from collections.abc import Callable
from typing import Any

from companies.models import Role

READ = frozenset(Role)
MONEY = frozenset({Role.OWNER, Role.ISSUER, Role.ACCOUNTANT})  # payments, exports
ISSUE = frozenset({Role.OWNER, Role.ISSUER})  # documents, partners, products
CLOSE = frozenset({Role.OWNER, Role.ACCOUNTANT})  # the closed period
MANAGE = frozenset({Role.OWNER})  # settings, people


def allow(roles: frozenset[Role]) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Mark a view with the roles that may use it. A view of a company without this mark is refused to everyone."""

    def mark(view: Callable[..., Any]) -> Callable[..., Any]:
        view.roles = roles  # type: ignore[attr-defined]
        return view

    return mark
