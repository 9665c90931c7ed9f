"""The heat of potlines along a schedule: line power, bath temperature, superheat and ledge with their windows."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from holin.calendar import Times, local
from holin.errors import Mismatch
from holin.picture.panels import LEFT, RIGHT, WIDTH, Panel, grid_lines, hour_marks, step_line, ticks, x_of
from holin.picture.series import Floats
from holin.picture.sheet import sheet
from holin.picture.texts import spoken

Columns = NDArray[np.intp]

WORDS: dict[str, tuple[str, str]] = {
    "power": ("line power, MW (dashed: nominal)", "系列功率 MW（虚线为额定）"),
    "bath": ("bath temperature, °C", "电解质温度 ℃"),
    "liquidus": ("liquidus, °C", "初晶温度 ℃"),
    "superheat": ("superheat, K, with its window", "过热度 ℃（含允许范围）"),
    "ledge": ("ledge, cm, with its window", "炉帮厚度 cm（含允许范围）"),
    "left": ("outside the window", "超出允许范围"),
    "time": ("local time", "本地时间"),
}
COLOURS = {
    "power": "#14191d", "bath": "#b3372f", "liquidus": "#2f83bf", "superheat": "#c4722a", "ledge": "#3f7d63",
    "window": "#3f7d63", "left": "#d6453d",
}  # fmt: skip

TOP, HEIGHT, GAP, BOTTOM = 96.0, 118.0, 40.0, 48.0
NAMED, BETWEEN = 34.0, 26.0
"""Room for the name of a line above its panels, and between two lines."""

ROOM = 0.15
"""Part of a panel's range left free above and below its curves."""


def heat_chart_svg(
    heat: xr.Dataset, time: Times, *, time_zone: str, title: str, language: str = "en", note: str = ""
) -> str:
    """Return the chart of a simulated schedule as SVG text: four panels above each other over local time.

    `heat` are the `steps` of `holin.potline.heat.simulate_heat` for one trajectory (time,), with their attributes;
    `time` the starts of its steps in UTC. Steps outside the window are marked in red, steps of which only the power is
    known (planned outages) have a gap. Raises Mismatch for several trajectories or another number of steps, BadInput
    for a language that is not there.
    """
    return heat_charts_svg({"": heat}, time, time_zone=time_zone, title=title, language=language, note=note)


def heat_charts_svg(
    lines: Mapping[str, xr.Dataset], time: Times, *, time_zone: str, title: str, language: str = "en", note: str = ""
) -> str:
    """Return the charts of several potlines below each other as SVG text: name -> steps as `heat_chart_svg` has them.

    Each line has its four panels under its name. Raises as `heat_chart_svg`.
    """
    chinese = spoken(language) == "zh"
    body, top = list[str](), TOP
    for name, heat in lines.items():
        if heat.superheat_c.dims != ("time",) or heat.sizes["time"] != len(time):
            raise Mismatch(f"the chart takes one trajectory of {len(time)} steps; this has {dict(heat.sizes)}")
        if name:
            body.append(f'<text x="{LEFT:g}" y="{top - 4:g}" class="line">{escape(name)}</text>')
            top += NAMED
        body += _line_of(heat, time, time_zone, top, chinese)
        top += 4 * (HEIGHT + GAP) + BETWEEN
    height = top - GAP - BETWEEN + BOTTOM
    foot = f'<text x="{WIDTH / 2:g}" y="{height - 8:g}" class="soft mid">{WORDS["time"][chinese]}</text>'
    style = "<style>.line{font-size:15px;font-weight:650}</style>"
    return sheet(title, height, [style, *body, foot], notes=[note])


def _line_of(heat: xr.Dataset, time: Times, time_zone: str, top: float, chinese: bool) -> list[str]:
    """Return the four panels of one line from `top` on."""
    clock, step_h = local(time, time_zone), float(heat.attrs["step_h"])
    panels = _panels(heat, top)
    body = _outside(heat, top, top + len(panels) * (HEIGHT + GAP) - GAP)
    for k, (name, panel) in enumerate(panels.items()):
        last = k == len(panels) - 1
        body += _window(heat, name, panel)
        body += grid_lines(panel, ticks(panel.low, panel.high, 4))
        body += hour_marks(clock, step_h, panel.top, panel.top + panel.height, labelled=last)
        body += _curves(heat, name, panel)
        body += _label(("bath", "liquidus") if name == "bath" else (name,), panel.top - 10, chinese)
    if not bool(heat.in_window.all()):
        body += _label(("left",), top - 10, chinese, x=WIDTH - RIGHT - 160)
    return body


def _panels(heat: xr.Dataset, top: float) -> dict[str, Panel]:
    """Return the four panels from `top` on, each wide enough for its curves and its window."""
    facts = heat.attrs
    ranges = {
        "power": (heat.power_mw.values, [facts["p_nom_mw"]]),
        "bath": (np.concatenate([heat.bath_temp_c.values, heat.liquidus_temp_c.values]), []),
        "superheat": (
            np.concatenate([heat.superheat_min_c.values, heat.superheat_max_c.values]),
            [facts["superheat_min_c"], facts["superheat_max_c"]],
        ),
        "ledge": (heat.ledge_m.values * 100, [facts["ledge_min_m"] * 100, facts["ledge_max_m"] * 100]),
    }
    panels = {}
    for k, (name, (values, marks)) in enumerate(ranges.items()):
        shown = np.append(values[np.isfinite(values)], marks)
        shown = shown if len(shown) else np.zeros(1)
        low, high = float(shown.min()), float(shown.max())
        room = max(ROOM * (high - low), 0.01 * abs(high), 0.5)
        panels[name] = Panel(top=top + k * (HEIGHT + GAP), height=HEIGHT, low=low - room, high=high + room)
    return panels


def _window(heat: xr.Dataset, name: str, panel: Panel) -> list[str]:
    """Return the window as a band, or nominal power as a dashed line."""
    facts, width = heat.attrs, WIDTH - LEFT - RIGHT
    if name == "power":
        y = panel.y(facts["p_nom_mw"])
        dashed = 'stroke="#5b666e" stroke-dasharray="6 4"'
        return [f'<line x1="{LEFT:g}" x2="{LEFT + width:g}" y1="{y:.1f}" y2="{y:.1f}" {dashed}/>']
    if name == "bath":
        return []
    low, high = (
        (facts["superheat_min_c"], facts["superheat_max_c"])
        if name == "superheat"
        else (facts["ledge_min_m"] * 100, facts["ledge_max_m"] * 100)
    )
    top, tall = panel.y(high), panel.y(low) - panel.y(high)
    fill = f'fill="{COLOURS["window"]}" fill-opacity="0.10"'
    return [f'<rect x="{LEFT:g}" y="{top:.1f}" width="{width:g}" height="{tall:.1f}" {fill} class="window"/>']


def _curves(heat: xr.Dataset, name: str, panel: Panel) -> list[str]:
    if name == "power":
        return [step_line(panel, heat.power_mw.values, COLOURS[name], 2.0)]
    if name == "bath":
        curves = (("liquidus_temp_c", "liquidus"), ("bath_temp_c", "bath"))
        return [part for column, colour in curves for part in _line(panel, heat[column].values, COLOURS[colour])]
    if name == "ledge":
        return _line(panel, heat.ledge_m.values * 100, COLOURS[name])
    low, high = heat.superheat_min_c.values, heat.superheat_max_c.values
    fill = f'fill="{COLOURS[name]}" fill-opacity="0.3"'
    bands = [
        f'<polygon points="{" ".join([*_points(panel, high, run), *reversed(_points(panel, low, run))])}" {fill}/>'
        for run in _runs(np.isfinite(low))
    ]
    return [*bands, *_line(panel, heat.superheat_c.values, COLOURS[name])]


def _line(panel: Panel, values: Floats, colour: str) -> list[str]:
    """Return values at the ends of steps as one line for every run of steps that have one."""
    style = f'fill="none" stroke="{colour}" stroke-width="2"'
    runs = _runs(np.isfinite(values))
    return [f'<polyline points="{" ".join(_points(panel, values, run))}" {style}/>' for run in runs]


def _points(panel: Panel, values: Floats, steps: Columns) -> list[str]:
    return [f"{x_of(int(k) + 1, len(values)):.1f},{panel.y(values[k]):.1f}" for k in steps]


def _runs(chosen: NDArray[np.bool_]) -> list[Columns]:
    """Return the steps that are chosen, run by run."""
    steps = np.flatnonzero(chosen)
    return list(np.split(steps, np.flatnonzero(np.diff(steps) > 1) + 1)) if len(steps) else []


def _outside(heat: xr.Dataset, top: float, bottom: float) -> list[str]:
    """Return a red strip over every run of steps that leave the window."""
    count = heat.sizes["time"]
    fill = f'fill="{COLOURS["left"]}" fill-opacity="0.16" class="outside"'
    strips = []
    for run in _runs(~heat.in_window.values):
        x, width = x_of(int(run[0]), count), x_of(len(run), count) - LEFT
        strips.append(f'<rect x="{x:.1f}" y="{top:g}" width="{width:.1f}" height="{bottom - top:g}" {fill}/>')
    return strips


def _label(names: tuple[str, ...], y: float, chinese: bool, *, x: float = LEFT) -> list[str]:
    """Return the words of curves beside their colours, from x on."""
    drawn = []
    for name in names:
        word = WORDS[name][chinese]
        drawn.append(
            f'<rect x="{x:g}" y="{y - 6:g}" width="14" height="3" fill="{COLOURS[name]}"/>'
            f'<text x="{x + 19:g}" y="{y:g}">{escape(word)}</text>'
        )
        x += 19 + sum(12.0 if ord(c) > 0x2E80 else 6.7 for c in word) + 22
    return drawn
