"""The words of an e-mail to a client, in the language of the document. A person may change them before sending."""

from invoicing.labels import plain_title
from invoicing.models import Document, Kind
from lib.formats import amount, date_ro
from partners.models import Language

ROMANIAN = """Bună ziua,

Vă trimitem atașat {title} {number} din {date}{total}{due}.

Vă mulțumim,
{company}"""
ENGLISH = """Hello,

Please find attached {title} {number} of {date}{total}{due}.

Kind regards,
{company}"""

THE_DOCUMENT = {Kind.INVOICE: "factura", Kind.PROFORMA: "factura proformă", Kind.DELIVERY_NOTE: "avizul", Kind.RECEIPT: "chitanța"}
# What is said of the last day, and of the amount.
ROMANIAN_DUE, ENGLISH_DUE = ", cu scadența la {}", ", due on {}"
ROMANIAN_VALID, ENGLISH_VALID = ", valabilă până la {}", ", valid until {}"


def letter(document: Document) -> tuple[str, str]:
    """Subject and message for an issued document; the company is named as the document names it."""
    bodies, titles = [], []
    is_offer = document.kind == Kind.PROFORMA
    if document.language != Language.EN:
        titles.append(plain_title(document, Language.RO))
        due = ROMANIAN_VALID if is_offer else ROMANIAN_DUE
        bodies.append(_filled(ROMANIAN, document, THE_DOCUMENT[Kind(document.kind)], due=due, of=", în valoare de {}"))
    if document.language != Language.RO:
        titles.append(plain_title(document, Language.EN))
        due = ENGLISH_VALID if is_offer else ENGLISH_DUE
        bodies.append(_filled(ENGLISH, document, titles[-1].lower(), due=due, of=", amounting to {}"))
    return f"{' / '.join(titles)} {document.label} · {document.seller['name']}", "\n\n---\n\n".join(bodies)


def _filled(text: str, document: Document, title: str, *, due: str, of: str) -> str:
    return text.format(
        title=title,
        number=document.label,
        date=date_ro(document.issue_date),
        total="" if document.hides_prices else of.format(amount(document.total, document.currency)),
        due=due.format(date_ro(document.due_date)) if document.due_date else "",
        company=document.seller["name"],
    )
