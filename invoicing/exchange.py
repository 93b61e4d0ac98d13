"""Money of one currency for documents of another: what it covers, and what it gains or loses in lei. Nothing here writes.

Source: OMFP 1802/2014 pct. 325: receipts in currency are taken at BNR's rate of their day, the difference is of the period.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from catalog.actions import rate_in_force
from invoicing.models import Document
from lib.errors import Refused, require
from lib.money import money

LEI = "RON"
ONE = Decimal(1)
LARGEST = Decimal("9999999999.99")  # lei, as of a document


@dataclass(frozen=True)
class Exchange:
    """`rate` is lei for one unit of the foreign currency of the two; 1 when both are lei."""

    currency: str  # of the money
    documents: str
    rate: Decimal = ONE
    source: str = ""

    def cost(self, amount: Decimal) -> Decimal:
        """An amount of the documents' currency, in the money's."""
        if self.currency == self.documents:
            return amount
        return money(amount * self.rate if self.currency == LEI else amount / self.rate)

    def covers(self, received: Decimal) -> Decimal:
        """An amount of the money's currency, in the documents'."""
        if self.currency == self.documents:
            return received
        return money(received / self.rate if self.currency == LEI else received * self.rate)

    def in_lei(self, received: Decimal) -> Decimal:
        return received if self.currency == LEI else money(received * self.rate)

    def difference(self, part: Decimal, received: Decimal, document: Document) -> Decimal:
        """Lei gained (+) or lost (−) against the rate of the document."""
        return self.in_lei(received) - money(part * document.exchange_rate)


def exchange(currency: str, document: Document, *, on: date, rate: Decimal | None) -> Exchange:
    """How money that came on a day covers documents like this one; without a typed rate, at BNR's.

    Money in the documents' own currency falls back on the document's rate when BNR's is not known: then there is no difference.
    Refuses: currency_pair, rate_missing, rate_not_positive.
    """
    foreign = {currency, document.currency} - {LEI}
    if not foreign:
        return Exchange(currency, document.currency)
    require(
        len(foreign) == 1,
        "currency_pair",
        f"O factură în {document.currency} se încasează în {document.currency} sau în lei, nu în {currency}.",
        "currency",
    )
    same = document if currency == document.currency else None
    return Exchange(currency, document.currency, *_rate(foreign.pop(), on, rate, same))


def exchange_of_advance(currency: str, *, on: date, rate: Decimal | None) -> Exchange:
    """The same for money that covers nothing yet. Refuses: rate_missing, rate_not_positive."""
    return Exchange(currency, currency) if currency == LEI else Exchange(currency, currency, *_rate(currency, on, rate, None))


def require_size(lei: Decimal, field: str) -> None:
    """Refuses: amount_too_large."""
    sentence = "Suma trece de 9.999.999.999,99 lei. Verificați suma, moneda și cursul."
    require(abs(lei) <= LARGEST, "amount_too_large", sentence, field)


def _rate(currency: str, on: date, typed: Decimal | None, document: Document | None) -> tuple[Decimal, str]:
    require(typed is None or typed > 0, "rate_not_positive", "Cursul trebuie să fie mai mare decât zero.", "rate")
    if typed is not None:
        return typed, "manual"
    try:
        found = rate_in_force(currency, on)
    except Refused as refusal:
        if document is not None:
            return document.exchange_rate, "document"
        raise Refused(refusal.code, refusal.message, "rate") from refusal
    return found.rate, found.source
