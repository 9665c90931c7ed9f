"""A fan chart: the quantiles of a forecast over the hours ahead as one SVG, with what came where it is known."""

from __future__ import annotations

import math
from html import escape

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from holin.calendar import Times, local
from holin.errors import Mismatch
from holin.picture.texts import Language, spoken, text

Floats = NDArray[np.float64]

WIDTH, HEIGHT = 1000.0, 430.0
LEFT, RIGHT, TOP, BOTTOM = 62.0, 24.0, 86.0, 54.0
TICKS_Y = 5
HOURS_BETWEEN = (1, 2, 3, 6, 12, 24)
LABEL_PX = 52.0
MEDIAN = 0.5
SUMS = ("wind", "pv", "loads")

STYLE = """
.fan{--back:#fff;--ink:#1b2227;--soft:#56616b;--grid:#dfe4e8;--band:#1277c9;--came:#c4541c;background:var(--back);
font-family:system-ui,"Noto Sans CJK SC","Noto Sans SC","PingFang SC","Microsoft YaHei",sans-serif}
@media (prefers-color-scheme:dark){.fan{--back:#12171b;--ink:#e9eef2;--soft:#a9b5bf;--grid:#2c363e;--band:#5db2ff;
--came:#ee7d3c}}
.fan text{fill:var(--ink);font-size:12px}
.fan .soft{fill:var(--soft)}
.fan .title{font-size:17px;font-weight:650}
.fan .grid{stroke:var(--grid)}
.fan .day{stroke:var(--soft);stroke-opacity:.6}
.fan .band{fill:var(--band);fill-opacity:.2}
.fan .median{fill:none;stroke:var(--band);stroke-width:2.2}
.fan .came{fill:none;stroke:var(--came);stroke-width:1.8;stroke-dasharray:5 3}
.fan .nominal{stroke:var(--soft);stroke-dasharray:2 4}
"""


def fan_svg(
    values: xr.DataArray,
    *,
    what: str,
    issued: np.datetime64,
    method: str,
    time_zone: str,
    language: str = "en",
    nominal_mw: float | None = None,
    synthetic: bool = False,
    came_mw: Floats | None = None,
) -> str:
    """Return quantiles (time, quantile) in MW as a fan chart, an SVG that loads nothing from anywhere.

    `what` names the thing; "wind", "pv" and "loads" are the sums, in the reader's language. Bands lie between the
    quantiles that mirror each other; `came_mw` (time,) is drawn beside, gaps where it is NaN. `synthetic` says so below
    the title. `language` is zh or en. Raises Mismatch where there is nothing to draw.
    """
    speech = spoken(language)
    time: Times = values["time"].values
    if values.dims != ("time", "quantile") or len(time) < 2 or not np.isfinite(values.values).all():
        raise Mismatch("a fan chart needs finite values (time, quantile) of at least two hours")
    known = np.zeros(0) if came_mw is None else came_mw[np.isfinite(came_mw)]
    highest = max(float(values.max()), nominal_mw or 0.0, float(known.max(initial=0.0)))
    step = _nice(highest / TICKS_Y)
    top = step * math.ceil(highest / step * 1.0001)
    x = LEFT + (np.arange(len(time)) + 0.5) / len(time) * (WIDTH - LEFT - RIGHT)

    def y(mw: Floats | float) -> Floats:
        return np.asarray(HEIGHT - BOTTOM - np.asarray(mw, dtype=float) / top * (HEIGHT - TOP - BOTTOM))

    parts = [*_axis_y(y, step, top), *_axis_x(local(time, time_zone), x)]
    if nominal_mw:
        at = f"{float(y(nominal_mw)):.1f}"
        parts.append(f'<line class="nominal" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{at}" y2="{at}"/>')
    quantile, drawn = values["quantile"].values, values.values
    for low, high in _mirrored(quantile):
        edge = [*zip(x, y(drawn[:, low]), strict=True), *zip(x[::-1], y(drawn[::-1, high]), strict=True)]
        parts.append(f'<polygon class="band" points="{_points(edge)}"/>')
    middle = int(np.argmin(np.abs(quantile - MEDIAN)))
    parts.append(f'<polyline class="median" points="{_points(zip(x, y(drawn[:, middle]), strict=True))}"/>')
    if came_mw is not None and len(known):
        parts += [f'<polyline class="came" points="{_points(run)}"/>' for run in _runs(x, y(came_mw))]
    said = escape(text(f"fan.{what}", speech) if what in SUMS else what)
    beneath = text("fan.subtitle", speech).format(method=escape(method))
    beneath += text("fan.sum", speech) if what in SUMS else ""
    beneath += text("fan.synthetic", speech) if synthetic else ""
    when = f"{local(np.array([issued]), time_zone)[0]:%Y-%m-%d %H:%M}"
    head = [
        f'<text class="title" x="{LEFT}" y="30">{text("fan.title", speech).format(what=said, issued=when)}</text>',
        f'<text class="soft" x="{LEFT}" y="50">{beneath}</text>',
        *_legend(quantile, speech, nominal=bool(nominal_mw), came=len(known) > 0),
    ]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="fan" viewBox="0 0 {WIDTH:g} {HEIGHT:g}" '
        f'width="{WIDTH:g}" height="{HEIGHT:g}" role="img"><style>{STYLE}</style>'
        f"<title>{said}</title>" + "".join([*head, *parts]) + "</svg>\n"
    )


def _nice(step: float) -> float:
    """Return a step of 1, 2 or 5 times a power of ten that is at least `step`."""
    power = 10.0 ** math.floor(math.log10(max(step, 1e-9)))
    return next(m * power for m in (1.0, 2.0, 5.0, 10.0) if m * power >= step * 0.9999)


def _mirrored(quantile: Floats) -> list[tuple[int, int]]:
    """Return the pairs of places whose quantiles mirror each other, the widest first."""
    return [
        (low, high)
        for low in range(len(quantile) // 2)
        for high in [int(np.argmin(np.abs(quantile - (1 - quantile[low]))))]
        if high > low and abs(quantile[low] + quantile[high] - 1) < 1e-9
    ]


def _points(pairs: object) -> str:
    return " ".join(f"{a:.1f},{b:.1f}" for a, b in pairs)  # type: ignore[attr-defined]


def _runs(x: Floats, y: Floats) -> list[list[tuple[float, float]]]:
    """Return the unbroken parts of a line."""
    runs: list[list[tuple[float, float]]] = [[]]
    for a, b in zip(x, y, strict=True):
        if math.isfinite(b):
            runs[-1].append((float(a), float(b)))
        elif runs[-1]:
            runs.append([])
    return [run for run in runs if len(run) > 1]


def _axis_y(y: object, step: float, top: float) -> list[str]:
    parts = []
    for k in range(round(top / step) + 1):
        at = float(y(k * step))  # type: ignore[operator]
        parts.append(f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{at:.1f}" y2="{at:.1f}"/>')
        parts.append(f'<text class="soft" x="{LEFT - 8}" y="{at + 4:.1f}" text-anchor="end">{k * step:g}</text>')
    return parts


def _axis_x(clock: object, x: Floats) -> list[str]:
    """Label whole local hours so that they do not touch, and every day at its first hour."""
    times = list(clock)  # type: ignore[call-overload]
    half = (x[1] - x[0]) / 2
    per_hour = 2 * half * max(round(3600 / max((times[1] - times[0]).total_seconds(), 1)), 1)
    every = next((h for h in HOURS_BETWEEN if h * per_hour >= LABEL_PX), HOURS_BETWEEN[-1])
    parts, day = [], None
    for at, time in zip(x - half, times, strict=True):
        if time.minute or time.hour % every:
            continue
        look = "day" if time.hour == 0 else "grid"
        parts.append(f'<line class="{look}" x1="{at:.1f}" x2="{at:.1f}" y1="{TOP}" y2="{HEIGHT - BOTTOM}"/>')
        parts.append(
            f'<text class="soft" x="{at:.1f}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle">{time:%H:%M}</text>'
        )
        if time.date() != day:
            day = time.date()
            parts.append(f'<text x="{at:.1f}" y="{HEIGHT - BOTTOM + 36}" text-anchor="middle">{time:%m-%d}</text>')
    return parts


def _legend(quantile: Floats, speech: Language, *, nominal: bool, came: bool) -> list[str]:
    entries = [('<line class="median" x1="{x}" x2="{x2}" y1="68" y2="68"/>', text("fan.median", speech))]
    for k, (low, high) in enumerate(_mirrored(quantile)):
        words = text("fan.band", speech).format(low=f"{100 * quantile[low]:g}", high=f"{100 * quantile[high]:g}")
        mark = '<rect class="band" x="{x}" width="22" y="62" height="12"/>' * (k + 1)
        entries.append((mark, words))
    if came:
        entries.append(('<line class="came" x1="{x}" x2="{x2}" y1="68" y2="68"/>', text("fan.came", speech)))
    if nominal:
        entries.append(('<line class="nominal" x1="{x}" x2="{x2}" y1="68" y2="68"/>', text("fan.nominal", speech)))
    parts, x = [], LEFT
    for mark, words in entries:
        parts.append(mark.replace("{x}", f"{x:g}").replace("{x2}", f"{x + 22:g}"))
        parts.append(f'<text class="soft" x="{x + 28:g}" y="72">{words}</text>')
        x += 28 + 8 * len(words) + 5 * sum(ord(c) > 0x2E80 for c in words) + 18
    return parts
