"""How a printed document looks: a layout of the company as plain values, which an issued document keeps as its own copy."""

from dataclasses import asdict, dataclass, field, fields
from typing import Any

from django.db import connection

from companies.scope import active_company_id
from invoicing.models import Document, Layout, Status
from invoicing.models.layout import ACCENT, usual_columns
from lib.colours import tint


@dataclass(frozen=True, slots=True)
class Look:
    """The values of a layout; without one, the look that comes with the product."""

    design: str = Layout.Design.CLASSIC.value
    accent: str = ACCENT
    columns: list[str] = field(default_factory=usual_columns)
    accounts: str = Layout.Accounts.ALL.value
    logo_size: str = Layout.LogoSize.MEDIUM.value
    logo_place: str = Layout.LogoPlace.LEFT.value
    footer: str = ""
    footer_en: str = ""
    payment_code: bool = False
    stamp: int | None = None  # a StoredFile

    @property
    def classes(self) -> str:
        """What print.css draws the design by."""
        return f"sheet--{self.design} logo-{self.logo_size} logo-{self.logo_place}"

    @property
    def own_accent(self) -> str:
        """The colour without its #, "" for the one that print.css has already."""
        return "" if self.accent == ACCENT else self.accent[1:]


def of_layout(layout: Layout) -> Look:
    """The look that a layout gives."""
    return Look(**{one.name: getattr(layout, layout_column(one.name)) for one in fields(Look)})


def of_document(document: Document) -> Look:
    """How a document looks: an issued one as at its issue, a draft as it would be if issued now."""
    if document.status != Status.DRAFT:
        return of_values(document.layout)
    layout = layout_of(document)
    return of_layout(layout) if layout else Look()


def of_values(values: dict[str, Any] | None) -> Look:
    """What `frozen` gave, as it was."""
    return Look(**values) if values else Look()


LAYOUT_OF = """
SELECT l.id FROM invoicing_layout l
LEFT JOIN invoicing_layoutofseries s ON s.layout_id = l.id AND s.series_id = %(series)s
LEFT JOIN invoicing_layoutoflanguage g ON g.layout_id = l.id AND g.language = %(language)s
WHERE l.company_id = %(company)s AND (s.id IS NOT NULL OR g.id IS NOT NULL OR l.is_default)
ORDER BY s.id IS NULL, g.id IS NULL LIMIT 1
"""


def frozen(document: Document) -> dict[str, Any] | None:
    """What a document that is issued now keeps of its layout; None where the company has no layout for it."""
    layout = layout_of(document)
    return asdict(of_layout(layout)) if layout else None


def layout_of(document: Document) -> Layout | None:
    """The layout for the document's series, else for its language, else for everything.

    One query in plain SQL where the company has none, as most do: each issue asks it.
    """
    with connection.cursor() as cursor:
        cursor.execute(LAYOUT_OF, {"company": active_company_id(), "series": document.series_id, "language": document.language})
        found = cursor.fetchone()
    return Layout.objects.get(pk=found[0]) if found else None


def layout_column(name: str) -> str:
    """The attribute of a layout behind a value of the look."""
    return "stamp_id" if name == "stamp" else name


def accent_css(colour: str) -> str:
    """The colour of a design, six hexadecimal digits, as a style sheet: for the page by its address, for the PDF as it is."""
    return f'.sheet[data-accent="{colour}"] {{ --s-accent: #{colour}; --s-tint: {tint(f"#{colour}")} }}'
