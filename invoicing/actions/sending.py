"""How a company writes to its clients: the sender, the words, the clients' addresses, and what clients object."""

from datetime import timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from django.db import transaction
from django.utils import timezone

from companies.events import record_event
from companies.models import Company
from invoicing.actions.mail import send_letter
from invoicing.customer import link_to, live_link
from invoicing.letters import sending_settings
from invoicing.models import CustomerLink, Document, MailTemplate, Objection, SendingSettings, Status
from invoicing.occasions import Occasion
from lib.errors import require
from lib.fields import problems

OBJECTIONS_A_DAY = 3  # about one document


@transaction.atomic
def change_sender(*, by: Any, **fields: Any) -> SendingSettings:
    """Set the sender's name, where answers and copies go, the signature and for how long a client's page lives."""
    held, _ = SendingSettings.objects.get_or_create()
    for name, value in fields.items():
        setattr(held, name, value)
    held.save(update_fields=list(fields))
    record_event(held, "sender_changed", by=by)
    return held


@transaction.atomic
def save_template(occasion: Occasion, language: str, *, subject: str, body: str, by: Any) -> MailTemplate:
    """Keep the company's own words of an occasion. Refuses: field_unknown, at the subject or at the message."""
    for name, text in (("subject", subject), ("body", body)):
        wrong = [problem.sentence for problem in problems(text, occasion.fields)]
        require(not wrong, "field_unknown", " ".join(wrong), name)
    words = {"subject": subject, "body": body}
    template, _ = MailTemplate.objects.update_or_create(occasion=occasion.key, language=language, defaults=words)
    record_event(template, "template_saved", by=by, occasion=occasion.key, language=language, **words)
    return template


@transaction.atomic
def drop_template(occasion: Occasion, language: str, *, by: Any) -> None:
    """Go back to the usual words."""
    for template in MailTemplate.objects.filter(occasion=occasion.key, language=language):
        record_event(template, "template_dropped", by=by, occasion=occasion.key, language=language)
        template.delete()


@transaction.atomic
def open_link(document: Document, *, by: Any) -> CustomerLink:
    """The address of the client's page, made if there is none. Refuses: document_not_issued."""
    require(document.status == Status.ISSUED, "document_not_issued", "Au pagină pentru client doar documentele emise.")
    if found := live_link(document):
        return found
    record_event(document, "link_made", by=by)
    return link_to(document)


@transaction.atomic
def revoke_link(document: Document, *, by: Any) -> None:
    """Let the client's address lead nowhere, for good. Without a live one nothing happens."""
    if CustomerLink.objects.filter(document=document, revoked_at=None).update(revoked_at=timezone.now()):
        record_event(document, "link_revoked", by=by)


@transaction.atomic
def raise_objection(document: Document, *, name: str, text: str) -> Objection:
    """Keep what a client says against a document and write about it to the company. The same words again are one objection.

    Refuses: too_many_objections, document_not_issued.
    """
    document = Document.objects.select_for_update(of=["self"]).get(pk=document.pk)
    require(document.status == Status.ISSUED, "document_not_issued", "Documentul nu mai este valabil.")
    earlier = Objection.objects.filter(document=document, at__gt=timezone.now() - timedelta(days=1))
    if same := earlier.filter(name=name, text=text).first():
        return same
    require(
        earlier.count() < OBJECTIONS_A_DAY,
        "too_many_objections",
        "Ați trimis deja mai multe obiecții astăzi. Vă rugăm să așteptați răspunsul firmei.",
    )
    objection = Objection.objects.create(document=document, name=name, text=text)
    record_event(document, "objected", name=name, text=text)
    company = Company.objects.get(pk=document.company_id)
    if to := sending_settings().reply_to or company.email:
        send_letter(
            None,
            to=to,
            subject=f"Obiecție la {document.label}: {document.partner_name}"[:200],
            body=f"{name} a scris pe pagina documentului {document.label}:\n\n{text}\n\nRăspundeți-i de pe pagina documentului."
            " Până atunci nu îi mai trimitem mementouri pentru el.",
            by=None,
            token=uuid5(NAMESPACE_URL, f"objection:{objection.company_id}:{objection.pk}"),
            about=document,
        )
    return objection


@transaction.atomic
def answer_objection(objection: Objection, *, answer: str, by: Any) -> Objection:
    """Answer; the client reads it on the same page, and reminders go on. Refuses: objection_answered, answer_missing."""
    objection = Objection.objects.select_for_update(of=["self"]).select_related("document").get(pk=objection.pk)
    require(objection.answered_at is None, "objection_answered", "La această obiecție s-a răspuns deja.")
    require(answer.strip(), "answer_missing", "Scrieți răspunsul.", "answer")
    objection.answer, objection.answered_at, objection.answered_by = answer.strip(), timezone.now(), by
    objection.save()
    record_event(objection.document, "objection_answered", by=by, text=objection.answer)
    return objection
