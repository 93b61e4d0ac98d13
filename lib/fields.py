"""Fields in a text that a person wrote: {{numar}} becomes a value, and [[…]] is left out when a field inside it has none.

No template engine: names are looked up in a dictionary, values are never read again, and nothing else happens.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

FIELD = re.compile(r"\{\{\s*([^{}\n]*?)\s*\}\}")
OPTIONAL = re.compile(r"\[\[(.*?)\]\]", re.DOTALL)
_STRAY = re.compile(r"\{\{|\}\}|\[\[|\]\]")


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong at a place of the text, as a sentence."""

    start: int
    end: int
    sentence: str


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with its fields filled in; an unknown field stays as it was written."""
    kept = OPTIONAL.sub(lambda part: part[1] if all(values.get(name, "?") for name in FIELD.findall(part[1])) else "", text)
    return FIELD.sub(lambda found: values.get(found[1], found[0]), kept)


def problems(text: str, known: Collection[str]) -> Iterator[Problem]:
    """The fields that do not exist and the brackets that do not close, in the order of the text."""
    found = [_unknown(match, known, _line(text, match.start())) for match in FIELD.finditer(text) if match[1] not in known]
    bare = OPTIONAL.sub(lambda part: f"  {part[1]}  ", FIELD.sub(lambda match: " " * len(match[0]), text))
    for match in _STRAY.finditer(bare):
        found.append(Problem(match.start(), match.end(), f"Rândul {_line(text, match.start())}: „{match[0]}” nu are pereche."))
    return iter(sorted(found, key=lambda problem: problem.start))


def _unknown(match: re.Match[str], known: Collection[str], line: int) -> Problem:
    near = get_close_matches(match[1].lower(), list(known), n=1)
    hint = f" Ați vrut {{{{{near[0]}}}}}?" if near else " Alegeți unul din listă."
    return Problem(match.start(), match.end(), f"Rândul {line}: câmpul {match[0]} nu există.{hint}")


def _line(text: str, at: int) -> int:
    return text.count("\n", 0, at) + 1
