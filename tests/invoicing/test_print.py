"""The printed form: what it says for each kind of document, language and VAT regime."""

from decimal import Decimal

import pytest

from companies.models import CashVatPeriod
from invoicing.actions import issue
from invoicing.actions.drafts import recalculate, vat_groups
from invoicing.models import Document, Series
from invoicing.print import document_html, printed, saved
from tests import factories
from tests.factories import TODAY

pytestmark = pytest.mark.usefixtures("scope")


def test_a_draft_in_memory_prints_without_touching_the_database(django_assert_max_num_queries):
    partner, lines = factories.make_partner(), [factories.make_line(quantity="2", price="50")]
    draft = Document(partner=partner, series=Series.objects.get(), issue_date=TODAY)
    groups = vat_groups(draft, lines, recalculate(draft, lines))
    with django_assert_max_num_queries(4):
        html = document_html(printed(draft, lines, groups))
    assert "FCT 0001" in html
    assert "121,00" in html
