"""The yearly decision about the numbers as a PDF, made once and stored. Only workers import this module (WeasyPrint)."""

from typing import Any

from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone

from companies.events import store_file
from invoicing.models import SeriesDecision
from invoicing.pdf import plain_pdf
from lib.counties import city_name, county_name


def render(decision: SeriesDecision) -> None:
    """Make and store the PDF of a decision. Called twice, the second call does nothing."""
    if decision.file_id:
        return
    content = plain_pdf(decision_page(decision))
    with transaction.atomic():
        file = store_file(content, "application/pdf")
        SeriesDecision.objects.filter(pk=decision.pk, file=None).update(file=file, made_at=timezone.now())


def decision_page(decision: SeriesDecision) -> str:
    """The text of the decision as HTML, from what was kept when it was made."""
    company = decision.content["company"]
    return render_to_string(
        "invoicing/print/decision.html",
        {
            "decision": decision,
            "company": company,
            "address": _address(company),
            **decision.content["people"],
            "rows": decision.content["series"],
        },
    )


def _address(company: dict[str, Any]) -> str:
    parts = (company["street"], city_name(company["city"]), county_name(company["county"]))
    return ", ".join(part for part in parts if part)
