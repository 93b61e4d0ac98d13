"""On which occasions a company writes to its clients, which fields its words may use there, and the usual words."""

from dataclasses import dataclass

from invoicing.models import Kind, SendingSettings
from lib.words import plural
from partners.models import Language

DOCUMENT, REMINDER, TOGETHER, STATEMENT = "document", "reminder", "together", "statement"
LANGUAGES = {Language.RO: "română", Language.EN: "engleză"}
HARD = 30  # days late from which the usual words are firmer

# Field: what it becomes.
FIELDS = {
    "client": "numele clientului",
    "firma": "numele firmei",
    "semnatura": "semnătura firmei",
    "titlu": "felul documentului, cu majusculă: Factură",
    "tip": "felul documentului, în propoziție: factura",
    "numar": "seria și numărul",
    "data": "data emiterii, sau ziua de azi",
    "total": "totalul, cu moneda",
    "rest": "cât mai este de plată",
    "scadenta": "scadența",
    "zile": "zilele până la scadență sau de la ea: 7 zile",
    "link": "adresa paginii clientului",
    "conturi": "conturile firmei",
    "facturi": "facturile, una pe rând, cu rest și scadență",
    "sold": "soldul clientului",
}
EVERYWHERE = ("client", "firma", "semnatura")
OF_DOCUMENT = (*EVERYWHERE, "titlu", "tip", "numar", "data", "total", "rest", "scadenta", "link", "conturi")
ALLOWED = {
    DOCUMENT: OF_DOCUMENT,
    REMINDER: (*OF_DOCUMENT, "zile"),
    TOGETHER: (*EVERYWHERE, "facturi", "rest", "conturi", "data"),
    STATEMENT: (*EVERYWHERE, "sold", "data", "conturi"),
}


@dataclass(frozen=True, slots=True)
class Occasion:
    """One occasion: `key` is kept with the template, `group` says which fields it has."""

    key: str
    label: str
    group: str
    kind: str = ""  # of the document it is about
    days: int = 0  # of a reminder, after the due date

    @property
    def fields(self) -> dict[str, str]:
        return {name: FIELDS[name] for name in ALLOWED[self.group]}


DOCUMENTS = [
    Occasion(kind.value, label, DOCUMENT, kind=kind)
    for kind, label in [
        (Kind.INVOICE, "Trimiterea unei facturi"),
        (Kind.PROFORMA, "Trimiterea unei proforme"),
        (Kind.DELIVERY_NOTE, "Trimiterea unui aviz"),
        (Kind.RECEIPT, "Trimiterea unei chitanțe"),
        (Kind.SELF_BILLED, "Trimiterea unei autofacturi"),
    ]
]
OTHERS = [
    Occasion("together", "Memento pentru mai multe facturi", TOGETHER, kind=Kind.INVOICE),
    Occasion("statement", "Extras de cont", STATEMENT),
]


def step_occasion(days: int) -> Occasion:
    """The occasion of a step of reminding: `before-3`, `due-0`, `after-15`."""
    key = f"after-{days}" if days > 0 else f"before-{-days}" if days else "due-0"
    return Occasion(key, f"Memento {step_words(days)}", REMINDER, kind=Kind.INVOICE, days=days)


def step_words(days: int) -> str:
    if not days:
        return "în ziua scadenței"
    return f"cu {plural(-days, 'zi', 'zile')} înainte de scadență" if days < 0 else f"la {plural(days, 'zi', 'zile')} după scadență"


def occasions(settings: SendingSettings) -> list[Occasion]:
    """All of a company, with its steps of reminding."""
    return [*DOCUMENTS, *(step_occasion(days) for days in settings.steps), *OTHERS]


def usual(occasion: Occasion, language: str) -> tuple[str, str]:
    """Subject and message as they are until the company writes its own."""
    if occasion.group == REMINDER:
        tone = "before" if occasion.days < 0 else "due" if not occasion.days else "hard" if occasion.days >= HARD else "after"
        subject, body = REMINDERS[language][tone]
    elif occasion.group == DOCUMENT:
        subject, body = SENDING[language]
        if occasion.kind == Kind.PROFORMA:
            body = body.replace(*VALID[language])
    else:
        subject, body = LETTERS[language][occasion.key]
    return subject, f"{OPENING[language]}\n\n{body}\n\n{CLOSING[language]}"


RO, EN = Language.RO, Language.EN
OPENING = {RO: "Bună ziua,", EN: "Hello,"}
CLOSING = {RO: "Vă mulțumim,\n{{semnatura}}", EN: "Kind regards,\n{{semnatura}}"}
VALID = {RO: ("cu scadența la", "valabilă până la"), EN: ("due on", "valid until")}
PAY_RO = "[[\n\nPlata se poate face în:\n{{conturi}}]]"
PAY_EN = "[[\n\nPlease pay to:\n{{conturi}}]]"
SEE_RO = "[[\n\nDocumentul poate fi văzut și aici, fără cont:\n{{link}}]]"
SEE_EN = "[[\n\nThe document can also be seen here, without an account:\n{{link}}]]"
PAID_RO = "Dacă ați plătit între timp, vă rugăm să nu țineți seama de acest mesaj."
PAID_EN = "If you have paid in the meantime, please disregard this message."
SENDING = {
    RO: (
        "{{titlu}} {{numar}} · {{firma}}",
        "Vă trimitem atașat {{tip}} {{numar}} din {{data}}[[, în valoare de {{total}}]][[, cu scadența la {{scadenta}}]]." + SEE_RO,
    ),
    EN: (
        "{{titlu}} {{numar}} · {{firma}}",
        "Please find attached {{tip}} {{numar}} of {{data}}[[, amounting to {{total}}]][[, due on {{scadenta}}]]." + SEE_EN,
    ),
}
REMINDERS = {
    RO: {
        "before": (
            "{{titlu}} {{numar}} este scadentă la {{scadenta}}",
            "Vă amintim că {{tip}} {{numar}} din {{data}} este scadentă la {{scadenta}}. Mai sunt de plată {{rest}}." + PAY_RO + SEE_RO,
        ),
        "due": (
            "{{titlu}} {{numar}} are scadența la {{scadenta}}",
            "Vă amintim că {{tip}} {{numar}} din {{data}} are scadența la {{scadenta}}. Mai sunt de plată {{rest}}." + PAY_RO + SEE_RO,
        ),
        "after": (
            "{{titlu}} {{numar}} are scadența depășită cu {{zile}}",
            "După evidența noastră, {{tip}} {{numar}} din {{data}}, scadentă la {{scadenta}}, nu este încă plătită. Mai sunt de plată"
            " {{rest}}." + PAY_RO + SEE_RO + f"\n\n{PAID_RO}",
        ),
        "hard": (
            "{{titlu}} {{numar}} nu este plătită de {{zile}}",
            "{{titlu}} {{numar}} din {{data}} este neplătită de {{zile}}, deși v-am mai scris. Mai sunt de plată {{rest}}. Vă rugăm să o"
            " plătiți acum sau să ne spuneți când o veți plăti." + PAY_RO + SEE_RO + f"\n\n{PAID_RO}",
        ),
    },
    EN: {
        "before": (
            "{{titlu}} {{numar}} is due on {{scadenta}}",
            "This is a reminder that {{tip}} {{numar}} of {{data}} is due on {{scadenta}}. Still to be paid: {{rest}}." + PAY_EN + SEE_EN,
        ),
        "due": (
            "{{titlu}} {{numar}} falls due on {{scadenta}}",
            "This is a reminder that {{tip}} {{numar}} of {{data}} falls due on {{scadenta}}. Still to be paid: {{rest}}."
            + PAY_EN
            + SEE_EN,
        ),
        "after": (
            "{{titlu}} {{numar}} is overdue by {{zile}}",
            "By our records, {{tip}} {{numar}} of {{data}}, due on {{scadenta}}, has not been paid yet. Still to be paid: {{rest}}."
            + PAY_EN
            + SEE_EN
            + f"\n\n{PAID_EN}",
        ),
        "hard": (
            "{{titlu}} {{numar}} has been unpaid for {{zile}}",
            "{{titlu}} {{numar}} of {{data}} has been unpaid for {{zile}}, although we wrote to you before. Still to be paid: {{rest}}."
            " Please pay it now, or tell us when you will." + PAY_EN + SEE_EN + f"\n\n{PAID_EN}",
        ),
    },
}
LETTERS = {
    RO: {
        "together": (
            "Facturi de plată · {{firma}}",
            "Vă amintim de facturile de mai jos:\n\n{{facturi}}\n\nÎn total sunt de plată {{rest}}." + PAY_RO + f"\n\n{PAID_RO}",
        ),
        "statement": (
            "Extras de cont la {{data}} · {{firma}}",
            "Vă trimitem atașat extrasul de cont la {{data}}. Soldul este {{sold}}.\n\nDacă în evidența dumneavoastră este altfel, vă rugăm"
            " să ne scrieți.",
        ),
    },
    EN: {
        "together": (
            "Invoices to be paid · {{firma}}",
            "This is a reminder of the invoices below:\n\n{{facturi}}\n\nStill to be paid in all: {{rest}}." + PAY_EN + f"\n\n{PAID_EN}",
        ),
        "statement": (
            "Statement of account on {{data}} · {{firma}}",
            "Please find attached the statement of account on {{data}}. The balance is {{sold}}.\n\nIf your records say otherwise, please"
            " write to us.",
        ),
    },
}
