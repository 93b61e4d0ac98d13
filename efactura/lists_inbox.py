"""The list of what SPV holds for the company."""

from functools import cached_property
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from companies.scope import active_company_id
from efactura.models import ReceivedMessage, Settings
from lib.dates import bucharest_today
from lib.listing import Chip, Listing, Sort
from lib.remember import remembered

KEPT = 5  # seconds for which the counts of a large list may be old
Kind, State = ReceivedMessage.Kind, ReceivedMessage.State
IN_LIST = [
    *"company_id environment index kind listed_at seller_name seller_cif number day currency total state".split(),
    *"archived_at gone_at unreadable signature self_billed".split(),
]


class InboxList(Listing):
    """Everything that others put into SPV for the company, in the environment where it works now."""

    sorts = [Sort("primita", "Primită", "listed_at", descending=True), Sort("data", "Data", "day", descending=True)]
    order = "-primita"
    period_column = "day"
    search_label = "Furnizor, număr, CIF sau index"
    count_at_once = False

    def chips(self) -> list[Chip]:
        invoices = Q(kind=Kind.INVOICE)
        return [
            Chip("", "Toate"),
            Chip("noi", "Noi", invoices & Q(state=State.NEW)),
            Chip("vazute", "Văzute", invoices & Q(state=State.SEEN)),
            Chip("inregistrate", "Înregistrate", invoices & Q(state=State.BOOKED)),
            Chip("contestate", "Contestate", invoices & Q(state=State.QUESTIONED)),
            Chip("autofacturi", "Autofacturi", Q(kind=Kind.SELF_BILLED)),
            Chip("mesaje", "Mesaje", Q(kind__in=[Kind.MESSAGE_IN, Kind.MESSAGE_OUT])),
            Chip("erori", "Erori", Q(kind=Kind.ERROR)),
            Chip("pierdute", "Pierdute", Q(gone_at__isnull=False)),
        ]

    def search(self, rows: QuerySet, text: str) -> QuerySet:
        return rows.matching(text)

    def counts(self) -> dict[str, int]:
        key = f"{active_company_id()} primite {self.address_of_found} {bucharest_today()}"
        return remembered(key, super().counts, seconds=KEPT)

    @cached_property
    def amounts(self) -> list[dict[str, Any]]:
        """How many invoices the list shows, and their worth in each currency."""
        invoices = self.narrowed.filter(kind=Kind.INVOICE, total__isnull=False).order_by()
        return list(invoices.values("currency").annotate(count=Count("pk"), total=Sum("total")).order_by("-count", "currency")[:5])


def inbox_in_list() -> QuerySet:
    """Rows of the list, without what stands inside."""
    return ReceivedMessage.objects.filter(environment=Settings.of_company().environment).only(*IN_LIST)
