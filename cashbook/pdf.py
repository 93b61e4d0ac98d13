"""The PDFs of the cash book. Only workers import this module: WeasyPrint costs memory that a web process has better use for."""

from functools import cache
from importlib.resources import files
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

from cashbook.models import CashPrint
from companies.events import store_file
from invoicing.pdf import FONTS


def render(row: CashPrint) -> None:
    """Make and store the PDF that a row asks for; its page is not needed any more. Called twice, the second call does nothing."""
    if row.file_id:
        return
    content = pdf_bytes(row.html)
    with transaction.atomic():
        file = store_file(content, "application/pdf")
        CashPrint.objects.filter(pk=row.pk, file=None).update(file=file, made_at=timezone.now(), html="")


def pdf_bytes(html: str) -> bytes:
    """A page as a PDF. It may load the fonts that come with the product, and nothing else."""
    fonts, sheet = _engine()
    return HTML(string=html, url_fetcher=_FontsOnly()).write_pdf(stylesheets=[sheet], font_config=fonts)


class _FontsOnly(URLFetcher):
    def __init__(self) -> None:
        super().__init__(allowed_protocols=())

    def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:
        name = url.removeprefix("font:")
        if name not in FONTS:
            raise ValueError(f"A register may not load {url}")
        return URLFetcherResponse(url, (files("font_source_sans_pro") / "files" / f"{name}.ttf").read_bytes(), {"Content-Type": "font/ttf"})


@cache
def _engine() -> tuple[FontConfiguration, CSS]:
    """Fonts and the parsed style sheet, once for each process."""
    fonts = FontConfiguration()
    faces = "".join(
        f'@font-face {{ font-family: "Source Sans Pro"; font-weight: {weight}; font-style: {style}; src: url("font:{name}") }}'
        for name, (weight, style) in FONTS.items()
    )
    text = faces + (Path(settings.BASE_DIR) / "static" / "css" / "cash-print.css").read_text()
    return fonts, CSS(string=text, font_config=fonts, url_fetcher=_FontsOnly())
