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
            Chip(TO_SEND, "De trimis", Q(status__in=[Status.PENDING, Status.HELD]), order="termen"),
            Chip(WORKING, "În lucru", Q(status__in=[Status.SENDING, Status.SENT])),
            Chip(DONE, "Acceptate", Q(status=Status.ACCEPTED)),
            Chip(SENT_BACK, "Respinse", Q(status__in=[Status.REJECTED, Status.REFUSED]), order="termen"),
            Chip(LATE, "Întârziate", late, order="termen"),
            Chip(UNKNOWN, "Necunoscute", Q(status__in=[Status.UNKNOWN, Status.BY_HAND])),
            Chip(EXEMPT, "Nu se trimit", Q(status__in=[Status.EXEMPT, Status.DROPPED])),
        ]

    def search(self, rows: QuerySet, text: str) -> QuerySet:
        return rows.filter(Q(index=text) | Q(document__in=Document.objects.filter(documents_matching(text))))

    def counts(self) -> dict[str, int]:
        key = f"{active_company_id()} trimise {self.address_of_found} {bucharest_today()}"
        return remembered(key, super().counts, seconds=KEPT)

    @cached_property
    def amount(self) -> dict[str, Any]:
        """How many invoices the list shows, and what they are worth in lei."""
        return self.narrowed.order_by().aggregate(count=Count("pk"), total=Sum("document__total_ron"))


def sent_in_list() -> QuerySet:
    """Rows of the list: without findings and the wide columns of a document."""
    rows = Submission.objects.filter(latest=True, environment=Settings.of_company().environment)
    return rows.select_related("document").only(*IN_LIST)
