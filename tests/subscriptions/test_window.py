from datetime import UTC, date, datetime

import pytest

from subscriptions.window import instants, window


@pytest.mark.parametrize(
    ("activated", "on", "first", "last"),
    [
        ((2026, 1, 20), (2026, 1, 20), (2026, 1, 20), (2026, 2, 19)),
        ((2026, 1, 20), (2026, 2, 19), (2026, 1, 20), (2026, 2, 19)),
        ((2026, 1, 20), (2026, 2, 20), (2026, 2, 20), (2026, 3, 19)),
        ((2025, 4, 20), (2025, 5, 16), (2025, 4, 20), (2025, 5, 19)),
        ((2026, 1, 31), (2026, 2, 27), (2026, 1, 31), (2026, 2, 27)),
        ((2026, 1, 31), (2026, 2, 28), (2026, 2, 28), (2026, 3, 30)),
        ((2026, 1, 31), (2026, 3, 31), (2026, 3, 31), (2026, 4, 29)),
        ((2026, 1, 30), (2026, 2, 28), (2026, 2, 28), (2026, 3, 29)),
        ((2026, 1, 29), (2026, 2, 28), (2026, 2, 28), (2026, 3, 28)),
        ((2028, 1, 31), (2028, 2, 29), (2028, 2, 29), (2028, 3, 30)),
        ((2024, 2, 29), (2025, 2, 28), (2025, 2, 28), (2025, 3, 28)),
        ((2024, 2, 29), (2028, 2, 29), (2028, 2, 29), (2028, 3, 28)),
        ((2025, 12, 15), (2026, 1, 14), (2025, 12, 15), (2026, 1, 14)),
    ],
)
def test_r01_the_window_is_the_month_from_the_activation_day(activated, on, first, last):
    assert window(date(*activated), date(*on)) == (date(*first), date(*last))


@pytest.mark.parametrize("activated", [date(2024, 1, day) for day in range(28, 32)] + [date(2024, 2, 29)])
def test_r01_every_day_is_in_exactly_one_window(activated):
    previous = None
    for ordinal in range(activated.toordinal(), activated.toordinal() + 800):
        first, last = window(activated, date.fromordinal(ordinal))
        assert first.toordinal() <= ordinal <= last.toordinal()
        assert previous in (None, (first, last)) or first.toordinal() == previous[1].toordinal() + 1
        previous = first, last


def test_r01_days_are_those_of_bucharest_also_when_clocks_change():
    start, end = instants(date(2026, 3, 29), date(2026, 10, 25))  # summer time starts on the first day and ends on the last
    assert (start.astimezone(UTC), end.astimezone(UTC)) == (datetime(2026, 3, 28, 22, tzinfo=UTC), datetime(2026, 10, 25, 22, tzinfo=UTC))
