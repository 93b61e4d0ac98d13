"""Colours as people choose them (#0e5f76), and whether they can be read on white. Source: WCAG 2.2, relative luminance and contrast."""

import re

WHITE = "#ffffff"
LEAST = 4.5  # contrast of text, success criterion 1.4.3


def is_colour(text: str) -> bool:
    """Whether the text is a colour of six hexadecimal digits."""
    return re.fullmatch(r"#[0-9a-f]{6}", text) is not None


def contrast(one: str, other: str) -> float:
    """The ratio of contrast between two colours: 1 for the same, 21 for black on white."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def readable(colour: str) -> str:
    """The colour itself if white can stand on it and it can stand on white, otherwise the nearest darker shade that allows it."""
    shade, parts = colour, _parts(colour)
    for percent in range(98, -1, -2):
        if contrast(shade, WHITE) >= LEAST:
            break
        shade = "#" + "".join(f"{part * percent // 100:02x}" for part in parts)
    return shade


def tint(colour: str) -> str:
    """A very light shade of the colour, on which dark text stands."""
    return "#" + "".join(f"{255 - (255 - part) * 7 // 100:02x}" for part in _parts(colour))


def _parts(colour: str) -> list[int]:
    return [int(colour[at : at + 2], 16) for at in (1, 3, 5)]


def _luminance(colour: str) -> float:
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in (part / 255 for part in _parts(colour))]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
