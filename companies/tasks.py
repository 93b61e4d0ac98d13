"""Work after the commit. The row is the queue, the sweep is the guarantee, the nudge from a view only makes it quick."""

from celery import shared_task
from django.utils import timezone

from companies import actions
from companies.models import Invitation
from companies.scope import company_scope


@shared_task
def send_invitation_mail(company_id: int, invitation_id: int) -> None:
    """Send one invitation, unless it is sent, withdrawn or being sent."""
    with company_scope(company_id):
        invitation = Invitation.objects.select_related("company", "by").filter(pk=invitation_id).first()
        if invitation:
            actions.send_invitation(invitation)


@shared_task
def sweep_invitations() -> None:
    """Ask for every e-mail whose time has come, of all companies."""
    for invitation in Invitation.objects.every_company().to_mail(timezone.now()).only("pk", "company_id"):
        send_invitation_mail.delay(invitation.company_id, invitation.pk)
