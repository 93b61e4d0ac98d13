"""Documents with their totals, as lib/totals.py has them: what the browser's arithmetic is held to as well.

`python -m tests.vectors.totals` writes tests/vectors/totals.json anew: the edge cases and 100 random documents. A test sees
that the file agrees with lib/totals.py; the browser test compares static/js/totals.js with it and with thousands more.
"""

import json
import random
from dataclasses import asdict
from decimal import Decimal
from pathlib import Path
from typing import Any

from lib.totals import Line, document_totals, in_lei

FILE = Path(__file__).with_name("totals.json")
CATEGORIES = [("S", "21"), ("S", "11"), ("S", "9"), ("S", "19"), ("AE", "0"), ("E", "0"), ("K", "0"), ("Z", "0")]


def case(lines: list[tuple[str, ...]], *, with_vat: bool = False, percent: str = "0", amount: str = "0", rate: str = "1") -> dict[str, Any]:
    """A vector out of lines (quantity, price, category, rate, discount percent, discount amount), with its answers as text."""
    typed = [(*line, *("0", "0")[len(line) - 4 :]) for line in lines]
    totals = document_totals(
        [Line(Decimal(q), Decimal(p), c, Decimal(r), Decimal(dp), Decimal(da)) for q, p, c, r, dp, da in typed],
        with_vat=with_vat,
        discount_percent=Decimal(percent),
        discount_amount=Decimal(amount),
    )
    return {
        "lines": typed,
        "with_vat": with_vat,
        "percent": percent,
        "amount": amount,
        "rate": rate,
        "totals": _text(asdict(totals)),
        "lei": _text(in_lei(totals.groups, Decimal(rate))),
    }


def edge_cases() -> list[dict[str, Any]]:
    one = ("1", "100", "S", "21")
    return [
        case([]),
        case([one]),
        case([("-1", "100", "S", "21")]),
        case([("0", "100", "S", "21")], with_vat=True),
        case([("1", "0.005", "S", "21"), ("-1", "0.005", "S", "21")]),  # a half rounds away from zero, both ways
        case([("3", "0.335", "S", "21"), ("1", "0.000001", "S", "11")]),
        case([("3", "99.99", "S", "21")], with_vat=True),
        case([("1", "0.01", "S", "21")] * 7, with_vat=True),
        case([("1", "10", "S", "21", "33.3333"), ("1", "10", "S", "11", "0", "3.33")], percent="7.5"),
        case([("1", "10", "S", "21", "100")], amount="0"),
        case([one, ("1", "50", "S", "11"), ("1", "50", "AE", "0")], amount="33.33", rate="5.0912"),
        case([one, ("1", "50", "S", "11")], with_vat=True, amount="0.01", rate="4.976543"),
        case([one, ("-1", "100", "S", "11")], amount="10"),  # the whole is nothing: there is nothing to share in proportion to
        case([("999999.999999", "9999.999999", "S", "21")]),
        case([("123456.789012", "80999.123456", "S", "9")], with_vat=True, rate="0.000001"),
        case([("1", "1", "E", "0"), ("1", "1", "K", "0"), ("1", "1", "AE", "0"), ("1", "1", "S", "9")], percent="100"),
    ]


def random_cases(count: int, seed: int) -> list[dict[str, Any]]:
    source = random.Random(seed)
    return [_random_case(source) for _ in range(count)]


def _random_case(source: random.Random) -> dict[str, Any]:
    whole = source.choice([("0", "0"), ("0", "0"), (_number(source, 99, 4), "0"), ("0", _number(source, 300, 2))])
    lines = [_random_line(source) for _ in range(source.randint(1, 8))]
    rate = source.choice(["1", _number(source, 9, 6, least=1)])
    return case(lines, with_vat=source.random() < 0.5, percent=whole[0], amount=whole[1], rate=rate)


def _random_line(source: random.Random) -> tuple[str, ...]:
    sign = "-" if source.random() < 0.2 else ""
    discount = source.choice([("0", "0"), ("0", "0"), (_number(source, 99, 4), "0"), ("0", _number(source, 5, 2))])
    return (
        sign + _number(source, 10 ** source.randint(0, 5), 6),
        _number(source, 10 ** source.randint(0, 4), 6),
        *source.choice(CATEGORIES),
        *discount,
    )


def _number(source: random.Random, most: int, places: int, least: int = 0) -> str:
    decimals = source.randint(0, places)
    return f"{source.randint(least, most)}" + (f".{source.randrange(10**decimals):0{decimals}d}" if decimals else "")


def _text(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _text(member) for key, member in value.items()}
    if isinstance(value, list | tuple):
        return [_text(member) for member in value]
    return f"{value:f}" if isinstance(value, Decimal) else value


def stored() -> list[dict[str, Any]]:
    return json.loads(FILE.read_text())


def made() -> list[dict[str, Any]]:
    return json.loads(json.dumps(edge_cases() + random_cases(100, seed=1)))


if __name__ == "__main__":
    FILE.write_text("[\n" + ",\n".join(json.dumps(vector, ensure_ascii=False) for vector in made()) + "\n]\n")
