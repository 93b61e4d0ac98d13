"""The services that are played, in the order of the control page."""

from efactura.rehearsal.exchange import Ask
from efactura.rehearsal.spv import Spv
from web.rehearsal import anaf, bnr
from web.rehearsal.exchange import Request, Response, Service

SERVICES = [
    Service(
        "anaf",
        "Registrul contribuabililor (ANAF)",
        "Orice CIF cu cifra de control corectă are aici o firmă inventată, mereu aceeași.",
        {
            "anaf_no_answer": "nu răspunde",
            "anaf_html": "răspunde cu o pagină HTML",
            "anaf_500": "eroare 500",
            "anaf_slow": "răspunde foarte încet",
        },
        anaf.answer,
    ),
    Service(
        "bnr",
        "Cursul valutar (BNR)",
        "Cursuri inventate pentru zilele bancare din 2022 până azi; cele de azi apar după ora 13.",
        {"bnr_no_answer": "nu răspunde", "bnr_html": "răspunde cu o pagină HTML"},
        bnr.answer,
    ),
    Service(
        "mail",
        "E-mail",
        "Tot ce trimite Facturier se oprește aici și se poate citi; nimic nu ajunge la destinatar.",
        {"mail_refused": "destinatar refuzat definitiv (550)", "mail_busy": "amânat, încercați mai târziu (451)"},
    ),
]


def spv_service(spv: Spv) -> Service:
    """ANAF's SPV, played by efactura; its own page, with everything that can be asked of it, is at its address."""

    def answer(request: Request) -> Response | None:
        headers = request.headers | {"x-prefix": "/spv"}
        reply = spv.answer(Ask(request.method, request.path, request.query, headers, request.body))
        return reply and Response(reply.body, reply.media_type, reply.status, reply.headers)

    return Service(
        "spv",
        "SPV (e-Factura)",
        "Autorizare, trimitere, liste și descărcare ca la ANAF, fără certificat. La adresa aceasta se văd documentele și se cer greșeli.",
        {
            "spv_no_answer": "nu răspunde",
            "spv_html": "răspunde cu o pagină HTML",
            "spv_500": "eroare 500",
            "spv_slow": "răspunde foarte încet",
        },
        answer,
    )
