"""One partner for one code, also when two people come at once."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import IntegrityError, connection

from companies.scope import company_scope
from lib.errors import Refused
from partners.actions import add_client_by_cif, save_partner
from partners.models import Partner
from tests.factories import make_company, make_partner, make_user


@pytest.mark.parametrize("cif", ["RO14399840", "ro 14399840", "14399840", " RO-14399840 "])
def test_r32_every_writing_of_a_cif_is_the_same_partner(scope, ana, cif):
    make_partner(cif="14399840")
    with pytest.raises(Refused, match="partner_exists"):
        save_partner(Partner(name="Altul", cif=cif), by=ana)


def test_the_database_refuses_a_second_one(scope):
    make_partner(cif="14399840")
    with pytest.raises(IntegrityError, match="partner_identity_once"):
        make_partner(cif="RO 14399840")


def test_two_companies_may_have_the_same_client(scope, ana):
    make_partner()
    with company_scope(make_company("Alta SRL", "RO14399840").pk):
        assert save_partner(Partner(name="Client Bun SRL", cif="14399840"), by=ana).identity == "14399840"


def in_two_threads(company, work):
    """What two people get who do the same at the same moment."""
    barrier = Barrier(2)

    def run(_):
        try:
            with company_scope(company.pk):
                barrier.wait()
                return work()
        except Refused as refusal:
            return refusal.code
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(run, range(2)))


@pytest.mark.django_db(transaction=True)
def test_two_people_who_write_one_cif_make_one_partner():
    company, user = make_company(), make_user()
    results = in_two_threads(company, lambda: save_partner(Partner(name="Nou", cif="14399840"), by=user).name)
    assert sorted(results) == ["Nou", "partner_exists"]


@pytest.mark.django_db(transaction=True)
def test_two_people_who_bring_one_cif_get_one_partner(rehearsal):
    company, user = make_company(), make_user()
    first, second = in_two_threads(company, lambda: add_client_by_cif("12345674", by=user).pk)
    assert first == second
