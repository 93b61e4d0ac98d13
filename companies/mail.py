"""The e-mails of companies: the invitation."""

from smtplib import SMTPAuthenticationError, SMTPRecipientsRefused, SMTPResponseException

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse

from companies.models import Invitation


def send_invitation(invitation: Invitation, token: str) -> None:
    """Send the link. Raises SMTPException or OSError when the server does not take the e-mail."""
    context = {
        "invitation": invitation,
        "company": invitation.company,
        "link": settings.BASE_URL.rstrip("/") + reverse("companies:invitation", args=[token]),
    }
    EmailMultiAlternatives(
        subject=f"Invitație în {invitation.company.name}",
        body=render_to_string("companies/mail/invitation.txt", context),
        to=[invitation.email],
        reply_to=[invitation.by.email],
        alternatives=[(render_to_string("companies/mail/invitation.html", context), "text/html")],
    ).send()


def reason(error: Exception) -> str:
    """Why an e-mail did not leave, in words for the person who waits for it."""
    if isinstance(error, SMTPRecipientsRefused):
        return "Serverul de e-mail a refuzat adresa."
    if isinstance(error, SMTPAuthenticationError):
        return "Serverul de e-mail nu ne recunoaște; spuneți-i operatorului instalării."
    if isinstance(error, SMTPResponseException):
        return f"Serverul de e-mail a refuzat mesajul (cod {error.smtp_code})."
    return "Serverul de e-mail nu răspunde."
