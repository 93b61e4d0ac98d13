"""What a file becomes: the trial, the writing, the way back, for each kind."""

import io
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from openpyxl import Workbook

from catalog.models import Product
from imports import actions
from imports.kinds.registry import KINDS
from imports.models import Import, ImportRow, State
from invoicing.models import Document
from partners.models import Partner
from tests.factories import make_partner
from tests.imports.files import csv_of, tried, xlsx_of


def test_smoke(company, ana):
    make_partner()
    run = tried("clienti", csv_of("Denumire;CUI;Judet;Localitate\nAlfa SRL;RO 18547290;Cluj;Cluj-Napoca\nClient Bun SRL;14399840;;\n"), ana)
    assert run.counts == {"added": 1, "same": 1}
