"""The file for the bank against the rules of its message: which elements, in which order, how long, of which letters.

Source: ISO 20022 message definition pain.001.001.03 (ISO's own order and types), EPC217-08 for the letters of SEPA.
"""

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from xml.etree.ElementTree import Element, fromstring

import pytest

from lib.identifiers import check_iban
from purchases.pain import NAMESPACE, Order, Transfer, pain001, plain

# Element: its children in the order of the schema; `?` may be missing, `+` once or more. Of what this program writes and of what
# stands between: an element at a wrong place is found, whichever it is.
ORDER = {
    "Document": ["CstmrCdtTrfInitn"],
    "CstmrCdtTrfInitn": ["GrpHdr", "PmtInf+", "SplmtryData?"],
    "GrpHdr": ["MsgId", "CreDtTm", "Authstn?", "NbOfTxs", "CtrlSum?", "InitgPty", "FwdgAgt?"],
    "PmtInf": [
        "PmtInfId", "PmtMtd", "BtchBookg?", "NbOfTxs?", "CtrlSum?", "PmtTpInf?", "ReqdExctnDt", "PoolgAdjstmntDt?", "Dbtr", "DbtrAcct",
        "DbtrAgt", "DbtrAgtAcct?", "UltmtDbtr?", "ChrgBr?", "ChrgsAcct?", "ChrgsAcctAgt?", "CdtTrfTxInf+",
    ],
    "PmtTpInf": ["InstrPrty?", "SvcLvl?", "LclInstrm?", "CtgyPurp?"],
    "SvcLvl": ["Cd"],
    "CdtTrfTxInf": [
        "PmtId", "PmtTpInf?", "Amt", "XchgRateInf?", "ChrgBr?", "ChqInstr?", "UltmtDbtr?", "IntrmyAgt1?", "IntrmyAgt1Acct?",
        "IntrmyAgt2?", "IntrmyAgt2Acct?", "IntrmyAgt3?", "IntrmyAgt3Acct?", "CdtrAgt?", "CdtrAgtAcct?", "Cdtr?", "CdtrAcct?",
        "UltmtCdtr?", "InstrForCdtrAgt?", "InstrForDbtrAgt?", "Purp?", "RgltryRptg?", "Tax?", "RltdRmtInf?", "RmtInf?",
    ],
    "PmtId": ["InstrId?", "EndToEndId"],
    "Amt": ["InstdAmt"],
    "InitgPty": ["Nm?", "PstlAdr?", "Id?", "CtryOfRes?", "CtctDtls?"],
    "Dbtr": ["Nm?", "PstlAdr?", "Id?", "CtryOfRes?", "CtctDtls?"],
    "Cdtr": ["Nm?", "PstlAdr?", "Id?", "CtryOfRes?", "CtctDtls?"],
    "PstlAdr": ["AdrTp?", "Dept?", "SubDept?", "StrtNm?", "BldgNb?", "PstCd?", "TwnNm?", "CtrySubDvsn?", "Ctry?", "AdrLine?"],
    "DbtrAcct": ["Id", "Tp?", "Ccy?", "Nm?"],
    "CdtrAcct": ["Id", "Tp?", "Ccy?", "Nm?"],
    "DbtrAgt": ["FinInstnId", "BrnchId?"],
    "FinInstnId": ["BIC?", "ClrSysMmbId?", "Nm?", "PstlAdr?", "Othr?"],
    "Othr": ["Id", "SchmeNm?", "Issr?"],
    "RmtInf": ["Ustrd?", "Strd?"],
}  # fmt: skip
LETTERS = r"[A-Za-z0-9/\-?:().,'+ ]"
LEAVES = {
    "MsgId": rf"{LETTERS}{{1,35}}",
    "PmtInfId": rf"{LETTERS}{{1,35}}",
    "EndToEndId": rf"{LETTERS}{{1,35}}",
    "CreDtTm": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d",
    "ReqdExctnDt": r"\d{4}-\d\d-\d\d",
    "NbOfTxs": r"[0-9]{1,15}",
    "CtrlSum": r"\d{1,16}(\.\d{1,17})?",
    "InstdAmt": r"\d{1,13}(\.\d{1,5})?",
    "PmtMtd": "TRF|CHK|TRA",
    "ChrgBr": "DEBT|CRED|SHAR|SLEV",
    "Cd": r"[A-Z]{4}",
    "Nm": rf"{LETTERS}{{1,70}}",
    "Ustrd": rf"{LETTERS}{{1,140}}",
    "Ctry": r"[A-Z]{2}",
    "Ccy": r"[A-Z]{3}",
    "IBAN": r"[A-Z]{2}[0-9]{2}[a-zA-Z0-9]{1,30}",
    "Id": rf"{LETTERS}{{1,35}}",
}
OURS = "RO49AAAA1B31007593840000"
LONG = "Întreprinderea Țărănească de Construcții, Reparații & Întreținere „Ștefan cel Mare și Sfânt” Cluj-Napoca SRL"


def order(currency="RON", transfers=None):
    rows = transfers or [
        Transfer("20261122101500-7", "Furnizor Bun SRL", "RO65BTRLRONCRT0123456789", Decimal("121.00"), "Plata F 1"),
        Transfer("20261122101500-8", LONG, "DE89370400440532013000", Decimal("0.10"), f"Plata {LONG} {LONG}", "DE"),
        Transfer("20261122101500-9", "北京公司", "RO65BTRLRONCRT0123456789", Decimal("9999999999.99"), "№"),
    ]
    made = datetime(2026, 11, 22, 22, 30, 15, tzinfo=UTC)
    return Order("PL20261122223015abcdef012345", made, LONG, OURS, currency, date(2026, 11, 24), rows)


def name(element: Element) -> str:
    return element.tag.removeprefix(f"{{{NAMESPACE}}}")


def wrong(element: Element) -> list[str]:
    """What of the rules an element and all within it break."""
    tag, children = name(element), [name(child) for child in element]
    if not children:
        rule = LEAVES.get(tag)
        return [] if rule and re.fullmatch(rule, element.text or "") else [f"{tag}: {element.text!r}"]
    if tag == "Id":
        found = [] if children in (["IBAN"], ["Othr"]) else [f"Id: {children}"]
    else:
        row = "".join(f"{re.escape(rule.rstrip('?+'))},".join(("(?:", f"){rule[-1] if rule[-1] in '?+' else ''}")) for rule in ORDER[tag])
        found = [] if re.fullmatch(row, "".join(f"{child}," for child in children)) else [f"{tag}: {children}"]
    return found + [problem for child in element for problem in wrong(child)]


@pytest.mark.parametrize("currency", ["RON", "EUR", "USD"])
def test_the_message_keeps_the_rules_of_its_schema(currency):
    content = pain001(order(currency))
    assert content.startswith(b'<?xml version="1.0" encoding="UTF-8"?>')
    root = fromstring(content)
    assert (root.tag, wrong(root)) == (f"{{{NAMESPACE}}}Document", [])


def test_the_rules_find_what_breaks_them():
    root = fromstring(pain001(order()))
    block = root[0][1]
    moved = next(child for child in block if name(child) == "ReqdExctnDt")
    block.remove(moved)
    block.append(moved)
    block.find(f".//{{{NAMESPACE}}}EndToEndId").text = "x" * 36
    assert [problem.split(":")[0] for problem in wrong(root)] == ["PmtInf", "EndToEndId"]


def test_counts_sums_and_accounts_are_those_of_the_transfers():
    root = fromstring(pain001(order()))
    text = lambda tag: [node.text for node in root.iter(f"{{{NAMESPACE}}}{tag}")]  # noqa: E731
    amounts = [Decimal(value) for value in text("InstdAmt")]
    assert (text("NbOfTxs"), text("CtrlSum")) == (["3", "3"], [f"{sum(amounts):.2f}"] * 2)
    assert [check_iban(iban) for iban in text("IBAN")] == text("IBAN")
    assert [node.get("Ccy") for node in root.iter(f"{{{NAMESPACE}}}InstdAmt")] == ["RON"] * 3
    assert len(set(text("EndToEndId"))) == 3


def test_the_hour_is_that_of_bucharest_and_the_service_that_of_the_currency():
    found = {currency: pain001(order(currency)).decode() for currency in ("RON", "EUR", "USD")}
    assert "<CreDtTm>2026-11-23T00:30:15</CreDtTm>" in found["RON"]
    assert ["<Cd>SEPA</Cd>" in found[currency] for currency in found] == [False, True, False]
    assert [re.search("<ChrgBr>(.*)</ChrgBr>", text)[1] for text in found.values()] == ["SLEV", "SLEV", "SHAR"]


@pytest.mark.parametrize(
    ("text", "bare"),
    [("Țuică & Fii", "Tuica Fii"), ("北京", "NOTPROVIDED"), ("/a//b/", "a/b"), ("  ", "NOTPROVIDED"), ("x" * 80, "x" * 70)],
)
def test_texts_are_of_the_letters_of_sepa(text, bare):
    assert plain(text, 70) == bare
