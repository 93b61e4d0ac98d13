"""Extras de cont in the browser's words: a file in, its movements, one click, the way back."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from bank.models import KnownColumns, StatementLine
from cashbook.actions import Entry, record, set_opening, till_for
from cashbook.models import CashOperation
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
    web.post(f"/{company.pk}/extras/{second.pk}/avans/", {"avans-partner": "client bun srl"})
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
    with django_assert_num_queries(9):
        web.get(f"/{company.pk}/extras/?stare=de-potrivit&perioada=&q=client")


def bring(web, company, *rows):
    text = "Data;Suma;Nume partener;IBAN partener;Referinta;Detalii\n" + "".join(f"20.11.2026;{';'.join(row)}\n" for row in rows)
    send(web, company, "extras.csv", text.encode(), account="RO49AAAA1B31007593840000")
    return [StatementLine.objects.get(reference=row[3]) for row in rows]


def test_a_movement_is_split_on_its_page(web, company, invoice):
    (line,) = bring(web, company, ("200,00", "Curier", "", "R1", "ramburs"))
    address = f"/{company.pk}/extras/{line.pk}/"
    found = web.get(f"{address}?cauta=FCT").context
    assert [one.labels for one in found["candidates"]] == [invoice.label]
    token = found["part_form"]["token"].value()
    answer = web.post(f"{address}inregistreaza/", {"documente": invoice.pk, "amount": "121", "token": token}, follow=True)
    assert "Rămas de potrivit" in answer.content.decode()
    web.post(f"{address}avans/", {"avans-partner": "client bun srl", "avans-amount": ""})
    line.refresh_from_db()
    assert (line.state, sorted(payment.amount for payment in Payment.objects.all())) == ("booked", [79, 121])


def test_a_wrong_part_is_told_on_the_page(web, company, invoice):
    (line,) = bring(web, company, ("200,00", "", "", "R1", ""))
    answer = web.post(f"/{company.pk}/extras/{line.pk}/inregistreaza/", {"documente": invoice.pk, "amount": "multe"})
    assert (answer.status_code, "Scrieți un număr" in answer.content.decode()) == (422, True)


def test_a_fee_and_a_transfer_are_confirmed_from_the_list(web, company, scope):
    fee, own = bring(
        web, company, ("-9,90", "", "", "R1", "Comision lunar"), ("-50,00", "Noi", "RO49AAAA1B31007593840000", "R2", "Transfer")
    )
    page = web.get(f"/{company.pk}/extras/").content.decode()
    assert "Comision al băncii" in page and "Transfer între conturile firmei" in page
    web.post(f"/{company.pk}/extras/{fee.pk}/comision/", {"inapoi": "lista"})
    web.post(f"/{company.pk}/extras/{own.pk}/ignora/", {"inapoi": "lista", "reason": "Transfer între conturile firmei"})
    assert list(StatementLine.objects.order_by("reference").values_list("state", flat=True)) == ["booked", "ignored"]


def test_cash_is_written_into_the_till_or_tied_to_its_line(web, company, scope, bogdan):
    till = set_opening(till_for("RON"), day=date(2026, 11, 1), amount=Decimal(1000), by=bogdan)
    there = record(till, Entry("to_bank", date(2026, 11, 19), Decimal(300)), by=bogdan, token=uuid4())
    known, new = bring(web, company, ("300,00", "", "", "R1", "depunere numerar"), ("-50,00", "", "", "R2", "retragere numerar"))
    assert there.label in web.get(f"/{company.pk}/extras/{known.pk}/").content.decode()
    web.post(f"/{company.pk}/extras/{known.pk}/casa/", {"operation": there.pk})
    web.post(f"/{company.pk}/extras/{new.pk}/casa/", {"till": till.pk})
    assert list(StatementLine.objects.values_list("state", flat=True).distinct()) == ["booked"]
    assert [row.kind for row in CashOperation.objects.order_by("pk")] == ["to_bank", "from_bank"]
    assert "Ridicare de la bancă" in web.get(f"/{company.pk}/extras/{new.pk}/").content.decode()
    assert web.post(f"/{company.pk}/extras/{new.pk}/casa/", {"till": 999999}).status_code == 422
