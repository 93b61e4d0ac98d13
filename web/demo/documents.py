"""Two years of invoices: written in bulk, but with the product's own arithmetic, snapshots and numbering."""

from bisect import bisect_left
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from django.db import transaction

from catalog.models import ExchangeRate, Product, VatRate
from companies.models import CashVatPeriod, Company, Event, VatStatus
from invoicing.actions.drafts import recalculate
from invoicing.models import Document, DocumentLine, Kind, Series, Status, VatBreakdown
from invoicing.models.document import Channel
from invoicing.snapshots import buyer_snapshot, seller_snapshot
from lib.dates import bucharest_today
from lib.money import money
from lib.totals import Totals, in_lei
from partners.models import Partner
from subscriptions.models import QuotaUse
from web.demo.copying import copy_rows, next_ids, update_rows
from web.demo.openings import make_openings
from web.demo.payments import pay, pay_more
from web.demo.sources import Made, link, make_sources
from web.demo.world import make_day

BATCH = 2_000
FORMER_RATES = {"s21": "s19", "s11": "s9"}  # until 2025-07-31
CHANGE_OF_RATES = date(2025, 8, 1)


@dataclass
class World:
    """What lines are made of, read once."""

    random: Random
    company: Company
    owner: Any
    partners: list[Partner] = field(default_factory=lambda: list(Partner.objects.clients().order_by("id")))
    products: dict[str, list[Product]] = field(default_factory=dict)
    rates: dict[str, VatRate] = field(default_factory=lambda: {rate.slug: rate for rate in VatRate.objects.all()})
    exchange: dict[str, list[tuple[date, Decimal]]] = field(default_factory=dict)
    payer_since: date = field(default_factory=lambda: VatStatus.objects.get(payer=True).since)
    cash_vat: CashVatPeriod = field(default_factory=CashVatPeriod.objects.get)
    buyers: dict[int, dict[str, Any]] = field(default_factory=dict)
    sellers: dict[bool, dict[str, Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for product in Product.objects.select_related("unit", "vat_rate"):
            self.products.setdefault(product.vat_rate.slug, []).append(product)
        for currency, day, rate in ExchangeRate.objects.order_by("date").values_list("currency", "date", "rate"):
            self.exchange.setdefault(currency, []).append((day, rate))
        self.buyers = {partner.pk: buyer_snapshot(partner) for partner in self.partners}
        self.sellers = {payer: seller_snapshot(self.company, vat_payer=payer, on=self.payer_since) for payer in (True, False)}

    def rate_of(self, currency: str, on: date) -> tuple[Decimal, date]:
        """The legal rate: the latest published before the day."""
        series = self.exchange[currency]
        day, rate = series[bisect_left(series, (on, Decimal(0))) - 1]
        return rate, day


def make_documents(random: Random, company: Company, *, count: int, start: date, owner: Any) -> None:
    """`count` invoices from `start` to today, paid as clients pay, in batches of one transaction each; the last few are drafts.

    Before some of them stand proformas and delivery notes, besides the `count`.
    """
    world = World(random, company, owner)
    series = {Kind(row.kind): row for row in Series.objects.filter(is_default=True, workplace=None)}
    days = sorted(make_day(random, start, bucharest_today()) for _ in range(count))
    drafts = min(3, count // 50)
    for first in range(0, count, BATCH):
        with transaction.atomic():
            _write_batch(world, series, days[first : first + BATCH], first, count - drafts)
    for each in series.values():
        each.save(update_fields=["last_number", "last_date"])
    with transaction.atomic():
        pay_more(random, owner)
        make_openings(random, start=start, owner=owner)


def _write_batch(world: World, series: dict[Kind, Series], days: list[date], first: int, issued: int) -> None:
    made = [_make(world, series[Kind.INVOICE], day) for day in days]
    sources = make_sources(world.random, made, series, (CHANGE_OF_RATES, world.payer_since))
    _write(world, [source.made for source in sources], len(sources))
    link(sources)
    pay(world.random, world.owner, _write(world, made, max(issued - first, 0)))


def _write(world: World, made: list[Made], issued: int) -> list[Document]:
    """Write documents with all that hangs on them, as drafts, then issue the first `issued`; returns these."""
    ids = next_ids(Document, len(made))
    for (document, _, _), pk in zip(made, ids, strict=True):
        document.pk = pk
    documents = [document for document, _, _ in made]
    copy_rows(Document, documents)
    rows = [_line_of(line, document, n) for document, lines, _ in made for n, line in enumerate(lines, 1)]
    for line, pk in zip(rows, next_ids(DocumentLine, len(rows)), strict=True):
        line.pk = pk
    copy_rows(DocumentLine, rows)
    copy_rows(VatBreakdown, [group for document, lines, totals in made for group in _groups(document, lines, totals)])
    issued_now = documents[:issued]
    for document in issued_now:
        series = document.series
        series.last_number += 1
        series.last_date = document.issue_date
        document.number, document.label = series.last_number, series.label(series.last_number)
        document.issued_at = document.created_at + timedelta(minutes=world.random.randint(2, 25))
        document.status = Status.ISSUED
    columns = {"status": "text", "number": "int", "label": "text", "issued_at": "timestamptz", "issued_by_id": "bigint", "channel": "text"}
    states = [(d.pk, d.status, d.number, d.label, d.issued_at, world.owner.pk, Channel.WEB.value) for d in issued_now]
    update_rows("invoicing_document", columns, states)
    copy_rows(Event, [_event(world, document) for document in issued_now])
    copy_rows(QuotaUse, [_use(document) for document in issued_now])
    return issued_now


def _make(world: World, series: Series, day: date) -> tuple[Document, list[DocumentLine], Totals]:
    random = world.random
    partner = random.choice(world.partners)
    payer = day >= world.payer_since
    currency = partner.currency or ("EUR" if random.random() < 0.04 else "RON")
    rate, rate_day = world.rate_of(currency, day) if currency != "RON" else (Decimal(1), None)
    natural = partner.kind == Partner.Kind.NATURAL
    document = Document(
        kind=Kind.INVOICE, series=series, partner=partner, partner_name=partner.name, issue_date=day, delivery_date=day,
        due_date=day + timedelta(days=partner.due_days or 0), language=partner.language, currency=currency, exchange_rate=rate,
        rate_date=rate_day, rate_source="BNR" if rate_day else "", vat_payer=payer, prices_include_vat=natural and payer,
        seller=world.sellers[payer], buyer=world.buyers[partner.pk], created_by_id=world.owner.pk, created_at=_instant(random, day),
        issuer_name="Ana Exemplu", discount_percent=Decimal(random.choice([0] * 18 + [5, 10])),
    )  # fmt: skip
    treatment = _treatment(random, partner, payer)
    lines = [_line(world, document, treatment, day) for _ in range(random.choice([1, 1, 1, 2, 2, 3, 4, 5, 7, 12]))]
    if treatment == "o-in-afara":
        document.notes = "Penalități de întârziere conform contractului."
    if not document.discount_percent and random.random() < 0.03:
        document.discount_amount = Decimal(random.randint(1, 20))
    totals = recalculate(document, lines)
    in_period = world.cash_vat.since <= day <= (world.cash_vat.until or day)
    document.vat_on_collection = payer and in_period and any(line.vat_rate.on_collection for line in lines)
    return document, lines, totals


def _treatment(random: Random, partner: Partner, payer: bool) -> str:
    """What the lines of one document have in common; "" leaves each line the rate of its product."""
    if not payer:
        return "o-neplatitor"
    chance = random.random()
    if partner.country in {"DE", "FR", "IT", "HU", "NL"}:
        return "k-bunuri" if chance < 0.6 else "ae-servicii-ue"
    if partner.country != "RO":
        return "g-export" if chance < 0.7 else "o-servicii-non-ue"
    rare = {0: "e-292-2", 1: "e-292-1", 2: "e-marja-second-hand", 3: "e-marja-arta", 4: "o-in-afara"}
    if partner.vat_payer:
        rare |= {5: "ae-lemn", 6: "ae-deseuri"}
    return rare.get(int(chance * 100), "")


def _line(world: World, document: Document, treatment: str, day: date) -> DocumentLine:
    random = world.random
    pool = world.products.get(treatment) or world.products["s21"] + world.products["s11"]
    product = random.choice(pool)
    slug = treatment or product.vat_rate.slug
    rate = world.rates[FORMER_RATES.get(slug, slug) if day < CHANGE_OF_RATES else slug]
    whole = product.unit.name in {"buc", "cutie", "persoană", "lună", "zi"}
    quantity = Decimal(random.randint(1, 12)) if whole else Decimal(random.randint(50, 9000)) / 100
    unit_price = product.price / document.exchange_rate
    if document.prices_include_vat:
        unit_price *= 1 + rate.percent / 100
    line = DocumentLine(
        product_id=product.pk, name=product.name, code=product.code, quantity=quantity, unit=product.unit.name,
        unit_code=product.unit.code, unit_price=product.price if unit_price == product.price else money(unit_price),
        discount_percent=Decimal(random.choice([0] * 9 + [10])),
    )  # fmt: skip
    line.take_vat(rate)
    return line


def _line_of(line: DocumentLine, document: Document, position: int) -> DocumentLine:
    line.document_id, line.position = document.pk, position
    return line


def _groups(document: Document, lines: list[DocumentLine], totals: Totals) -> list[VatBreakdown]:
    first = {(line.category, line.percent): line for line in reversed(lines)}
    return [
        VatBreakdown(
            document_id=document.pk, category=g.category, percent=g.rate, lines_net=g.lines_net, allowance=g.allowance,
            taxable=g.taxable, vat=g.vat, taxable_ron=base, vat_ron=vat, exemption_code=first[g.category, g.rate].exemption_code,
            mention=first[g.category, g.rate].mention, mention_en=first[g.category, g.rate].mention_en,
        )
        for g, (base, vat) in zip(totals.groups, in_lei(totals.groups, document.exchange_rate), strict=True)
    ]  # fmt: skip


def _event(world: World, document: Document) -> Event:
    data = {"label": document.label, "total": str(document.total), "channel": Channel.WEB.value}
    return Event(subject="document", subject_id=document.pk, verb="issued", data=data, by_id=world.owner.pk, at=document.issued_at)


def _use(document: Document) -> QuotaUse:
    return QuotaUse(
        subject="document", subject_id=document.pk, kind=document.kind, label=document.label, dated=document.issue_date,
        channel=Channel.WEB.value, at=document.issued_at,
    )  # fmt: skip


def _instant(random: Random, day: date) -> datetime:
    return datetime.combine(day, time(random.randint(6, 15), random.randint(0, 59)), UTC)
