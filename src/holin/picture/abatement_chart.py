"""The abatement cost curve of a frontier: how much CO2 each step takes away, and what a tonne of it costs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from holin.park import currency_words
from holin.picture.panels import LEFT, RIGHT, WIDTH, Panel, grid_lines, nice, ticks
from holin.picture.sheet import sheet, words_at
from holin.picture.texts import spoken

WORDS: dict[str, tuple[str, str]] = {
    "title": ("{park}, {year}: what a tonne of CO2 less costs", "{park} {year}：减碳成本曲线"),
    "note": (
        "Each bar is a step from one plan of the frontier to the next: its width the CO2 less, its height the cost of "
        "a tonne, without losses. ▲: higher than drawn.",
        "每个矩形为前沿上相邻两个方案之间的一步：宽为减少的碳排放，高为每吨成本，不计网损。▲ 表示超出图幅。",
    ),
    "part": (" CO2 of {hours} hours of the year only.", "碳排放仅计全年中的 {hours} 小时。"),
    "none": ("No plan of the frontier emits less than the cheapest one.", "前沿上没有比最便宜方案排放更少的方案。"),
    "across": ("CO2 less than in the cheapest plan, thousand t", "比成本最低的方案减少的碳排放，千吨"),
    "up": ("{currency} per t CO2", "{currency}/吨 CO2"),
}
COLOUR, STEEPEST = "#2e8b57", "#c4541c"
TOP, HEIGHT, BOTTOM = 116.0, 330.0, 60.0
STEEP = 4.0
"""Costs are cut off where they are more than this many times that of the step which holds half of the CO2."""

LABEL = 34.0
"""A bar narrower than this (px) carries no number; its title does."""

WHOLE_YEAR_H = 8760


def abatement_svg(figures: Mapping[str, Any], *, language: str = "en") -> str:
    """Return the abatement cost curve of `holin frontier --json` for its last year as SVG text.

    Raises BadInput for a language that is not there.
    """
    chinese = spoken(language) == "zh"
    year, lang = figures["years"][-1], "zh" if chinese else "en"
    steps = figures["abatement"][year]
    hours = min(figures["hours"])
    part = WORDS["part"][chinese].format(hours=f"{hours:,}") if hours < WHOLE_YEAR_H else ""
    title = WORDS["title"][chinese].format(park=figures["names"][lang], year=year)
    unit = WORDS["up"][chinese].format(currency=currency_words(figures["currency"])[chinese])
    height = TOP + HEIGHT + BOTTOM
    drawn = [
        words_at(LEFT, TOP - 14, unit),
        *(_bars(steps) if steps else [words_at(LEFT, TOP + HEIGHT / 2, WORDS["none"][chinese])]),
        words_at(WIDTH / 2, height - 12, WORDS["across"][chinese], "soft mid"),
    ]
    return sheet(title, height, drawn, notes=[WORDS["note"][chinese] + part, figures["synthetic"][lang]])


def _bars(steps: Sequence[Mapping[str, float]]) -> list[str]:
    most = _most(steps)
    panel = Panel(top=TOP, height=HEIGHT, low=min(0.0, steps[0]["cost_per_t"]), high=most)
    whole = sum(s["co2_less_t"] for s in steps) / 1e3
    wide = (WIDTH - LEFT - RIGHT) / whole
    body = grid_lines(panel, ticks(panel.low, most, 6))
    body += [
        words_at(LEFT + wide * v, TOP + HEIGHT + 18, f"{v:,.4g}", "soft mid") for v in ticks(0.0, whole, 8)
    ]  # fmt: skip
    left = LEFT
    for step in steps:
        cost, width = step["cost_per_t"], wide * step["co2_less_t"] / 1e3
        top, zero = panel.y(min(max(cost, 0.0), most)), panel.y(min(cost, 0.0))
        colour = STEEPEST if cost > most else COLOUR
        said = escape(f"{step['from']:.6g} → {step['to']:.6g}: {step['co2_less_t']:,.0f} t, {cost:,.0f}")
        body.append(
            f'<rect x="{left:.1f}" y="{top:.1f}" width="{width:.1f}" height="{zero - top:.1f}" '
            f'fill="{colour}" stroke="#ffffff" stroke-width="0.5"><title>{said}</title></rect>'
        )
        if width >= LABEL:
            body.append(
                words_at(left + width / 2, max(top - 6, TOP + 12), f"{'▲ ' if cost > most else ''}{cost:,.0f}", "mid")
            )
        left += width
    return body


def _most(steps: Sequence[Mapping[str, float]]) -> float:
    """Return how high the drawing goes: the last bit of CO2 may cost any amount."""
    half, passed, middle = sum(s["co2_less_t"] for s in steps) / 2.0, 0.0, 0.0
    for step in steps:
        passed, middle = passed + step["co2_less_t"], step["cost_per_t"]
        if passed >= half:
            break
    dearest = steps[-1]["cost_per_t"]
    return nice(max(min(dearest, STEEP * middle) if middle > 0.0 else dearest, 1.0))
