"""The chart of a dispatch plan: what supplies and takes power step by step, and price and stored energy below it."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import numpy as np
import xarray as xr

from holin.calendar import local
from holin.park import Park, units_of
from holin.picture.day_panels import (
    CONTENT,
    GAP,
    LIMITS,
    LOWER_HEIGHT,
    POTLINE,
    PRICE,
    SUPERHEAT,
    WINDOW,
    Beside,
    Strip,
    potline_panel,
    price_panel,
    superheat_panel,
)
from holin.picture.panels import (
    LEFT,
    WIDTH,
    Panel,
    band,
    grid_lines,
    hour_marks,
    nice,
    step_line,
    ticks,
)
from holin.picture.series import SUPPLY, hourly_mw, step_h
from holin.picture.sheet import sheet

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
    "price": ("price per MWh (▲ beyond the scale)", "电价（每 MWh，▲ 超出刻度）"),
    "content": ("energy held, MWh (right)", "储能电量 MWh（右轴）"),
    "potline": ("potlines, MW", "电解 MW"),
    "limits": ("least to most (dashed: nominal)", "最低至最高（虚线为额定）"),
    "superheat": ("superheat of the pots, K: lowest to highest of all lines", "过热度 ℃（各系列最低至最高）"),
    "window": ("its window", "允许范围"),
    "power": ("MW", "MW"),
    "time": ("local time", "本地时间"),
}
COLOURS = {
    "coal": "#3c4147", "other": "#8a6d4b", "import": "#9aa5ae", "wind": "#2f83bf", "solar": "#e2a312",
    "discharge": "#7f57ab", "charge": "#b79bd6", "export": "#c9d2d8", "curtailed": "#bcd7ea", "demand": "#14191d",
    "price": PRICE, "content": CONTENT, "potline": POTLINE, "limits": LIMITS, "superheat": SUPERHEAT, "window": WINDOW,
}  # fmt: skip
"""The colours of the report page (`page.css`), light scheme."""

TAKEN = ("charge", "export")
LINES = ("demand", "price", "content", "potline")
TOP = 96.0
POWER_HEIGHT, BOTTOM = 380.0, 44.0


def day_chart_svg(
    park: Park, schedule: xr.Dataset, ahead: xr.Dataset, *, title: str, language: str = "en", note: str = "",
    beside: Beside | None = None,
) -> str:  # fmt: skip
    """Return the chart of a schedule (tables SCHEDULE and AHEAD) as SVG text; `title` and `note` stand above it.

    Power is drawn as steps: what feeds in upwards, what charges or goes out downwards, and a line for loads and
    potlines together. Below it, where `beside` has their limits, the potlines' power and the superheat of their pots;
    then price and stored energy. A price beyond what the others let see is cut off and written. Raises Mismatch where
    the steps differ.
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
        body.append(band(power, below, below + parts[name], COLOURS[name]))
        below = below + parts[name]
    if curtailed is not None and curtailed.max(initial=0.0) > 1e-3:
        body.append(band(power, below, below + curtailed, COLOURS["curtailed"], opacity=0.6))
        upward.append("curtailed")
    above = np.zeros(len(clock))
    for name in downward:
        body.append(band(power, above - parts[name], above, COLOURS[name]))
        above = above - parts[name]
    body.append(step_line(power, parts["demand"], COLOURS["demand"], 2.0))
    shown = [*upward, *downward, "demand"]
    beside, top, lower = beside or Beside(), TOP + POWER_HEIGHT + GAP, list[str]()

    def strip(last: bool = False) -> Strip:
        return Strip(top=top, clock=clock, step_h=length_h, last=last)

    if beside.potline_mw is not None:
        lower += [*_legend(["potline", "limits"], language, top - 10), *potline_panel(strip(), schedule, beside)]
        top += LOWER_HEIGHT + GAP
    if beside.superheat_c is not None:
        lower += _legend(["superheat", "window"], language, top - 10)
        lower += superheat_panel(strip(), ahead, beside.superheat_c)
        top += LOWER_HEIGHT + GAP
    drawn, words = price_panel(strip(last=True), park, schedule, ahead, beside)
    lower += [*_legend(words, language, top - 10), *drawn]
    height = top + LOWER_HEIGHT + BOTTOM
    head = [
        f'<text x="{LEFT - 8:g}" y="{TOP - 8:g}" class="soft end">{WORDS["power"][language == "zh"]}</text>',
        *_legend(shown, language, 82.0),
        f'<text x="{WIDTH / 2:g}" y="{height - 8:g}" class="soft mid">{WORDS["time"][language == "zh"]}</text>',
    ]
    return sheet(title, height, [*head, *body, *lower], notes=[note])


def _legend(names: Sequence[str], language: str, y: float) -> list[str]:
    drawn, x = [], LEFT
    for name in names:
        word = WORDS[name][language == "zh"]
        line = name in LINES
        height, shift = (3.0, 3.5) if line else (10.0, 0.0)
        drawn.append(
            f'<rect x="{x:g}" y="{y - 10 + shift:g}" width="14" height="{height:g}" fill="{COLOURS[name]}"/>'
            f'<text x="{x + 19:g}" y="{y:g}">{escape(word)}</text>'
        )
        x += 19 + sum(12.0 if ord(c) > 0x2E80 else 6.7 for c in word) + 22
    return drawn
