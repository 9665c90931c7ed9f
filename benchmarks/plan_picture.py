"""The scaling of plans as a picture: CPU seconds over the length of the horizon, both axes by powers of ten."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from processes import HERE

PICTURES = HERE.parent / "docs" / "pictures"
WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 760, 440, 70, 150, 64, 56
COLOURS = {"holin": "#0b6e4f", "pypsa": "#b5502c"}

WORDS = {
    "en": {
        "title": "A park's plan, {buses} buses: CPU seconds of one thread",
        "x": "steps of the horizon", "y": "CPU s", "pypsa": "PyPSA + HiGHS HiPO", "slope": "growth {slope:.2f}",
    },
    "zh": {
        "title": "园区规划，{buses} 个节点：单线程 CPU 秒数",
        "x": "时段数", "y": "CPU 秒", "pypsa": "PyPSA + HiGHS HiPO", "slope": "增长指数 {slope:.2f}",
    },
}  # fmt: skip

Point = tuple[float, float]


def points_of(cases: Sequence[Mapping[str, Any]], buses: int = 20) -> dict[str, list[Point]]:
    """Return steps and CPU seconds of each tool, hours and a year's quarter-hours of one network; what has no time has
    no point."""
    found: dict[str, list[Point]] = {"holin": [], "pypsa": []}
    for each in cases:
        case = each["case"]
        if case["buses"] != buses:
            continue
        steps = case["hours"] * (4 if case["resolution"] == "15min" else 1)
        found["holin"].append((steps, each["holin"]["cpu_seconds"]))
        if "ratio_cpu" in each:
            found["pypsa"].append((steps, each["pypsa"]["total_cpu"]))
    return {tool: sorted(points) for tool, points in found.items() if points}


def growth(points: Sequence[Point]) -> float:
    """Return the exponent of the power law through the first and the last point."""
    (a, low), (b, high) = points[0], points[-1]
    return math.log(high / low) / math.log(b / a)


def scaling_svg(cases: Sequence[Mapping[str, Any]], language: str, buses: int = 20) -> str:
    """Return the picture as SVG text. Raises ValueError where fewer than two horizons were measured."""
    words, series = WORDS[language], points_of(cases, buses)
    if len(series.get("holin", ())) < 2:
        raise ValueError("a curve needs two horizons at least")
    every = [p for points in series.values() for p in points]
    x = _axis([p[0] for p in every], LEFT, WIDTH - RIGHT)
    y = _axis([p[1] for p in every], HEIGHT - BOTTOM, TOP)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        'font-family="system-ui, sans-serif" font-size="13">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
        f'<text x="{LEFT}" y="28" font-size="17">{words["title"].format(buses=buses)}</text>',
        f'<text x="{(LEFT + WIDTH - RIGHT) / 2}" y="{HEIGHT - 14}" text-anchor="middle">{words["x"]}</text>',
        f'<text x="{LEFT}" y="{TOP - 12}" text-anchor="end">{words["y"]}</text>',
    ]
    for value in _decades([p[1] for p in every]):
        at = y(value)
        parts.append(f'<line x1="{LEFT}" y1="{at:.1f}" x2="{WIDTH - RIGHT}" y2="{at:.1f}" stroke="#ddd"/>')
        parts.append(f'<text x="{LEFT - 8}" y="{at + 4:.1f}" text-anchor="end">{value:g}</text>')
    for value in sorted({p[0] for p in every}):
        at = x(value)
        parts.append(f'<line x1="{at:.1f}" y1="{TOP}" x2="{at:.1f}" y2="{HEIGHT - BOTTOM}" stroke="#eee"/>')
        parts.append(f'<text x="{at:.1f}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle">{value:,.0f}</text>')
    for tool, points in series.items():
        name, colour = words.get(tool, "Holin"), COLOURS[tool]
        line = " ".join(f"{x(a):.1f},{y(b):.1f}" for a, b in points)
        parts.append(f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [f'<circle cx="{x(a):.1f}" cy="{y(b):.1f}" r="4" fill="{colour}"/>' for a, b in points]
        end_x, end_y = x(points[-1][0]) + 10, y(points[-1][1])
        parts.append(f'<text x="{end_x:.1f}" y="{end_y:.1f}" fill="{colour}">{name}</text>')
        if len(points) > 1:
            told = words["slope"].format(slope=growth(points))
            parts.append(f'<text x="{end_x:.1f}" y="{end_y + 17:.1f}" fill="{colour}">{told}</text>')
    return "\n".join([*parts, "</svg>", ""])


def _axis(values: Sequence[float], low: float, high: float) -> Any:
    first, last = math.log10(min(values)) - 0.1, math.log10(max(values)) + 0.1
    return lambda value: low + (math.log10(value) - first) / (last - first) * (high - low)


def _decades(values: Sequence[float]) -> list[float]:
    first, last = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    ends = math.log10(min(values)) - 0.1, math.log10(max(values)) + 0.1
    ticks = [10.0**k for k in range(first, last + 1)]
    return [t for t in ticks if ends[0] <= math.log10(t) <= ends[1]]


def draw(cases: Sequence[Mapping[str, Any]], folder: Path = PICTURES) -> None:
    """Write the picture in both languages."""
    for language in WORDS:
        (folder / f"plan-scaling-{language}.svg").write_text(scaling_svg(cases, language), encoding="utf-8")
