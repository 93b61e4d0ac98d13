"""Recurring plans for tests: monthly from TODAY, one line of 100 lei + 21 %, issued at once."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from catalog.models import Unit, VatRate
from companies.models import vat_status
from invoicing.actions.recurring import create_plan
from invoicing.models import Kind, RecurringLine, RecurringPlan, RecurringRun, Series
from lib.dates import bucharest_today
from partners.models import Partner
from tests.factories import make_partner

TODAY = bucharest_today()
DAY = timedelta(days=1)


def make_plan(*, by: Any = None, on: date | None = None, lines: list[RecurringLine] | None = None, **fields: Any) -> RecurringPlan:
    values = {"name": "Abonament", "starts_on": on or TODAY, "day": (on or TODAY).day} | fields
    series = Series.objects.get(kind=Kind.INVOICE, is_default=True)
    plan = RecurringPlan(partner=Partner.objects.first() or make_partner(), series=series, **values)
    return create_plan(plan, lines or [plan_line()], by=by, on=on)


def plan_line(name: str = "Abonament {luna} {anul}", quantity: str = "1", price: str = "100", rate: str | None = None) -> RecurringLine:
    status = vat_status(TODAY)
    rate = rate or ("s21" if status and status.payer else VatRate.objects.offered(TODAY, payer=False)[0].slug)
    unit = Unit.objects.get(name="buc")
    return RecurringLine(
        name=name,
        quantity=Decimal(quantity),
        unit=unit.name,
        unit_code=unit.code,
        unit_price=Decimal(price),
        vat_rate=VatRate.objects.get(slug=rate),
    )


def make_many(count: int, **fields: Any) -> list[int]:
    """Many plans at once, without events."""
    first = make_plan(**fields)
    values = {field.attname: getattr(first, field.attname) for field in RecurringPlan._meta.concrete_fields if field.name != "id"}
    plans = RecurringPlan.objects.bulk_create([RecurringPlan(**values) for _ in range(count - 1)], batch_size=2000)
    line = first.lines.get()
    copies = {
        field.attname: getattr(line, field.attname) for field in RecurringLine._meta.concrete_fields if field.name not in ("id", "plan")
    }
    RecurringLine.objects.bulk_create([RecurringLine(plan=plan, **copies) for plan in plans], batch_size=2000)
    return [first.pk, *(plan.pk for plan in plans)]


def days_of(plan: RecurringPlan) -> list[date]:
    return list(RecurringRun.objects.filter(plan=plan, document__isnull=False).order_by("id").values_list("day", flat=True))
