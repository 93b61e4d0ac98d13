"""The next steps of one company's inbox: read the list, download, answer."""

from django.utils import timezone

from efactura.inbox import answers, fetching, reading
from efactura.models import BuyerMessage, InboxReading, ReceivedMessage

MOST_ANSWERS = 100


def work() -> None:
    """Whatever is due for the active company. Two workers may be at it together."""
    now = timezone.now()
    for row in InboxReading.objects.filter(next_at__lte=now):
        reading.read(row)
    due = ReceivedMessage.objects.to_fetch(timezone.now())
    for environment in due.order_by().values_list("environment", flat=True).distinct():
        fetching.fetch_all(environment)
    waiting = BuyerMessage.objects.filter(due_at__lte=now).select_related("received").defer("received__content")
    for answer in waiting.order_by("due_at")[:MOST_ANSWERS]:
        answers.step(answer)
