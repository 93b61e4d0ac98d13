"""Answers that took long are kept for some seconds: a large company doesn't add up a million rows at each click, a small one
never sees an old sum."""

import hashlib
import time
from collections.abc import Callable
from typing import TypeVar

from django.core.cache import cache

T = TypeVar("T")
SLOW = 0.15  # seconds


def remembered(key: str, make: Callable[[], T], *, seconds: int) -> T:
    """What `make` gives; kept under `key` (any text, with the company in it) if it took longer than SLOW."""
    name = f"remembered:{hashlib.sha256(key.encode()).hexdigest()}"
    if (kept := cache.get(name)) is not None:
        return kept
    start = time.monotonic()
    made = make()
    if time.monotonic() - start > SLOW:
        cache.set(name, made, seconds)
    return made
