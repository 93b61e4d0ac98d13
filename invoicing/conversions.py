"""What is left of proformas and delivery notes once what was invoiced of them is taken away (docs/decisions/062). Nothing here writes.

A line of an invoice points at the line that it comes from. Every line that is not of a cancelled document counts, those of
drafts too: a draft keeps its part until it is issued, changed or deleted. A trigger counts again.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Sum

from invoicing.models import Document, DocumentLine, Kind, Status
from invoicing.models.document import CONVERTIBLE
from lib.errors import require
from lib.formats import qty
from lib.money import ZERO, money

Amounts = Mapping[int, Decimal]  # by the key of the line that is taken from


@dataclass(slots=True)
class Left:
    """What nobody took yet of a line of a source."""

    line: DocumentLine
    source: Document
    quantity: Decimal

    @property
    def is_whole(self) -> bool:
        return self.quantity == self.line.quantity


def left_of(sources: Sequence[Document]) -> list[Left]:
    """Every line with a quantity, in the order of the sources, with what is left of it."""
    by_key = {source.pk: source for source in sources}
    lines = DocumentLine.objects.filter(document__in=by_key).exclude(quantity=0).select_related("vat_rate").order_by("position")
    lines = sorted(lines, key=lambda line: [*by_key].index(line.document_id))
    taken = taken_of([line.pk for line in lines])
    return [Left(line, by_key[line.document_id], line.quantity - taken.get(line.pk, ZERO)) for line in lines]


def taken_of(lines: Sequence[int], *, but: int | None = None) -> dict[int, Decimal]:
    """The quantity that documents, drafts too, take of each line; `but` is a document that does not count."""
    taking = DocumentLine.objects.filter(source_line__in=lines).exclude(document__status=Status.CANCELLED).exclude(document=but)
    return dict(taking.order_by().values_list("source_line").annotate(taken=Sum("quantity")))


def require_convertible(sources: Sequence[Document]) -> None:
    """What has to hold before one invoice is made of these. Refuses: source_missing, source_of_other_kind, source_not_issued,
    sources_of_several_clients, sources_differ.
    """
    require(sources, "source_missing", "Alegeți cel puțin un document de facturat.")
    for source in sources:
        require(source.kind in CONVERTIBLE, "source_of_other_kind", f"{source} nu este proformă sau aviz și nu se facturează.")
        require(source.status == Status.ISSUED, "source_not_issued", f"Se facturează doar documente emise; {source} nu este.")
    require(
        len({source.partner_id for source in sources}) == 1,
        "sources_of_several_clients",
        "Documentele alese sunt ale mai multor clienți. O factură se face pentru unul singur.",
    )
    terms = {(source.currency, source.prices_include_vat, source.discount_percent) for source in sources}
    require(
        len(terms) == 1,
        "sources_differ",
        "Documentele alese nu au aceeași monedă, același fel de prețuri (cu sau fără TVA) sau același discount. Facturați-le separat.",
    )


def require_within(sources: Sequence[Document], document: Document, lines: Sequence[DocumentLine]) -> None:
    """Each line takes at most what is left of its source, which is of the same client; the sources are held.

    Refuses: source_of_other_kind, source_not_issued, sources_of_several_clients, source_unknown_line, conversion_over_source.
    """
    wanted: Counter[int] = Counter()
    for line in lines:
        if line.source_line_id is not None:
            wanted[line.source_line_id] += line.quantity  # type: ignore[assignment]
    held = {line.pk: line for line in DocumentLine.objects.filter(pk__in=wanted)}
    taken = taken_of(list(wanted), but=document.pk)
    for source in sources:
        require_convertible([source])
        require(
            document.partner_id is None or source.partner_id == document.partner_id,
            "sources_of_several_clients",
            f"{source} este al altui client: {source.partner_name}. Păstrați clientul sau ștergeți liniile lui {source}.",
            "partner",
        )
    for key, quantity in wanted.items():
        require(key in held and document.kind == Kind.INVOICE, "source_unknown_line", "Linia nu mai există în documentul inițial.", "lines")
        left = held[key].quantity - taken.get(key, ZERO)
        require(
            quantity * left >= 0 and abs(quantity) <= abs(left),
            "conversion_over_source",
            f"Din „{held[key].name}” au rămas de facturat {qty(left)} {held[key].unit}. Puneți restul pe altă linie.",
            "lines",
        )


def require_not_converted(document: Document) -> None:
    """What has to hold before a proforma or a delivery note is cancelled or revised. Refuses: document_converted."""
    if document.kind not in CONVERTIBLE:
        return
    taking = Document.objects.filter(lines__source_line__document=document).exclude(status=Status.CANCELLED).order_by("pk")
    labels = [str(other) for other in taking.distinct()[:3]]
    require(
        not labels,
        "document_converted",
        f"{document} este facturat prin {', '.join(labels)}. Anulați sau ștergeți întâi ce s-a făcut din el.",
    )


def taken_lines(left: Sequence[Left], wanted: Amounts | None) -> list[tuple[Left, Decimal]]:
    """What is taken of each line: everything that is left, or `wanted`. Refuses: conversion_empty, already_converted,
    source_unknown_line, conversion_over_source.
    """
    require(
        any(part.quantity for part in left),
        "already_converted",
        "Nu a mai rămas nimic de facturat: totul este pe facturi sau pe ciornele lor.",
    )
    if wanted is None:
        return [(part, part.quantity) for part in left if part.quantity]
    known = {part.line.pk for part in left}
    require(known >= set(wanted), "source_unknown_line", "Liniile de facturat nu sunt ale acestor documente.", "lines")
    parts = [(part, quantity) for part in left if (quantity := wanted.get(part.line.pk))]
    require(parts, "conversion_empty", "Alegeți ce facturați: cel puțin o cantitate.", "lines")
    for part, quantity in parts:
        require(
            quantity * part.quantity > 0 and abs(quantity) <= abs(part.quantity),
            "conversion_over_source",
            f"Din „{part.line.name}” au rămas de facturat {qty(part.quantity)} {part.line.unit}.",
            "lines",
        )
    return parts


def part_of(amount: Decimal, quantity: Decimal, whole: Decimal) -> Decimal:
    """The share of a discount, in money, that goes with a part of the quantity."""
    return amount if quantity == whole else money(amount * quantity / whole)
