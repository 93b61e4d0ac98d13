"""Who works in a company: roles, invitations by e-mail, leaving. A company always keeps an administrator."""

import hashlib
import secrets
from datetime import timedelta
from smtplib import SMTPException
from typing import Any

from django.db import transaction
from django.utils import timezone

from companies import mail
from companies.actions.locks import lock
from companies.events import record_event
from companies.models import Company, Invitation, Membership, Role
from companies.scope import company_scope
from lib.errors import Refused, require

DAYS = 7  # an invitation is good for
A_DAY = 50  # invitations that a company may make in 24 hours
TRIES = 8
LEASE = timedelta(minutes=5)  # how long one try may take before another worker takes the row over

LAST_OWNER = "Firma are nevoie de cel puțin un administrator. Dați întâi rolul altcuiva."


@transaction.atomic
def change_role(membership: Membership, *, role: str, by: Any) -> Membership:
    """Give a person another role. Refuses: not_member, last_owner."""
    company, membership = _hold(membership)
    if membership.role == role:
        return membership
    _require_other_owner(membership)
    former, membership.role = membership.role, role
    membership.save(update_fields=["role"])
    record_event(company, "role_changed", by=by, email=membership.user.email, former=former, role=role)
    return membership


@transaction.atomic
def remove_member(membership: Membership, *, by: Any) -> None:
    """Take a person out of the company, who may be the one who asks; the next request is already a stranger's.

    Refuses: not_member, last_owner.
    """
    company, membership = _hold(membership)
    _require_other_owner(membership)
    membership.delete()
    verb = "member_left" if membership.user_id == by.pk else "member_removed"
    record_event(company, verb, by=by, email=membership.user.email, role=membership.role)


@transaction.atomic
def invite(company: Company, *, email: str, role: str, by: Any) -> Invitation:
    """Invite an address; the row waits for its e-mail (tasks.py). An open invitation of the same address is replaced.

    Refuses: already_member, too_many_invitations.
    """
    company, email, now = lock(company), email.strip().lower(), timezone.now()
    known = company.memberships.filter(user__email=email).exists()
    require(not known, "already_member", f"{email} are deja acces la firmă. Rolul se schimbă din lista de mai sus.", "email")
    made = Invitation.objects.filter(made_at__gt=now - timedelta(days=1)).count()
    require(made < A_DAY, "too_many_invitations", f"Se pot trimite cel mult {A_DAY} de invitații pe zi. Continuați mâine.", "email")
    Invitation.objects.open().filter(email=email).update(withdrawn_at=now, mail_due=None)
    invitation = Invitation.objects.create(
        email=email, role=role, token_hash=_hash(_new_token()), by=by, expires_at=now + timedelta(days=DAYS), mail_due=now
    )
    record_event(company, "invited", by=by, email=email, role=role)
    return invitation


@transaction.atomic
def resend_invitation(invitation: Invitation, *, by: Any) -> Invitation:
    """Make the invitation anew, for as many days as a new one; the former link no longer works.

    Refuses: invitation_closed, already_member, too_many_invitations.
    """
    company = lock(invitation.company)
    _require_open(invitation)
    return invite(company, email=invitation.email, role=invitation.role, by=by)


@transaction.atomic
def withdraw_invitation(invitation: Invitation, *, by: Any) -> None:
    """Take an invitation back: its link no longer works. Refuses: invitation_closed."""
    company = lock(invitation.company)
    _require_open(invitation)
    Invitation.objects.filter(pk=invitation.pk).update(withdrawn_at=timezone.now(), mail_due=None)
    record_event(company, "invitation_withdrawn", by=by, email=invitation.email)


def find_invitation(token: str) -> Invitation | None:
    """The invitation that a link belongs to, of whichever company; None for a link that nobody made."""
    found = Invitation.objects.every_company().filter(token_hash=_hash(token))
    return found.select_related("company", "by").first()


@transaction.atomic
def accept_invitation(invitation: Invitation, *, by: Any) -> Membership:
    """Let the invited person in. One who is in already keeps the role; twice is as good as once.

    Refuses: invitation_for_another, invitation_withdrawn, invitation_expired, invitation_used.
    """
    with company_scope(invitation.company_id):
        company = lock(invitation.company)
        invitation = Invitation.objects.get(pk=invitation.pk)
        require_acceptable(invitation, by)
        membership, is_new = Membership.objects.get_or_create(company=company, user=by, defaults={"role": invitation.role})
        if invitation.accepted_at is None:
            Invitation.objects.filter(pk=invitation.pk).update(accepted_at=timezone.now(), accepted_by=by, mail_due=None)
            record_event(company, "joined" if is_new else "invitation_accepted", by=by, email=by.email, role=membership.role)
        return membership


def require_acceptable(invitation: Invitation, person: Any) -> None:
    """Whether this person may accept; one who is not signed in is taken for the invited one.

    Refuses: invitation_for_another, invitation_withdrawn, invitation_expired, invitation_used.
    """
    address = person.email if person.is_authenticated else invitation.email
    require(
        address == invitation.email,
        "invitation_for_another",
        f"Invitația este pentru {invitation.email}, iar dumneavoastră ați intrat cu {address}."
        " Ieșiți din cont și intrați cu adresa invitată, sau cereți o invitație pentru adresa aceasta.",
    )
    require(invitation.withdrawn_at is None, "invitation_withdrawn", "Invitația a fost retrasă sau înlocuită. Cereți una nouă.")
    mine = person.is_authenticated and invitation.accepted_by_id == person.pk
    require(invitation.accepted_at is None or mine, "invitation_used", "Invitația a fost folosită. Cereți una nouă.")
    require(mine or not invitation.is_expired, "invitation_expired", f"Invitația era bună {DAYS} zile și a expirat. Cereți una nouă.")


def send_invitation(invitation: Invitation) -> None:
    """Send the e-mail of an invitation, if it waits for it. Called twice, the second call does nothing.

    The token is made here and only its hash is kept, so each try carries a link of its own, and the last one counts.
    """
    now, token = timezone.now(), _new_token()
    mine = Invitation.objects.to_mail(now).filter(pk=invitation.pk)
    if not mine.update(mail_due=now + LEASE, mail_tries=invitation.mail_tries + 1, token_hash=_hash(token)):
        return  # sent, withdrawn, or another worker has it
    invitation.refresh_from_db()
    held = Invitation.objects.filter(pk=invitation.pk, mail_due=invitation.mail_due)
    try:
        mail.send_invitation(invitation, token)
    except (SMTPException, OSError) as error:
        last = invitation.mail_tries >= TRIES
        again = None if last else timezone.now() + timedelta(minutes=2**invitation.mail_tries)
        held.update(mail_due=again, mail_error=mail.reason(error))
    else:
        held.update(mail_due=None, mail_error="", mailed_at=timezone.now())


def _hold(membership: Membership) -> tuple[Company, Membership]:
    """The company under lock, and the membership as it is now. Refuses: not_member."""
    company = lock(membership.company)
    fresh = company.memberships.select_related("user").filter(pk=membership.pk).first()
    if fresh is None:
        raise Refused("not_member", "Persoana nu mai are acces la firmă.")
    return company, fresh


def _require_other_owner(membership: Membership) -> None:
    owners = Membership.objects.filter(company_id=membership.company_id, role=Role.OWNER)
    require(membership.role != Role.OWNER or owners.exclude(pk=membership.pk).exists(), "last_owner", LAST_OWNER, "role")


def _require_open(invitation: Invitation) -> None:
    fresh = Invitation.objects.open().filter(pk=invitation.pk)
    require(fresh.exists(), "invitation_closed", "Invitația a fost deja acceptată sau retrasă.")


def _new_token() -> str:
    return secrets.token_urlsafe(32)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
