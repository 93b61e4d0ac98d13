import pytest

from lib.banks import bank_of


@pytest.mark.parametrize(
    ("iban", "bank"),
    [
        ("RO09BTRLRONCRT0987654271", "Banca Transilvania"),
        ("RO49AAAA1B31007593840000", ""),
        ("DE89370400440532013000", ""),
    ],
)
def test_the_bank_is_read_from_a_romanian_iban(iban, bank):
    assert bank_of(iban) == bank
