"""The months of a new load against its green supply, or what new sources give, as bars."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from holin.picture.connection.sheet_parts import Speaker
from holin.picture.panels import nice
from holin.picture.printed import number

WIDTH, HEIGHT, LEFT, BOTTOM, TOP = 560.0, 230.0, 56.0, 26.0, 10.0


def months_svg(months: Sequence[Mapping[str, Any]], say: Speaker) -> str:
    """Return the bars: the load with its green part (physical) below, beside them what new sources give."""
    top = max((max(m["load_mwh"], m["made_mwh"]) for m in months), default=0.0)
    if top <= 0:
        return ""
    step = nice(top / 4)
    scale, slot = (HEIGHT - TOP - BOTTOM) / top, (WIDTH - LEFT) / len(months)
    has_load, has_made = (any(m[k] > 0 for m in months) for k in ("load_mwh", "made_mwh"))
    wide = min(slot * (0.36 if has_load and has_made else 0.68), 60.0)
    parts = []
    for k in range(int(top // step) + 1):
        y = HEIGHT - BOTTOM - k * step * scale
        parts.append(f'<line class="gridline" x1="{LEFT}" x2="{WIDTH}" y1="{y:.1f}" y2="{y:.1f}"/>')
        parts.append(f'<text class="axis" x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{number(k * step)}</text>')
    for k, month in enumerate(months):
        x = LEFT + (k + 0.5) * slot - (wide if has_load and has_made else wide / 2)
        if has_load:
            parts += _bar(x, wide, 0.0, month["green_mwh"], scale, "green", say("months.green"))
            parts += _bar(x, wide, month["green_mwh"], month["load_mwh"], scale, "other", say("months.other"))
            x += wide
        if has_made:
            parts += _bar(x, wide, 0.0, month["made_mwh"], scale, "made", say("months.made"))
        parts.append(
            f'<text class="axis" x="{LEFT + (k + 0.5) * slot:.1f}" y="{HEIGHT - 8}" text-anchor="middle">'
            f"{escape(month['month'][5:] if len(months) > 6 else month['month'])}</text>"
        )
    return (
        f'<svg class="months" viewBox="0 0 {WIDTH:.0f} {HEIGHT:.0f}" role="img" '
        f'aria-label="{escape(say("section.months"))}">'
        f"{''.join(parts)}</svg>"
    )


def _bar(x: float, wide: float, low: float, high: float, scale: float, kind: str, name: str) -> list[str]:
    if high - low <= 0:
        return []
    y, height = HEIGHT - BOTTOM - high * scale, (high - low) * scale
    return [
        f'<rect class="{kind}" x="{x:.1f}" y="{y:.1f}" width="{wide:.1f}" height="{height:.1f}">'
        f"<title>{escape(name)}: {number(high - low)} MWh</title></rect>"
    ]


def legend(months: Sequence[Mapping[str, Any]], say: Speaker) -> str:
    """Return the legend of the bars that there are."""
    kinds = [("green", "months.green"), ("other", "months.other")] if any(m["load_mwh"] > 0 for m in months) else []
    kinds += [("made", "months.made")] if any(m["made_mwh"] > 0 for m in months) else []
    marks = "".join(f'<span><i class="{kind}"></i>{escape(say(key))}</span>' for kind, key in kinds)
    return f'<p class="legend">MWh {marks}</p>'
