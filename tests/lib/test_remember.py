"""Only what took long is kept."""

import pytest
from django.core.cache import cache

from lib import remember
from lib.remember import remembered


@pytest.fixture(autouse=True)
def _clean():
    cache.clear()


def test_a_quick_answer_is_made_anew_each_time():
    assert [remembered("k", lambda n=n: n, seconds=60) for n in (1, 2)] == [1, 2]


def test_a_slow_answer_is_kept_under_its_key(monkeypatch):
    monkeypatch.setattr(remember, "SLOW", -1)
    assert [remembered(key, lambda n=n: n, seconds=60) for key, n in (("k", 1), ("k", 2), ("other", 3))] == [1, 1, 3]
