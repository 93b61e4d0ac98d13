import pytest
from django.db import IntegrityError, connection, transaction

from accounts.models import User
from tests.factories import make_user

pytestmark = pytest.mark.django_db


def test_an_address_is_kept_in_lower_case_and_found_in_any():
    user = make_user(" Ana@Exemplu.RO ")
    assert user.email == "ana@exemplu.ro"
    assert User.objects.get_by_natural_key("ANA@exemplu.ro") == user


def test_one_address_has_one_account_whatever_its_case():
    make_user("ana@exemplu.ro")
    with pytest.raises(IntegrityError), transaction.atomic():
        make_user("ANA@exemplu.ro")


def test_the_database_refuses_an_address_in_upper_case():
    user = make_user()
    with pytest.raises(IntegrityError, match="user_email_lower_case"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_user SET email = 'Ana@Exemplu.ro' WHERE id = %s", [user.pk])


def test_a_user_needs_an_address():
    with pytest.raises(ValueError, match="e-mail"):
        User.objects.create_user("  ")


def test_an_operator_may_use_the_admin_pages():
    operator = User.objects.create_superuser("operator@exemplu.ro", "parola-de-probă-1")
    assert (operator.is_staff, operator.is_superuser) == (True, True)


@pytest.mark.parametrize(
    ("name", "shown", "short", "initials"),
    [("", "ana.pop@exemplu.ro", "ana.pop", "AP"), ("Ana Maria Pop", "Ana Maria Pop", "Ana", "AP"), ("Ștefan", "Ștefan", "Ștefan", "Ș")],
)
def test_a_user_is_called_by_name_or_by_address(name, shown, short, initials):
    user = make_user("ana.pop@exemplu.ro", full_name=name)
    assert (str(user), user.get_short_name(), user.initials) == (shown, short, initials)
