"""The address at which a client reads a document without an account.

128 random bits with a signature by the installation's secret: it can be neither guessed nor read in the database, and it can be
written again at any time. What does not fit (signature, revoked, expired) is simply not there.
"""

from datetime import timedelta
from secrets import token_urlsafe

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from companies.events import record_event
from companies.scope import company_scope
from invoicing.letters import LINK, sending_settings
from invoicing.models import CustomerLink, Document

_signer = Signer(sep=".", salt="invoicing.customer")


@transaction.atomic
def link_to(document: Document) -> CustomerLink:
    """The live link of an issued document, made now if there is none."""
    now, days = timezone.now(), sending_settings().link_days
    CustomerLink.objects.filter(document=document, revoked_at=None, expires_at__lte=now).update(revoked_at=now)
    expires = now + timedelta(days=days) if days else None
    link, _ = CustomerLink.objects.get_or_create(
        document=document, revoked_at=None, defaults={"key": token_urlsafe(16), "expires_at": expires}
    )
    return link


def live_link(document: Document) -> CustomerLink | None:
    """The link that works now, if there is one."""
    return CustomerLink.objects.filter(Q(expires_at=None) | Q(expires_at__gt=timezone.now()), document=document, revoked_at=None).first()


def token_of(link: CustomerLink) -> str:
    return _signer.sign(link.key)


def address_of(link: CustomerLink) -> str:
    """The whole address, as it stands in e-mails."""
    return settings.BASE_URL + reverse("customer:document", args=(token_of(link),))


def with_link(text: str, document: Document) -> str:
    """The text with the address of the document in place of `LINK`; a link is made only for a text that wants one."""
    return text.replace(LINK, address_of(link_to(document))) if LINK in text else text


def find(token: str) -> CustomerLink | None:
    """The live link of an address, of any company; None for anything that is wrong with it."""
    try:
        key = _signer.unsign(token)
    except BadSignature:
        return None
    live = Q(expires_at=None) | Q(expires_at__gt=timezone.now())
    return CustomerLink.objects.every_company().filter(live, key=key, revoked_at=None).first()


def opened(link: CustomerLink) -> None:
    """Keep that the page was opened, once."""
    with company_scope(link.company_id), transaction.atomic():
        if CustomerLink.objects.filter(pk=link.pk, opened_at=None).update(opened_at=timezone.now()):
            record_event(Document.objects.get(pk=link.document_id), "page_opened")
