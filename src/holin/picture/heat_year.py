"""A year of a potline's heat: between what superheat and ledge stayed on each day, with their windows."""

from __future__ import annotations

from html import escape

import numpy as np
import pandas as pd
import xarray as xr

from holin.errors import Mismatch
from holin.picture.panels import LEFT, RIGHT, WIDTH, Panel, grid_lines, ticks, x_of
from holin.picture.sheet import sheet
from holin.picture.texts import spoken

WORDS: dict[str, tuple[str, str]] = {
    "superheat": (
        "superheat, K: lowest to highest of each day, with its window",
        "过热度 ℃：每日最低至最高，含允许范围",
    ),
    "ledge": (
        "ledge, cm: thinnest to thickest of each day, with its window",
        "炉帮厚度 cm：每日最薄至最厚，含允许范围",
    ),
}
COLOURS = {"superheat": "#c4722a", "ledge": "#3f7d63", "window": "#3f7d63", "left": "#d6453d"}
TOP, HEIGHT, GAP, BOTTOM = 96.0, 150.0, 44.0, 34.0
ROOM = 0.12
"""Part of the window that is left free above and below it."""


def heat_year_svg(days: xr.Dataset, *, title: str, language: str = "en", note: str = "") -> str:
    """Return a chart of two panels above each other, one bar a day, as SVG text; days outside the window are red.

    `days` (day,) holds `superheat_min_c`, `superheat_max_c`, `ledge_min_m`, `ledge_max_m`, its attributes of the same
    names the window's bounds; `day` are dates. Raises Mismatch without days, BadInput for a language that is not there.
    """
    chinese = spoken(language) == "zh"
    if not days.sizes.get("day"):
        raise Mismatch("the chart of a year takes at least one day")
    body: list[str] = []
    for k, (name, unit, scale) in enumerate((("superheat", "c", 1.0), ("ledge", "m", 100.0))):
        low, high = (days[f"{name}_{end}_{unit}"].values * scale for end in ("min", "max"))
        least, most = (float(days.attrs[f"{name}_{end}_{unit}"]) * scale for end in ("min", "max"))
        room = ROOM * (most - least)
        panel = Panel(
            top=TOP + k * (HEIGHT + GAP), height=HEIGHT, low=min(least, low.min()) - room,
            high=max(most, high.max()) + room,
        )  # fmt: skip
        body += _window(panel, least, most)
        body += grid_lines(panel, ticks(panel.low, panel.high, 7))
        body += _months(days.day.values, panel, labelled=k == 1)
        outside = (low < least) | (high > most)
        body += _bars(panel, low, high, np.where(outside, COLOURS["left"], COLOURS[name]))
        body.append(f'<text x="{LEFT:g}" y="{panel.top - 10:g}">{escape(WORDS[name][chinese])}</text>')
    height = TOP + 2 * HEIGHT + GAP + BOTTOM
    return sheet(title, height, body, notes=[note])


def _window(panel: Panel, least: float, most: float) -> list[str]:
    top, tall, width = panel.y(most), panel.y(least) - panel.y(most), WIDTH - LEFT - RIGHT
    fill = f'fill="{COLOURS["window"]}" fill-opacity="0.10"'
    return [f'<rect x="{LEFT:g}" y="{top:.1f}" width="{width:g}" height="{tall:.1f}" {fill} class="window"/>']


def _months(days: np.ndarray, panel: Panel, *, labelled: bool) -> list[str]:
    """Mark the first of each month, with its number below the last panel."""
    marks, bottom = [], panel.top + panel.height
    for k, day in enumerate(pd.DatetimeIndex(days)):
        if day.day == 1:
            x = x_of(k, len(days))
            marks.append(f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{panel.top:g}" y2="{bottom:g}" class="rule"/>')
            if labelled:
                marks.append(f'<text x="{x:.1f}" y="{bottom + 16:g}" class="soft mid">{day:%Y-%m}</text>')
    return marks


def _bars(panel: Panel, low: np.ndarray, high: np.ndarray, colours: np.ndarray) -> list[str]:
    width = max(0.8 * (x_of(1, len(low)) - LEFT), 0.5)
    bars = []
    for k, (least, most, colour) in enumerate(zip(low, high, colours, strict=True)):
        top, tall = panel.y(most), max(panel.y(least) - panel.y(most), 0.8)
        place = f'x="{x_of(k, len(low)):.1f}" y="{top:.1f}" width="{width:.2f}" height="{tall:.1f}"'
        bars.append(f'<rect {place} fill="{colour}" class="day"/>')
    return bars
