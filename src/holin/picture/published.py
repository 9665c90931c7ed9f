"""Published figures against this run, and what the green share would be if captive coal might not stop."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from holin.park import ClaimedFigure
from holin.picture.figure import Figure, Json, axis, bar, line, packed
from holin.picture.printed import Page, both, cell, number, percent, points, rounded, table
from holin.picture.scene import Scene, figure_of

RANGE_WIDTH, RANGE_HEIGHT = 168, 22
"""Of the drawing of a range, in px."""

MARGIN = 0.3
"""Room beside a range and the value, as a share of what they span."""

ENERGIES = (ClaimedFigure.GREEN_MWH, ClaimedFigure.LOAD_MWH)
SHARES = (ClaimedFigure.GREEN_SHARE, ClaimedFigure.GREEN_SHARE_PHYSICAL, ClaimedFigure.CURTAILED_SHARE)
TONNES = (ClaimedFigure.METAL_T, ClaimedFigure.GREEN_METAL_T)


def claims(scene: Scene, page: Page) -> str:
    """Return the published figures with range, what the run reached, a drawing of both and the verdict, or nothing."""
    rows = scene.summary.get("claims") or []
    if not rows:
        return ""
    head = [page.word(f"table.{k}") for k in ("published", "published_range", "this_run", "in_range", "verdict")]
    return table(head, (_claim(row, page) for row in rows), "stacked claims")


def _claim(row: Mapping[str, Any], page: Page) -> list[str]:
    low, high, reached = (figure_of(row, k) for k in ("low", "high", "reached"))
    agrees = row.get("agrees") if reached is not None else None
    figure = str(row.get("figure", ""))
    name = both(
        str(row.get("name_zh") or row.get("name") or ""), str(row.get("name") or row.get("name_zh") or ""), page
    )
    what = page.word(f"figure.{figure}") if f"figure.{figure}" in page.words else ""
    reference = str(row.get("reference") or row.get("reference_zh") or "–")
    origin = both(str(row.get("reference_zh") or reference), reference, page)
    source = f"<small>{what} · {page.word('table.source')} {origin}</small>"
    return [
        f'<th scope="row">{name}{source}</th>',
        f'<td class="n">{_range(figure, low, high, page)}</td>',
        cell(reached, f"<b>{_valued(figure, reached, page)}</b>" if reached is not None else "–"),
        f'<td class="drawn">{range_svg(low, high, reached, agrees)}</td>',
        _verdict(figure, low, high, reached, agrees, page),
    ]


def _range(figure: str, low: float | None, high: float | None, page: Page) -> str:
    if low is None and high is None:
        return "–"
    if high is None:
        return f"≥ {_valued(figure, low, page)}"
    if low is None:
        return f"≤ {_valued(figure, high, page)}"
    return f"{_valued(figure, low, page, unit=False)} – {_valued(figure, high, page)}"


def _valued(figure: str, value: float | None, page: Page, *, unit: bool = True) -> str:
    """Return a figure of a claim as printed: energy and metal in the units that each language counts in."""
    if value is None:
        return "–"
    if figure in ENERGIES:
        chinese, english = rounded(value / 1e5), rounded(value / 1e3)
        return both(f"{chinese} 亿千瓦时" if unit else chinese, f"{english} GWh" if unit else english, page)
    if figure in SHARES:
        return percent(value) if unit else number(value * 100, 1)
    if figure in TONNES:
        chinese, english = rounded(value / 1e4), rounded(value / 1e3)
        return both(f"{chinese} 万吨" if unit else chinese, f"{english} kt" if unit else english, page)
    key = {ClaimedFigure.CARBON_T_PER_T: "t_per_t", ClaimedFigure.ALL_IN_PRICE_PER_KWH: "price_per_kwh"}.get(
        ClaimedFigure(figure)
    )
    shown = number(value, 2 if figure == ClaimedFigure.CARBON_T_PER_T else 4)
    return f"{shown} {page.word(f'unit.{key}')}" if unit and key else shown


def _verdict(figure: str, low: float | None, high: float | None, reached: float | None, agrees: Any, page: Page) -> str:
    if agrees is None or reached is None:
        return f'<td class="verdict unknown">{page.word("table.not_in_run")}</td>'
    if agrees:
        return f'<td class="verdict good"><span aria-hidden="true">✓</span> {page.word("table.agrees")}</td>'
    below = low is not None and reached < low
    bound = low if below else high
    gap = "" if bound is None else _valued(figure, abs(reached - bound), page)
    if figure in SHARES and bound is not None:
        gap = points(percent(abs(reached - bound), 2), page)
    side = page.word("table.below" if below else "table.above")
    return (
        f'<td class="verdict bad"><span aria-hidden="true">≠</span> {page.word("table.differs")}'
        f"<small>{side} {gap}</small></td>"
    )


def range_svg(low: float | None, high: float | None, reached: float | None, agrees: object) -> str:
    """Return a line with the published range as a band (open where it has no end) and the run's value as a dot."""
    known = [v for v in (low, high, reached) if v is not None]
    if not known:
        return ""
    span = (max(known) - min(known)) or abs(known[0]) * 0.1 or 1.0
    first, last = min(known) - MARGIN * span, max(known) + MARGIN * span

    def at(value: float) -> float:
        return 6 + (RANGE_WIDTH - 12) * (value - first) / (last - first)

    left, right = (at(low) if low is not None else 0.0), (at(high) if high is not None else float(RANGE_WIDTH))
    middle = RANGE_HEIGHT / 2
    band = f'<rect class="band" x="{left:.1f}" y="{middle - 6:g}" width="{right - left:.1f}" height="12"/>'
    dot = ""
    if reached is not None:
        dot = f'<circle class="{"inside" if agrees else "outside"}" cx="{at(reached):.1f}" cy="{middle:g}" r="5"/>'
    return (
        f'<svg class="range" viewBox="0 0 {RANGE_WIDTH} {RANGE_HEIGHT}" width="{RANGE_WIDTH}" height="{RANGE_HEIGHT}" '
        f'aria-hidden="true"><path d="M0 {middle:g}H{RANGE_WIDTH}"/>{band if known != [reached] else ""}{dot}</svg>'
    )


def must_run_rows(scene: Scene) -> list[tuple[float, float, float]]:
    """Return (gross must-run MW, green MWh, annual green share) of each level, ascending.

    Empty where the park has no captive unit at the stage: then all levels are the same run.
    """
    if not scene.park.thermal_units:
        return []
    return sorted(_known_levels(scene.summary.get("must_run") or []))


def _known_levels(rows: list[Mapping[str, Any]]) -> Iterator[tuple[float, float, float]]:
    for row in rows:
        level, green, share = (figure_of(row, k) for k in ("must_run_mw", "green_mwh", "green_share_annual"))
        if level is not None and green is not None and share is not None:
            yield level, green, share


def promised_shares(scene: Scene) -> list[tuple[str, float]]:
    """Return (id, least share) of each published claim about the whole year's green share, where the run has it."""
    monthly = {claim.id for claim in scene.park.claims if claim.months}
    rows = scene.summary.get("claims") or []
    return [
        (str(row.get("claim", "")), low)
        for row in rows
        if row.get("figure") == ClaimedFigure.GREEN_SHARE
        and row.get("claim") not in monthly
        and figure_of(row, "reached") is not None
        and (low := figure_of(row, "low")) is not None
    ]


def must_run(scene: Scene) -> Figure | None:
    """Return the plain green share over what captive coal must give at least, with the promised share as a line."""
    rows = must_run_rows(scene)
    if len(rows) < 2:
        return None
    names = [f"{number(level)} MW" for level, _, _ in rows]
    shares = [share for _, _, share in rows]
    bars = bar(
        "share.plain",
        "green_soft/50",
        x=names,
        y=packed(shares),
        texttemplate="%{y:.1%}",
        textposition="inside",
        insidetextanchor="middle",
        textfont={"color": "@ink", "size": 14},
        hovertemplate="%{x}: %{y:.2%}<extra></extra>",
    )
    promised = promised_shares(scene)
    data: list[Json] = [bars, *(_promise(share, names) for _, share in promised)]
    top = max([*shares, *(share for _, share in promised)])
    layout = {
        "xaxis": axis("axis.must_run_mw", type="category"),
        "yaxis": axis("axis.green_share", tickformat=".0%", range=[0, min(top * 1.15, 1.0)]),
        "bargap": 0.45,
    }
    return Figure(id="must_run", data=data, layout=layout, height=300, count="annual", wide=False)


def _promise(share: float, names: list[str]) -> Json:
    dotted = line("share.promised", "bad_ink", [], mode="lines", line={"dash": "dash", "width": 2})
    return dotted | {"x": names, "y": [share] * len(names), "hovertemplate": "%{y:.1%}"}


def must_run_table(scene: Scene, page: Page) -> str:
    """Return the same as a table: green energy, its share, and what is lost against coal that may stop; or nothing."""
    rows = must_run_rows(scene)
    if len(rows) < 2:
        return ""
    head = [page.word(f"table.{k}") for k in ("must_run_mw", "green_energy", "green_share_plain", "against_first")]
    free = rows[0][1]
    body = [
        [
            f'<th scope="row" class="n">{number(level)} MW</th>',
            cell(green, f"{rounded(green / 1000)} GWh"),
            cell(share, percent(share)),
            cell(green - free, f"{number((green - free) / 1000, 1)} GWh"),
        ]
        for level, green, share in rows
    ]
    return table(head, body)
