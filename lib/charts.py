"""Charts drawn on the server as SVG: the same drawing stands on the page (coloured by static/css/charts.css) and in the PDF.

Each takes amounts as Decimals and gives a `Chart`, which templates/_chart.html shows with a legend and its figures as a table.
Coordinates are whole tenths of a pixel made from Decimals; what is written for people are the amounts themselves.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from math import ceil, floor

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from lib.formats import date_ro, qty, ron

WIDTH, LEFT, RIGHT, TOP, BOTTOM = 480, 56, 4, 12, 24
# Fill attributes for where no style sheet reaches (PDF); on a page the class wins.
COLOURS = {
    "chart-now": "#0e5f76",
    "chart-before": "#c5d6da",
    "chart-below": "#ad1f1b",
    "chart-age-0": "#4b8f9f",
    "chart-age-1": "#d9a441",
    "chart-age-2": "#cf7a35",
    "chart-age-3": "#bd5037",
    "chart-age-4": "#962420",
}


@dataclass(frozen=True)
class Series:
    """A row of amounts under one name, one for each label of the chart."""

    name: str
    values: Sequence[Decimal]


@dataclass(frozen=True)
class LegendItem:
    label: str
    css: str


@dataclass(frozen=True)
class Chart:
    """A drawing, and the figures behind it."""

    title: str
    svg: SafeString
    headings: list[str]
    rows: list[tuple[str, list[Decimal]]]
    legend: list[LegendItem] = field(default_factory=list)


def bar_chart(
    title: str,
    description: str,
    labels: Sequence[str],
    now: Series,
    before: Series | None = None,
    *,
    currency: str = "lei",
    height: int = 220,
) -> Chart:
    """Amounts by month (or any label), with those of the year before as wider, paler bars behind."""
    scale = Scale.over([*now.values, *(before.values if before else [])], height)
    slot = Decimal(WIDTH - LEFT - RIGHT) / max(len(labels), 1)
    groups = []
    for index, label in enumerate(labels):
        middle = LEFT + slot * index + slot / 2
        pairs = [(before, "chart-before", Decimal("0.78")), (now, "chart-now", Decimal("0.44"))]
        marks = [_bar(scale, middle, slot * share, series.values[index], css) for series, css, share in pairs if series]
        said = "; ".join(f"{series.name}: {ron(series.values[index])} {currency}" for series in (now, before) if series)
        groups.append(_group(f"{label}: {said}", [_hit(middle, slot, height), *marks]) + _label(middle, height, label))
    rows = [(label, [series.values[i] for series in (now, before) if series]) for i, label in enumerate(labels)]
    legend = [LegendItem(now.name, "chart-now"), LegendItem(before.name, "chart-before")] if before else []
    headings = ["", *(series.name for series in (now, before) if series)]
    return Chart(title, _svg(title, description, height, [scale.grid(), *groups]), headings, rows, legend)


def aged_bars(title: str, description: str, ages: Sequence[tuple[str, Decimal]], *, currency: str = "lei") -> Chart:
    """Receivables by age: one bar across for each age, from what is not due yet to the oldest (five at most)."""
    most = max([amount for _, amount in ages] + [Decimal(1)])
    row, bar, start = 32, 14, 118
    room = WIDTH - start - max(92, 12 + 7 * max((len(ron(value)) for _, value in ages), default=0))  # what the figures leave
    drawn = []
    for index, (label, value) in enumerate(ages):
        css, top = f"chart-age-{index}", row * index
        length = max(value, Decimal(0)) / most * room
        drawn.append(
            _group(
                f"{label}: {ron(value)} {currency}",
                [
                    _text(0, top + 19, label, "start"),
                    _rect(start, top + 8, room, bar, "chart-track", "#efeeea"),
                    _rect(start, top + 8, length, bar, f"{css} chart-mark", COLOURS[css]),
                    _text(WIDTH, top + 19, ron(value), "end", "chart-strong"),
                ],
            )
        )
    rows = [(label, [value]) for label, value in ages]
    return Chart(title, _svg(title, description, row * len(ages), drawn), ["Vechime", f"Suma ({currency})"], rows)


def line_chart(
    title: str, description: str, days: Sequence[tuple[date, Decimal]], *, name: str = "Sold", currency: str = "lei", height: int = 220
) -> Chart:
    """A balance by day, as steps: it holds from one day to the next. Below zero it is drawn in the colour of danger."""
    scale = Scale.over([balance for _, balance in days], height)
    slot = Decimal(WIDTH - LEFT - RIGHT) / max(len(days), 1)
    points = [(LEFT + slot * index, scale.y(balance)) for index, (_, balance) in enumerate(days)]
    outline = "".join(f"H{_n(x)}V{_n(y)}" for x, y in points) + f"H{WIDTH - RIGHT}" if points else ""
    path = f"M{LEFT} {_n(points[0][1])}{outline}" if points else ""
    drawn = [scale.grid()]
    if points:
        area = f"{path}V{_n(scale.zero)}H{LEFT}Z"
        drawn.append(format_html('<path class="chart-area" fill="#0e5f76" fill-opacity=".1" d="{}"/>', area))
        drawn.append(format_html('<path class="chart-line" fill="none" stroke="#0e5f76" stroke-width="2" d="{}"/>', path))
    for (day, balance), (x, y) in zip(days, points, strict=True):
        css = "chart-below" if balance < 0 else "chart-now"
        dot = format_html('<circle class="chart-dot {}" cx="{}" cy="{}" r="3.5" opacity="0"/>', css, _n(x + slot / 2), _n(y))
        drawn.append(_group(f"{date_ro(day)}: {ron(balance)} {currency}", [_hit(x + slot / 2, slot, height), dot]))
    drawn += [_label(points[i][0] + slot / 2, height, f"{days[i][0]:%d.%m}") for i in _spread(len(days), 7)]
    rows = [(date_ro(day), [balance]) for day, balance in days]
    return Chart(title, _svg(title, description, height, drawn), ["Ziua", f"{name} ({currency})"], rows)


@dataclass(frozen=True)
class Scale:
    """The vertical axis: round steps from `low` to `high`, always with zero among them."""

    low: Decimal
    high: Decimal
    step: Decimal
    height: int

    @classmethod
    def over(cls, values: Sequence[Decimal], height: int) -> "Scale":
        top, bottom = max([*values, Decimal(0)]), min([*values, Decimal(0)])
        step = round_step((top - bottom or Decimal(1)) / 4)
        return cls(floor(bottom / step) * step, (ceil(top / step) or 1) * step, step, height)

    def y(self, value: Decimal) -> Decimal:
        room = self.height - TOP - BOTTOM
        return TOP + room * (self.high - value) / (self.high - self.low)

    @property
    def zero(self) -> Decimal:
        return self.y(Decimal(0))

    def grid(self) -> SafeString:
        """The lines and their amounts, in thousands or millions where that is shorter."""
        count = int((self.high - self.low) / self.step)
        lines = []
        for value in (self.low + self.step * index for index in range(count + 1)):
            css, ink = ("chart-axis", "#a9a69d") if value == 0 else ("chart-grid", "#e3e1da")
            y = _n(self.y(value))
            line = format_html('<path class="{}" stroke="{}" d="M{} {}H{}"/>', css, ink, LEFT, y, WIDTH - RIGHT)
            lines.append(line + _text(LEFT - 8, self.y(value) + 4, short(value), "end"))
        return format_html_join("", "{}", ((line,) for line in lines))


def round_step(rough: Decimal) -> Decimal:
    """The smallest of 1, 2, 2.5, 5 times a power of ten that is not below `rough`."""
    power = Decimal(10) ** rough.adjusted()
    return next(power * factor for factor in (Decimal(1), Decimal(2), Decimal("2.5"), Decimal(5), Decimal(10)) if power * factor >= rough)


def short(value: Decimal) -> str:
    """An amount on an axis: 500, 12 mii, 1,5 mil."""
    for size, word in ((Decimal(1_000_000), "mil."), (Decimal(1000), "mii")):
        if abs(value) >= size:
            return f"{qty(value / size)} {word}"
    return qty(value)


def _spread(count: int, most: int) -> list[int]:
    """At most `most` places among `count`, evenly apart, the first always among them."""
    return list(range(0, count, max(1, -(-count // most))))


def _bar(scale: Scale, middle: Decimal, width: Decimal, value: Decimal, css: str) -> SafeString:
    top, bottom = sorted((scale.y(value), scale.zero))
    return _rect(middle - width / 2, top, width, bottom - top, f"{css} chart-mark", COLOURS[css])


def _rect(x: Decimal | int, y: Decimal | int, width: Decimal | int, height: Decimal | int, css: str, fill: str) -> SafeString:
    shape = '<rect class="{}" fill="{}" x="{}" y="{}" width="{}" height="{}" rx="2"/>'
    return format_html(shape, css, fill, _n(x), _n(y), _n(width), _n(height))


def _hit(middle: Decimal, width: Decimal, height: int) -> SafeString:
    """An unseen column over the whole height, so that a small bar is as easy to point at as a large one."""
    return _rect(middle - width / 2, TOP, width, height - TOP - BOTTOM, "chart-hit", "none")


def _group(said: str, marks: Sequence[SafeString]) -> SafeString:
    return format_html('<g class="chart-group"><title>{}</title>{}</g>', said, format_html_join("", "{}", ((mark,) for mark in marks)))


def _label(middle: Decimal, height: int, text: str) -> SafeString:
    return _text(middle, height - 6, text, "middle")


def _text(x: Decimal | int, y: Decimal | int, text: str, anchor: str, css: str = "chart-text") -> SafeString:
    shape = '<text class="{}" fill="#555b5f" font-size="12" x="{}" y="{}" text-anchor="{}">{}</text>'
    return format_html(shape, css, _n(x), _n(y), anchor, text)


def _svg(title: str, description: str, height: int, parts: Sequence[SafeString]) -> SafeString:
    drawing = format_html_join("", "{}", ((part,) for part in parts))
    head = '<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 {} {}"><title>{}</title><desc>{}</desc>{}</svg>'
    return format_html(head, WIDTH, height, title, description, drawing)


def _n(value: Decimal | int) -> str:
    """A coordinate, to a tenth of a pixel."""
    return f"{Decimal(value):.1f}".removesuffix(".0")
