"""The chart of a frontier: price and CO2 over a rule's value, what the next unit costs, and what stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from holin.park import currency_words
from holin.picture.panels import LEFT, RIGHT, WIDTH, Panel, grid_lines, nice, ticks
from holin.picture.sheet import sheet, words_at
from holin.picture.texts import spoken
from holin.rules import KIND_WORDS, UNITS, RuleKind

WORDS: dict[str, tuple[str, str]] = {
    "title": ("{park}, {year}: what each step costs", "{park} {year}：每提高一步的代价"),
    "note": (
        "Least cost at each value, all else the same, without losses. Full dots were solved; hollow ones lie "
        "between two of them; ▲ lies beyond the axis.",
        "各取值下成本最低的方案，其余条件不变，不计网损。实心点为求解点，空心点为相邻两点的组合方案，▲ 超出坐标轴。",
    ),
    "part": (
        " Only {hours} hours of the year: CO2 and MW are those of these hours.",
        "仅运行全年中的 {hours} 小时，碳排放和容量均按该时段。",
    ),
    "price": ("all-in price per kWh ({currency})", "综合电价（{currency}/kWh）"),
    "co2": ("CO2, thousand t (right)", "碳排放，千吨（右轴）"),
    "shadow": ("what the next {unit} of the rule costs, {currency}", "规则再严 1 {unit} 的代价（{currency}）"),
    "sizes": ("what stands, MW", "装机，MW"),
    "wind": ("wind", "风电"),
    "solar": ("PV", "光伏"),
    "coal": ("captive coal", "自备煤电"),
    "storage": ("storage", "储能"),
}
COLOURS = {
    "wind": "#2f83bf", "solar": "#e2a312", "coal": "#3c4147", "storage": "#7f57ab", "price": "#14191d",
    "co2": "#8a6d4b", "shadow": "#c4541c",
}  # fmt: skip
STACK = ("wind", "solar", "storage", "coal")
TOP, GAP, BOTTOM = 106.0, 56.0, 52.0
HEIGHTS = (250.0, 130.0, 190.0)
STEEP = 2.5
"""The last prices are cut off where they are more than this many times the third one from the end."""

WHOLE_YEAR_H = 8760

LABELS = 6
"""So many prices of the next unit are written at most, beside those that lie beyond the axis."""

NEAR, LINE = 90.0, 14.0
"""Prices of arrows nearer than this stand below each other, a line apart."""


def frontier_svg(figures: Mapping[str, Any], *, language: str = "en") -> str:
    """Return the chart of a frontier's figures (`holin frontier --json`) for its last year as SVG text.

    Raises BadInput for a language that is not there.
    """
    chinese = spoken(language) == "zh"
    year, points = figures["years"][-1], figures["points"]
    at = [p["by_year"][year] for p in points]
    values = [p["value"] for p in points]
    unit = {"ha": "公顷"}.get(figures["unit"], figures["unit"]) if chinese else figures["unit"]
    money = {"currency": currency_words(figures["currency"])[chinese], "unit": unit}
    across = _Across(values, share=figures["by"] not in UNITS)
    tops = [TOP, TOP + HEIGHTS[0] + GAP, TOP + HEIGHTS[0] + HEIGHTS[1] + 2 * GAP]
    body = [*_price_and_co2(tops[0], across, points, at), *_shadow(tops[1], across, at), *_sizes(tops[2], across, at)]
    legend = [
        *_legend(["price", "co2"], chinese, tops[0] - 12, money),
        *_legend(["shadow"], chinese, tops[1] - 12, money),
        *_legend([k for k in STACK if any(_mw(a, k) > 0.5 for a in at)], chinese, tops[2] - 12, money, lead="sizes"),
    ]
    height = tops[2] + HEIGHTS[2] + BOTTOM
    axis = KIND_WORDS[RuleKind(figures["by"])][chinese]
    title = _said("title", chinese, park=figures["names"]["zh" if chinese else "en"], year=year)
    hours = min(figures["hours"])
    part = _said("part", chinese, hours=f"{hours:,}") if hours < WHOLE_YEAR_H else ""
    notes = [_said("note", chinese) + part, figures["synthetic"]["zh" if chinese else "en"]]
    foot = [
        *(line for top, tall in zip(tops, HEIGHTS, strict=True) for line in across.marks(top, top + tall)),
        *across.labels(tops[2] + HEIGHTS[2] + 18),
        words_at(WIDTH / 2, height - 10, axis, "soft mid"),
    ]
    return sheet(title, height, [*foot, *body, *legend], notes=notes)


class _Across:
    """Where values of the rule stand from left to right."""

    def __init__(self, values: Sequence[float], *, share: bool) -> None:
        self.values, self.share = values, share
        self.low, self.high = min(values), max(values)
        if self.high - self.low < 1e-12:
            self.low, self.high = self.low - 0.5, self.high + 0.5
        room = 0.02 * (self.high - self.low)
        self.low, self.high = self.low - room, self.high + room

    def x(self, value: float) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * (value - self.low) / (self.high - self.low)

    def marks(self, top: float, bottom: float) -> list[str]:
        return [
            f'<line x1="{self.x(v):.1f}" x2="{self.x(v):.1f}" y1="{top:g}" y2="{bottom:g}" class="rule"/>'
            for v in ticks(self.low, self.high, 10)
        ]

    def labels(self, y: float) -> list[str]:
        return [
            words_at(self.x(v), y, f"{100 * v:g} %" if self.share else _amount(v), "soft mid")
            for v in ticks(self.low, self.high, 10)
        ]


def _amount(value: float) -> str:
    return f"{value:,.0f}" if value == round(value) else f"{value:g}"


def _price_and_co2(top: float, across: _Across, points: Sequence[Any], at: Sequence[Any]) -> list[str]:
    price = [a["all_in_price_per_kwh"] for a in at]
    room = 0.1 * (max(price) - min(price)) or 0.01
    panel = Panel(top=top, height=HEIGHTS[0], low=min(price) - room, high=max(price) + room)
    body = []
    for value in ticks(panel.low, panel.high, 6):
        y = panel.y(value)
        body.append(f'<line x1="{LEFT:g}" x2="{WIDTH - RIGHT:g}" y1="{y:.1f}" y2="{y:.1f}" class="rule"/>')
        body.append(words_at(LEFT - 8, y + 4, f"{value:.4g}", "soft end"))
    co2 = [a["co2_t"] / 1e3 for a in at]
    other = Panel(top=top, height=HEIGHTS[0], low=0.0, high=nice(max(*co2, 1e-09) * 1.05))
    body.append(_line(across, other, co2, COLOURS["co2"], dashed=True))
    body += [words_at(WIDTH - RIGHT + 8, other.y(v) + 4, f"{v:,.4g}", "soft") for v in ticks(0.0, other.high, 5)]
    body.append(_line(across, panel, price, COLOURS["price"]))
    for point, value, each in zip(points, across.values, price, strict=True):
        fill = COLOURS["price"] if point["solved"] else "#ffffff"
        said = escape(f"{value:.4g}: {each:.4f}")
        body.append(
            f'<circle cx="{across.x(value):.1f}" cy="{panel.y(each):.1f}" r="4" fill="{fill}" '
            f'stroke="{COLOURS["price"]}"><title>{said}</title></circle>'
        )
    return body


def _shadow(top: float, across: _Across, at: Sequence[Any]) -> list[str]:
    price = [a["shadow_price"] for a in at]
    third = sorted(price)[-3:][0]
    most = nice(max(max(price) if max(price) <= STEEP * third else 1.25 * third, 1.0))
    panel = Panel(top=top, height=HEIGHTS[1], low=0.0, high=most)
    clipped = [min(p, most) for p in price]
    body = [*grid_lines(panel, ticks(0.0, most, 4)), _line(across, panel, clipped, COLOURS["shadow"])]
    for value, each, drawn in zip(across.values, price, clipped, strict=True):
        x, y = across.x(value), panel.y(drawn)
        said = f"<title>{each:,.0f}</title>"
        if each > most:  # beyond the panel: an arrow, and its price on the mark
            corners = f"{x - 5:.1f},{y + 5:.1f} {x + 5:.1f},{y + 5:.1f} {x:.1f},{y - 4:.1f}"
            body.append(f'<polygon points="{corners}" fill="{COLOURS["shadow"]}" class="beyond">{said}</polygon>')
        else:
            body.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{COLOURS["shadow"]}">{said}</circle>')
    return body + _prices(top, [across.x(v) for v in across.values], [panel.y(c) for c in clipped], price, most)


def _prices(top: float, xs: Sequence[float], ys: Sequence[float], price: Sequence[float], most: float) -> list[str]:
    """Return the prices written at their marks: of every arrow, each below the one before where they are near, and of
    so many others as stand clear of each other."""
    apart = (WIDTH - LEFT - RIGHT) / LABELS
    beyond = [k for k, each in enumerate(price) if each > most]
    written, body, row = [xs[k] for k in beyond], list[str](), 0
    for before, k in zip([None, *beyond], beyond, strict=False):
        row = 0 if before is None or xs[k] - xs[before] >= NEAR else row + 1
        body.append(words_at(xs[k], top + 20 + LINE * row, f"▲ {price[k]:,.0f}", "mid"))
    for k, each in enumerate(price):
        if k not in beyond and all(abs(xs[k] - x) >= apart for x in written):
            body.append(words_at(xs[k], max(ys[k] - 8, top + 10), f"{each:,.0f}", "mid"))
            written.append(xs[k])
    return body


def _sizes(top: float, across: _Across, at: Sequence[Any]) -> list[str]:
    kinds = [k for k in STACK if any(_mw(a, k) > 0.5 for a in at)]
    total = [sum(_mw(a, k) for k in kinds) for a in at]
    panel = Panel(top=top, height=HEIGHTS[2], low=0.0, high=nice(max(*total, 1.0)))
    body = grid_lines(panel, ticks(0.0, panel.high, 5))
    below = [0.0] * len(at)
    for kind in kinds:
        above = [b + _mw(a, kind) for a, b in zip(at, below, strict=True)]
        upper = [f"{across.x(v):.1f},{panel.y(h):.1f}" for v, h in zip(across.values, above, strict=True)]
        lower = [f"{across.x(v):.1f},{panel.y(h):.1f}" for v, h in zip(across.values, below, strict=True)]
        body.append(f'<polygon points="{" ".join([*upper, *reversed(lower)])}" fill="{COLOURS[kind]}"/>')
        below = above
    return body


def _mw(year: Mapping[str, Any], kind: str) -> float:
    return float(year["capacity_mw"].get(kind, 0.0))


def _line(across: _Across, panel: Panel, heights: Sequence[float], colour: str, *, dashed: bool = False) -> str:
    points = " ".join(f"{across.x(v):.1f},{panel.y(h):.1f}" for v, h in zip(across.values, heights, strict=True))
    dash = ' stroke-dasharray="6 4"' if dashed else ""
    return f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"{dash}/>'


def _said(name: str, chinese: bool, **parts: str) -> str:
    return WORDS[name][chinese].format(**parts)


def _legend(names: Sequence[str], chinese: bool, y: float, money: Mapping[str, str], *, lead: str = "") -> list[str]:
    drawn, x = [], LEFT
    if lead:
        word = _said(lead, chinese, **money)
        drawn.append(words_at(x, y, word, "soft"))
        x += _width(word) + 20
    for name in names:
        word = _said(name, chinese, **money)
        drawn.append(f'<rect x="{x:g}" y="{y - 10:g}" width="14" height="10" fill="{COLOURS[name]}"/>')
        drawn.append(words_at(x + 19, y, word))
        x += 19 + _width(word) + 22
    return drawn


def _width(word: str) -> float:
    return sum(12.0 if ord(c) > 0x2E80 else 6.7 for c in word)
