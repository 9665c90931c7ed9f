"""A plan beside an earlier one in its report: what was asked otherwise, and each year then and now."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from html import escape
from typing import Any

from holin.picture.figure import Figure, Json, axis, bar
from holin.picture.plan_report.years import KIND_COLOURS
from holin.picture.printed import Page, both, number, percent, table

Figures = Mapping[str, Any]


def compared(figures: Figures, page: Page) -> str:
    """Return what was asked otherwise and the years of both plans, or nothing without an earlier plan."""
    found = figures.get("against")
    if not found:
        return ""
    none = page.word("plan_against.none")
    asked = "".join(
        f"<li>{both(row['zh'], row['en'], page)}: {escape(row['then']) or none} → {escape(row['now']) or none}</li>"
        for row in found["asked"]
    )
    years = found["by_year"]

    def row(key: str, told: Callable[[Figures], str]) -> list[str]:
        cells = (f'<td class="n">{told(y["then"])} → {told(y["now"])}</td>' for y in years.values())
        return [f'<th scope="row">{page.word(f"plan_against.{key}")}</th>', *cells]

    rows = [
        *(row(kind, _capacity(kind)) for kind in ("wind", "solar", "coal", "storage", "storage_mwh")),
        row("green", lambda y: percent(y["green_share_physical"])),
        row("curtailed", lambda y: percent(y["curtailed_share"])),
        row("price", lambda y: number(y["all_in_price_per_kwh"], 4)),
        row("import", lambda y: number(y["import_mwh"] / 1e3, 1)),
        row("co2", lambda y: number(y["co2_t"] / 1e3, 1)),
    ]
    then, now = (found["all_years"][k] for k in ("then", "now"))
    money = "".join(
        f"<li>{page.word(f'plan_against.{key}')}: {_millions(then[key])} → {_millions(now[key])}</li>"
        for key in ("investment", "npv")
    )
    listed = f"<p>{page.word('plan_against.asked')}</p><ul>{asked}</ul>" if asked else ""
    return f"{listed}{table(['', *(escape(y) for y in years)], rows, 'stacked')}<ul>{money}</ul>"


def _capacity(kind: str) -> Callable[[Figures], str]:
    return lambda year: number(year["capacity_mw"][kind])


def _millions(value: float | None) -> str:
    return number(None if value is None else value / 1e6, 1)


def capacities(figures: Figures) -> Figure | None:
    """Return what stands in each year in both plans, with the all-in price above; None without an earlier plan."""
    found = figures.get("against")
    if not found:
        return None
    columns = [(year, key, both[key]) for year, both in found["by_year"].items() for key in ("then", "now")]
    at = [[year for year, _, _ in columns], ["{{plan_against.bar_" + key + "}}" for _, key, _ in columns]]
    data: list[Json] = []
    for kind, colour in KIND_COLOURS.items():
        values = [float(year["capacity_mw"][kind]) for _, _, year in columns]
        if any(values):
            data.append(bar(f"plan_kind.{kind}", colour, x=at, y=values, hovertemplate="%{y:,.1f} MW"))
    tops = [1.02 * sum(float(year["capacity_mw"][k]) for k in KIND_COLOURS) for _, _, year in columns]
    prices = [number(year["all_in_price_per_kwh"], 4) for _, _, year in columns]
    data.append(
        {"type": "scatter", "mode": "text", "x": at, "y": tops, "text": prices, "textposition": "top center"}
        | {"hoverinfo": "skip", "showlegend": False, "textfont": {"color": "@ink"}, "cliponaxis": False}
    )
    layout = {
        "barmode": "stack",
        "bargap": max(0.25, 0.8 - 0.12 * len(columns)),
        "xaxis": axis("axis.plan_year", type="multicategory"),
        "yaxis": axis("axis.capacity_mw", range=[0, 1.12 * max(tops, default=1.0)]),
    }
    return Figure(id="plan_against", data=data, layout=layout, height=420)
