"""The chart of near-optimal alternatives: between what each technology may lie, for each cost above the least one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from holin.picture.panels import WIDTH, nice
from holin.picture.sheet import sheet, words_at
from holin.picture.texts import spoken

WORDS: dict[str, tuple[str, str]] = {
    "title": (
        "{park}, {year}: what plans may have that cost little more",
        "{park} {year}：费用略高时的可选范围",
    ),
    "note": (
        "Each bar: from the least to the most of it that any plan has whose cost is at most so much above the least, "
        "without losses; the black mark is the best plan.",
        "每根条：费用不超过最低值加给定比例时（不计网损），该项的最小至最大；黑色标记为最优方案。",
    ),
    "part": (" Only {hours} hours of the year were operated.", "仅运行全年中的 {hours} 小时。"),
    "within": ("any plan within +{most} %", "成本 +{most} % 以内"),
    "stands": ("stands in any case", "既有"),
    "wind": ("wind, MW", "风电，MW"),
    "solar": ("PV, MW", "光伏，MW"),
    "storage": ("storage, MW", "储能功率，MW"),
    "storage_mwh": ("storage, MWh", "储能容量，MWh"),
    "coal": ("captive coal, MW", "自备煤电，MW"),
    "network": ("lines and transformers, MVA", "线路与变压器，MVA"),
    "tie": ("grid connection, MW", "公网联络，MW"),
    "potline_refit": ("refitted potlines, MW", "改造电解系列，MW"),
    "import_energy": ("import, GWh", "网购电，GWh"),
    "coal_energy": ("captive coal, GWh", "自备煤电量，GWh"),
    "must_have": ("must have", "必须有"),
    "choice": ("a real choice", "可取舍"),
    "never": ("never", "不需要"),
}
SHADES = ("#0f4c81", "#2f83bf", "#7db6dc", "#bcd7ea")
"""From the lowest cost to the highest."""

STANDS = "#e3e8ec"

WHOLE_YEAR_H = 8760

LEFT, RIGHT, TOP = 220.0, 220.0, 122.0
NEEDS = 80.0
"""What is told of a need stands so far to the right of the bars, which leaves room for their ends."""

BAR, BETWEEN = 14.0, 30.0


def alternatives_svg(figures: Mapping[str, Any], *, language: str = "en") -> str:
    """Return the chart of near-optimal ranges (`holin alternatives --json`) as SVG text, each technology on a scale of
    its own. Raises BadInput for a language that is not there."""
    chinese = spoken(language) == "zh"
    ranges, lang = figures["ranges"], "zh" if chinese else "en"
    levels = sorted({r["within"] for r in ranges})
    title = WORDS["title"][chinese].format(park=figures["names"][lang], year=figures["stage"])
    body, y = [], TOP
    for name in dict.fromkeys(r["technology"] for r in ranges):
        mine = [r for r in ranges if r["technology"] == name]
        body += _row(name, mine, y, chinese)
        y += BAR * len(mine) + BETWEEN
    legend, x = [], LEFT
    for k, level in enumerate(levels):
        legend.append(f'<rect x="{x:g}" y="{TOP - 36:g}" width="14" height="10" fill="{_shade(k)}"/>')
        legend.append(words_at(x + 19, TOP - 27, f"+{100 * level:g} %"))
        x += 90.0
    legend.append(f'<rect x="{x:g}" y="{TOP - 36:g}" width="14" height="10" fill="{STANDS}"/>')
    legend.append(words_at(x + 19, TOP - 27, WORDS["stands"][chinese]))
    within = WORDS["within"][chinese].format(most=f"{100 * levels[-1]:g}")
    legend.append(words_at(WIDTH - RIGHT + NEEDS, TOP - 27, within, "soft"))
    hours = min(figures["hours"])
    part = WORDS["part"][chinese].format(hours=f"{hours:,}") if hours < WHOLE_YEAR_H else ""
    notes = [WORDS["note"][chinese] + part, figures["synthetic"][lang]]
    return sheet(title, y + 10.0, [*legend, *body], notes=notes, left=24.0)


def _row(name: str, ranges: list[Mapping[str, Any]], top: float, chinese: bool) -> list[str]:
    unit = 1e3 if name.endswith("_energy") else 1.0
    most = nice(max(*(r["most"]["total"] / unit for r in ranges), ranges[0]["optimum"] / unit, 1.0))
    height = BAR * len(ranges)
    digits = 1 if most < 20.0 else 0
    foot = top + height + 3.0

    def x(amount: float) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * amount / unit / most

    drawn = [
        words_at(LEFT - 12, top + height / 2 + 4, WORDS[name][chinese], "end"),
        f'<line x1="{LEFT:g}" x2="{WIDTH - RIGHT:g}" y1="{foot:g}" y2="{foot:g}" class="rule"/>',
        words_at(LEFT, top + height + 16, "0", "soft mid"),
        words_at(WIDTH - RIGHT, top + height + 16, f"{most:,.{digits}f}", "soft mid"),
        words_at(WIDTH - RIGHT + NEEDS, top + height / 2 + 4, WORDS[ranges[-1]["need"]][chinese]),
    ]
    if x(ranges[0]["stands"]) > LEFT:
        drawn.append(
            f'<rect x="{LEFT:g}" y="{top:.1f}" width="{x(ranges[0]["stands"]) - LEFT:.1f}" height="{height:g}" '
            f'fill="{STANDS}"/>'
        )
    for k, each in enumerate(ranges):
        low, high = x(each["least"]["total"]), x(each["most"]["total"])
        said = f"{each['least']['total'] / unit:,.{digits}f} – {each['most']['total'] / unit:,.{digits}f}"
        drawn.append(
            f'<rect x="{low:.1f}" y="{top + k * BAR + 1:.1f}" width="{max(high - low, 1.5):.1f}" height="{BAR - 2:g}" '
            f'fill="{_shade(k)}"><title>{said}</title></rect>'
        )
    best = x(ranges[0]["optimum"])
    drawn.append(f'<rect x="{best - 1.5:.1f}" y="{top - 3:.1f}" width="3" height="{height + 6:g}" fill="#14191d"/>')
    last = ranges[-1]
    drawn.append(
        words_at(x(last["most"]["total"]) + 6, top + height - 3, f"{last['most']['total'] / unit:,.{digits}f}", "soft")
    )
    if x(last["least"]["total"]) > LEFT + 40:
        drawn.append(
            words_at(
                x(last["least"]["total"]) - 6,
                top + height - 3,
                f"{last['least']['total'] / unit:,.{digits}f}",
                "soft end",
            )
        )
    return drawn


def _shade(k: int) -> str:
    return SHADES[min(k, len(SHADES) - 1)]
