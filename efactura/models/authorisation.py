"""Who lets a company into SPV."""

from datetime import datetime

from django.conf import settings
from django.db import models

from companies.scope import CompanyModel
from efactura.spv.environment import Environment, Issuer


class Authorisation(models.Model):
    """What a person's certificate allows: a pair of tokens, sealed with a key that the database does not know (R25).

    It belongs to the person, not to a company: a certificate covers every firm that it has rights for. Companies use it through `Access`.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="spv_authorisations")
    issuer = models.CharField(max_length=12, choices=Issuer.choices)
    access_token = models.BinaryField()
    refresh_token = models.BinaryField()
    access_until = models.DateTimeField()
    refresh_until = models.DateTimeField()
    given_at = models.DateTimeField()  # when the certificate was last in the browser
    refreshed_at = models.DateTimeField(null=True)
    refreshing_since = models.DateTimeField(null=True)  # claimed by whoever talks to ANAF about new tokens
    refused_at = models.DateTimeField(null=True)  # ANAF gave no new tokens: only the person can go on
    announced = models.PositiveSmallIntegerField(null=True)  # the last announcement made: 30, 14, 7, 1 or 0 days before the end
    announce_after = models.DateTimeField(null=True)  # while one is being sent

    @property
    def ends_at(self) -> datetime:
        """Until when it goes on without the person: as long as new tokens can be asked for, or else the tokens in hand last."""
        return self.access_until if self.refused_at else max(self.access_until, self.refresh_until)

    def has_ended(self, now: datetime) -> bool:
        return self.ends_at <= now


class Access(CompanyModel):
    """A company's way into one environment: whose authorisation it uses, and how the last calls went.

    A trigger wants the person to be a member of the company, and the tokens to be of the environment's own issuer.
    """

    environment = models.CharField(max_length=12, choices=Environment.choices)
    authorisation = models.ForeignKey(Authorisation, models.PROTECT, null=True, related_name="+")
    linked_at = models.DateTimeField(null=True)
    last_success = models.DateTimeField(null=True)
    last_failure = models.DateTimeField(null=True)
    failure = models.CharField(max_length=500, blank=True)

    class Meta(CompanyModel.Meta):
        constraints = [models.UniqueConstraint(fields=["company", "environment"], name="access_once")]
