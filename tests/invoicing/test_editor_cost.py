"""How many times the editor asks the database: literal numbers, so that one more is a decision."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog.kept import offered, units, vat_rates
from catalog.models import Product, Unit, VatRate
from invoicing.models import Document
from tests import factories
from tests.factories import make_draft, make_partner
from tests.invoicing.test_editor import TODAY, address, posted, row, sign_in

pytestmark = pytest.mark.usefixtures("scope")


@pytest.fixture
def browser(ana):
    """A signed-in browser of a process that has served pages before."""
    units(), vat_rates(), offered(TODAY, payer=True), offered(factories.TODAY, payer=True)
    client = sign_in(ana)
    client.get("/")
    return client


@pytest.fixture
def ten_lines(scope):
    product = Product.objects.create(name="Ciment", unit=Unit.objects.get(name="sac"), price=30, vat_rate=VatRate.objects.get(slug="s21"))
    return [row(f"Articolul {number}", "2", "10", product=str(product.pk), discount="5%") for number in range(10)]


def queries(browser, url, data):
    with CaptureQueriesContext(connection) as captured:
        answer = browser.post(url, data)
    assert answer.status_code in (200, 302)
    return len([query for query in captured if "SAVEPOINT" not in query["sql"]])


def test_an_invoice_of_ten_lines_is_written_and_issued_in_17_queries(browser, company, ten_lines):
    assert queries(browser, address("invoice_new", company), posted(make_partner(), ten_lines, action="issue")) == 17


def test_a_line_more_costs_no_query_more(browser, company, ten_lines):
    assert queries(browser, address("invoice_new", company), posted(make_partner(), ten_lines * 3, action="issue")) == 17


def test_a_saved_draft_is_saved_again_and_issued_in_20_queries(browser, company, ten_lines, ana):
    draft = make_draft(make_partner(), by=ana)
    data = posted(draft.partner, ten_lines, action="issue", version="0")
    assert queries(browser, address("invoice_edit", company, draft.pk), data) == 20


def test_a_saved_draft_is_issued_in_14_queries(browser, company, ana):
    draft = make_draft(make_partner(), by=ana)
    assert queries(browser, address("invoice_issue", company, draft.pk), {}) == 14


def test_a_draft_saves_itself_in_9_queries(browser, company, ten_lines):
    assert queries(browser, address("invoice_new", company), posted(make_partner(), ten_lines, action="autosave")) == 9
    assert Document.objects.get().lines.count() == 10
