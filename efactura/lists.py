"""The list of what is sent to SPV."""

from functools import cached_property
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from companies.scope import active_company_id
from efactura.models import Settings, Status, Submission
from efactura.models.submissions import UNSENT
from invoicing.models import Document
from invoicing.search import documents_matching
from lib.dates import bucharest_today
from lib.listing import Chip, Listing, Sort
from lib.remember import remembered

KEPT = 5  # seconds for which the counts of a large list may be old
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
    count_at_once = False

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
        key = f"{active_company_id()} trimise {Settings.of_company().environment} {self.address_of_found} {bucharest_today()}"
        return remembered(key, self._counts, seconds=KEPT)

    @cached_property
    def amount(self) -> dict[str, Any]:
        """How many invoices the list shows, and what they are worth in lei."""
        key = f"{active_company_id()} trimise sume {Settings.of_company().environment} {self.address} {bucharest_today()}"
        rows = self.narrowed.order_by()
        return remembered(key, lambda: rows.aggregate(count=Count("pk"), total=Sum("document__total_ron")), seconds=KEPT)

    def _counts(self) -> dict[str, int]:
        """By state first, which the index `submission_states` answers alone; a chip is a sum of states."""
        late = Count("*", filter=Q(deadline__lt=bucharest_today()))
        rows = list(self.found.order_by().values_list("status").annotate(all=Count("*"), late=late))
        of_state = {status: count for status, count, _ in rows}
        counts = {key: sum(of_state.get(status, 0) for status in states) for key, states in STATES.items()}
        return {"": sum(of_state.values()), LATE: sum(late for status, _, late in rows if status in UNSENT), **counts}


def sent_in_list() -> QuerySet:
    """Rows of the list: without findings and the wide columns of a document."""
    rows = Submission.objects.filter(latest=True, environment=Settings.of_company().environment)
    return rows.select_related("document").only(*IN_LIST)
