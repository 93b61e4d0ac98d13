"""An invoice that SPV has is valid for ANAF whatever happens here: it is storned, never cancelled. Source: CF art. 330 (1) b."""

from efactura.models import Settings, Submission
from invoicing.models import Document
from lib.errors import require


def require_not_in_spv(document: Document) -> None:
    """Refuses: document_in_spv, while SPV has the invoice or may have it."""
    away = Submission.objects.away().filter(document=document, environment=Settings.of_company().environment)
    require(
        not away.exists(),
        "document_in_spv",
        f"{document} este în SPV sau pe drum spre SPV: pentru ANAF și pentru client rămâne valabilă. Stornați-o în loc de a o anula.",
    )
