"""Each bank's shape read right (tests/bank/samples), and what broken files are told."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from bank.readers import read
from bank.readers.base import read_amount, read_day
from lib.errors import Refused

SAMPLES = Path(__file__).parent / "samples"
ACCOUNT = "RO49AAAA1B31007593840000"
CLIENT, SUPPLIER = "RO65BTRLRONCRT0123456789", "RO45INGB0000999900112233"
DAY = date(2026, 11, 20)


def sample(name: str):
    return (SAMPLES / name).read_bytes()


def entries(name: str):
    (extract,) = read(sample(name)).extracts
    return extract.entries


@pytest.mark.parametrize(
    ("name", "account", "opening", "closing", "amounts"),
    [
        ("bcr.sta", ACCOUNT, "1000", "1070.50", ["121", "-50.50"]),
        ("brd.sta", ACCOUNT, "200", "300", ["121", "-21"]),
        ("ing.sta", ACCOUNT, "0", "111.10", ["121", "-9.90"]),
        ("raiffeisen.sta", ACCOUNT, "-10", "111", ["121"]),
        ("camt053.xml", ACCOUNT, "1000", "1370.50", ["121", "100", "200", "-50.50"]),
        ("bt_vechi.csv", ACCOUNT, "1000", "1070.50", ["-50.50", "121"]),
        ("bt_nou.csv", "", None, None, ["1128", "-9.90"]),
        ("ing.csv", ACCOUNT, "1000", "2159.50", ["1210", "-50.50"]),
        ("ing_persoane.csv", "", None, None, ["121", "-9.90"]),
        ("bcr.xlsx", ACCOUNT, "1000", "1111.10", ["121", "-9.90"]),
        ("raiffeisen.csv", "", None, None, ["121", "-50.50"]),
        ("revolut.csv", "", "0", "121", ["121"]),
    ],
)
def test_every_bank_is_read(name, account, opening, closing, amounts):
    (extract,) = read(sample(name)).extracts
    balances = [None if value is None else Decimal(value) for value in (opening, closing)]
    assert (extract.account, [extract.opening, extract.closing]) == (account, balances)
    assert [entry.amount for entry in extract.entries] == [Decimal(amount) for amount in amounts]


@pytest.mark.parametrize(
    "name", ["bcr.sta", "brd.sta", "ing.sta", "raiffeisen.sta", "camt053.xml", "ing_persoane.csv", "bcr.xlsx", "raiffeisen.csv"]
)
def test_the_payer_is_found_whatever_the_case(name):
    assert entries(name)[0].counterparty.casefold() == "client bun srl"


@pytest.mark.parametrize("name", ["bcr.sta", "brd.sta", "ing.sta", "raiffeisen.sta", "camt053.xml", "bt_nou.csv", "ing.csv", "bcr.xlsx"])
def test_the_account_of_the_payer_is_found_and_not_our_own(name):
    assert entries(name)[0].iban == CLIENT


def test_details_broken_inside_words_are_joined_without_a_space():
    assert entries("bcr.sta")[0].details == (
        f"INCASARE OP Platitor: CLIENT BUN SRL; {CLIENT}; CODFISC RO14399840; contravaloare factura FCT 0001 din 20.11.2026 multumim"
    )
    assert entries("ing.sta")[0].details == "Incasare plata fact FCT 0001 si restul din avansul de acum ref 77"


def test_real_line_breaks_stay_between_words():
    assert entries("brd.sta")[0].details == "PLATA FACTURA FCT 0001"


def test_what_is_said_of_the_whole_statement_is_not_of_its_last_movement():
    last = entries("bcr.sta")[-1]
    assert "Extras generat" not in last.details + last.raw


def test_the_text_of_the_bank_is_kept_with_its_lines():
    assert entries("brd.sta")[0].raw.splitlines()[:3] == [
        ":61:2611191119C121,00NTRFNONREF//BRD1",
        ":86:+20PLATA FACTURA",
        "+21FCT 0001",
    ]


def test_letters_of_the_old_code_page_are_ours():
    assert next((entry.counterparty, entry.code) for entry in entries("ing.csv")) == ("Țărăncuța Bună SRL", "14399840")


def test_details_in_the_rows_below_belong_to_the_movement_above():
    assert entries("ing_persoane.csv")[0].details == "Incasare Ordonator: Client Bun SRL Detalii: FCT 0001"


def test_movements_that_were_taken_back_or_wait_do_not_count():
    assert [entry.reference for entry in entries("revolut.csv")] == ["rev-1"]
    assert [entry.reference for entry in entries("camt053.xml")] == ["CAMT1", "CAMT2", "CAMT2", "CAMT3"]


def test_columns_that_nobody_knows_are_asked_for_and_remembered():
    assert read(sample("necunoscuta.csv")).unknown
    told = {"ziua|miscare|explicatia mea|cine": {"ziua": "on", "miscare": "amount", "explicatia mea": "details", "cine": "counterparty"}}
    (entry,) = read(sample("necunoscuta.csv"), told).extracts[0].entries
    assert (entry.on, entry.amount, entry.details, entry.counterparty) == (DAY, Decimal(121), "FCT 0001", "Client Bun SRL")


def sentence(content: bytes) -> tuple[str, str]:
    with pytest.raises(Refused) as refused:
        read(content)
    return refused.value.code, refused.value.message


def test_a_broken_movement_is_told_with_its_line():
    code, words = sentence(sample("bcr.sta").replace(b":61:2611201120D50,50", b":61:26XX201120D50,50"))
    assert (code, words[:9]) == ("statement_broken", "Linia 9: ")


def test_a_broken_day_of_a_csv_is_told_with_its_row():
    assert sentence(sample("bt_nou.csv").replace(b"20.11.2026,20.11.2026,Comision", b"32.11.2026,20.11.2026,Comision")) == (
        "statement_broken",
        "Rândul 3: data „32.11.2026” nu se poate citi.",
    )


def test_a_broken_amount_of_a_csv_is_told_with_its_row():
    assert sentence(sample("bt_nou.csv").replace(b'"9.90"', b'"9.9O"')) == (
        "statement_broken",
        "Rândul 3: suma „9.9O” nu este un număr.",
    )


def test_a_cut_xml_is_told_with_its_line():
    code, words = sentence(sample("camt053.xml")[:1500])
    assert (code, words.startswith("Linia ")) == ("statement_broken", True)


def test_an_xml_with_definitions_of_its_own_is_refused():
    bomb = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]><Document xmlns="x"><BkToCstmrStmt/></Document>'
    assert sentence(bomb) == ("statement_broken", "Linia 1: fișierul aduce definiții proprii (DTD), pe care un extras nu le are.")


@pytest.mark.parametrize("name", ["bcr.sta", "camt053.xml", "ing.csv"])
def test_a_statement_that_misses_something_is_refused(name):
    changed = sample(name).replace(b"121,00", b"120,00").replace(b"121.00", b"120.00").replace(b"1.210,00", b"1.200,00", 1)
    assert sentence(changed)[0] == "statement_does_not_add_up"


def test_a_missing_statement_between_two_is_told():
    code, words = sentence(sample("brd.sta").replace(b":60F:C261119RON321,00", b":60F:C261119RON320,00"))
    assert (code, words) == (
        "statement_broken",
        "Linia 15: soldul inițial 320,00 nu continuă soldul final 321,00 de dinainte. Lipsește un extras.",
    )


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("1.128,00", "1128"),
        ("1,128.00", "1128"),
        ("1128.5", "1128.50"),
        ("1.128", "1128"),
        ("1.234.567", "1234567"),
        ("-5,10 RON", "-5.10"),
        ("5,10-", "-5.10"),
        ("1 128,00", "1128"),
        ("0,00", "0"),
        ("abc", None),
        ("12.11.2026", None),
        ("", None),
    ],
)
def test_amounts_are_read_as_banks_write_them(text, amount):
    assert read_amount(text) == (None if amount is None else Decimal(amount))


@pytest.mark.parametrize(
    "text", ["20.11.2026", "2026-11-20 10:22:33", "20/11/2026", "20261120", "20 noiembrie 2026", "20 Nov 2026", "2026-11-20T08:00:00Z"]
)
def test_days_are_read_as_banks_write_them(text):
    assert read_day(text) == DAY
