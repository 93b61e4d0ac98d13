"""What a later app knows against cancelling a document: e-Factura adds its guard here when it starts."""

from collections.abc import Callable

from invoicing.models import Document

Guard = Callable[[Document], None]  # the document is held; raises Refused
GUARDS: list[Guard] = []


def require_nobody_has_it(document: Document) -> None:
    """Let later apps refuse to cancel what somebody outside holds for valid."""
    for guard in GUARDS:
        guard(document)
