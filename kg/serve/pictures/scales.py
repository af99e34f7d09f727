"""Scales, ticks, and how much room a text takes."""

import math
import unicodedata
from collections.abc import Callable

_STEPS = (1, 2, 5)
_NARROW = frozenset("iljtfrI.,:;|!'()[]{} -/\\")
_WIDE = frozenset("mwMW@%—…")


Scale = Callable[[float], float]


def linear(low: float, high: float, start: float, end: float) -> Scale:
    """From values between two bounds to places between two others."""
    span = (high - low) or 1
    return lambda value: start + (value - low) / span * (end - start)


def ticks(low: float, high: float, most: int) -> list[float]:
    """Round values from below the lower to above the higher bound, about so many at most, steps of 1, 2 or 5 × 10ⁿ."""
    step = _step((high - low) or 1, most)
    first, last = math.floor(low / step), math.ceil(high / step)
    return [round(number * step, 10) for number in range(first, max(last, first + 1) + 1)]


def year_ticks(low: float, high: float, most: int) -> list[int]:
    """Whole years within the bounds, at most so many."""
    step = max(1, round(_step(high - low, most)))
    return list(range(math.ceil(low / step) * step, math.floor(high) + 1, step))


def _step(span: float, most: int) -> float:
    rough = max(span, 1e-9) / max(most, 1)
    scale = 10.0 ** math.floor(math.log10(rough))
    return next((step * scale for step in _STEPS if step * scale >= rough), 10 * scale)


def width_of(text: str, size: float) -> float:
    """About the width of a text in a broad sans serif of that size, so that texts do not run into each other."""
    return size * sum(map(_width, text))


def fitted(text: str, room: float, size: float) -> str:
    """A text cut to a width, with an ellipsis where something is missing."""
    if len(text) * size * 0.3 <= room and width_of(text, size) <= room:
        return text
    used = _width("…")
    for index, character in enumerate(text):
        used += _width(character)
        if used * size > room:
            return text[:index].rstrip() + "…"
    return text


def broken(text: str, room: float, size: float, most: int) -> list[str]:
    """A text in lines of a width, broken at spaces, the last of at most so many cut where it must be."""
    found: list[str] = []
    rest = " ".join(text.split())
    while rest and len(found) < most - 1:
        short = fitted(rest, room, size)
        if short == rest:
            break
        at = short.rfind(" ") if " " in short else len(short) - 1
        found.append(rest[: max(at, 1)])
        rest = rest[max(at, 1) :].strip()
    return [*found, fitted(rest, room, size)] if rest else found


def _width(character: str) -> float:
    if character in _NARROW:
        return 0.36
    if character in _WIDE:
        return 0.98
    if unicodedata.combining(character):
        return 0.0
    if unicodedata.east_asian_width(character) in "WF":
        return 1.0
    return 0.7 if character.isupper() else 0.61
