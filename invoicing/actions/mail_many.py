"""Sending several documents at once: an e-mail for each, in the words of its occasion, to the address of its client."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction

from companies.sender import require_known
from invoicing.actions.mail import addresses, queue_document, send_again
from invoicing.letters import letter
from invoicing.models import Document, Mail, MailBatch, Status
from lib.errors import Refused, require

MOST = 200


def obstacle_of(document: Document) -> str:
    """Why a document can't be sent as it is (MailBatch.Reason); "" if it can. The document comes with its partner."""
    if document.status != Status.ISSUED:
        return str(MailBatch.Reason.NOT_ISSUED.value)
    return "" if address_of(document) else str(MailBatch.Reason.NO_ADDRESS.value)


def address_of(document: Document) -> str:
    """The e-mail of the client as its card has it now; "" without one, or with one that no server would take."""
    try:
        found = addresses(document.partner.email if document.partner else "", "to")
    except Refused:
        return ""
    return ", ".join(found)


@transaction.atomic
def send_many(documents: Sequence[Document], *, by: Any, token: UUID) -> MailBatch:
    """Ask for an e-mail about each document that can be sent; the others are kept in the batch with the reason.

    The same `token` again (double click, retry) returns the first batch. Refuses: nothing_chosen, too_many_documents, nothing_to_send,
    sender_unconfirmed.
    """
    if earlier := MailBatch.objects.filter(token=token).first():
        return earlier
    require(documents, "nothing_chosen", "Alegeți cel puțin un document.")
    require(len(documents) <= MOST, "too_many_documents", f"Se pot trimite odată cel mult {MOST} de documente.")
    reasons = {document.pk: obstacle_of(document) for document in documents}
    going = [document for document in documents if not reasons[document.pk]]
    require(going, "nothing_to_send", "Niciunul dintre documentele alese nu se poate trimite.")
    require_known()
    left_out = [[document.pk, reasons[document.pk]] for document in documents if reasons[document.pk]]
    batch, made = MailBatch.objects.get_or_create(token=token, defaults={"left_out": left_out, "by": by})
    if made:
        for document in going:
            subject, body = letter(document)
            own = uuid5(token, str(document.pk))
            queue_document(document, to=address_of(document), cc="", subject=subject, body=body, by=by, token=own, batch=batch)
    return batch


@transaction.atomic
def send_failed_again(batch: MailBatch, *, by: Any, mail: int | None = None) -> int:
    """Try the failed e-mails of a batch once more (or one of them), each to the address its client has now; returns how many.

    Those of documents cancelled meanwhile stay failed.
    """
    failed = batch.mails.filter(state=Mail.State.FAILED, document__status=Status.ISSUED).select_related("document__partner").order_by("pk")
    chosen = list(failed.filter(pk=mail) if mail else failed)
    for each in chosen:
        send_again(each, by=by, to=address_of(each.document) if each.document else "")
    return len(chosen)
