"""Forecasts and their skill as tables for people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from holin.cli.output import figure, out, percent, print_table
from holin.cli.texts import text

if TYPE_CHECKING:
    import xarray as xr

ROWS = 24
SHOWN = 8


def print_forecast(made: Any, window: xr.Dataset, reserve: xr.Dataset, language: str) -> None:
    """Print the first issue hour by hour: wind, PV and loads with their range, and the reserve that it asks for."""
    from holin.calendar import local
    from holin.forecast import totals

    zone = made.park.facts.time_zone
    sums = totals(window, made.history.signals)
    times = local(window["time"].values, zone)
    step = max(len(times) // ROWS, 1)
    rows = [
        [
            f"{times[k]:%m-%d %H:%M}",
            *(
                f"{figure(values[k, 1], 0)} ({figure(values[k, 0], 0)}–{figure(values[k, 2], 0)})"
                for values in sums.values()
            ),
            figure(float(reserve["reserve_up_mw"][k]), 0),
            figure(float(reserve["reserve_down_mw"][k]), 0),
        ]
        for k in range(0, len(times), step)
    ]
    low, high = (f"{100 * q:g} %" for q in (reserve.attrs["low"], 1 - reserve.attrs["low"]))
    issued = f"{local(made.forecast['issued'].values[:1], zone)[0]:%Y-%m-%d %H:%M}"
    heading = {"park": made.park.facts.id, "stage": made.stage.name, "method": made.method, "issued": issued}
    columns = [text("column.time", language), *(text(f"forecast.{name}", language) for name in (*sums, "up", "down"))]
    print_table(text("forecast.title", language, low=low, high=high, **heading), columns, rows)
    if made.forecast.sizes["issued"] > 1:
        out.print(text("forecast.several", language, count=made.forecast.sizes["issued"]), soft_wrap=True)
    out.print(text("forecast.reserve", language, low=low), soft_wrap=True)
    out.print(text("forecast.synthetic", language), soft_wrap=True)
    if made.history.modelled:
        names = ", ".join(made.history.modelled)
        out.print(text("forecast.modelled", language, names=names), soft_wrap=True, markup=False)


def print_skill(figures: Mapping[str, Any], language: str) -> None:
    """Print the skill by element and lead, the largest elements first."""
    quantile = figures["quantile"]
    largest = sorted(
        {r["element"]: r["nominal_mw"] or 0.0 for r in figures["skill"]}.items(), key=lambda pair: -pair[1]
    )[:SHOWN]
    columns = [
        text(f"column.{c}", language) for c in ("element", "lead", "rmse", "mae", "bias", "pinball", "inside", "count")
    ]
    rows = []
    for element, nominal in largest:
        for row in (r for r in figures["skill"] if r["element"] == element and r["count"]):
            values = [row[name] for name in ("rmse", "mae", "bias", "pinball")]
            parts = [percent(v / nominal) if nominal else figure(v, 2) for v in values]
            inside = percent(row["not_above"][-1] - row["below"][0], 0)
            rows.append([element, figure(row["lead_h"], 0), *parts, inside, figure(row["count"], 0)])
    print_table(text("forecast.skill", language), columns, rows)
    if len(quantile) > 1:
        span = {"low": f"{quantile[0]:g}", "high": f"{quantile[-1]:g}", "asked": percent(quantile[-1] - quantile[0], 0)}
        out.print(text("forecast.coverage", language, **span), soft_wrap=True)
