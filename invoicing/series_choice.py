"""Which series a person may use for a document, and which one comes first."""

from typing import Any

from django.db.models import Exists, OuterRef, Q

from companies.models import WorkplaceUser
from companies.scope import CompanyQuerySet
from invoicing.models import Series, SeriesUser


def usable(kind: str, user: Any) -> CompanyQuerySet:
    """The active series of a kind that a person may use; for the program itself (None) all of them.

    First the person's own default, then the series of the place where they work, then the seat's, defaults before others.
    """
    named = SeriesUser.objects.filter(series=OuterRef("pk"))
    allowed, mine = named.filter(allowed=True), named.filter(user=user)
    here = WorkplaceUser.objects.filter(workplace=OuterRef("workplace"), user=user)
    return (
        Series.objects.filter(Q() if user is None else ~Exists(allowed) | Exists(mine.filter(allowed=True)), kind=kind, active=True)
        .annotate(own=Exists(mine.filter(is_default=True)), here=Exists(here), of_seat=Q(workplace=None))
        .order_by("-own", "-here", "-of_seat", "-is_default", "name")
    )


def first_series(kind: str, user: Any) -> Series | None:
    """The series with which a new document of this person starts; None when there is none for them."""
    return usable(kind, user).first()


def missing_kinds(kinds: list[str]) -> list[str]:
    """Those of these kinds for which the company has no series."""
    held = set(Series.objects.filter(kind__in=kinds).values_list("kind", flat=True))
    return [kind for kind in kinds if kind not in held]
