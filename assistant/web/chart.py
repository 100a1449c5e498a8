"""Bars of twelve months, laid out on the server: a template draws them as SVG, no script needed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

WIDTH, HEIGHT, FOOT = 600, 180, 22
_TOP: Final = 24
_STEPS: Final = (1, 2, 5)


@dataclass(frozen=True, slots=True)
class Bar:
    """One month's bar in the drawing's units; `value` stands above it."""

    month: int
    value: int
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Line:
    """A line across at a round number."""

    value: int
    y: float


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars and the lines behind them; `words` says the same for who cannot see it."""

    title: str
    words: str
    bars: tuple[Bar, ...]
    lines: tuple[Line, ...]


def month_chart(title: str, unit: str, months: Sequence[int]) -> Chart:
    """Return the chart of twelve numbers; an empty year has bars of no height."""
    step = _step(max(months, default=0))
    top = max(step, -(-max(months, default=0) // step) * step)
    room, place = HEIGHT - FOOT - _TOP, WIDTH / 12
    bars = tuple(
        Bar(
            m + 1,
            v,
            round(m * place + place * 0.2, 1),
            round(HEIGHT - FOOT - room * v / top, 1),
            round(place * 0.6, 1),
            round(room * v / top, 1),
        )
        for m, v in enumerate(months)
    )
    lines = tuple(Line(v, round(HEIGHT - FOOT - room * v / top, 1)) for v in range(0, top + 1, step))
    said = "，".join(f"{m}月{v}{unit}" for m, v in enumerate(months, 1) if v) or "全年没有"
    return Chart(title, said, bars, lines)


def _step(most: int) -> int:
    """A round distance that makes at most four lines above nought."""
    scale = 1
    while True:
        for step in _STEPS:
            if most <= 4 * step * scale:
                return step * scale
        scale *= 10
