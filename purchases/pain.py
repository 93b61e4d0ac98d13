"""Files of payments for a bank: pain.001.001.03 (ISO 20022, customer credit transfer initiation) and CSV.

Source: ISO 20022 message definition pain.001.001.03; the national rules of use by ARB follow it. Texts are at most 140 characters
and of the letters that SEPA's common character set has, so diacritics are taken off.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from django.utils import timezone

from lib.formats import date_ro

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.03"
ALLOWED = re.compile(r"[^A-Za-z0-9/\-?:().,'+ ]")


@dataclass(frozen=True)
class Transfer:
    reference: str  # end to end, at most 35 characters
    name: str
    iban: str
    amount: Decimal
    text: str
    country: str = "RO"


@dataclass(frozen=True)
class Order:
    """What is asked of the bank: one debtor account, one day, one currency."""

    message: str
    made_at: datetime
    name: str
    iban: str
    currency: str
    pay_on: date
    transfers: Sequence[Transfer]

    @property
    def total(self) -> Decimal:
        return sum((transfer.amount for transfer in self.transfers), Decimal("0.00"))


def plain(text: str, length: int) -> str:
    """The text in SEPA's letters: `Țărăncuța & Fiii` is `Tarancuta Fiii`; of a text without any of them, `NOTPROVIDED`.

    No `/` at an end and no `//`: the rules for files of SEPA keep them for themselves.
    """
    bare = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    words = " ".join(ALLOWED.sub(" ", bare).split())
    while "//" in words:
        words = words.replace("//", "/")
    return words[:length].strip(" /") or "NOTPROVIDED"


def pain001(order: Order) -> bytes:
    """The message as XML, UTF-8."""
    root = Element("Document", xmlns=NAMESPACE)
    message = SubElement(root, "CstmrCdtTrfInitn")
    head = SubElement(message, "GrpHdr")
    _texts(head, MsgId=order.message, CreDtTm=timezone.localtime(order.made_at).strftime("%Y-%m-%dT%H:%M:%S"))
    _texts(head, NbOfTxs=str(len(order.transfers)), CtrlSum=f"{order.total:.2f}")
    _texts(SubElement(head, "InitgPty"), Nm=plain(order.name, 70))
    block = SubElement(message, "PmtInf")
    _texts(block, PmtInfId=order.message, PmtMtd="TRF", NbOfTxs=str(len(order.transfers)), CtrlSum=f"{order.total:.2f}")
    if order.currency == "EUR":
        _texts(SubElement(SubElement(block, "PmtTpInf"), "SvcLvl"), Cd="SEPA")
    _texts(block, ReqdExctnDt=order.pay_on.isoformat())
    _texts(SubElement(block, "Dbtr"), Nm=plain(order.name, 70))
    account = SubElement(block, "DbtrAcct")
    _texts(SubElement(account, "Id"), IBAN=order.iban)
    _texts(account, Ccy=order.currency)
    _texts(SubElement(SubElement(SubElement(block, "DbtrAgt"), "FinInstnId"), "Othr"), Id="NOTPROVIDED")
    _texts(block, ChrgBr="SLEV" if order.currency in ("RON", "EUR") else "SHAR")
    for transfer in order.transfers:
        _transfer(block, transfer, order.currency)
    indent(root)
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="utf-8") + b"\n"


def as_csv(order: Order) -> bytes:
    """The transfers as a table that banks' own import pages can be taught: `;`, comma for decimals, UTF-8 with BOM."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";")
    writer.writerow(["Cont plătitor", "Beneficiar", "IBAN beneficiar", "Suma", "Moneda", "Data plății", "Detalii", "Referință"])
    for transfer in order.transfers:
        amount = f"{transfer.amount:.2f}".replace(".", ",")
        words = plain(transfer.name, 70), transfer.iban, amount, order.currency, date_ro(order.pay_on), plain(transfer.text, 140)
        writer.writerow([order.iban, *words, transfer.reference])
    return text.getvalue().encode("utf-8-sig")


def _transfer(block: Element, transfer: Transfer, currency: str) -> None:
    row = SubElement(block, "CdtTrfTxInf")
    _texts(SubElement(row, "PmtId"), EndToEndId=transfer.reference)
    amount = SubElement(SubElement(row, "Amt"), "InstdAmt", Ccy=currency)
    amount.text = f"{transfer.amount:.2f}"
    creditor = SubElement(row, "Cdtr")
    _texts(creditor, Nm=plain(transfer.name, 70))
    _texts(SubElement(creditor, "PstlAdr"), Ctry=transfer.country)
    _texts(SubElement(SubElement(row, "CdtrAcct"), "Id"), IBAN=transfer.iban)
    _texts(SubElement(row, "RmtInf"), Ustrd=plain(transfer.text, 140))


def _texts(parent: Element, **values: str) -> None:
    for name, value in values.items():
        SubElement(parent, name).text = value
