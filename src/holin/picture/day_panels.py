"""The lower panels of a day's chart: potlines with the heat of their pots, and price with stored energy."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from holin.park import Park
from holin.picture.panels import Panel, band, grid_lines, hour_marks, nice, right_axis, step_line, ticks, x_of
from holin.picture.series import Floats

GAP, LOWER_HEIGHT = 40.0, 110.0
PRICE, CONTENT, POTLINE, LIMITS = "#b3372f", "#7f57ab", "#3f7d63", "#dfeae4"
SUPERHEAT, WINDOW = "#c4722a", "#f7ebdf"

USUAL = 4.0
"""A price of more than so many times the middle one is a spike: the scale is made for the others."""

APART = 70.0
"""Values of spikes are written at least so far from each other."""


@dataclass(frozen=True, kw_only=True)
class Beside:
    """What a day's chart draws beside the tables: the content at the beginning (MWh), the least, nominal and most power
    of all potlines together (MW), and the window of their superheat (K)."""

    held_mwh: float | None = None
    potline_mw: tuple[float, float, float] | None = None
    superheat_c: tuple[float, float] | None = None


@dataclass(frozen=True, kw_only=True)
class Strip:
    """Where a lower panel stands and the local times of its steps; the `last` has them written below it."""

    top: float
    clock: pd.DatetimeIndex
    step_h: float
    last: bool = False

    def panel(self, low: float, high: float) -> Panel:
        """Return the panel with a range of values."""
        return Panel(top=self.top, height=LOWER_HEIGHT, low=low, high=high)

    def marks(self) -> list[str]:
        """Return the marks of the hours."""
        return hour_marks(self.clock, self.step_h, self.top, self.top + LOWER_HEIGHT, labelled=self.last)


def potline_panel(strip: Strip, schedule: xr.Dataset, beside: Beside) -> list[str]:
    """Return the power of all potlines together as steps within its limits; nominal power dashed."""
    assert beside.potline_mw is not None
    least, nominal, most = beside.potline_mw
    lines = schedule.unit.values[schedule.kind.values == "potline"]
    power = -schedule.p_mw.sel(unit=lines).values.sum(axis=1)
    room = max(0.02 * most, 1.0)
    panel = strip.panel(max(0.0, min(least, float(power.min())) - room), max(most, float(power.max())) + room)
    edge = np.ones(len(power))
    y, right = panel.y(nominal), x_of(len(power), len(power))
    dashed = 'stroke="#5b666e" stroke-dasharray="6 4"'
    return [
        band(panel, least * edge, most * edge, LIMITS), *grid_lines(panel, ticks(panel.low, panel.high, 4)),
        *strip.marks(), f'<line x1="{x_of(0, 1):g}" x2="{right:g}" y1="{y:.1f}" y2="{y:.1f}" {dashed}/>',
        step_line(panel, power, POTLINE, 2.0),
    ]  # fmt: skip


def superheat_panel(strip: Strip, ahead: xr.Dataset, window: tuple[float, float]) -> list[str]:
    """Return the lowest to highest superheat of any line, step by step, and its window; a gap where none is known."""
    low, high = ahead.superheat_min_c.values, ahead.superheat_max_c.values
    known = np.isfinite(low).any(axis=1)
    reach = [*low[known].ravel(), *high[known].ravel(), *window]
    panel = strip.panel(float(np.nanmin(reach)) - 1.0, float(np.nanmax(reach)) + 1.0)
    edge, count = np.ones(len(low)), len(low)
    style = f'fill="{SUPERHEAT}" fill-opacity="0.4" stroke="{SUPERHEAT}" stroke-width="1.5" class="superheat"'
    body = [
        band(panel, window[0] * edge, window[1] * edge, WINDOW),
        *grid_lines(panel, ticks(panel.low, panel.high, 4)),
    ]
    for run in _runs(known):
        upper = [f"{x_of(int(k) + d, count):.1f},{panel.y(np.nanmax(high[k])):.1f}" for k in run for d in (0, 1)]
        lower = [f"{x_of(int(k) + d, count):.1f},{panel.y(np.nanmin(low[k])):.1f}" for k in run for d in (0, 1)]
        body.append(f'<polygon points="{" ".join([*upper, *reversed(lower)])}" {style}/>')
    return [*body, *strip.marks()]


def price_panel(
    strip: Strip, park: Park, schedule: xr.Dataset, ahead: xr.Dataset, beside: Beside
) -> tuple[list[str], list[str]]:
    """Return price as steps on the left axis and stored energy on the right, and the words of the legend."""
    price = ahead.price_per_mwh.values
    low, high = price_range(price)
    panel = strip.panel(low, high)
    body, words = [*grid_lines(panel, ticks(low, high, 4)), *strip.marks()], list[str]()
    if schedule.sizes["storage"]:
        held = schedule.soc_mwh.values.sum(axis=1)
        most = nice(float(sum(s.e_nom_mwh for s in park.storages if s.id in set(map(str, schedule.storage.values)))))
        right = strip.panel(0.0, most)
        first = [] if beside.held_mwh is None else [(0, beside.held_mwh)]
        points = " ".join(
            f"{x_of(k, len(held)):.1f},{right.y(v):.1f}" for k, v in [*first, *enumerate(map(float, held), start=1)]
        )
        body.append(f'<polyline points="{points}" fill="none" stroke="{CONTENT}" stroke-width="2"/>')
        body += right_axis(right, ticks(0.0, most, 3), CONTENT)
        words.append("content")
    for run in _runs(np.isfinite(price)):  # a step without a price has none drawn
        count, inside = len(price), np.clip(price, low, high)
        points = " ".join(f"{x_of(int(k) + d, count):.1f},{panel.y(inside[k]):.1f}" for k in run for d in (0, 1))
        body.append(f'<polyline points="{points}" fill="none" stroke="{PRICE}" stroke-width="2"/>')
    return [*body, *_spikes(panel, price)], ["price", *words]


def price_range(price: Floats) -> tuple[float, float]:
    """Return the lowest and highest price of the scale: all of them, or those that are no spikes."""
    known = price[np.isfinite(price)]
    size = np.abs(known[np.abs(known) > 1e-6])
    usual = USUAL * float(np.median(size)) if len(size) else np.inf
    shown = known[np.abs(known) <= usual]
    low, high = nice(float(shown.min(initial=0.0))), nice(1.05 * float(shown.max(initial=0.0)))
    return low, high if high > low else low + 1.0


def _runs(chosen: NDArray[np.bool_]) -> list[NDArray[np.intp]]:
    steps = np.flatnonzero(chosen)
    return list(np.split(steps, np.flatnonzero(np.diff(steps) > 1) + 1)) if len(steps) else []


def _spikes(panel: Panel, price: Floats) -> list[str]:
    """Return a mark and the value for what the scale cuts off: the largest of those that stand close together."""
    beyond = np.flatnonzero(np.isfinite(price) & ((price > panel.high) | (price < panel.low)))
    groups: list[list[int]] = []
    for k in map(int, beyond):
        if groups and x_of(k, len(price)) - x_of(groups[-1][-1], len(price)) < APART:
            groups[-1].append(k)
        else:
            groups.append([k])
    drawn = []
    for group in groups:
        most = max(group, key=lambda k: abs(price[k]))
        x, up = x_of(most + 0.5, len(price)), price[most] > panel.high
        y, tall = panel.y(panel.high if up else panel.low), 7.0 if up else -7.0
        points = f"{x:.1f},{y:.1f} {x - 5:.1f},{y + tall:.1f} {x + 5:.1f},{y + tall:.1f}"
        drawn.append(f'<polygon points="{points}" fill="{PRICE}" class="spike"/>')
        said = f'<text x="{x + 8:.1f}" y="{y + tall + (4 if up else 0):.1f}" fill="{PRICE}">{price[most]:,.0f}</text>'
        drawn.append(said)
    return drawn
