"""The words of an e-mail to a client, in the language of the document. A person may change them before sending."""

from invoicing.labels import plain_title
from invoicing.models import Document, Kind
from lib.formats import amount, date_ro
from partners.models import Language

ROMANIAN = """Bună ziua,

Vă trimitem atașat {title} {number} din {date}, în valoare de {total}{due}.

Vă mulțumim,
{company}"""
ENGLISH = """Hello,

Please find attached {title} {number} of {date}, amounting to {total}{due}.

Kind regards,
{company}"""

THE_DOCUMENT = {Kind.INVOICE: "factura", Kind.PROFORMA: "factura proformă", Kind.DELIVERY_NOTE: "avizul", Kind.RECEIPT: "chitanța"}


def letter(document: Document) -> tuple[str, str]:
    """Subject and message for an issued document; the company is named as the document names it."""
    bodies, titles = [], []
    if document.language != Language.EN:
        titles.append(plain_title(document, Language.RO))
        bodies.append(_filled(ROMANIAN, document, THE_DOCUMENT[Kind(document.kind)], due=", cu scadența la {}"))
    if document.language != Language.RO:
        titles.append(plain_title(document, Language.EN))
        bodies.append(_filled(ENGLISH, document, titles[-1].lower(), due=", due on {}"))
    return f"{' / '.join(titles)} {document.label} · {document.seller['name']}", "\n\n---\n\n".join(bodies)


def _filled(text: str, document: Document, title: str, *, due: str) -> str:
    return text.format(
        title=title,
        number=document.label,
        date=date_ro(document.issue_date),
        total=amount(document.total, document.currency),
        due=due.format(date_ro(document.due_date)) if document.due_date else "",
        company=document.seller["name"],
    )
