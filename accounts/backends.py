"""Who signs in, and whose request this is."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend

from accounts.models import User
from lib.rows import find


class Backend(AuthenticationBackend):
    """allauth's, with the question that every request asks in plain SQL."""

    def get_user(self, user_id: Any) -> User | None:
        """The user of a session; None when there is none or it is not active."""
        user = find(User, "r.id = %s", user_id)
        return user if user is not None and self.user_can_authenticate(user) else None
