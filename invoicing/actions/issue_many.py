"""Many new invoices issued in one transaction, in as few statements as one takes; each was checked by `freeze` before.

Written first as drafts, then numbered: the rows that others wait for (the series, the subscription) are held for the last, short part.
"""

from collections import defaultdict
from collections.abc import Sequence

from django.db import connection
from django.utils import timezone

from companies.events import new_event
from companies.models import Event
from companies.scope import active_company_id
from invoicing.actions.drafts import breakdown
from invoicing.models import Document, DocumentLine, RenderedPdf, Series, Status, VatBreakdown
from invoicing.models.document import Channel
from lib.errors import require
from lib.totals import Totals
from subscriptions.actions import Counted, use_places

ISSUED = """
UPDATE invoicing_document d SET status = 'issued', number = n.number, label = n.label, issued_at = %(at)s, channel = %(channel)s
FROM unnest(%(keys)s::bigint[], %(numbers)s::int[], %(labels)s::text[]) AS n (id, number, label)
WHERE d.id = n.id AND d.company_id = %(company)s
"""


def write_many(made: Sequence[tuple[Document, Sequence[DocumentLine], Totals]]) -> None:
    """Write new documents as drafts with their lines, VAT breakdown and the wish for a PDF, which is left to the sweep."""
    documents = [document for document, _, _ in made]
    Document.objects.bulk_create(documents)
    for document, lines, _ in made:
        for position, line in enumerate(lines, start=1):
            line.document, line.position = document, position
    DocumentLine.objects.bulk_create([line for _, lines, _ in made for line in lines])
    VatBreakdown.objects.bulk_create([group for document, lines, totals in made for group in breakdown(document, lines, totals)])
    RenderedPdf.objects.bulk_create([RenderedPdf(document=document, revision=document.revision) for document in documents])


def number_many(documents: Sequence[Document], *, channel: Channel) -> None:
    """Number what `write_many` wrote, in this order, earlier dates allowed.

    Refuses, for all of them: series_inactive, plan_expired, quota_used_up.
    """
    in_series: dict[int, list[Document]] = defaultdict(list)
    for document in documents:
        in_series[document.series_id].append(document)
    earlier: dict[int, dict[str, object]] = {}
    for series in Series.objects.select_for_update().filter(pk__in=in_series).order_by("pk"):
        require(series.active, "series_inactive", f"Seria {series.name} nu mai este activă. Alegeți altă serie.", "series")
        for document in in_series[series.pk]:
            if series.last_date and document.issue_date < series.last_date:
                earlier[document.pk] = {"earlier_than": series.last_date}
            series.last_number += 1
            series.last_date = max(series.last_date or document.issue_date, document.issue_date)
            document.number, document.label = series.last_number, series.label(series.last_number)
        series.save(update_fields=["last_number", "last_date"])
    at = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute(ISSUED, {
            "at": at, "channel": channel, "company": active_company_id(), "keys": [document.pk for document in documents],
            "numbers": [document.number for document in documents], "labels": [document.label for document in documents],
        })  # fmt: skip
    for document in documents:
        document.status, document.issued_at, document.channel = Status.ISSUED, at, channel
    use_places([Counted("document", x.pk, x.kind, x.label, x.issue_date) for x in documents], channel=channel, at=at)
    Event.objects.bulk_create(
        new_event(document, "issued", label=document.label, total=document.total, channel=channel, **earlier.get(document.pk, {}))
        for document in documents
    )
