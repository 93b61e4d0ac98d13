"""What SPV answers, as values."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Standard = Literal["UBL", "CN", "RASP"]
Filter = Literal["", "E", "T", "P", "R"]
Stare = Literal["processing", "ok", "nok", "not_taken"]


@dataclass(frozen=True)
class Uploaded:
    """Received by SPV; not yet judged."""

    index: str  # index_incarcare, about ten digits
    at: datetime  # dateResponse


@dataclass(frozen=True)
class State:
    """`processing`, `ok`, `nok`, or `not_taken`: refused at upload, there is nothing to download."""

    stare: Stare
    download_id: str = ""
    message: str = ""  # Romanian, for the person


@dataclass(frozen=True)
class Message:
    """An entry of the list. The CIFs stand in `details` for most kinds; "" where the text has none."""

    id: str  # what `download` wants
    index: str  # of the upload
    kind: str  # FACTURA TRIMISA, FACTURA PRIMITA, ERORI FACTURA, MESAJ CUMPARATOR PRIMIT, MESAJ CUMPARATOR TRANSMIS
    created_at: datetime
    details: str
    issuer_cif: str = ""
    buyer_cif: str = ""
    self_billed: bool = False


@dataclass(frozen=True)
class Validation:
    """What ANAF's own validation says; empty messages when it is good."""

    ok: bool
    messages: list[str]
