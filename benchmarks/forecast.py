"""How good the baselines are over a park's synthetic year, by lead time: the table of the guide's chapter on forecasts.

    python benchmarks/forecast.py [--park huolinguole] [--stage 2025] [--every 17] [--json]

The fit is made once, of four past years of other weather draws, at the year's first hour; the year itself is seen by
each issue until its own hour. Errors of the median (root mean square) and pinball losses are in % of nominal power,
weighted by the number of values; `below` and `not above` are shares of values under the 10 and 90 % quantile.
"""

from __future__ import annotations

import argparse
import json
import time
from typing import Any

import numpy as np
import xarray as xr

from holin.calendar import hours_of_year
from holin.forecast import Method, fitted, issues_of, skill, weather_service
from holin.park import at_stage, forecastable, stage_of
from holin.parkfile import read_park, reference_park
from holin.resource import available, demand, weather_year
from holin.twin import known_history

KINDS = ("wind_farm", "pv_plant", "load")
HORIZON_H = 48
EDGES_H = (0.0, 1.0, 3.0, 6.0, 12.0, 24.0)


def figures(park_name: str, stage: str | None, every_h: int) -> dict[str, Any]:
    """Return the skill of all baselines and of the synthetic service, by method, kind and lead."""
    whole = read_park(reference_park(park_name))
    at = stage_of(whole, stage)
    park = at_stage(whole, at)
    hours = hours_of_year(at.as_of.year, park.facts.time_zone)
    sky = weather_year(park, hours)
    may, must = available(park, sky), demand(park, hours, sky)
    began = time.process_time()
    history = known_history(park, may, must)
    fit = fitted(history, hours[0])
    seconds = {"history and fit": time.process_time() - began}
    came = xr.merge([may[["available_mw"]], must[["load_mw"]]])
    issued = hours[24 : len(hours) - HORIZON_H : every_h]
    rows = []
    for method in (*(m.value for m in Method), "service"):
        began = time.process_time()
        table = (
            weather_service(park, history, issued, horizon_h=HORIZON_H, fit=fit)
            if method == "service"
            else issues_of(method, history, issued, horizon_h=HORIZON_H, fit=fit)
        )
        seconds[method] = (time.process_time() - began) / len(issued)
        found = skill(table, came, lead_edges_h=EDGES_H)
        rows += [_row(method, kind, found, park) for kind in KINDS]
    return {"park": park_name, "stage": at.name, "issues": len(issued), "cpu_seconds": seconds, "rows": rows}


def _row(method: str, kind: str, found: xr.Dataset, park: Any) -> dict[str, Any]:
    nominal = {t.id: t.nominal for t in forecastable(park) if t.kind == kind}
    chosen = found.sel(element=[e for e in map(str, found.element.values) if e in nominal])
    scale = xr.DataArray([nominal[str(e)] for e in chosen.element.values], dims="element")
    weight = chosen["count"] / chosen["count"].sum("element")

    def mean(values: xr.DataArray) -> list[float]:
        return (values * weight).sum("element").values.round(6).tolist()

    rmse = np.sqrt(((chosen.rmse / scale) ** 2 * weight).sum("element")).values
    shares = {
        f"{name} {chance:g}": mean(chosen[name].sel(quantile=chance))
        for name in ("below", "not_above")
        for chance in (0.1, 0.9)
    }
    return {
        "method": method, "kind": kind, "lead_h": chosen.lead_h.values.tolist(), "rmse": rmse.round(6).tolist(),
        "pinball": mean(chosen.pinball / scale), **shares,
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--park", default="huolinguole")
    parser.add_argument("--stage")
    parser.add_argument("--every", type=int, default=17, help="hours from one issue to the next")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    made = figures(given.park, given.stage, given.every)
    if given.json:
        print(json.dumps(made, indent=1))
        return
    print(f"{made['park']} {made['stage']}, {made['issues']} issues")
    for row in made["rows"]:
        print(f"{row['kind']:10} {row['method']:12} lead " + " ".join(f"{h:6.0f}" for h in row["lead_h"]))
        for name in ("rmse", "pinball", "below 0.1", "not_above 0.1", "below 0.9", "not_above 0.9"):
            print(f"  {name:20}      " + " ".join(f"{100 * v:6.2f}" for v in row[name]))
    print({name: round(value, 4) for name, value in made["cpu_seconds"].items()})


if __name__ == "__main__":
    main()
