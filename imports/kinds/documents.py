"""Documents to be issued here, one row a line: they become drafts."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid5

from catalog.actions import RatesInForce
from companies.access import ISSUE
from imports.kinds.base import Judged, Kind, Progress, Reader
from imports.kinds.grouped import HEAD_FIELDS, LINE_FIELDS, Group, grouped
from imports.kinds.lines import Lines, Terms
from imports.kinds.parties import CLIENT, KnownParties
from imports.kinds.values import LEI, currency_of
from imports.models import Import, ImportRow, Outcome
from invoicing.actions.drafts import recalculate
from invoicing.actions.drafts_many import delete_drafts, save_drafts
from invoicing.models import Document, Series, Status
from invoicing.models import Kind as DocumentKind
from lib.columns import Field
from lib.dates import bucharest_today
from lib.errors import Refused, require
from lib.formats import amount as with_currency
from partners.models import Partner

IMPORTED = UUID("6f0d9c3e-6d0c-4a51-9a1c-2f3b8f7f2b11")
YEARS = range(2000, 2101)
SHOWN = 3
MOST_RATE = 10**8
ONCE = "Rândurile cu același număr, sau cu același client și aceeași dată, fac un document. Unde lipsesc, continuă cel de sus."
REFUSED_AT = {"lines": "price"}


class Drafts(Kind):
    """Kinds whose documents become drafts of one kind; `row` of a document's first row is (document, lines, totals)."""

    section = "Documente"
    roles = ISSUE
    numbers = ("quantity", "price", "price_with_vat", "vat", "discount", "rate")
    document_kind: DocumentKind
    done_query = "?stare=ciorne"
    fields = (
        *HEAD_FIELDS,
        *LINE_FIELDS,
        Field("notes", "Mențiuni", "Mentiuni, Observatii, Note, Notes"),
        Field("order", "Nr. comandă client", "Nr. comanda client, Comanda client, PO, Order reference"),
    )
    once = ONCE

    def judge(self, readers: list[Reader], run: Import, progress: Progress) -> None:
        groups = grouped(readers)
        self.series = _series(run, self.document_kind)
        self.lines, clients = Lines(readers), KnownParties([group.head for group in groups], CLIENT)
        made = [(group, self._document(group, clients.of(group.head), run)) for group in groups]
        self._take_rates(made)
        earlier = {x.token: x for x in Document.objects.filter(token__in=[document.token for _, document in made])}
        done = 0
        for group, document in made:
            self._judge_group(group, document)
            if document.token in earlier and not group.is_wrong:
                _already_here(group, earlier[document.token])
            for _ in group.rows:
                progress(done, len(readers))
                done += 1

    def _judge_group(self, group: Group, document: Document) -> None:
        head = group.head
        payer, offered = self.lines.of_day(document.issue_date)
        document.vat_payer, document.prices_include_vat = payer, self.lines.with_vat(group)
        terms = Terms(document.issue_date, document.currency, document.exchange_rate, document.prices_include_vat, offered)
        lines = {row.judged.number: self.lines.read(row, terms) for row in group.lines}
        if not lines:
            head.wrong("name", "Documentul nu are nicio linie: scrieți denumirea și prețul.")
        for place, row in enumerate(group.rows):
            row.judged.label = f"↳ {lines[row.judged.number].name}" if place and row.judged.number in lines else ""
            row.judged.after = _line_values(lines.get(row.judged.number))
        try:
            totals = recalculate(document, list(lines.values()))
        except Refused as refusal:
            head.refused(refusal, REFUSED_AT)
            settle_all(group)
            return
        total = with_currency(document.total, document.currency)
        head.judged.label = ", ".join(part for part in (group.number, document.partner_name or "fără client", total) if part)[:250]
        head.judged.row = (document, list(lines.values()), totals)
        head.judged.after |= _head_values(document)
        settle_all(group)

    def _document(self, group: Group, partner: Partner | None, run: Import) -> Document:
        """The document without its lines; what cannot be read is a problem of the first row."""
        head = group.head
        on = head.day("date") or bucharest_today()
        if on.year not in YEARS:
            head.wrong("date", "Verificați anul.")
            on = bucharest_today()
        due = head.day("due")
        if due is None and partner and partner.due_days is not None and self.document_kind == DocumentKind.INVOICE:
            due = on + timedelta(days=partner.due_days)
        if due and due < on:
            head.wrong("due", "Scadența este înaintea datei documentului.")
        document = Document(
            kind=self.document_kind, series=self.series, partner=partner, partner_name=partner.name if partner else "",
            issue_date=on, due_date=due, token=self._token(group, partner, on, run), issuer_name=run.created_by.get_full_name()[:100],
            currency=currency_of(head, partner.currency if partner and partner.currency else LEI),
            notes=head.text("notes", 1000), order_reference=head.text("order", 100),
            internal_note=f"{group.number}, din {run.name}".removeprefix(", "),
        )  # fmt: skip
        if partner:
            document.language = partner.language
        return document

    def _token(self, group: Group, partner: Partner | None, on: date, run: Import) -> UUID:
        """What makes a document the same when it comes again: its number, client and day; without a number, its place in the file."""
        named = [group.number.casefold(), str(partner.pk if partner else ""), on.isoformat()]
        what = named if group.number else [run.file.sha256, str(group.head.judged.number)]
        return uuid5(IMPORTED, "\n".join([str(run.company_id), self.document_kind, *what]))

    def _take_rates(self, made: Sequence[tuple[Group, Document]]) -> None:
        """The rate that the file says, else BNR's of the day: those of all documents in one query."""
        foreign = [(group.head, document) for group, document in made if document.currency != LEI]
        rates = RatesInForce((document.currency, document.issue_date) for head, document in foreign if not head.has("rate"))
        for head, document in foreign:
            if head.has("rate"):
                rate = head.number("rate")
                if rate is not None and not 0 < rate < MOST_RATE:
                    head.wrong("rate", "Cursul trebuie să fie mai mare decât zero.")
                elif rate is not None:
                    document.exchange_rate, document.rate_source = rate, "manual"
                continue
            try:
                found = rates.of(document.currency, document.issue_date)
            except Refused as refusal:
                head.wrong("rate", refusal.message)
            else:
                document.exchange_rate, document.rate_date, document.rate_source = found.rate, found.date, found.source

    def write(self, judged: list[Judged], run: Import, by: Any) -> None:
        made = [each.row for each in judged if each.row]
        save_drafts(made, by=by, file=run.name)
        for each in judged:
            if each.row:
                each.target = each.row[0].pk

    def undo(self, rows: list[ImportRow], run: Import, by: Any) -> None:
        keys = [row.target for row in rows if row.target]
        held = Document.objects.select_for_update().filter(pk__in=keys).order_by("pk")
        found = list(held.only("id", "company_id", "status", "label", "partner_name", "draft_version"))
        reasons = [f"{document} este emis deja." for document in found if document.status != Status.DRAFT]
        drafts = [document for document in found if document.status == Status.DRAFT]
        with_files = set(Document.objects.filter(pk__in=keys, attachments__isnull=False).values_list("pk", flat=True))
        changed = [document for document in drafts if document.draft_version or document.pk in with_files]
        reasons += [f"Ciorna pentru {document.partner_name} a fost modificată după import." for document in changed]
        more = f" Și altele, {len(reasons)} în total." if len(reasons) > SHOWN else ""
        require(not reasons, "import_used", f"Importul nu se mai poate anula: {' '.join(reasons[:SHOWN])}{more}")
        delete_drafts([document.pk for document in drafts])


class Invoices(Drafts):
    key, label, icon = "facturi", "Facturi, ca ciorne", "invoice"
    about = "Facturi de emis aici, câte un rând de linie. Devin ciorne, pe care le emiteți cu numere din seria firmei."
    document_kind, series_of = DocumentKind.INVOICE, DocumentKind.INVOICE
    done_url, row_url = "invoicing:invoice_list", "invoicing:document"


class Proformas(Drafts):
    key, label, icon = "proforme", "Proforme, ca ciorne", "proforma"
    about = "Proforme sau comenzi, câte un rând de linie. Devin ciorne de proformă."
    document_kind, series_of = DocumentKind.PROFORMA, DocumentKind.PROFORMA
    done_url, row_url = "invoicing:proforma_list", "invoicing:proforma"


def _series(run: Import, kind: DocumentKind) -> Series:
    """The series that was chosen with the file."""
    found = Series.objects.filter(pk=run.options.get("series"), kind=kind, active=True).first()
    if found is None:
        raise Refused("import_series_gone", "Seria aleasă nu mai este activă. Încărcați fișierul din nou și alegeți altă serie.")
    return found


def _already_here(group: Group, document: Document) -> None:
    """A document that an earlier file brought: nothing is done again."""
    name = f"ciorna pentru {document.partner_name}" if document.is_draft else str(document)
    for row in group.rows:
        row.judged.outcome, row.judged.row, row.judged.target = Outcome.SAME, None, document.pk
    group.head.judged.problems.append(["Document", f"A fost adus deja: {name}."])


def settle_all(group: Group) -> None:
    for row in group.rows:
        row.judged.outcome = Outcome.WRONG if row.judged.problems else Outcome.ADDED


def _head_values(document: Document) -> dict[str, Any]:
    names = ("partner_id", "issue_date", "due_date", "currency", "exchange_rate", "total", "notes", "order_reference", "series_id")
    return {name: None if (value := getattr(document, name)) is None else str(value) for name in names}


def _line_values(line: Any) -> dict[str, Any]:
    if line is None:
        return {}
    names = ("name", "code", "description", "quantity", "unit", "unit_price", "vat_name", "discount_percent")
    return {name: str(getattr(line, name)) for name in names} | {"product": line.product_id}
