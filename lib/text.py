"""Romanian text: one spelling for what is stored, one plain form for what is searched."""

import re
import unicodedata

CEDILLA_TO_COMMA = str.maketrans({"ş": "ș", "ţ": "ț", "Ş": "Ș", "Ţ": "Ț"})
# Letters that Unicode does not take apart into a letter and a mark.
PLAIN = str.maketrans({"ß": "ss", "ł": "l", "đ": "d", "ð": "d", "ø": "o", "æ": "ae", "œ": "oe", "ı": "i", "þ": "th"})


def normalise(text: str) -> str:
    """The text as we store it: ș and ț with a comma below, composed letters, one space between words, no control characters."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    printable = "".join(" " if character.isspace() else character for character in text if _keeps(character))
    return " ".join(unicodedata.normalize("NFC", printable).translate(CEDILLA_TO_COMMA).split())


def searchable(text: str) -> str:
    """The text as we look for it: lower case, no marks, letters and digits only; `S.C. Țărăncuța S.R.L.` is `sc tarancuta srl`.

    Columns that are searched and what the user types both pass through here, so the two always agree.
    """
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    letters = "".join(character for character in decomposed if not unicodedata.combining(character)).translate(PLAIN)
    words = "".join(character if character.isalnum() else " " for character in letters)
    return re.sub(r"\b([a-z]) (?=[a-z]\b)", r"\1", " ".join(words.split()))


def limit(text: str, length: int) -> str:
    """At most `length` characters, with an ellipsis in place of what was cut."""
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"


def _keeps(character: str) -> bool:
    return character.isspace() or unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Co", "Cn"}
