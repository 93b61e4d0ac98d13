"""The services that are played, in the order of the control page."""

from web.rehearsal import anaf, bnr
from web.rehearsal.exchange import Service

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
