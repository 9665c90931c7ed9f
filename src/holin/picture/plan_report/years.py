"""Charts by year: what stands and is new, the energy, the price in parts, and the cash flow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from holin.picture.figure import Figure, Json, axis, bar, line
from holin.picture.plan_report.seen import PlanYear

KIND_COLOURS = {"wind": "wind", "solar": "solar", "storage": "discharge", "coal": "coal"}

INVESTED = KIND_COLOURS | {"network": "export", "potline": "potline", "works": "loss"}

SOURCES = {"coal": "coal", "other": "other", "import": "import", "wind": "wind", "solar": "solar"}

PRICE_GROUPS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "annuities": ("potline", ("annuity_",)),
    "operation": ("green_soft", ("fixed_", "variable", "start", "generator")),
    "fuel": ("coal", ("fuel",)),
    "co2": ("loss", ("co2",)),
    "bought": ("import", ("import_",)),
    "demand_charge": ("price", ("demand_charge",)),
    "distribution": ("charge", ("distribution",)),
    "export_income": ("export", ("export_income",)),
}
"""How the parts of the price are drawn together: colour, and how their names begin."""

PERCENT: Json = {"yaxis": "y2", "mode": "lines+markers", "hovertemplate": "%{y:.1%}"}


def capacity(figures: Mapping[str, Any]) -> Figure | None:
    """Return what stands in each year by kind, what the plan has built by then hatched."""
    if not figures["by_year"]:
        return None
    years = list(figures["by_year"])
    data: list[Json] = []
    for kind, colour in KIND_COLOURS.items():
        stands = np.array([figures["by_year"][y]["capacity_mw"][kind] for y in years])
        new = np.array(
            [sum(r["stands_mw"] for r in figures["built"] if r["stage"] == y and r["kind"] == kind) for y in years]
        )
        for key, values in ((f"kind_stands.{kind}", np.maximum(stands - new, 0.0)), (f"kind_new.{kind}", new)):
            if values.any():
                made = bar(key, colour, x=years, y=[float(v) for v in values], hovertemplate="%{y:,.1f} MW")
                if key.startswith("kind_new"):
                    made["marker"] = _hatched(colour)
                data.append(made)
    if not data:
        return None
    layout = _stacked(years, axis("axis.capacity_mw"))
    return Figure(id="plan_capacity", data=data, layout=layout, height=400, wide=False)


def investment(figures: Mapping[str, Any]) -> Figure | None:
    """Return what each year's building costs by kind, what its grid needs beside it among them."""
    years = list(figures["years"])
    works = {
        y: (found.get("grid_check") or {}).get("reinforcement_cost", 0.0) for y, found in figures["by_year"].items()
    }
    data: list[Json] = []
    for kind, colour in INVESTED.items():
        spent = [sum(r["investment"] for r in figures["built"] if r["stage"] == y and r["kind"] == kind) for y in years]
        if kind == "works":
            spent = [works.get(y, 0.0) for y in years]
        if any(spent):
            millions = [v / 1e6 for v in spent]
            data.append(bar(f"plan_kind.{kind}", colour, x=years, y=millions, hovertemplate="%{y:,.1f}"))
    if not data:
        return None
    layout = _stacked(years, axis("axis.millions", tickformat=",.0f"))
    return Figure(id="plan_invest", data=data, layout=layout, height=400, wide=False)


def _stacked(years: Sequence[str], upwards: Json) -> Json:
    """Return the layout of stacked bars, one by planned year."""
    return {
        "barmode": "stack",
        "bargap": _gap(len(years)),
        "xaxis": axis("axis.plan_year", type="category"),
        "yaxis": upwards,
        "hovermode": "x unified",
    }


def _hatched(colour: str) -> Json:
    return {
        "color": f"@{colour}/30",
        "line": {"color": f"@{colour}", "width": 1},
        "pattern": {"shape": "/", "fgcolor": f"@{colour}", "fillmode": "overlay", "size": 7, "solidity": 0.35},
    }


def energy(years: Sequence[PlanYear], figures: Mapping[str, Any]) -> Figure | None:
    """Return where each year's energy comes from, with the plan and with nothing built, and the green share."""
    if not figures["by_year"]:
        return None
    columns = [(year.name, key, scene) for year in years for key, scene in _both(year)]
    at = [[name for name, _, _ in columns], ["{{plan." + key + "}}" for _, key, _ in columns]]
    step = years[-1].scene.step_h
    data = []
    for name, colour in SOURCES.items():
        values = [float(np.nansum(s.hourly[name])) * step / 1000 if name in s.hourly else 0.0 for _, _, s in columns]
        if any(values):
            data.append(bar(f"energy.{name}", colour, x=at, y=values, hovertemplate="%{y:,.1f} GWh"))
    demand = [float(np.nansum(s.hourly["demand"])) * step / 1000 for _, _, s in columns]
    points = {"mode": "markers", "marker": {"symbol": "line-ew", "size": 34, "line": {"width": 2, "color": "@ink"}}}
    data.append({"type": "scatter", "name": "{{energy.demand}}", "x": at, "y": demand, **points})
    names = [year.name for year in years]
    shares = [float(figures["by_year"][name]["green_share"]["physical"]) for name in names]
    green = line("share.physical", "green", shares, x=[names, ["{{plan.with}}"] * len(names)])
    data.append(green | PERCENT | {"marker": {"size": 10, "color": "@green"}})
    layout = {
        "barmode": "stack",
        "bargap": _gap(len(columns)),
        "xaxis": axis("axis.plan_year", type="multicategory"),
        "yaxis": axis("axis.energy_gwh"),
        "yaxis2": axis("axis.green_share", overlaying="y", side="right", tickformat=".0%", range=[0, 1], dtick=0.2),
    }
    return Figure(id="plan_energy", data=data, layout=layout, height=400, count="physical")


def _both(year: PlanYear) -> list[tuple[str, Any]]:
    before = [("without", year.before)] if year.before is not None else []
    return [*before, ("with", year.scene)]


def price(figures: Mapping[str, Any]) -> Figure | None:
    """Return the all-in price by part in each year, with the plan and with nothing built."""
    money = figures.get("money") or {}
    if "prices" not in money:
        return None
    columns: list[tuple[str, str, Mapping[str, float]]] = []
    for year, found in money["prices"].items():
        reference = money["reference"][year]
        total = sum(reference["price_parts"].values())
        scale = (reference["price_per_kwh"] or 0.0) / total if total else 0.0
        columns.append((year, "without", {k: v * scale for k, v in reference["price_parts"].items()}))
        columns.append((year, "with", {k: v or 0.0 for k, v in found["parts_per_kwh"].items()}))
    at = [[name for name, _, _ in columns], ["{{plan." + key + "}}" for _, key, _ in columns]]
    data = []
    for group, (colour, _) in PRICE_GROUPS.items():
        values = [_grouped(parts)[group] for _, _, parts in columns]
        if any(abs(v) > 1e-9 for v in values):
            data.append(bar(f"price_group.{group}", colour, x=at, y=values, hovertemplate="%{y:,.4f}"))
    totals = [sum(parts.values()) for _, _, parts in columns]
    tops = [1.02 * sum(max(v, 0.0) for v in _grouped(parts).values()) for _, _, parts in columns]
    point = {"type": "scatter", "x": at}
    data += [
        point
        | {"mode": "markers", "name": "{{part.total}}", "y": totals, "hovertemplate": "%{y:,.4f}"}
        | {"marker": {"symbol": "diamond", "size": 9, "color": "@ink"}},
        point
        | {"mode": "text", "y": tops, "text": [f"{t:.4f}" for t in totals], "textposition": "top center"}
        | {"hoverinfo": "skip", "showlegend": False, "textfont": {"color": "@ink"}},
    ]
    layout = {
        "barmode": "relative",
        "bargap": _gap(len(columns)),
        "xaxis": axis("axis.plan_year", type="multicategory"),
        "yaxis": axis("axis.price_per_kwh", tickformat=".2f"),
    }
    return Figure(id="plan_price", data=data, layout=layout, height=420)


def _grouped(parts: Mapping[str, float]) -> dict[str, float]:
    return {
        group: sum(v for name, v in parts.items() if name.startswith(begins))
        for group, (_, begins) in PRICE_GROUPS.items()
    }


def _gap(columns: int) -> float:
    """Return the room between bars: a few bars are not as wide as the page."""
    return max(0.25, 0.8 - 0.12 * columns)


def cash_flow(figures: Mapping[str, Any]) -> Figure | None:
    """Return the project's cash flow by year and its sums, plain and discounted, in millions."""
    money = figures.get("money") or {}
    flow = money.get("cash_flow")
    if not flow or not any(flow["capex"]):
        return None
    row = {name: np.asarray(values, dtype=float) / 1e6 for name, values in flow.items() if name != "year"}
    costs = row["fixed_cost"] + row["variable_cost"] + row["fuel_cost"] + row["purchase_cost"] + row["co2_cost"]
    bars = {
        "saved": ("green", row["income"]),
        "residual": ("green_soft", row["residual"]),
        "capex": ("potline", -row["capex"]),
        "costs": ("metal", -costs),
        "taxes": ("loss", -(row["vat_paid"] + row["surcharge"] + row["project_income_tax"])),
    }
    years = flow["year"]
    data = [
        bar(f"cash.{name}", colour, x=years, y=[float(v) for v in values], hovertemplate="%{y:,.1f}")
        for name, (colour, values) in bars.items()
        if values.any()
    ]
    for name, dash in (("project_sum", "solid"), ("project_discounted_sum", "dot")):
        data.append(line(f"cash.{name}", "ink", row[name], x=years, line={"dash": dash}, hovertemplate="%{y:,.1f}"))
    layout = {
        "barmode": "relative",
        "xaxis": axis("axis.year_end", tickformat="d", dtick=2 if len(years) < 40 else 5, separatethousands=False),
        "yaxis": axis("axis.millions", tickformat=",.0f"),
        "hovermode": "x unified",
    }
    return Figure(id="plan_cash", data=data, layout=layout, height=420)
