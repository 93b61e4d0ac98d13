"""The list of what is sent to SPV."""

from functools import cached_property
from itertools import chain
from typing import Any

from django.db import connection
from django.db.models import Count, Q, QuerySet, Sum, Value

from efactura.models import Settings, Status, Submission
from efactura.models.submissions import UNSENT
from invoicing.models import Document
from invoicing.search import documents_matching
from lib.dates import bucharest_today
from lib.listing import Chip, Listing, Sort

MOST_SUMMED = 5000  # rows; nobody reads the sum of more
IN_LIST = [
    *"document_id revision status deadline due_at obstacle message index sent_at made_at latest company_id environment".split(),
    *"document__label document__partner_name document__issue_date document__total document__currency document__company_id".split(),
]
TO_SEND, WORKING, DONE, SENT_BACK, LATE, UNKNOWN, EXEMPT = (
    "de-trimis in-lucru acceptate respinse intarziate necunoscute nu-se-trimit".split()
)
STATES = {
    TO_SEND: [Status.PENDING, Status.HELD],
    WORKING: [Status.SENDING, Status.SENT],
    DONE: [Status.ACCEPTED],
    SENT_BACK: [Status.REJECTED, Status.REFUSED],
    UNKNOWN: [Status.UNKNOWN, Status.BY_HAND],
    EXEMPT: [Status.EXEMPT, Status.DROPPED],
}


class SentList(Listing):
    """The latest submission of each invoice, in the environment where the company works now."""

    sorts = [
        Sort("data", "Înscrisă", "made_at", descending=True),
        Sort("termen", "Termen", "deadline"),
        Sort("trimisa", "Trimisă", "sent_at", descending=True, nullable=True),
    ]
    order = "-data"
    period_column = "document__issue_date"
    search_label = "Număr, client, CIF, sumă sau index"
    count_at_once, most_counted = False, 999

    def chips(self) -> list[Chip]:
        late = Q(status__in=UNSENT, deadline__lt=bucharest_today())
        return [
            Chip("", "Toate"),
            Chip(TO_SEND, "De trimis", Q(status__in=STATES[TO_SEND]), order="termen"),
            Chip(WORKING, "În lucru", Q(status__in=STATES[WORKING])),
            Chip(DONE, "Acceptate", Q(status__in=STATES[DONE])),
            Chip(SENT_BACK, "Respinse", Q(status__in=STATES[SENT_BACK]), order="termen"),
            Chip(LATE, "Întârziate", late, order="termen"),
            Chip(UNKNOWN, "Necunoscute", Q(status__in=STATES[UNKNOWN])),
            Chip(EXEMPT, "Nu se trimit", Q(status__in=STATES[EXEMPT])),
        ]

    def search(self, rows: QuerySet, text: str) -> QuerySet:
        return rows.filter(Q(index=text) | Q(document__in=Document.objects.filter(documents_matching(text))))

    def counts(self) -> dict[str, int]:
        """One more than `most_counted` stands for any number above it: each chip reads no more of its index. One statement."""
        parts = {chip.key: _ones(self.found.filter(chip.condition or Q()), self.most_counted + 1) for chip in self.chips()}
        sql, params = zip(*(part.query.sql_with_params() for part in parts.values()), strict=True)
        numbers = ", ".join(f"(SELECT count(*) FROM ({each}) counted)" for each in sql)  # noqa: S608 (Django's own SQL)
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {numbers}", list(chain(*params)))
            return dict(zip(parts, cursor.fetchone(), strict=True))

    @cached_property
    def amount(self) -> dict[str, Any]:
        """How many invoices the list shows, and what they are worth in lei; of very many, only that they are very many."""
        rows = self.narrowed.order_by()
        if _ones(rows, MOST_SUMMED + 1).count() > MOST_SUMMED:
            return {"count": MOST_SUMMED, "over": True}
        return rows.aggregate(count=Count("pk"), total=Sum("document__total_ron"))


def _ones(rows: QuerySet, most: int) -> QuerySet:
    """At most so many rows, of which nothing is read but the index."""
    return rows.order_by().annotate(one=Value(1)).values("one")[:most]


def sent_in_list() -> QuerySet:
    """Rows of the list: without findings and the wide columns of a document."""
    rows = Submission.objects.filter(latest=True, environment=Settings.of_company().environment)
    return rows.select_related("document").only(*IN_LIST)
