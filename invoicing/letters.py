"""The words of an e-mail to a client: the company's own for the occasion, or the usual ones, with their fields filled in."""

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal

from companies.models import Company
from companies.scope import active_company_id
from invoicing.labels import plain_title
from invoicing.models import Document, Kind, MailTemplate, SendingSettings
from invoicing.occasions import DOCUMENTS, OTHERS, Occasion, step_occasion, usual
from lib.fields import fill
from lib.formats import amount, date_ro
from lib.words import plural
from partners.models import Language, Partner

LINK = "{{link}}"  # in words that a person still looks at: the address is put there when the e-mail is asked for
BETWEEN = "\n\n---\n\n"
THE_DOCUMENT = {
    Kind.INVOICE: "factura",
    Kind.PROFORMA: "factura proformă",
    Kind.DELIVERY_NOTE: "avizul",
    Kind.RECEIPT: "chitanța",
    Kind.SELF_BILLED: "autofactura",
}


def sending_settings() -> SendingSettings:
    """Those of the company at work; the usual ones if it never chose."""
    return SendingSettings.objects.first() or SendingSettings()


def letter(document: Document) -> tuple[str, str]:
    """Subject and message for an issued document, with `LINK` still in it."""
    return compose(document_occasion(document), document.language, lambda language: of_document(document, language, link=LINK))


def document_occasion(document: Document) -> Occasion:
    """The occasion of sending a document: that of its kind, else of an invoice."""
    return next((one for one in DOCUMENTS if one.kind == document.kind), DOCUMENTS[0])


def reminder_letter(document: Document, days: int, *, on: date, link: str) -> tuple[str, str]:
    """Subject and message of a step of reminding about one invoice, as things stand on a day."""
    return compose(step_occasion(days), document.language, lambda language: of_document(document, language, link=link, on=on))


def together_letter(documents: Sequence[tuple[Document, str]], language: str, *, on: date) -> tuple[str, str]:
    """Subject and message about several invoices of one client, each with the address of its page."""
    return compose(OTHERS[0], language, lambda spoken: of_several(documents, spoken, on=on))


def statement_letter(partner: Partner, *, balance: str, on: date) -> tuple[str, str]:
    """Subject and message that carry a statement of account; `balance` is written with its currency."""

    def values(language: str) -> dict[str, str]:
        company = Company.objects.get(pk=active_company_id())
        own = {"client": partner.name, "firma": company.name, "semnatura": sending_settings().signature or company.name}
        return own | {"sold": balance, "data": date_ro(on), "conturi": ""}

    return compose(OTHERS[1], partner.language, values)


def compose(occasion: Occasion, language: str, values: Callable[[str], dict[str, str]]) -> tuple[str, str]:
    """Subject and message in the language, or first in Romanian and then in English; the subject of both is the Romanian one."""
    spoken = [Language.RO, Language.EN] if language == Language.BOTH else [language]
    own = {row.language: row for row in MailTemplate.objects.filter(occasion=occasion.key, language__in=spoken)}
    subjects, titles, bodies = [], [], []
    for one in spoken:
        subject, body = (own[one].subject, own[one].body) if one in own else usual(occasion, one)
        words = values(one)
        titles.append(words.get("titlu", ""))
        subjects.append((subject, words))
        bodies.append(fill(body, words).strip())
    subject, words = subjects[0]
    return fill(subject, words | {"titlu": " / ".join(titles)})[:200], BETWEEN.join(bodies)


def of_document(document: Document, language: str, *, link: str, on: date | None = None) -> dict[str, str]:
    """The fields of a document; the company is named as the document names it. `on` counts the days to or from the due date."""
    romanian = language != Language.EN
    title = plain_title(document, language)
    late = abs((on - document.due_date).days) if on and document.due_date else 0
    return {
        "client": document.partner_name or (document.buyer or {}).get("name", ""),
        "firma": document.seller["name"],
        "semnatura": sending_settings().signature or document.seller["name"],
        "titlu": title,
        "tip": THE_DOCUMENT[Kind(document.kind)] if romanian and Kind(document.kind) in THE_DOCUMENT else title.lower(),
        "numar": document.label,
        "data": date_ro(document.issue_date),
        "total": "" if document.hides_prices else amount(document.total, document.currency),
        "rest": amount(document.balance, document.currency),
        "scadenta": date_ro(document.due_date),
        "zile": plural(late, "zi", "zile") if romanian else f"{late} day{'' if late == 1 else 's'}",
        "link": link,
        "conturi": accounts_of(document),
    }


def of_several(documents: Sequence[tuple[Document, str]], language: str, *, on: date) -> dict[str, str]:
    """The fields of several invoices of one client: a line for each, the sum in each currency."""
    first = documents[0][0]
    line = "{} din {}: {}, cu scadența la {}\n{}" if language != Language.EN else "{} of {}: {}, due on {}\n{}"
    sums: dict[str, Decimal] = {}
    for document, _ in documents:
        sums[document.currency] = sums.get(document.currency, Decimal(0)) + document.balance
    values = of_document(first, language, link="")
    return {name: values[name] for name in ("client", "firma", "semnatura", "conturi")} | {
        "data": date_ro(on),
        "rest": " + ".join(amount(total, currency) for currency, total in sums.items()),
        "facturi": "\n\n".join(
            line.format(
                document.label, date_ro(document.issue_date), amount(document.balance, document.currency), date_ro(document.due_date), link
            ).strip()
            for document, link in documents
        ),
    }


def accounts_of(document: Document) -> str:
    """The accounts printed on a document, one on each line; those in its currency if there are any."""
    accounts = document.seller.get("accounts", [])
    fit = [account for account in accounts if account["currency"] == document.currency] or accounts
    return "\n".join(" ".join(part for part in (account["iban"], account["bank"]) if part) for account in fit)
