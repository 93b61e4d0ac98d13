"""How often something may happen: counted in the cache, in windows of time."""

from django.core.cache import cache


def within(name: str, most: int, seconds: int) -> bool:
    """Count one more of `name`; False once there were `most` in this window. An emptied cache forgets, which only lets more through."""
    key = f"limit:{name}"
    if cache.add(key, 1, timeout=seconds):
        return True
    try:
        return cache.incr(key) <= most
    except ValueError:  # the window ended between the two
        return True
