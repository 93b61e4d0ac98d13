"""Extras de cont in the browser's words: a file in, its movements, one click, the way back."""

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from bank.models import KnownColumns, StatementLine
from invoicing.models import Payment

SAMPLES = Path(__file__).parent / "samples"


def send(web, company, name, content=None, **fields):
    file = SimpleUploadedFile(name, content or (SAMPLES / name).read_bytes())
    return web.post(f"/{company.pk}/extras/incarca/", {"file": file, **fields}, follow=True)


def test_a_file_is_brought_and_its_line_booked_with_one_click(web, company, invoice):
    assert "Am adăugat 2 mișcări." in send(web, company, "bcr.sta").content.decode()
    line = StatementLine.objects.get(amount=121)
    page = web.get(f"/{company.pk}/extras/").content.decode()
    assert f"Numărul {invoice.label} apare în detalii" in page
    web.post(f"/{company.pk}/extras/{line.pk}/inregistreaza/", {"documente": str(invoice.pk), "inapoi": "lista"})
    line.refresh_from_db()
    assert (line.state, Payment.objects.get().amount) == ("booked", 121)
    assert "Cum s-a înregistrat" in web.get(f"/{company.pk}/extras/{line.pk}/").content.decode()
    web.post(f"/{company.pk}/extras/{line.pk}/anuleaza/")
    line.refresh_from_db()
    assert line.is_open


def test_a_broken_file_says_its_line(web, company, scope):
    content = (SAMPLES / "bcr.sta").read_bytes().replace(b":61:2611201120D50,50", b":61:26XX201120D50,50")
    answer = send(web, company, "bcr.sta", content)
    assert (answer.status_code, "Linia 9: mișcarea (:61:)" in answer.content.decode()) == (422, True)


def test_columns_are_told_once(web, company, scope):
    answer = send(web, company, "necunoscuta.csv")
    where = answer.redirect_chain[-1][0]
    web.post(where, {"column0": "on", "column1": "amount", "column2": "details", "column3": "counterparty"})
    assert (KnownColumns.objects.count(), StatementLine.objects.get().counterparty) == (1, "Client Bun SRL")
    assert "1 era deja aici." in send(web, company, "necunoscuta.csv").content.decode()


def test_a_line_is_ignored_or_becomes_credit(web, company, invoice):
    send(web, company, "camt053.xml")
    first, second = StatementLine.objects.filter(reference="CAMT2").order_by("pk")
    web.post(f"/{company.pk}/extras/{first.pk}/ignora/", {"reason": "transfer propriu"})
    web.post(f"/{company.pk}/extras/{second.pk}/avans/", {"partner": "client bun srl"})
    assert list(StatementLine.objects.filter(reference="CAMT2").order_by("pk").values_list("state", flat=True)) == ["ignored", "booked"]


def test_the_file_comes_back_as_it_was(web, company, scope):
    send(web, company, "ing.sta")
    statement = StatementLine.objects.first().statement
    assert web.get(f"/{company.pk}/extras/fisier/{statement.pk}/").content == (SAMPLES / "ing.sta").read_bytes()


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_as_much_for_few_as_for_many(web, company, invoice, count, django_assert_num_queries):
    lines = (SAMPLES / "camt053.xml").read_bytes()
    if count == 1:
        lines = (SAMPLES / "raiffeisen.sta").read_bytes()
    send(web, company, "extras", lines)
    web.get(f"/{company.pk}/extras/")
    with django_assert_num_queries(8):
        web.get(f"/{company.pk}/extras/?stare=de-potrivit&perioada=&q=client")
