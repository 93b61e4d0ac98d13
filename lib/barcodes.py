"""Barcodes of goods: GTIN, of 8, 12, 13 or 14 digits. Source: GS1 General Specifications, 7.9 (check digit)."""

LENGTHS = (8, 12, 13, 14)


def is_gtin(code: str) -> bool:
    """Whether a barcode is a GTIN with the right check digit."""
    if len(code) not in LENGTHS or not (code.isascii() and code.isdigit()):
        return False
    digits = [int(digit) for digit in reversed(code)]
    return sum(digit * (3 if at % 2 else 1) for at, digit in enumerate(digits)) % 10 == 0
