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

from companies.models import Company, is_vat_payer
from companies.scope import active_company_id
from invoicing.columns import PrintedLine, PrintedLines, mention_of, printed_lines, vat_word
from invoicing.labels import labels, plain_labels, reference, title
from invoicing.looks import Look, of_document
from invoicing.models import Document, DocumentLine, DocumentRevision, Kind, Layout, Status, VatBreakdown
from invoicing.payment_code import PaymentCode, payment_code
from invoicing.rules import on_collection
from invoicing.snapshots import parties, seller_snapshot, with_workplace
from lib.counties import city_name, country_name, county_name
from lib.dates import bucharest_today
from lib.formats import grouped_iban, ron
from partners.models import Language

MENTIONS = {"": "invoice_follows", "none": "no_invoice", "processing": "processing"}


@dataclass(slots=True)
class Party:
    """A party as the form prints it: the name, then label and value pairs."""

    name: str = ""
    facts: list[tuple[SafeString, str]] = field(default_factory=list)


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
    look: Look
    table: PrintedLines
    groups: list[PrintedGroup]
    mentions: list[SafeString]
    logo: int | None  # a StoredFile
    watermark: SafeString | str
    labels: dict[str, SafeString]
    with_vat: bool  # one who is not registered shows no VAT at all (CF art. 310 (10) b)
    vat_on_collection: bool
    in_currency: bool  # then VAT stands in lei as well. Source: CF art. 319 (20) j, (23)
    discount: Decimal  # on the whole, as it lowers the total
    with_prices: bool = True  # a delivery note may leave them out (form 14-3-6A)
    attachments: list[str] = field(default_factory=list)  # names of files
    payment: PaymentCode | None = None  # what the QR code says

    @property
    def lines(self) -> list[PrintedLine]:
        """The rows of the table."""
        return self.table.rows

    @property
    def footer(self) -> list[str]:
        """The text of the layout, in the languages of the document."""
        romanian, english = self.look.footer, self.look.footer_en
        texts = {Language.RO: [romanian], Language.EN: [english or romanian]}.get(Language(self.document.language), [romanian, english])
        return [text for text in texts if text]

    @property
    def payment_alt(self) -> str:
        """The QR code for one who does not see it."""
        return f"{self.plain['payment_code']}: {self.payment.text.replace(chr(10), ', ')}" if self.payment else ""

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


def printed(document: Document, lines: Sequence[DocumentLine], groups: Sequence[VatBreakdown], *, look: Look | None = None) -> Printed:
    """What the form of a document says, in its own look unless told another.

    A draft shows the parties, the VAT status and the look as they would be if issued now.
    """
    seller, buyer = document.seller, document.buyer
    payer, collected = document.vat_payer, document.vat_on_collection
    if document.status == Status.DRAFT:
        on = document.issue_date or bucharest_today()
        payer = is_vat_payer(on)
        collected = payer and document.issue_date is not None and on_collection(document, list(lines))
        own = seller_snapshot(Company.objects.get(pk=active_company_id()), vat_payer=payer, on=on)
        payer, seller, buyer = parties(document, own)
        seller = with_workplace(seller, document.series.workplace_id if document.series_id else None)
    words, look = labels(document.language), look or of_document(document)
    number = document.label or (document.series.next_label if document.series_id else "")
    return Printed(
        document=document,
        look=look,
        title=title(document),
        number=number,
        seller=_seller(seller, document, look.accounts),
        buyer=_buyer(buyer, document.language) if buyer else Party(),
        table=printed_lines(
            document,
            lines,
            columns=look.columns,
            several=len(groups) > 1,
            with_vat=payer,
            is_note=document.kind == Kind.DELIVERY_NOTE,
        ),
        groups=[PrintedGroup(group, vat_word(group, document.language)) for group in groups],
        mentions=[*_said(document), *_references(document), *_mentions(groups, document.language)],
        logo=seller["logo"],
        watermark=words.get(document.status, ""),
        labels=words,
        with_vat=payer,
        vat_on_collection=collected,
        in_currency=document.currency != "RON",
        discount=-document.allowance,
        with_prices=not document.hides_prices,
        payment=payment_code(document, seller, number) if look.payment_code else None,
    )


def saved(document: Document) -> Printed:
    """The form of a document as it stands in the database."""
    form = printed(document, list(document.lines.select_related("vat_rate")), list(document.vat_groups.all()))
    form.attachments = [row.name for row in document.attachments.all()]
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


def document_html(
    form: Printed, *, logo_url: str | None = None, stamp_url: str | None = None, code_url: str | None = None, accent_url: str | None = None
) -> SafeString:
    """The form as a fragment with the root class `sheet`; static/css/print.css draws it. Each picture comes from its page unless told."""
    look, pictures = form.look, {"logo_url": logo_url, "stamp_url": stamp_url}
    for name, file in {"logo_url": form.logo, "stamp_url": look.stamp}.items():
        if pictures[name] is None:
            pictures[name] = reverse("invoicing:logo", args=(active_company_id(), file)) if file else ""
    if code_url is None:
        code_url = form.payment.data_uri if form.payment else ""
    if accent_url is None:
        accent_url = reverse("invoicing_of_all:accent", args=(look.own_accent,)) if look.own_accent else ""
    return render_to_string(
        "invoicing/print/form.html",
        {"p": form, "d": form.document, "w": form.labels, "code_url": code_url, "accent_url": accent_url, **pictures},
    )


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
    found = {mention: None for group in groups if (mention := mention_of(group, language))}
    return list(found)


def _seller(data: dict[str, Any], document: Document, accounts: str) -> Party:
    """Source: CF art. 319 (20) d; OMFP 2634/2015 annex 1 pct. 3 (share capital)."""
    language = document.language
    facts = [("cif", data["cif"]), ("reg_no", data["reg_no"]), ("address", address_line(data, language))]
    if data["share_capital"]:
        facts.append(("share_capital", f"{ron(Decimal(data['share_capital']))} {plain_labels(language)['lei']}"))
    facts += [("iban", _account(account)) for account in _shown(data["accounts"], document.currency, accounts)]
    facts += [(name, data[name]) for name in ("phone", "email", "website")]
    if place := data.get("workplace"):
        facts.append(("workplace", f"{place['name']}, {address_line(place, language)}"))
        facts += [("workplace_cif", place["cif"]), ("phone", place["phone"]), ("email", place["email"])]
    return _party(data["name"], facts, language)


def _shown(accounts: list[dict[str, str]], currency: str, which: str) -> list[dict[str, str]]:
    """The accounts that the layout wants; where none is in the currency of the document, all of them."""
    if which == Layout.Accounts.NONE:
        return []
    own = [account for account in accounts if account["currency"] == currency]
    return own or accounts if which == Layout.Accounts.CURRENCY else accounts


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
    currency = account["currency"] if account["currency"] != "RON" else ""
    return ", ".join(part for part in (grouped_iban(account["iban"]), account["bank"], currency) if part)


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
