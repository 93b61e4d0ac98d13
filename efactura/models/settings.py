"""A company's choices for e-Factura."""

from typing import Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from companies.scope import CompanyModel
from efactura.spv.environment import Environment, default_environment


class Settings(CompanyModel):
    """A company's choices for e-Factura; without a row, the defaults."""

    class Storno(models.TextChoices):
        """Two legal ways to say the same: Cod fiscal art. 330, ANAF's guide on type codes."""

        NEGATIVE_INVOICE = "380", "factură cu minus (tip 380)"
        CREDIT_NOTE = "381", "notă de creditare (tip 381)"

    class Sending(models.TextChoices):
        """When an issued invoice leaves."""

        BY_HAND = "by_hand", "când apăs Trimite"
        AT_ONCE = "at_once", "imediat după emitere"
        DELAY = "delay", "după un timp de la emitere"
        AT_HOUR = "at_hour", "zilnic, la o oră"

    storno_type = models.CharField("stornarea pleacă drept", max_length=3, choices=Storno.choices, default=Storno.NEGATIVE_INVOICE)
    environment = models.CharField("mediul", max_length=12, choices=Environment.choices, default=default_environment)
    sending = models.CharField("facturile pleacă", max_length=7, choices=Sending.choices, default=Sending.BY_HAND)
    delay_minutes = models.PositiveSmallIntegerField(
        "după (minute)", default=60, validators=[MinValueValidator(1), MaxValueValidator(4320)]
    )
    send_hour = models.PositiveSmallIntegerField("la ora", default=20, validators=[MaxValueValidator(23)])
    # An upload of which nobody knows whether it arrived: resent once, by itself, after the look-ups; otherwise a person decides.
    resend_unknown = models.BooleanField("retrimite singur", default=False)
    # Invoices issued since then are listed as to be sent; None: e-Factura is not used yet.
    sending_since = models.DateTimeField(null=True, editable=False)
    checked_at = models.DateTimeField(null=True, editable=False)  # the last time uploads made elsewhere were looked for

    class Meta(CompanyModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["company"], name="efactura_settings_once"),
            models.CheckConstraint(condition=Q(send_hour__lte=23), name="efactura_settings_hour"),
        ]

    @classmethod
    def of_company(cls) -> Self:
        """The active company's choices; unsaved if nobody chose."""
        return cls.objects.first() or cls()
