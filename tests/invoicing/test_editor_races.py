"""Two requests of one form at the same instant: a double click, an autosave that meets a button."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from companies.scope import company_scope
from invoicing.models import Document
from tests import factories
from tests.invoicing.test_editor import address, posted, sign_in


@pytest.fixture
def company(transactional_db):
    return factories.make_company()


@pytest.mark.parametrize("action", ["issue", "autosave"])
def test_one_form_sent_twice_at_once_makes_one_document(company, action):
    ana = factories.make_user()
    factories.make_member(ana, company)
    with company_scope(company.pk):
        data = posted(factories.make_partner(), action=action)
    browsers, start = [sign_in(ana), sign_in(ana)], Barrier(2)

    def send(browser):
        start.wait()
        try:
            return browser.post(address("invoice_new", company), data).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        codes = set(pool.map(send, browsers))
    with company_scope(company.pk):
        assert (codes <= {200, 302}, Document.objects.count()) == (True, 1)
