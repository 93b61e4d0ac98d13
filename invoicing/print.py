"""The printed form of a document: one template for the page, the live preview and the PDF.

`printed` gathers what the form says, from a saved document or from a draft that lives in memory only; nothing is computed
again, except the running totals of the lines, which a page carries to the next one.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from catalog.models import VatRate
from companies.models import Company, is_vat_payer
from companies.scope import active_company_id
from invoicing.labels import UNITS_EN, labels, plain_labels, reference, title, unit
from invoicing.models import Document, DocumentLine, DocumentRevision, Kind, Status, VatBreakdown
from invoicing.rules import on_collection
from invoicing.snapshots import parties, seller_snapshot, with_workplace
from lib.counties import city_name, country_name, county_name
from lib.dates import bucharest_today
from lib.formats import qty, ron, unit_price
from lib.money import ZERO
from partners.models import Language

Category = VatRate.Category
MENTIONS = {"": "invoice_follows", "none": "no_invoice", "processing": "processing"}
CATEGORY_WORDS = {Category.EXEMPT: "exempt", Category.INTRA_EU: "exempt", Category.EXPORT: "exempt", Category.REVERSE: "reverse"} | {
    Category.OUTSIDE: "outside"
}


@dataclass(slots=True)
class Party:
    """A party as the form prints it: the name, then label and value pairs."""

    name: str = ""
    facts: list[tuple[SafeString, str]] = field(default_factory=list)


@dataclass(slots=True)
class PrintedLine:
    """A line, the word for its VAT treatment, and what a page that begins or ends at it says about the lines before."""

    line: DocumentLine
    unit: SafeString
    discount: Decimal  # without VAT, as it lowers the value
    vat_word: SafeString | str  # "" for a taxed line: the percent speaks
    mention: SafeString | str
    brought: str  # "" on the first line
    carried: str


@dataclass(slots=True)
class PrintedGroup:
    """A row of the VAT table."""

    group: VatBreakdown
    word: SafeString | str  # "" for a taxed group


@dataclass(slots=True)
class Printed:
    """Everything that templates/invoicing/print/form.html prints."""

    document: Document
    title: SafeString
    number: str
    seller: Party
    buyer: Party
    lines: list[PrintedLine]
    groups: list[PrintedGroup]
    mentions: list[SafeString]
    logo: int | None  # a StoredFile
    watermark: SafeString | str
    labels: dict[str, SafeString]
    with_vat: bool  # one who is not registered shows no VAT at all (CF art. 310 (10) b)
    vat_on_collection: bool
    with_discounts: bool
    widths: dict[str, int]  # of the columns of lines, in characters
    in_currency: bool  # then VAT stands in lei as well. Source: CF art. 319 (20) j, (23)
    discount: Decimal  # on the whole, as it lowers the total
    with_prices: bool = True  # a delivery note may leave them out (form 14-3-6A)
    attachments: list[str] = field(default_factory=list)  # names of files

    @property
    def is_note(self) -> bool:
        """Whether this is a delivery note: form 14-3-6A has no VAT on it."""
        return self.document.kind == Kind.DELIVERY_NOTE

    @property
    def delivery_mention(self) -> SafeString:
        """Whether an invoice follows the goods, in the words of form 14-3-6A."""
        return self.labels[MENTIONS[self.document.delivery_mention]]

    @property
    def delivery_place(self) -> str:
        """BG-15, when it is not the buyer's address."""
        document = self.document
        names = ("street", "city", "county", "postal_code", "country")
        if not document.delivery_country:
            return ""
        address = address_line({name: getattr(document, f"delivery_{name}") for name in names}, document.language)
        return ", ".join(part for part in (document.delivery_name, address) if part)

    @property
    def payee(self) -> str:
        """BG-10 and its account, when it is not the seller who is paid."""
        document = self.document
        iban = _account({"iban": document.payee_iban, "bank": "", "currency": "RON"}) if document.payee_iban else ""
        return ", ".join(part for part in (document.payee_name, document.payee_cif, iban) if part)

    @property
    def sign(self) -> str:
        """What stands after the total."""
        return self.document.currency if self.in_currency else self.plain["lei"]

    @property
    def carried(self) -> str:
        """What is carried from a page that ends between the lines and the totals."""
        return self.lines[-1].carried if self.lines else ""

    @property
    def plain(self) -> dict[str, str]:
        """The labels without markup."""
        return plain_labels(self.document.language)


def printed(document: Document, lines: Sequence[DocumentLine], groups: Sequence[VatBreakdown]) -> Printed:
    """What the form of a document says. A draft shows the parties and the VAT status as they would be if issued now."""
    seller, buyer = document.seller, document.buyer
    payer, collected = document.vat_payer, document.vat_on_collection
    if document.status == Status.DRAFT:
        on = document.issue_date or bucharest_today()
        payer = is_vat_payer(on)
        collected = payer and document.issue_date is not None and on_collection(document, list(lines))
        own = seller_snapshot(Company.objects.get(pk=active_company_id()), vat_payer=payer, on=on)
        payer, seller, buyer = parties(document, own)
        seller = with_workplace(seller, document.series.workplace_id if document.series_id else None)
    words = labels(document.language)
    return Printed(
        document=document,
        title=title(document),
        number=document.label or (document.series.next_label if document.series_id else ""),
        seller=_seller(seller, document.language),
        buyer=_buyer(buyer, document.language) if buyer else Party(),
        lines=_lines(document, lines, several=len(groups) > 1, with_vat=payer and document.kind != Kind.DELIVERY_NOTE),
        groups=[PrintedGroup(group, _vat_word(group, document.language)) for group in groups],
        mentions=[*_said(document), *_references(document), *_mentions(groups, document.language)],
        logo=seller["logo"],
        watermark=words.get(document.status, ""),
        labels=words,
        with_vat=payer,
        vat_on_collection=collected,
        with_discounts=any(line.discount for line in lines),
        widths=_widths(lines),
        in_currency=document.currency != "RON",
        discount=-document.allowance,
        with_prices=not document.hides_prices,
    )


def saved(document: Document) -> Printed:
    """The form of a document as it stands in the database."""
    form = printed(document, list(document.lines.select_related("vat_rate")), list(document.vat_groups.all()))
    form.attachments = list(document.attachments.values_list("name", flat=True))
    return form


def former(revision: DocumentRevision) -> Printed:
    """The form of a former revision, from the content that was kept whole."""
    content = revision.content
    document = _row(Document, content["document"])
    form = printed(
        document, [_row(DocumentLine, line) for line in content["lines"]], [_row(VatBreakdown, group) for group in content["vat_groups"]]
    )
    form.attachments = [row["name"] for row in content.get("attachments", [])]  # contents kept before documents had files name none
    return form


def document_html(form: Printed, *, logo_url: str | None = None) -> SafeString:
    """The form as a fragment with the root class `sheet`; static/css/print.css draws it. The logo comes from its page unless told."""
    if logo_url is None:
        logo_url = reverse("invoicing:logo", args=(active_company_id(), form.logo)) if form.logo else ""
    return render_to_string("invoicing/print/form.html", {"p": form, "d": form.document, "w": form.labels, "logo_url": logo_url})


def place_of(company: Company) -> str:
    """The seat of a company in one line, as a delivery note begins with."""
    seat = {name: getattr(company, name) for name in ("street", "postal_code", "city", "county")}
    return address_line(seat | {"country": "RO"}, Language.RO)[:200]


def file_name(document: Document) -> str:
    """The name of the document's PDF: FCT-0001.pdf."""
    return "-".join("".join(letter if letter.isalnum() else " " for letter in document.label).split()) + ".pdf"


def _row(model: Any, values: dict[str, Any]) -> Any:
    """An instance out of plain data (invoicing.actions.revise.content)."""
    return model(**{f.attname: f.to_python(values[f.attname]) for f in model._meta.concrete_fields if f.attname in values})


def _lines(document: Document, lines: Sequence[DocumentLine], *, several: bool, with_vat: bool) -> list[PrintedLine]:
    """The lines with their running totals; the mention stands at a line only where they differ."""
    rows, net, vat, so_far = [], ZERO, ZERO, ""
    for line in lines:
        net, vat = net + line.net, vat + line.vat
        before, so_far = so_far, _running(document, net, vat if with_vat else None)
        if document.hides_prices:
            before = so_far = ""
        rows.append(
            PrintedLine(
                line=line,
                unit=unit(line.unit, document.language),
                discount=-line.line_allowance,
                vat_word=_vat_word(line, document.language),
                mention=_mention(line, document.language) if several else "",
                brought=before,
                carried=so_far,
            )
        )
    return rows


def _widths(lines: Sequence[DocumentLine]) -> dict[str, int]:
    """The width of each column, by its longest text and at least its heading; the name takes what is left."""
    texts = {
        "position": (3, [str(len(lines))]),
        "unit": (4, [word[:10] for line in lines for word in (line.unit, UNITS_EN.get(line.unit, ""))]),
        "quantity": (8, [qty(line.quantity) for line in lines]),
        "price": (10, [unit_price(line.net_price) for line in lines]),
        "discount": (8, [ron(-line.line_allowance) for line in lines]),
        "value": (9, [ron(line.net) for line in lines]),
        "rate": (6, []),
        "vat": (6, [ron(line.vat) for line in lines]),
    }
    return {name: min(23, max([least, *map(len, column)]) + 2) for name, (least, column) in texts.items()}


def _running(document: Document, net: Decimal, vat: Decimal | None) -> str:
    words = plain_labels(document.language)
    if vat is None:
        return f"{words['value']} {ron(net)}"
    return f"{words['value_without_vat']} {ron(net)} · {words['vat']} {ron(vat)}"


def _vat_word(row: DocumentLine | VatBreakdown, language: str) -> SafeString | str:
    """What stands in place of a percent where no VAT is charged."""
    word = CATEGORY_WORDS.get(Category(row.category))
    return labels(language)[word] if word else ""


def _said(document: Document) -> list[SafeString]:
    """What the kind and the type of the document want written on it. Source: CF art. 319 (20) k; MF guide, type 751."""
    words, said = labels(document.language), []
    if document.kind == Kind.SELF_BILLED:
        said.append(words["self_billed"])
    if document.fiscal_receipt:
        said.append(format_html("{} {}", words["fiscal_receipt"], document.fiscal_receipt))
    return said


def _references(document: Document) -> list[SafeString]:
    """The invoice that this one takes back or says correctly, by number and date."""
    others = {"storno_of": document.storno_of, "corrects": document.corrects}
    return [reference(name, other, document.language) for name, other in others.items() if other is not None]


def _mentions(groups: Sequence[VatBreakdown], language: str) -> list[SafeString]:
    """The texts that the law wants for treatments other than a rate, each once. Source: CF art. 319 (20) k-r."""
    found = {mention: None for group in groups if (mention := _mention(group, language))}
    return list(found)


def _mention(row: DocumentLine | VatBreakdown, language: str) -> SafeString:
    english = row.mention_en or row.mention
    if language == Language.BOTH and english != row.mention:
        return format_html('{}<span class="en" lang="en">{}</span>', row.mention, english)
    return format_html("{}", english if language == Language.EN else row.mention)


def _seller(data: dict[str, Any], language: str) -> Party:
    """Source: CF art. 319 (20) d; OMFP 2634/2015 annex 1 pct. 3 (share capital)."""
    facts = [("cif", data["cif"]), ("reg_no", data["reg_no"]), ("address", address_line(data, language))]
    if data["share_capital"]:
        facts.append(("share_capital", f"{ron(Decimal(data['share_capital']))} {plain_labels(language)['lei']}"))
    facts += [("iban", _account(account)) for account in data["accounts"]]
    facts += [(name, data[name]) for name in ("phone", "email", "website")]
    if place := data.get("workplace"):
        facts.append(("workplace", f"{place['name']}, {address_line(place, language)}"))
        facts += [("workplace_cif", place["cif"]), ("phone", place["phone"]), ("email", place["email"])]
    return _party(data["name"], facts, language)


def _buyer(data: dict[str, Any], language: str) -> Party:
    """Source: CF art. 319 (20) f."""
    code = "cif" if data["country"] == "RO" else "vat_number"
    facts = [("cnp" if data["kind"] == "natural" and data["country"] == "RO" else code, data["cif"]), ("reg_no", data["reg_no"])]
    facts.append(("address", address_line(data, language)))
    if data["iban"]:
        facts.append(("iban", _account({"iban": data["iban"], "bank": data["bank"], "currency": "RON"})))
    facts += [(name, data[name]) for name in ("contact", "phone", "email")]
    return _party(data["name"], facts, language)


def _party(name: str, facts: list[tuple[str, str]], language: str) -> Party:
    return Party(name, [(labels(language)[label], value) for label, value in facts if value])


def _account(account: dict[str, str]) -> str:
    """An account as people copy it: groups of four, then the bank, and the currency if it is not lei."""
    iban = " ".join(account["iban"][at : at + 4] for at in range(0, len(account["iban"]), 4))
    currency = account["currency"] if account["currency"] != "RON" else ""
    return ", ".join(part for part in (iban.replace(" ", "\N{NO-BREAK SPACE}"), account["bank"], currency) if part)


def address_line(data: dict[str, Any], language: str) -> str:
    """Street, postal code and locality, county, country. Source: norms pct. 97 (3)."""
    county = data["county"]
    if data["country"] == "RO":
        name = county_name(county)
        county = name if county == "RO-B" or not name else f"jud. {name}"
    place = [data["street"], f"{data['postal_code']} {city_name(data['city'])}".strip(), county]
    if data["country"] != "RO" or language != Language.RO:
        place.append(_country(data["country"], language))
    return ", ".join(part for part in place if part)


def _country(code: str, language: str) -> str:
    """The country; for a reader of English only Romania has a name, the others their ISO code."""
    if language != Language.EN:
        return country_name(code)
    return "Romania" if code == "RO" else code
