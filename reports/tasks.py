"""What happens at night."""

from celery import shared_task

from reports import books


@shared_task
def check_books() -> None:
    """Prove every book; say loudly what does not add up."""
    books.check()
