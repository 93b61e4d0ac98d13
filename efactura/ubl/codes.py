"""The code lists, from data/codelists.txt: CODES["currency"] and so on."""

from efactura.ubl.terms import DATA


def _read() -> dict[str, tuple[str, ...]]:
    lists: dict[str, tuple[str, ...]] = {}
    for paragraph in (DATA / "codelists.txt").read_text(encoding="utf-8").split("\n\n")[1:]:
        head, _, body = paragraph.partition("\n")
        lists[head[1 : head.index("]")]] = tuple(body.split())
    return lists


ORDERED = _read()
CODES = {name: frozenset(codes) for name, codes in ORDERED.items()}
