"""Who may let the installation write to others: a company in which an administrator has confirmed the own address.

Whoever signs up is at work at once (docs/decisions/073), but nobody sends letters with any words to any address from an account that
nobody is known to own. One that an operator made has no address to confirm and counts as known.
"""

from allauth.account.models import EmailAddress
from django.db.models import Exists, OuterRef

from companies.models import Membership, Role
from companies.scope import active_company_id
from lib.errors import require

UNCONFIRMED = (
    "Confirmați întâi adresa dumneavoastră de e-mail: legătura este în mesajul primit la înscriere și se poate cere din nou din"
    " Contul meu, la adrese de e-mail. Până atunci clienților nu li se trimit mesaje."
)


def is_known() -> bool:
    """Whether an administrator of the active company has an address that is confirmed, or needs no confirming."""
    unconfirmed = EmailAddress.objects.filter(user=OuterRef("user"), primary=True, verified=False)
    owners = Membership.objects.filter(company=active_company_id(), role=Role.OWNER)
    return owners.exclude(Exists(unconfirmed)).exists()


def require_known() -> None:
    """Refuses: sender_unconfirmed."""
    require(is_known(), "sender_unconfirmed", UNCONFIRMED)
