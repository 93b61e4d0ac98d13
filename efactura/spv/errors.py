"""What can come of a call to SPV. Each error says in Romanian what happened and what to do; its class says what the caller may do."""

from datetime import datetime


class SpvError(Exception):
    """The base. `message` is a Romanian sentence for the person."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class NoConnection(SpvError):
    """Nothing was sent: the call may be tried again at any time."""


class NoAnswer(SpvError):
    """The outcome is unknown: cut, time-out, 5xx, empty, HTML, *eroare tehnica*. An upload must not be repeated blindly.

    `said` is what came instead of an answer, shortened; "" when nothing did.
    """

    def __init__(self, message: str, said: str = "") -> None:
        super().__init__(message)
        self.said = said


class Refusal(SpvError):
    """ANAF said no, and why, in `text` (its own words). `kind`: schema, rights, size, caller, limit."""

    def __init__(self, message: str, text: str, kind: str = "caller") -> None:
        super().__init__(message)
        self.text, self.kind = text, kind


class Limited(SpvError):
    """A limit, ours or ANAF's; nothing was taken. The same call may be made after `until`."""

    def __init__(self, message: str, until: datetime) -> None:
        super().__init__(message)
        self.until = until


class Unauthorised(SpvError):
    """No authorisation, or one that ended: what is to be sent waits for a person."""


class Gone(SpvError):
    """The sixty days have passed: final."""


class MixedUp(SpvError):
    """A document of one environment was about to go to another. Nothing was sent."""
