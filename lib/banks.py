"""The bank behind a Romanian IBAN: its characters 5 to 8 are the first four of the bank's BIC (ISO 13616, register of IBAN formats).

Only banks that open accounts today, and whose letters we are sure of; for the others a person types the name.
"""

_BANK_TABLE = """
    BACX UniCredit Bank; BRDE BRD - Groupe Société Générale; BREL Libra Internet Bank; BTRL Banca Transilvania; CARP Patria Bank;
    CECE CEC Bank; CITI Citibank; CRCO Creditcoop; EGNA Vista Bank; EXIM Exim Banca Românească; INGB ING Bank; MIRO ProCredit Bank;
    PORL Porsche Bank; REVO Revolut Bank; RNCB Banca Comercială Română; RZBR Raiffeisen Bank; TREZ Trezoreria Statului;
    UGBI Garanti BBVA; WBAN Intesa Sanpaolo Bank
"""
_BANKS = dict(entry.strip().split(" ", 1) for entry in _BANK_TABLE.split(";"))


def bank_of(iban: str) -> str:
    """The bank's name, "" when we do not know it. `iban` is checked already: no spaces, upper case."""
    return _BANKS.get(iban[4:8], "") if iban.startswith("RO") else ""
