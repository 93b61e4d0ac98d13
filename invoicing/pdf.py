"""The PDF of a document: the printed form through WeasyPrint, made once for each revision and stored for good.

Only workers import this module: WeasyPrint and its fonts cost memory that a web process has better use for.
"""

import gc
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache, lru_cache
from importlib.resources import files
from pathlib import Path

from cssselect2 import ElementWrapper
from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone
from lxml import etree
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

from companies.events import store_file
from companies.models import StoredFile
from invoicing.labels import plain_title
from invoicing.looks import accent_css
from invoicing.models import Document, DocumentRevision, Kind, RenderedPdf, Status
from invoicing.print import Printed, document_html, former, saved
from invoicing.receipt_print import receipt_page

FONTS = {"SourceSansPro-Regular": (400, "normal"), "SourceSansPro-It": (400, "italic"), "SourceSansPro-Semibold": (600, "normal")}
LOGO_URL, STAMP_URL, CODE_URL = "stored:logo", "stored:stamp", "stored:code"
PICTURES = {"logo_url": LOGO_URL, "stamp_url": STAMP_URL, "code_url": CODE_URL}

for name in ("fontTools", "weasyprint.progress"):
    logging.getLogger(name).setLevel(logging.WARNING)  # they tell every table of every font, and every step


def render(row: RenderedPdf) -> None:
    """Make and store the PDF that a row asks for. Called twice, the second call does nothing."""
    if row.file_id:
        return
    receipt = Document.objects.filter(pk=row.document_id, kind=Kind.RECEIPT).first()
    content = plain_pdf(receipt_page(receipt, cancelled=row.cancelled)) if receipt else pdf_bytes(_form(row))
    with transaction.atomic():
        file = store_file(content, "application/pdf")
        RenderedPdf.objects.filter(pk=row.pk, file=None).update(file=file, made_at=timezone.now())


def pdf_bytes(form: Printed) -> bytes:
    """The form as a PDF; the same form gives the same bytes."""
    fonts, sheets = _engine()
    pictures = _pictures(form)
    fragment = document_html(form, accent_url="", **{name: url if url in pictures else "" for name, url in PICTURES.items()})
    page = render_to_string(
        "invoicing/print/pdf.html",
        {
            "p": form,
            "d": form.document,
            "heading": f"{plain_title(form.document, form.document.language)} {form.number}",
            "fragment": fragment,
        },
    )
    own = [_accent(form.look.own_accent)] if form.look.own_accent else []
    with _no_garbage_collection():
        return _Page(page, _Fetcher(pictures)).write_pdf(stylesheets=[*sheets, *own], font_config=fonts)


def _pictures(form: Printed) -> dict[str, tuple[bytes, str]]:
    """What the form shows besides text: (bytes, media type) by address."""
    files = {LOGO_URL: form.logo, STAMP_URL: form.look.stamp}
    wanted = [key for key in files.values() if key]
    stored = {file.pk: (bytes(file.content), file.media_type) for file in StoredFile.objects.filter(pk__in=wanted)} if wanted else {}
    found = {url: stored[key] for url, key in files.items() if key in stored}
    return found | ({CODE_URL: (form.payment.svg, "image/svg+xml")} if form.payment else {})


class _Page(HTML):
    """A page of our own templates. They are well formed, so libxml2 may read them: a tenth of the time of the parser that forgives."""

    def __init__(self, text: str, fetcher: URLFetcher) -> None:
        root = etree.fromstring(text, etree.HTMLParser(remove_comments=True))
        self.base_url, self.url_fetcher, self.media_type = None, fetcher, "print"
        self.wrapper_element = ElementWrapper.from_html_root(root, content_language=None)
        self.etree_element = self.wrapper_element.etree_element


def plain_pdf(page: str) -> bytes:
    """A sheet that is no document and loads nothing (the proof of what was sent to SPV), with the fonts and colours of the documents."""
    fonts, sheets = _engine()
    with _no_garbage_collection():
        return HTML(string=page, url_fetcher=_Fetcher({})).write_pdf(stylesheets=sheets, font_config=fonts)


class _Fetcher(URLFetcher):
    """Serves the pictures of the document and nothing else: whatever it says, no file is read and no host is asked."""

    def __init__(self, pictures: dict[str, tuple[bytes, str]]) -> None:
        super().__init__(allowed_protocols=())
        self.pictures = pictures

    def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:
        if url not in self.pictures:
            raise ValueError(f"A document may not load {url}")
        content, media_type = self.pictures[url]
        return URLFetcherResponse(url, content, {"Content-Type": media_type})


class _FontFetcher(URLFetcher):
    """Serves the fonts that come with the product's dependencies."""

    def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:
        name = url.removeprefix("font:")
        if name not in FONTS:
            raise ValueError(f"No such font: {url}")
        return URLFetcherResponse(url, (files("font_source_sans_pro") / "files" / f"{name}.ttf").read_bytes(), {"Content-Type": "font/ttf"})


@cache
def _engine() -> tuple[FontConfiguration, list[CSS]]:
    """Fonts and parsed style sheets, once for each process: they cost more than a page does."""
    fonts = FontConfiguration()
    faces = "".join(
        f'@font-face {{ font-family: "Source Sans Pro"; font-weight: {weight}; font-style: {style}; src: url("font:{name}") }}'
        for name, (weight, style) in FONTS.items()
    )
    folder = Path(settings.BASE_DIR) / "static" / "css"
    texts = [faces, *((folder / name).read_text() for name in ("print.css", "pdf.css"))]
    sheets = [CSS(string=text, font_config=fonts, url_fetcher=_FontFetcher()) for text in texts]
    gc.freeze()  # what is loaded by now stays as long as the process: the collector need not look through it after each page
    return fonts, sheets


@lru_cache(maxsize=64)
def _accent(colour: str) -> CSS:
    """The sheet that gives a design its colour."""
    return CSS(string=accent_css(colour))


@contextmanager
def _no_garbage_collection() -> Iterator[None]:
    """WeasyPrint makes a hundred thousand objects that live until the end: looking through them costs a third of the time."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _form(row: RenderedPdf) -> Printed:
    """What the row's revision says: the document as it stands, or the content that was kept when it was revised."""
    document = Document.objects.get(pk=row.document_id)
    if document.revision != row.revision:
        return former(DocumentRevision.objects.get(document_id=row.document_id, revision=row.revision))
    document.status = Status.CANCELLED if row.cancelled else Status.ISSUED
    form = saved(document)
    unchanged = Document.objects.filter(pk=document.pk, revision=row.revision).exists()
    return form if unchanged else _form(row)  # revised between two of our queries: what was read is of both
