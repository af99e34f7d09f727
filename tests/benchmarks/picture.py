"""A bar chart as SVG: one group for each load, one bar for each server, the ratio to the first server above it."""

from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path

_WIDTH, _HEIGHT, _MARGIN, _TOP = 860, 300, 60, 70  # pixels
_COLOURS = ("#1b6ca8", "#7fb3d5", "#d35400", "#f0b27a", "#7d3c98", "#839192")


def write_bars(path: Path, title: str, groups: Mapping[str, Mapping[str, float]]) -> None:
    """Write the chart: group → server → value; the heights of a group are relative to its highest bar."""
    names = list(dict.fromkeys(name for bars in groups.values() for name in bars))
    wide = (_WIDTH - 2 * _MARGIN) / max(len(groups), 1)
    drawn = [
        part for at, (label, bars) in enumerate(groups.items()) for part in _group(at * wide, wide, label, bars, names)
    ]
    box = f"0 0 {_WIDTH} {_HEIGHT + _TOP + _MARGIN}"
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}" font-family="sans-serif">'
    lines = [head, f"<title>{escape(title)}</title>", '<rect width="100%" height="100%" fill="white"/>']
    lines += [f'<text x="{_MARGIN}" y="24" font-size="16">{escape(title)}</text>', *_legend(names), *drawn, "</svg>"]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _legend(names: Sequence[str]) -> list[str]:
    step = (_WIDTH - 2 * _MARGIN) / max(len(names), 1)
    return [
        f'<rect x="{_MARGIN + step * at:.0f}" y="36" width="10" height="10" fill="{_colour(at)}"/>'
        f'<text x="{_MARGIN + step * at + 14:.0f}" y="45" font-size="11">{escape(name)}</text>'
        for at, name in enumerate(names)
    ]


def _group(left: float, wide: float, label: str, bars: Mapping[str, float], names: Sequence[str]) -> list[str]:
    highest, first = max(bars.values()), next(iter(bars.values()))
    width, foot = wide * 0.9 / len(names), _TOP + _HEIGHT
    drawn = []
    for name, value in bars.items():
        x = _MARGIN + left + names.index(name) * width
        height = _HEIGHT * 0.9 * value / highest
        drawn.append(
            f'<rect x="{x:.1f}" y="{foot - height:.1f}" width="{width * 0.9:.1f}" height="{height:.1f}" '
            f'fill="{_colour(names.index(name))}"><title>{escape(name)}: {value:,.0f}</title></rect>'
            f'<text x="{x + width * 0.45:.1f}" y="{foot - height - 4:.1f}" font-size="10" text-anchor="middle">'
            f"{value:,.0f} ({value / first:.2f}×)</text>"
        )
    middle = _MARGIN + left + wide * 0.45
    return [
        *drawn,
        f'<text x="{middle:.1f}" y="{foot + 18}" font-size="12" text-anchor="middle">{escape(label)}</text>',
    ]


def _colour(at: int) -> str:
    return _COLOURS[at % len(_COLOURS)]
