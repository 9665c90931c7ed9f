"""The grid of a plan's report: each year with any one branch or unit out, short circuits, and what they ask for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from itertools import groupby
from typing import Any

from holin.picture.figure import Figure, axis, bar
from holin.picture.printed import Page, cell, number, percent, table

Figures = Mapping[str, Any]

VIOLATIONS = {
    "overload": "heat_high", "voltage": "cold", "lost_load": "loss", "no_solution": "bad", "breakers": "discharge",
}  # fmt: skip
"""What the plan may bring to the grid -> its colour."""

ROWS_SHOWN = 12


def _checks(figures: Figures) -> dict[str, Figures]:
    return {year: y["grid_check"] for year, y in figures["by_year"].items() if y.get("grid_check")}


def checked(figures: Figures, page: Page) -> str:
    """Return the check of each planned year, or nothing where the grid was not checked."""
    checks = _checks(figures)
    if not checks:
        return ""
    flows = {year: figures["by_year"][year]["flow"] for year in checks}

    def row(key: str, cells: Iterable[str]) -> list[str]:
        return [f'<th scope="row">{page.word(f"plan_grid.{key}")}</th>', *cells]

    def counted(key: str, name: str, breakers: str) -> list[str]:
        return row(key, (cell(n, number(n)) for n in (len(c[name]) + len(c[breakers]) for c in checks.values())))

    costs = [c["reinforcement_cost"] / 1e6 for c in checks.values()]
    rows = [
        row("flow", (_verdict(f["settled"], page) for f in flows.values())),
        row("loading", (cell(f["loading_max"], percent(f["loading_max"])) for f in flows.values())),
        row("voltage", (f'<td class="n">{_range(f["v_min_pu"], f["v_max_pu"])}</td>' for f in flows.values())),
        row("secure", (_verdict(c["secure"], page, stood=_stood(c)) for c in checks.values())),
        row("alone", (_verdict(c["secure_without_reinforcement"], page) for c in checks.values())),
        row("cases", (cell(c["cases"], _solved(c)) for c in checks.values())),
        row("units", (cell(c["units_out"], number(c["units_out"])) for c in checks.values())),
        counted("caused", "caused", "breakers"),
        counted("left", "left", "breakers_left"),
        counted("before", "before", "breakers_before"),
        row("cost", (cell(cost, number(cost, 1)) for cost in costs)),
    ]
    return table(["", *(escape(y) for y in checks)], rows, "stacked") + _loop(figures, page)


def _loop(figures: Figures, page: Page) -> str:
    """Return how often the plan was made again with the works in its network, or that it is not settled."""
    loop = figures["grid_loop"]
    if not loop["settled"]:
        return f'<p class="banner" role="note">{page.word("plan_grid.unsettled")}</p>'
    times = number(loop["passes"])
    return f'<p class="note">{page.word("plan_grid.again")} {times}</p>' if loop["passes"] else ""


def _solved(check: Figures) -> str:
    return f"{number(check['cases_solved'])} / {number(check['cases'])}"


def _range(low: float, high: float) -> str:
    return f"{number(low, 3)} – {number(high, 3)}"


def _stood(check: Figures) -> int:
    return len(check["before"]) + len(check["breakers_before"])


def _verdict(good: bool, page: Page, *, stood: int = 0) -> str:
    """Return yes or no; a yes beside so many violations that stood before says that they remain."""
    hue, sign, key = ("good", "✓", "plan_grid.yes") if good else ("bad", "✕", "plan_grid.no")
    remain = f"<br>{page.word('plan_grid.remain')} {number(stood)}" if good and stood else ""
    verdict = f'<span class="verdict {hue}"><span aria-hidden="true">{sign}</span> {page.word(key)}</span>'
    return f'<td class="n">{verdict}{remain}</td>'


def violations(figures: Figures) -> Figure | None:
    """Return how many violations the plan brings to each year's grid by kind, without and with reinforcement."""
    checks = _checks(figures)
    columns = [(year, key) for year in checks for key in ("caused", "left")]
    at = [[year for year, _ in columns], ["{{plan_grid.bar_" + key + "}}" for _, key in columns]]
    data = []
    for kind, colour in VIOLATIONS.items():
        counts = [_count(checks[year], key, kind) for year, key in columns]
        if any(counts):
            data.append(bar(f"plan_violation.{kind}", colour, x=at, y=counts, hovertemplate="%{y:d}"))
    if not data:
        return None
    layout = {
        "barmode": "stack",
        "bargap": max(0.25, 0.8 - 0.12 * len(columns)),
        "xaxis": axis("axis.plan_year", type="multicategory"),
        "yaxis": axis("axis.violations", rangemode="tozero"),
        "showlegend": True,
    }
    return Figure(id="plan_violations", data=data, layout=layout)


def _count(check: Figures, key: str, kind: str) -> int:
    if kind == "breakers":
        return len(check["breakers" if key == "caused" else "breakers_left"])
    return sum(row["kind"] == kind for row in check[key])


def reinforcements(figures: Figures, page: Page) -> str:
    """Return what is built against what the plan brings: where, how large, its cost, when to order; or nothing."""
    rows = [
        [
            f'<th scope="row">{page.word(f"plan_measure.{kind}")}</th>',
            escape(year),
            _places([m["of"] for m in group], page),
            f'<td class="n">{number(size, 0 if size == round(size) else 1)} {escape(unit)}</td>',
            cell(_cost(group), number(_cost(group), 1)),
            escape(day),
        ]
        for year, check in _checks(figures).items()
        for (kind, size, unit, day), group in _grouped(check["reinforcements"])
    ]
    columns = ("what", "year", "where", "size", "cost", "begin_by")
    return table([page.word(f"plan_measure.{c}") for c in columns], rows, "stacked") if rows else ""


def _grouped(measures: Sequence[Figures]) -> Iterator[tuple[tuple[str, float, str, str], list[Figures]]]:
    """Yield measures of one kind, size and day to order: breakers of one size are ordered together, works are not."""

    def key(measure: Figures) -> tuple[str, float, str, str, str]:
        alone = "" if measure["kind"] == "breakers" else measure["of"]
        return measure["kind"], measure["size"], measure["unit"], measure["begin_by"], alone

    for (*same, _), group in groupby(sorted(measures, key=key), key=key):
        yield tuple(same), list(group)  # type: ignore[misc]


def _cost(group: Sequence[Figures]) -> float:
    return sum(float(m["cost"]) for m in group) / 1e6


def _places(ids: Sequence[str], page: Page) -> str:
    named = ", ".join(page.named(identity) for identity in dict.fromkeys(ids))
    if len(set(ids)) == 1:
        return named if len(ids) == 1 else f"{named} × {number(len(ids))}"
    count = f"{number(len(ids))} {page.word('plan_measure.buses')}"
    return f"<details><summary>{count}</summary>{named}</details>"


def worst(figures: Figures, page: Page) -> str:
    """Return the worst of what the plan brings, and of what stays with all reinforcement; or nothing."""
    rows = [
        [
            f'<th scope="row">{_element(c["element"], page)}</th>',
            escape(year),
            page.word(f"plan_violation.{c['kind']}"),
            page.named(c["outage"]) if c["outage"] else page.word("plan_grid.no_outage"),
            cell(c["value_before"], _value(c, c["value_before"])),
            cell(c["value"], _value(c, c["value"])),
            cell(c["limit"], _value(c, c["limit"]) if c["kind"] != "lost_load" else "–"),
            cell(c["hours"], number(c["hours"])),
            page.word("plan_grid.stays" if _same(c, check["left"]) else "plan_grid.cured"),
        ]
        for year, check in _checks(figures).items()
        for c in check["caused"][:ROWS_SHOWN]
    ]
    columns = ("element", "year", "violation", "outage", "base", "value", "limit", "hours", "then")
    if not rows:
        return ""
    more = sum(max(len(check["caused"]) - ROWS_SHOWN, 0) for check in _checks(figures).values())
    left_out = f'<p class="note">{page.word("plan_grid.more")} {number(more)}</p>' if more else ""
    return table([page.word(f"plan_grid.{c}") for c in columns], rows, "stacked") + left_out


def _same(change: Figures, left: Sequence[Figures]) -> bool:
    names = ("outage", "kind", "element")
    return any(all(c[n] == change[n] for n in names) for c in left)


def _element(elements: str, page: Page) -> str:
    return ", ".join(page.named(name.strip()) for name in elements.split(",") if name.strip()) or "–"


def _value(change: Figures, value: float | None) -> str:
    """Return a loading, a voltage or a lost load with its unit."""
    if value is None or change["kind"] == "no_solution":
        return "–"
    if change["kind"] == "overload":
        return percent(value, 0)
    return f"{number(value, 3)} p.u." if change["kind"] == "voltage" else f"{number(value, 1)} MW"
