"""ANAF's SPV as the active company may use it. Every call may raise any `SpvError` (efactura/spv/errors.py); none retries."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from efactura.spv.environment import Environment
from efactura.spv.errors import Gone, Limited, MixedUp, NoAnswer, NoConnection, Refusal, SpvError, Unauthorised
from efactura.spv.values import Filter, Message, Standard, State, Uploaded, Validation

__all__ = ["Client", "Environment", "Gone", "Limited", "Message", "MixedUp", "NoAnswer", "NoConnection", "Refusal", "SpvError"]
__all__ += ["State", "Unauthorised", "Uploaded", "Validation"]


@dataclass(frozen=True)
class Client:
    """Calls of one company in one environment."""

    environment: Environment

    @classmethod
    def of_company(cls, environment: str = "") -> Self:
        """The active company's client. `environment`: of the document at hand; MixedUp when the company has another now.

        Raises Unauthorised without an authorisation that holds.
        """

    def upload(
        self, xml: bytes, *, cif: str, standard: Standard, b2c: bool = False, extern: bool = False, autofactura: bool = False
    ) -> Uploaded:
        """Hand over a document (spv-api: upload, uploadb2c). Received is not accepted: ask `state`."""

    def state(self, index: str) -> State:
        """What became of an upload."""

    def messages(self, cif: str, start: datetime, end: datetime, filter: Filter = "") -> Iterator[Message]:
        """All pages of the list, each entry once. Times are cut to what ANAF takes: sixty days back, a few minutes ago."""

    def messages_of_days(self, cif: str, days: int, filter: Filter = "") -> list[Message]:
        """The simple list, 1 to 60 days; over 500 entries, by pages."""

    def download(self, id: str) -> bytes:
        """The signed ZIP (efactura/spv/archive.py reads it)."""
