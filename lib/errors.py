"""`Refused`, the one exception of the domain: something a person asked for that the rules do not allow."""


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
