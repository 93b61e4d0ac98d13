"""The fiscal code (CIF, CUI, VAT id): one identity for every way of writing it.

Source: Cod fiscal art. 318 (1), the prefix RO belongs only to those registered for VAT; it is not part of the identity.
"""

import re

from stdnum.ro import cui


def identity(text: str) -> str:
    """One identity per code: `RO123`, `ro 123` and ` 123 ` are `123`; a foreign code keeps its prefix, `el-123` is `EL123`.

    Greece writes EL for VAT and GR everywhere else; both become EL.
    """
    code = re.sub(r"[\W_]+", "", text).upper()
    if re.fullmatch(r"RO[0-9]+", code):
        return code[2:]
    return re.sub(r"^GR(?=[0-9])", "EL", code)


def is_valid_cif(text: str) -> bool:
    """Whether this is a Romanian CIF: 2 to 10 digits, no leading zero, right check digit, with RO or without."""
    code = identity(text)
    return code.isascii() and code.isdigit() and cui.is_valid(code)


def vat_id(cif: str, payer: bool) -> str:
    """The code as documents show it: `RO123` for a VAT payer, `123` for the others, a foreign code as it is."""
    code = identity(cif)
    return f"RO{code}" if payer and code.isdigit() else code
