"""How far a worker is: kept in the cache, because what a transaction wrote is seen only at its end."""

from collections.abc import Callable
from typing import Any

from django.core.cache import cache

KEPT = 600  # seconds
STEP = 500  # rows


def tell(run_id: int, step: str, done: int, whole: int) -> None:
    cache.set(f"import:{run_id}", (step, done, whole), KEPT)


def bar(run_id: int, step: str) -> Callable[[int, int], None]:
    """What a loop calls with each row; only some calls are told."""

    def progress(done: int, whole: int) -> None:
        if done % STEP == 0:
            tell(run_id, step, done, whole)

    return progress


def of(run_id: int) -> tuple[str, int, int]:
    """Step, rows done, rows in all (0 when nobody knows)."""
    found: Any = cache.get(f"import:{run_id}")
    return tuple(found) if found else ("Așteaptă la rând", 0, 0)


def clear(run_id: int) -> None:
    cache.delete(f"import:{run_id}")
