"""The printed register: its signatures stand on a sheet with the sums and the last line."""

import io
from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest
from pypdf import PdfReader

from cashbook.actions import Entry, record, set_opening, till_for
from cashbook.pdf import pdf_bytes
from cashbook.prints import ask_for_register

pytestmark = pytest.mark.usefixtures("scope")
DAY = date(2026, 11, 20)
WORDS = "Rechizite și consumabile pentru birou, conform bonului și decontului domnului Constantinescu, aprobat"


def test_the_signatures_are_never_alone_on_a_sheet(ana, company):
    till = till_for("RON")
    set_opening(till, day=DAY, amount=Decimal(0), by=ana)
    numbers = set()
    for last in range(1, 17):
        record(
            till, Entry("other_in", DAY, Decimal(10), explanation=f"{WORDS} {last:02}.", document="Bon", party="Ana"), by=ana, token=uuid4()
        )
        if last < 10:
            continue
        pages = PdfReader(io.BytesIO(pdf_bytes(ask_for_register(till, company, since=DAY, until=DAY).html))).pages
        (signed,) = [text for page in pages if "Casier" in (text := " ".join(page.extract_text().split()))]
        assert f"aprobat {last:02}." in signed
        assert "Rulaj zi" in signed
        numbers.add(len(pages))
    assert numbers == {1, 2}  # else the counts miss the end of the sheet
