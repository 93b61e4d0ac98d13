"""The business terms of EN 16931 (BT, BG): Romanian label, form field of ours and path in UBL, from data/terms.csv."""

import csv
from pathlib import Path
from typing import NamedTuple

DATA = Path(__file__).parent / "data"


class Term(NamedTuple):
    bt: str
    label: str
    field: str
    path: str


with (DATA / "terms.csv").open(encoding="utf-8", newline="") as rows:
    TERMS = {row["bt"]: Term(**row) for row in csv.DictReader(rows)}
