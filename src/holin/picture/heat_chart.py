"""The heat of a potline along a schedule: line power, bath temperature, superheat and ledge with their windows."""

from __future__ import annotations

from html import escape

import numpy as np
import xarray as xr

from holin.calendar import Times, local
from holin.errors import Mismatch
from holin.picture.panels import LEFT, RIGHT, STYLE, WIDTH, Panel, grid_lines, hour_marks, step_line, ticks, x_of
from holin.picture.series import Floats
from holin.picture.texts import spoken

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
ROOM = 0.15
"""Part of a panel's range left free above and below its curves."""


def heat_chart_svg(
    heat: xr.Dataset, time: Times, *, time_zone: str, title: str, language: str = "en", note: str = ""
) -> str:
    """Return the chart of a simulated schedule as SVG text: four panels above each other over local time.

    `heat` are the `steps` of `holin.potline.heat.simulate_heat` for one trajectory (time,), with their attributes;
    `time` the starts of its steps in UTC. Steps outside the window are marked in red. Raises Mismatch for several
    trajectories or another number of steps, BadInput for a language that is not there.
    """
    chinese = spoken(language) == "zh"
    if heat.superheat_c.dims != ("time",) or heat.sizes["time"] != len(time):
        raise Mismatch(f"the chart takes one trajectory of {len(time)} steps; this has {dict(heat.sizes)}")
    clock, step_h = local(time, time_zone), float(heat.attrs["step_h"])
    panels = _panels(heat)
    bottom = TOP + len(panels) * (HEIGHT + GAP) - GAP
    body = _outside(heat, bottom)
    for k, (name, panel) in enumerate(panels.items()):
        last = k == len(panels) - 1
        body += _window(heat, name, panel)
        body += grid_lines(panel, ticks(panel.low, panel.high, 4))
        body += hour_marks(clock, step_h, panel.top, panel.top + panel.height, labelled=last)
        body += _curves(heat, name, panel)
        body += _label(("bath", "liquidus") if name == "bath" else (name,), panel.top - 10, chinese)
    if not bool(heat.in_window.all()):
        body += _label(("left",), TOP - 10, chinese, x=WIDTH - RIGHT - 160)
    height = bottom + BOTTOM
    head = [f'<text x="{LEFT:g}" y="34" class="title">{escape(title)}</text>']
    head += [f'<text x="{LEFT:g}" y="56" class="soft">{escape(note)}</text>'] if note else []
    foot = f'<text x="{WIDTH / 2:g}" y="{height - 8:g}" class="soft mid">{WORDS["time"][chinese]}</text>'
    frame = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:g} {height:g}" role="img"'
    return "\n".join(
        [
            f'{frame} aria-label="{escape(title, quote=True)}">',
            STYLE,
            f'<rect width="{WIDTH:g}" height="{height:g}" fill="#ffffff"/>',
            *head,
            *body,
            foot,
            "</svg>",
            "",
        ]
    )


def _panels(heat: xr.Dataset) -> dict[str, Panel]:
    """Return the four panels from the top, each wide enough for its curves and its window."""
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
        shown = np.append(values, marks)
        low, high = float(shown.min()), float(shown.max())
        room = max(ROOM * (high - low), 0.01 * abs(high), 0.5)
        panels[name] = Panel(top=TOP + k * (HEIGHT + GAP), height=HEIGHT, low=low - room, high=high + room)
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
        return [
            _line(panel, heat[column].values, COLOURS[colour])
            for column, colour in (("liquidus_temp_c", "liquidus"), ("bath_temp_c", "bath"))
        ]
    if name == "ledge":
        return [_line(panel, heat.ledge_m.values * 100, COLOURS[name])]
    low, high = heat.superheat_min_c.values, heat.superheat_max_c.values
    count = len(low)
    there = [f"{x_of(k + 1, count):.1f},{panel.y(v):.1f}" for k, v in enumerate(high)]
    back = [f"{x_of(k + 1, count):.1f},{panel.y(v):.1f}" for k, v in enumerate(low)]
    band = f'<polygon points="{" ".join([*there, *reversed(back)])}" fill="{COLOURS[name]}" fill-opacity="0.3"/>'
    return [band, _line(panel, heat.superheat_c.values, COLOURS[name])]


def _line(panel: Panel, values: Floats, colour: str) -> str:
    """Return values at the ends of steps as one line."""
    points = " ".join(f"{x_of(k + 1, len(values)):.1f},{panel.y(v):.1f}" for k, v in enumerate(values))
    return f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>'


def _outside(heat: xr.Dataset, bottom: float) -> list[str]:
    """Return a red strip over every run of steps that leave the window."""
    count = heat.sizes["time"]
    bad = np.flatnonzero(~heat.in_window.values)
    fill = f'fill="{COLOURS["left"]}" fill-opacity="0.16" class="outside"'
    strips = []
    for run in np.split(bad, np.flatnonzero(np.diff(bad) > 1) + 1) if len(bad) else []:
        x, width = x_of(int(run[0]), count), x_of(len(run), count) - LEFT
        strips.append(f'<rect x="{x:.1f}" y="{TOP:g}" width="{width:.1f}" height="{bottom - TOP:g}" {fill}/>')
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
