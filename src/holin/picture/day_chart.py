"""The chart of a dispatch plan: what supplies and takes power step by step, and price and stored energy below it."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import numpy as np
import pandas as pd
import xarray as xr

from holin.calendar import local
from holin.park import Park, units_of
from holin.picture.panels import (
    LEFT,
    RIGHT,
    STYLE,
    WIDTH,
    Panel,
    grid_lines,
    hour_marks,
    nice,
    step_line,
    ticks,
    x_of,
)
from holin.picture.series import SUPPLY, Floats, hourly_mw, step_h

WORDS: dict[str, tuple[str, str]] = {
    "coal": ("thermal units", "火电"),
    "other": ("generators", "其他发电"),
    "import": ("import", "购电"),
    "wind": ("wind", "风电"),
    "solar": ("PV", "光伏"),
    "discharge": ("storage discharging", "储能放电"),
    "charge": ("storage charging", "储能充电"),
    "export": ("export", "外送"),
    "curtailed": ("curtailed", "弃风弃光"),
    "demand": ("loads and potlines", "负荷与电解"),
    "price": ("price per MWh", "电价（每 MWh）"),
    "content": ("energy held, MWh", "储能电量 MWh"),
    "power": ("MW", "MW"),
    "time": ("local time", "本地时间"),
}
COLOURS = {
    "coal": "#3c4147", "other": "#8a6d4b", "import": "#9aa5ae", "wind": "#2f83bf", "solar": "#e2a312",
    "discharge": "#7f57ab", "charge": "#b79bd6", "export": "#c9d2d8", "curtailed": "#bcd7ea", "demand": "#14191d",
    "price": "#b3372f", "content": "#7f57ab",
}  # fmt: skip
"""The colours of the report page (`page.css`), light scheme."""

TAKEN = ("charge", "export")
TOP = 96.0
POWER_HEIGHT, GAP, LOWER_HEIGHT, BOTTOM = 380.0, 44.0, 130.0, 44.0


def day_chart_svg(
    park: Park, schedule: xr.Dataset, ahead: xr.Dataset, *, title: str, language: str = "en", note: str = ""
) -> str:
    """Return the chart of a schedule (tables SCHEDULE and AHEAD) as SVG text; `title` and `note` stand above it.

    Power is drawn as steps: what feeds in upwards, what charges or goes out downwards, and a line for loads and
    potlines together. Raises Mismatch where the steps differ.
    """
    kinds = {u.id: u.kind for u in units_of(park)}
    parts = hourly_mw({"schedule": schedule}, kinds)
    clock = local(schedule.time.values, park.facts.time_zone)
    length_h = step_h(schedule.time.values)
    upward = [n for n in SUPPLY if n in parts and parts[n].max(initial=0.0) > 1e-3]
    downward = [n for n in TAKEN if n in parts and parts[n].max(initial=0.0) > 1e-3]
    curtailed = parts.get("curtailed")
    high = np.sum([parts[n] for n in upward], axis=0) if upward else np.zeros(len(clock))
    top_of = high + (curtailed if curtailed is not None else 0.0)
    low = np.sum([parts[n] for n in downward], axis=0) if downward else np.zeros(len(clock))
    lowest, highest = -nice(float(low.max(initial=0.0))), nice(max(float(top_of.max()), float(parts["demand"].max())))
    power = Panel(top=TOP, height=POWER_HEIGHT, low=lowest, high=highest)
    body = [*grid_lines(power, ticks(lowest, highest)), *hour_marks(clock, length_h, TOP, TOP + POWER_HEIGHT)]
    below = np.zeros(len(clock))
    for name in upward:
        body.append(_band(power, below, below + parts[name], COLOURS[name]))
        below = below + parts[name]
    if curtailed is not None and curtailed.max(initial=0.0) > 1e-3:
        body.append(_band(power, below, below + curtailed, COLOURS["curtailed"], opacity=0.6))
        upward.append("curtailed")
    above = np.zeros(len(clock))
    for name in downward:
        body.append(_band(power, above - parts[name], above, COLOURS[name]))
        above = above - parts[name]
    body.append(step_line(power, parts["demand"], COLOURS["demand"], 2.0))
    shown = [*upward, *downward, "demand"]
    lower, words = _lower(park, schedule, ahead, clock, length_h)
    height = TOP + POWER_HEIGHT + GAP + LOWER_HEIGHT + BOTTOM
    head = [
        f'<text x="{LEFT:g}" y="34" class="title">{escape(title)}</text>',
        *([f'<text x="{LEFT:g}" y="56" class="soft">{escape(note)}</text>'] if note else []),
        f'<text x="{LEFT - 8:g}" y="{TOP - 8:g}" class="soft end">{WORDS["power"][language == "zh"]}</text>',
        *_legend(shown, language, 82.0),
        *_legend(words, language, TOP + POWER_HEIGHT + GAP - 10),
        f'<text x="{WIDTH / 2:g}" y="{height - 8:g}" class="soft mid">{WORDS["time"][language == "zh"]}</text>',
    ]
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:g} {height:g}" role="img" '
            f'aria-label="{escape(title, quote=True)}">',
            STYLE,
            f'<rect width="{WIDTH:g}" height="{height:g}" fill="#ffffff"/>',
            *head,
            *body,
            *lower,
            "</svg>",
            "",
        ]
    )


def _lower(
    park: Park, schedule: xr.Dataset, ahead: xr.Dataset, clock: pd.DatetimeIndex, length_h: float
) -> tuple[list[str], list[str]]:
    """Return the lower panel, price as steps on the left axis and stored energy on the right, and what it shows."""
    top = TOP + POWER_HEIGHT + GAP
    price = np.nan_to_num(ahead.price_per_mwh.values)
    low, high = min(0.0, -nice(float(-price.min(initial=0.0)))), nice(float(price.max(initial=0.0)))
    panel = Panel(top=top, height=LOWER_HEIGHT, low=low, high=high)
    body = [
        *grid_lines(panel, ticks(low, high, 3)),
        *hour_marks(clock, length_h, top, top + LOWER_HEIGHT, labelled=True),
    ]
    words = ["price"]
    if schedule.sizes["storage"]:
        held = schedule.soc_mwh.values.sum(axis=1)
        most = nice(float(sum(s.e_nom_mwh for s in park.storages if s.id in set(map(str, schedule.storage.values)))))
        right = Panel(top=top, height=LOWER_HEIGHT, low=0.0, high=most)
        points = " ".join(f"{x_of(k + 1, len(held)):.1f},{right.y(v):.1f}" for k, v in enumerate(held))
        body.append(f'<polyline points="{points}" fill="none" stroke="{COLOURS["content"]}" stroke-width="2"/>')
        for value in ticks(0.0, most, 3):
            x, y = WIDTH - RIGHT + 8, right.y(value) + 4
            body.append(f'<text x="{x:g}" y="{y:.1f}" class="soft" fill="{COLOURS["content"]}">{value:,.0f}</text>')
        words.append("content")
    body.append(step_line(panel, price, COLOURS["price"], 2.0))
    return body, words


def _band(panel: Panel, low: Floats, high: Floats, colour: str, *, opacity: float = 1.0) -> str:
    """Return the area between two step lines."""
    count = len(low)
    upper = [f"{x_of(k + d, count):.1f},{panel.y(v):.1f}" for k, v in enumerate(high) for d in (0, 1)]
    lower = [f"{x_of(k + d, count):.1f},{panel.y(v):.1f}" for k, v in enumerate(low) for d in (0, 1)]
    shade = "" if opacity == 1.0 else f' fill-opacity="{opacity:g}"'
    return f'<polygon points="{" ".join([*upper, *reversed(lower)])}" fill="{colour}"{shade}/>'


def _legend(names: Sequence[str], language: str, y: float) -> list[str]:
    drawn, x = [], LEFT
    for name in names:
        word = WORDS[name][language == "zh"]
        line = name in ("demand", "price", "content")
        height, shift = (3.0, 3.5) if line else (10.0, 0.0)
        drawn.append(
            f'<rect x="{x:g}" y="{y - 10 + shift:g}" width="14" height="{height:g}" fill="{COLOURS[name]}"/>'
            f'<text x="{x + 19:g}" y="{y:g}">{escape(word)}</text>'
        )
        x += 19 + sum(12.0 if ord(c) > 0x2E80 else 6.7 for c in word) + 22
    return drawn
