"""The head of the editor and the form as a whole: text as typed, the document that it makes, and what is wrong, cell by cell."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any
from uuid import uuid4

from django.http import Http404, QueryDict
from django.utils.safestring import SafeString

from catalog.actions import rate_in_force
from catalog.kept import offered
from catalog.models import VatRate
from companies.models import is_vat_payer
from companies.scope import active_company_id
from invoicing.actions import recalculate
from invoicing.actions.drafts import breakdown
from invoicing.forms import choices
from invoicing.forms.client import find_client
from invoicing.forms.details import LABELS, Details
from invoicing.forms.rows import Row, Terms, kept_rows, posted_rows, products_of, sources_of
from invoicing.forms.values import DAY, RATE, TIME, Cell, Discount, discount_text, take, take_discount, take_text
from invoicing.models import Document, DocumentLine, DocumentRevision, Kind, Series, VatBreakdown
from invoicing.models.document import DeliveryMention
from invoicing.series_choice import usable
from lib.dates import bucharest_today
from lib.errors import Refused
from lib.formats import date_ro, qty
from lib.rows import find
from lib.text import normalise
from partners.models import Language, Partner

DATES = {"issue_date": "Data emiterii", "due_date": "Scadența", "delivery_date": "Data livrării"}
TEXTS = {
    "order_reference": "Nr. comandă",
    "contract_reference": "Nr. contract",
    "buyer_reference": "Referința clientului",
    "issuer_name": "Întocmit de",
    "delegate_name": "Delegat",
    "delegate_id": "Act de identitate",
    "transport": "Mijloc de transport",
    "ship_from": "Locul încărcării",
    "ship_to": "Locul descărcării",
}
DISPATCH = {"dispatch_time": "Ora expedierii", "delivery_mention": "Mențiune", "hides_prices": "Fără prețuri pe formular"}
NOTES = {"notes": "Mențiuni pe factură", "internal_note": "Notă internă"}
HEAD = (
    {"client": "Client", "series": "Serie", "currency": "Moneda", "exchange_rate": "Curs", "language": "Limba", "discount": "Discount"}
    | {"rate_shown": "Curs BNR", "reason": "Motivul modificării", "prices_include_vat": "Prețurile includ TVA", "lines": "Linii"}
    | DATES
    | TEXTS
    | DISPATCH
    | LABELS
    | NOTES
)
# What the cells of other kinds than invoices are called.
CALLED: dict[str, dict[str, str]] = {
    Kind.PROFORMA: {"due_date": "Valabilă până la", "notes": "Mențiuni pe proformă"},
    Kind.DELIVERY_NOTE: {"delivery_date": "Data expedierii", "notes": "Mențiuni pe aviz"},
}
REFUSED_AT = {"partner": "client", "discount_amount": "discount"}  # fields of the rules, where the editor calls them otherwise
YEARS = range(2000, 2101)
LONGEST_REASON = DocumentRevision._meta.get_field("reason").max_length or 0
BLANK_ROWS = 3  # for a browser without scripts; with them one is enough


class EditorForm:
    """What the editor shows and reads. `read` fills `document` and `lines` from what was posted; `by` chooses the series offered."""

    by: Any = None

    def __init__(self, document: Document, lines: Iterable[DocumentLine] = (), data: QueryDict | None = None) -> None:
        self.document, self.data, self.details = document, data, Details(self)
        called = CALLED.get(document.kind, {})
        self.cells = {name: Cell(name, f"id-{name}", called.get(name, label)) for name, label in HEAD.items()}
        self.client_key = str(document.partner_id or "")
        self.offers: list[Partner] = []
        self.blanks = BLANK_ROWS
        self.offers_earlier_date = self.meets_other_version = self.meets_limit = False
        self.lines: list[DocumentLine] = list(lines)
        self.groups: list[VatBreakdown] = []
        if data is None:
            self._show()
        else:
            self._receive(data)

    def read(self, *, strict: bool, unfinished: bool = False) -> bool:
        """Set the document and its lines from what was posted; whether all of it could be read.

        `strict` wants what an issued document needs; `unfinished` lets the client be half typed. A key of another company is a 404.
        """
        self._read_series()
        self._read_dates()
        self._read_client(unfinished, strict)
        self._read_terms()
        for name in (*TEXTS, *NOTES):
            setattr(self.document, name, take_text(self.cells[name], Document._meta.get_field(name).max_length or 0))
        take_text(self.cells["reason"], LONGEST_REASON)
        if self.document.kind == Kind.DELIVERY_NOTE:
            self._read_dispatch()
        self.details.read()
        terms = Terms(self.document.currency, self.rates, strict, self.document.kind != Kind.DELIVERY_NOTE, sources_of(self.rows))
        products = products_of(self.rows)
        self.lines = [*(row.read(terms, products) for row in self.rows), *self.details.settlements()]
        if strict and not self.lines:
            self.cells["lines"].error = "Adăugați cel puțin o linie înainte de emitere."
        return not self.has_errors

    def refuse(self, refusal: Refused) -> None:
        """Show a refusal of the rules at the cell that it is about."""
        name = REFUSED_AT.get(refusal.field, refusal.field)
        self.cells[name if name in self.cells else "lines"].error = refusal.message
        self.offers_earlier_date = refusal.code == "date_before_last"
        self.meets_limit = refusal.code in {"quota_used_up", "plan_expired"}
        self.meets_other_version = refusal.code == "draft_changed_meanwhile"

    def note_saved(self) -> None:
        """The draft is written: the next save starts from this version."""
        self.version = str(self.document.draft_version)

    @property
    def has_errors(self) -> bool:
        return any(cell.error for cell in self.cells.values()) or any(row.has_errors for row in self.rows)

    @property
    def problems(self) -> list[tuple[str, str, str]]:
        """(id, label, sentence) of all that is wrong, in the order of the page."""
        found = [(cell.id, cell.label, cell.error) for cell in self.cells.values() if cell.error]
        for row in self.rows:
            found += [(cell.id, f"Linia {row.number}, {cell.label.lower()}", cell.error) for cell in row.cells.values() if cell.error]
        return found

    @cached_property
    def payer(self) -> bool:
        """Whether the company is registered for VAT on the day of the document."""
        return is_vat_payer(self.document.issue_date)

    @cached_property
    def rates(self) -> list[VatRate]:
        """The VAT treatments that lines may choose."""
        return offered(self.vat_day, payer=self.payer)

    @property
    def vat_day(self) -> date:
        """The day whose rates hold: of the delivery, else of the document (Cod fiscal art. 291)."""
        return self.document.delivery_date or self.document.issue_date

    @cached_property
    def all_series(self) -> list[Series]:
        """The series that the document may take; one that got its number stays in its own."""
        if self.document.number is not None:
            return [self.document.series]
        return list(usable(self.document.kind, self.by))

    @property
    def linked(self) -> bool:
        """Whether some lines come from a proforma or a delivery note."""
        return any(row.source for row in self.rows)

    @property
    def grid(self) -> list[tuple[Row, SafeString]]:
        """The rows with the options of their VAT, and blank ones after them."""
        blanks = [self.blank_row(len(self.rows) + 1 + index) for index in range(self.blanks)]
        return [(row, choices.vat_options(self.rates, row.cells["vat"].text)) for row in [*self.rows, *blanks]]

    @property
    def pattern(self) -> tuple[Row, SafeString]:
        """The row that scripts make others from."""
        return self.blank_row("__n__"), choices.vat_options(self.rates, self.usual_vat)

    @property
    def usual_vat(self) -> str:
        return str(self.rates[0].pk) if self.rates else ""

    def blank_row(self, number: int | str) -> Row:
        return Row(number, {"quantity": "1", "unit": "", "vat": self.usual_vat})

    def work_out(self) -> list[VatBreakdown]:
        """Set the amounts of the document and its lines; returns the VAT breakdown. Nothing is saved."""
        try:
            totals = recalculate(self.document, self.lines)
        except Refused as refusal:
            self.refuse(refusal)
            self.lines = []
            totals = recalculate(self.document, [])
        self.groups = breakdown(self.document, self.lines, totals)
        return self.groups

    @property
    def named_groups(self) -> list[tuple[str, VatBreakdown]]:
        """The rows of the VAT table, each with the name of its treatment."""
        names = {(line.category, line.percent): line.vat_name for line in reversed(self.lines)}
        return [(names[group.category, group.percent], group) for group in self.groups]

    def _show(self) -> None:
        """The cells of a document as it stands."""
        document = self.document
        texts: dict[str, str] = {name: date_ro(getattr(document, name)) for name in DATES}
        texts |= {name: getattr(document, name) for name in (*TEXTS, *NOTES, "currency", "language")}
        texts["series"] = str(document.series_id or "")
        texts["client"] = document.partner.name if document.partner else ""
        texts["prices_include_vat"] = "1" if document.prices_include_vat else ""
        texts["discount"] = discount_text(Discount(document.discount_percent, document.discount_amount), document.currency)
        texts["delivery_mention"], texts["hides_prices"] = document.delivery_mention, "1" if document.hides_prices else ""
        texts["dispatch_time"] = f"{document.dispatch_time:%H:%M}" if document.dispatch_time else ""
        if document.currency != "RON":
            texts["exchange_rate"] = qty(document.exchange_rate, least=4, grouped=False)
            texts["rate_shown"] = "" if document.rate_source == "manual" else texts["exchange_rate"]
        for name, text in texts.items():
            self.cells[name].text = text
        self.details.show()
        self.rows = kept_rows([line for line in self.lines if not line.advance_id], document.currency)
        self.token, self.version = document.token or uuid4(), str(document.draft_version)

    def _receive(self, data: QueryDict) -> None:
        """The cells as they were sent."""
        for name, cell in self.cells.items():
            lines = data.get(name, "").splitlines() if name in NOTES else [data.get(name, "")]
            cell.text = "\n".join(normalise(line) for line in lines).strip()
        self.client_key = data.get("client_pick") or data.get("client_key", "")
        self.rows = posted_rows(data)
        self.token = self.document.token
        self.version, self.overwrites = data.get("version", ""), "overwrite" in data

    def _read_series(self) -> None:
        """A document that has its number keeps its series."""
        if self.document.number is not None:
            return
        key = self.cells["series"].text
        of_company = "r.id = %s AND r.company_id = %s AND r.kind = %s"
        if not _is_key(key) or find(Series, of_company, int(key), active_company_id(), self.document.kind) is None:
            raise Http404
        self.document.series_id = int(key)

    def _read_dates(self) -> None:
        """The three days; a document without a readable day is worked out as of today."""
        for name in DATES:
            cell = self.cells[name]
            day = take(DAY, cell)
            if day and day.year not in YEARS:
                cell.error, day = "Verificați anul.", None
            setattr(self.document, name, day)
        if not self.document.issue_date:
            self.cells["issue_date"].error = self.cells["issue_date"].error or "Scrieți data documentului."
            self.document.issue_date = bucharest_today()

    def _read_dispatch(self) -> None:
        """What form 14-3-6A says besides the goods."""
        document, cells = self.document, self.cells
        document.due_date, cells["due_date"].text = None, ""
        document.dispatch_time = take(TIME, cells["dispatch_time"])
        document.hides_prices = cells["hides_prices"].text == "1"
        document.delivery_mention = cells["delivery_mention"].text
        if document.delivery_mention not in DeliveryMention.values:
            cells["delivery_mention"].error, document.delivery_mention = "Alegeți mențiunea din listă.", ""

    def _read_client(self, unfinished: bool, strict: bool) -> None:
        cell = self.cells["client"]
        if self.data is not None and self.data.get("client_pick"):
            cell.text = ""
        if _is_key(self.client_key) and self.client_key == str(self.document.partner_id) and cell.text == self.document.partner_name:
            return
        searched = not self.client_key
        found = find_client(self.client_key, cell.text)
        self.document.partner, self.offers = found.partner, found.offers
        if found.partner:
            self.client_key, cell.text = str(found.partner.pk), found.partner.name
            if searched and not self.cells["due_date"].text and found.partner.due_days is not None:
                self.document.due_date = due_date(found.partner, self.document.issue_date)
                self.cells["due_date"].text = date_ro(self.document.due_date)
        else:
            self.client_key = ""
            cell.error = "" if unfinished else found.error
            if strict and not cell.error:
                cell.error = "Alegeți clientul."

    def _read_terms(self) -> None:
        """Currency and rate, language, whether prices bear VAT, the discount on the whole."""
        document, cells = self.document, self.cells
        document.currency = cells["currency"].text or "RON"
        if document.currency not in choices.CURRENCIES:
            cells["currency"].error, document.currency = "Alegeți moneda din listă.", "RON"
        document.language = cells["language"].text or Language.RO
        if document.language not in Language.values:
            cells["language"].error, document.language = "Alegeți limba din listă.", Language.RO
        document.prices_include_vat = cells["prices_include_vat"].text == "1"
        discount = take_discount(cells["discount"], document.currency)
        document.discount_percent, document.discount_amount = discount.percent, discount.amount
        self._read_rate()

    def _read_rate(self) -> None:
        """BNR's rate of the legal day, which moves with the date, unless another one was typed."""
        document, cell, shown = self.document, self.cells["exchange_rate"], self.cells["rate_shown"]
        document.exchange_rate, document.rate_date, document.rate_source = Decimal(1), None, ""
        if document.currency == "RON":
            cell.text = shown.text = ""
            return
        typed = take(RATE, cell)
        if cell.text and cell.text != shown.text:
            document.exchange_rate, document.rate_source, shown.text = typed or Decimal(1), "manual", ""
            return
        try:
            rate = rate_in_force(document.currency, self.vat_day)
        except Refused as refusal:
            cell.error, shown.text = refusal.message, ""
            return
        document.exchange_rate, document.rate_date, document.rate_source = rate.rate, rate.date, rate.source
        cell.text = shown.text = qty(rate.rate, least=4, grouped=False)


def due_date(partner: Partner, on: date) -> date | None:
    """When a document of that day falls due for this client."""
    return date.fromordinal(on.toordinal() + partner.due_days) if partner.due_days is not None else None


def problems_by_id(problems: Sequence[tuple[str, str, str]]) -> dict[str, str]:
    """The sentences by the id of their cell, for scripts."""
    return {key: sentence for key, _, sentence in problems}


def _is_key(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 19
