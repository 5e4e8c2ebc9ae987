"""A brand's colour on our ground: how well it can be seen, and the nearest shade of it that can be.

Contrast is the ratio of WCAG 2 (1 to 21). The page draws its button, the chosen number and the focus ring in the
brand's colour, and text on it in black or white, whichever reads better: one of the two always reaches 4.5.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

LEAST = 4.5
"""WCAG 2.2, 1.4.3: text on its ground. Used for the control's edge, too, where 3 would do (1.4.11)."""
LIGHT_GROUND, DARK_GROUND = "#fffefb", "#191b1e"
"""The page's sheet, by day and by night; as in `webchat.css`."""
_COLOUR = re.compile(r"#[0-9a-f]{6}")
_STEPS = 40

Rgb = tuple[float, float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shades:
    """A brand's colour as it is drawn on one ground. accent: the colour; ink: text on it; tint: a breath of it."""

    accent: str
    ink: str
    tint: str


def is_colour(text: str) -> bool:
    """Whether it is written `#rrggbb`, in lower case."""
    return _COLOUR.fullmatch(text) is not None


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, 1 to 21."""
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def legible(colour: str, ground: str, least: float = LEAST) -> str:
    """The shade of `colour` nearest to it that has this contrast on `ground`: the colour itself if it has."""
    towards = "#000000" if _luminance(ground) > 0.18 else "#ffffff"
    for step in range(_STEPS + 1):
        shade = mixed(colour, towards, step / _STEPS)
        if contrast(shade, ground) >= least:
            return shade
    return towards


def shades(colour: str, ground: str) -> Shades:
    """What is drawn of a brand's colour on `ground`."""
    accent = legible(colour, ground)
    ink = max("#ffffff", "#10131a", key=lambda each: contrast(each, accent))
    return Shades(accent=accent, ink=ink, tint=mixed(ground, accent, 0.1 if ground == LIGHT_GROUND else 0.16))


def mixed(one: str, other: str, share: float) -> str:
    """A colour on the way from `one` (share 0) to `other` (share 1)."""
    parts = zip(_rgb(one), _rgb(other), strict=True)
    return "#" + "".join(f"{round(255 * (a + (b - a) * share)):02x}" for a, b in parts)


def _luminance(colour: str) -> float:
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in _rgb(colour))
    return float(0.2126 * red + 0.7152 * green + 0.0722 * blue)


def _rgb(colour: str) -> Rgb:
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return red, green, blue
