"""`Refused`, the one exception of the domain: something a person asked for that the rules do not allow."""

from collections.abc import Iterator
from contextlib import contextmanager


class Refused(Exception):
    """A refusal: a stable English code, a Romanian sentence, and the form field it belongs to ("" for the whole)."""

    def __init__(self, code: str, message: str, field: str = "") -> None:
        super().__init__(code)
        self.code, self.message, self.field = code, message, field

    def __str__(self) -> str:
        return f"{self.code}: {self.message}"


def require(condition: object, code: str, message: str, field: str = "") -> None:
    """Raise `Refused` unless the condition holds."""
    if not condition:
        raise Refused(code, message, field)


@contextmanager
def fields_named(**names: str) -> Iterator[None]:
    """Let refusals of the work inside point at the caller's own fields: `with fields_named(since="vat_since"): …`."""
    try:
        yield
    except Refused as refusal:
        raise Refused(refusal.code, refusal.message, names.get(refusal.field, refusal.field)) from refusal
