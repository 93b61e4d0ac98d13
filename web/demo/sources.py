"""Proformas and delivery notes of the demonstration firm: some became invoices, whole or in part, two notes one invoice, some wait."""

from copy import copy
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from random import Random

from invoicing.actions.drafts import copy_line, recalculate
from invoicing.models import Document, DocumentLine, Kind, Series
from invoicing.models.document import DeliveryMention
from lib.counties import city_name
from lib.totals import Totals

EARLIER = timedelta(days=2)  # before its invoice; one and the same for all, so that numbers follow dates
VALID = timedelta(days=15)
DELEGATES = [
    ("Vasile Moldovan", "CI CJ 482913", "CJ 14 ATX"),
    ("Sorin Crișan", "CI CJ 557201", "CJ 27 ATX"),
    ("Curier Exemplu", "", "B 113 CUR"),
]

Made = tuple[Document, list[DocumentLine], Totals]


@dataclass
class Source:
    """A proforma or a delivery note; the lines of the invoice that come from its lines, one by one (None: not invoiced)."""

    document: Document
    lines: list[DocumentLine]
    totals: Totals
    invoiced: list[DocumentLine | None] = field(default_factory=list)

    @property
    def made(self) -> Made:
        return self.document, self.lines, self.totals


def make_sources(random: Random, made: list[Made], series: dict[Kind, Series], breaks: tuple[date, ...]) -> list[Source]:
    """What stood before some of these invoices, in the order of their dates; `breaks` are days on which VAT changed."""
    sources: list[Source] = []
    for document, lines, _ in made:
        day = document.issue_date - EARLIER
        if any(day < change <= document.issue_date for change in breaks) or document.discount_amount:
            continue
        chance = random.random()
        if chance < 0.06:
            sources.append(
                _source(random, document, lines, series[Kind.PROFORMA], more=random.random() < 0.25, invoiced=random.random() < 0.7)
            )
        elif chance < 0.11:
            sources.append(_source(random, document, lines, series[Kind.DELIVERY_NOTE], more=False, invoiced=random.random() < 0.8))
        elif chance < 0.14 and len(lines) > 1:
            half = len(lines) // 2
            sources += [
                _source(random, document, part, series[Kind.DELIVERY_NOTE], more=False, invoiced=True)
                for part in (lines[:half], lines[half:])
            ]
    return sources


def link(sources: list[Source]) -> None:
    """Point the lines of the invoices at the lines that they come from, which have their keys by now."""
    for source in sources:
        for line, invoiced in zip(source.lines, source.invoiced, strict=True):
            if invoiced is not None:
                invoiced.source_line_id = line.pk


def _source(random: Random, invoice: Document, lines: list[DocumentLine], series: Series, *, more: bool, invoiced: bool) -> Source:
    """A document like an invoice that comes after it; `more`: it holds twice as much as what was invoiced of it."""
    document = copy(invoice)
    document.pk, document.kind, document.series, document.vat_on_collection = None, series.kind, series, False
    document.issue_date = document.delivery_date = invoice.issue_date - EARLIER
    document.created_at = invoice.created_at - EARLIER
    if series.kind == Kind.PROFORMA:
        document.due_date, document.delivery_date = document.issue_date + VALID, None
    else:
        document.due_date = None
        document.delegate_name, document.delegate_id, document.transport = random.choice(DELEGATES)
        document.dispatch_time, document.hides_prices = time(random.randint(7, 16), random.choice([0, 15, 30, 45])), random.random() < 0.3
        document.ship_from = "Str. Fabricii 12A, Cluj-Napoca, jud. Cluj"
        document.ship_to = f"{invoice.partner.street}, {city_name(invoice.partner.city)}"[:200]
        if not invoiced and random.random() < 0.5:
            document.delivery_mention = DeliveryMention.NO_INVOICE
    copies = [copy_line(line) for line in lines]
    for line in copies if more else ():
        line.quantity *= 2
    return Source(document, copies, recalculate(document, copies), list(lines) if invoiced else [None] * len(lines))
