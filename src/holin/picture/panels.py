"""Panels of a drawing over the hours of a schedule: where values stand, their grid, the marks of the hours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from holin.picture.series import Floats

WIDTH, LEFT, RIGHT = 1200.0, 72.0, 72.0
FONT = '"Noto Sans CJK SC","PingFang SC","Microsoft YaHei",system-ui,sans-serif'
STYLE = (
    "<style>text{font-family:" + FONT + ";font-size:12px;fill:#14191d}.title{font-size:20px;font-weight:650}"
    ".soft{fill:#5b666e}.end{text-anchor:end}.mid{text-anchor:middle}.rule{stroke:#dde3e7}"
    ".zero{stroke:#5b666e}</style>"
)


@dataclass(frozen=True, kw_only=True)
class Panel:
    """A rectangle of the drawing and the range of values that it shows from bottom to top."""

    top: float
    height: float
    low: float
    high: float

    def y(self, value: float) -> float:
        """Return where a value stands."""
        return self.top + self.height * (self.high - value) / (self.high - self.low)


def x_of(step: float, count: int) -> float:
    """Return where the start of a step stands, of `count` steps."""
    return LEFT + (WIDTH - LEFT - RIGHT) * step / count


def nice(value: float) -> float:
    """Return the next round number at or above a value."""
    if value <= 0:
        return 0.0 if value == 0 else -nice(-value)
    scale = 10.0 ** np.floor(np.log10(value))
    return float(next(m for m in (1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10) if m * scale >= value - 1e-9) * scale)


def ticks(low: float, high: float, count: int = 6) -> list[float]:
    """Return round values between two, some `count` of them."""
    span = max(high - low, 1e-9)
    rough = span / count
    scale = 10.0 ** np.floor(np.log10(rough))
    step = float(next(m for m in (1, 2, 2.5, 5, 10) if m * scale >= rough - 1e-12) * scale)
    first = np.ceil(low / step - 1e-9)
    return [float(k * step) for k in range(int(first), int(np.floor(high / step + 1e-9)) + 1)]


def grid_lines(panel: Panel, values: Sequence[float]) -> list[str]:
    """Return a line and its value for each of some values."""
    lines = []
    for value in values:
        y, style = panel.y(value), "zero" if value == 0 else "rule"
        lines.append(f'<line x1="{LEFT:g}" x2="{WIDTH - RIGHT:g}" y1="{y:.1f}" y2="{y:.1f}" class="{style}"/>')
        lines.append(f'<text x="{LEFT - 8:g}" y="{y + 4:.1f}" class="soft end">{value:,.0f}</text>')
    return lines


def hour_marks(
    clock: pd.DatetimeIndex, length_h: float, top: float, bottom: float, *, labelled: bool = False
) -> list[str]:
    """Mark hours of the day: every third or so by a line, midnight with its date."""
    every = next(e for e in (1, 2, 3, 6, 12, 24) if len(clock) * length_h / e <= 16)
    marks = []
    for k, moment in enumerate(clock):
        if moment.minute or moment.hour % every:
            continue
        x = x_of(k, len(clock))
        marks.append(f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{top:g}" y2="{bottom:g}" class="rule"/>')
        if labelled:
            said = f"{moment:%m-%d}" if moment.hour == 0 else f"{moment:%H:%M}"
            marks.append(f'<text x="{x:.1f}" y="{bottom + 16:g}" class="soft mid">{said}</text>')
    return marks


def step_line(panel: Panel, values: Floats, colour: str, width: float) -> str:
    """Return values that hold for a step each as one line."""
    count = len(values)
    points = " ".join(f"{x_of(k + d, count):.1f},{panel.y(v):.1f}" for k, v in enumerate(values) for d in (0, 1))
    return f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="{width:g}"/>'


def band(panel: Panel, low: Floats, high: Floats, colour: str, *, opacity: float = 1.0) -> str:
    """Return the area between two step lines."""
    count = len(low)
    upper = [f"{x_of(k + d, count):.1f},{panel.y(v):.1f}" for k, v in enumerate(high) for d in (0, 1)]
    lower = [f"{x_of(k + d, count):.1f},{panel.y(v):.1f}" for k, v in enumerate(low) for d in (0, 1)]
    shade = "" if opacity == 1.0 else f' fill-opacity="{opacity:g}"'
    return f'<polygon points="{" ".join([*upper, *reversed(lower)])}" fill="{colour}"{shade}/>'


def right_axis(panel: Panel, values: Sequence[float], colour: str) -> list[str]:
    """Return values written at the right edge of a panel."""
    x = WIDTH - RIGHT + 8
    return [f'<text x="{x:g}" y="{panel.y(v) + 4:.1f}" class="soft" fill="{colour}">{v:,.0f}</text>' for v in values]
