"""Two examples of PyPSA's source package as problems of Holin: `model-energy` and `ac-dc-meshed`.

    python benchmarks/pypsa_examples.py [--json]

model-energy (a load met by wind, sun, battery and hydrogen, 2,920 steps of three hours): wind, sun, battery, load and
what is not served are a park, its candidates and the blocks of a plan. Hydrogen is written here as rows of its own: a
park's storage has one power, while electrolyser, turbine and cavern have three sizes, each with its price.

ac-dc-meshed (nine nodes, ten hours, all sizes open): no park has converters between AC and DC networks whose power is
free, nor lines that begin at nothing; its problem is written here row by row. It shows what the solver's side does with
it (problem, HiGHS, certificate), no block of a park; and ten hours are too few for the staged solver.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import scipy.linalg
import xarray as xr
from processes import Failed
from scigrid import CACHE, VERSION, fetched

from holin.calendar import hours_of_year
from holin.dispatch.problem import add_operation
from holin.kernel.linear import Floats, LinearProblem, ProblemBuilder
from holin.kernel.staged import StagedSolution, solve_staged
from holin.park import (
    Bus,
    Candidate,
    Choice,
    Cost,
    Enterprise,
    Grid,
    Load,
    Park,
    ParkFacts,
    PvPlant,
    Stage,
    Storage,
    WindFarm,
    at_stage,
)
from holin.plan import PlanStage, offers_of, stage_of_plan, with_offers
from holin.plan.sizes import add_sizes, sized_ids

OBJECTIVES = {"model-energy": 8_078_135_675.4512, "ac-dc-meshed": -3_474_256.0405 + 21_915_277.5183}
"""PyPSA 1.4.0 with HiGHS; of ac-dc-meshed with the constant that PyPSA leaves out."""

TOLERANCE = 1e-6
YEAR, ANY_MW, ANY_MWH = 2019, 2e5, 1e8

Rows = list[dict[str, str]]


def folder_of(name: str, cache: Path = CACHE) -> Path:
    """Return the folder of an example, fetched with PyPSA's source package at the first time. Raises Failed."""
    return fetched(cache, f"pypsa-{VERSION}/examples/networks/{name}/{name}")


def table(folder: Path, name: str) -> Rows:
    """Return the rows of a table of components."""
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def series(folder: Path, name: str, *columns: str) -> Floats:
    """Return columns (time, column) of a table by snapshot."""
    return np.array([[float(row[c]) for c in columns] for row in table(folder, name)])


# ---- model-energy -----------------------------------------------------------------------------------------------


def model_energy(folder: Path) -> tuple[LinearProblem, int]:
    """Return the problem and its steps: a plan's blocks, and hydrogen beside them."""
    stage = _energy_stage(folder)
    builder = ProblemBuilder()
    add_operation(builder, stage.case, apart=sized_ids(stage.case, stage.offers))
    add_sizes(builder, stage.case, stage.offers)
    for offer in stage.offers:
        builder.add_cost(builder.columns(f"size.{offer.id}"), offer.investment_per_mw * offer.annuity)
    _add_hydrogen(builder, folder, stage.case.hours.count, stage.case.hours.step_h)
    return builder.built(), stage.case.hours.count


def _energy_stage(folder: Path) -> PlanStage:
    price = {row["name"]: float(row["capital_cost"]) for row in table(folder, "generators")}
    (battery,) = table(folder, "storage_units")
    (shed,) = (row for row in table(folder, "generators") if row["carrier"] == "load shedding")
    load = series(folder, "loads-p_set", "demand")
    step_h = float(table(folder, "snapshots")[0]["objective"])
    hours = float(battery["max_hours"])
    at = Stage(name=str(YEAR), as_of=date(YEAR, 12, 31))
    costs = {"wind": price["wind"], "solar": price["solar"], "battery": float(battery["capital_cost"])}
    park = Park(
        facts=ParkFacts(id="model-energy", discount_rate=0.0, voll_per_mwh=float(shed["marginal_cost"])),
        stages=(at,),
        buses=(Bus(id="electricity", v_nom_kv=110.0),),
        grids=(Grid(id="none", bus="electricity", sk_max_mva=1e4, import_max_mw=0.0),),
        enterprises=(Enterprise(id="all"),),
        loads=(Load(id="demand", bus="electricity", enterprise="all", load_mw=float(load.max())),),
        wind_farms=(WindFarm(id="type-wind", bus="electricity", p_nom_mw=1.0, cost="wind"),),
        pv_plants=(PvPlant(id="type-solar", bus="electricity", p_nom_mw=1.0, p_dc_mw=1.0, cost="solar"),),
        storages=(
            Storage(
                id="type-battery", bus="electricity", p_nom_mw=1.0, e_nom_mwh=hours, cost="battery",
                efficiency_charge=float(battery["efficiency_store"]),
                efficiency_discharge=float(battery["efficiency_dispatch"]),
            ),
        ),
        costs=tuple(Cost(id=k, capital_cost_per_mw=20.0 * v, lifetime_years=20.0) for k, v in costs.items()),
        candidates=tuple(
            Candidate(id=k, element=f"type-{k}", choice=Choice.BUILD, template=True, p_max_mw=ANY_MW) for k in costs
        ),
    )  # fmt: skip
    standing = at_stage(park, at)
    offers = offers_of(park, standing, YEAR)
    full = with_offers(standing, offers)
    time = hours_of_year(YEAR, full.facts.time_zone)[:: round(step_h)][: len(load)]
    share = series(folder, "generators-p_max_pu", "wind", "solar")
    available = xr.Dataset(
        {"available_mw": (("time", "unit"), share * ANY_MW)}, coords={"time": time, "unit": ["wind", "solar"]}
    )
    demand = xr.Dataset(
        {"load_mw": (("time", "load"), load), "heat_mw": (("time", "thermal_unit"), np.zeros((len(time), 0)))},
        coords={"time": time, "load": ["demand"], "thermal_unit": np.zeros(0, dtype=object)},
    )
    return stage_of_plan(standing, offers, available, demand, name=str(YEAR), year=YEAR, step_h=step_h)[0]


def _add_hydrogen(builder: ProblemBuilder, folder: Path, steps: int, step_h: float) -> None:
    """Add electrolyser, cavern and turbine, each of any size: content ends as it begins."""
    links, (store,) = {row["name"]: row for row in table(folder, "links")}, table(folder, "stores")
    sizes = {
        name: builder.add_variables(f"size.{name}", (1,), upper=ANY_MW, cost=float(row["capital_cost"]))
        for name, row in links.items()
    }
    cavern = builder.add_variables("size_mwh.hydrogen", (1,), upper=ANY_MWH, cost=float(store["capital_cost"]))
    content = builder.add_variables("hydrogen", (steps,), upper=ANY_MWH)
    builder.scale_columns("hydrogen", content, int(cavern[0]), ANY_MWH)
    power = {name: builder.add_variables(name, (steps,), upper=ANY_MW) for name in links}
    for name, columns in power.items():
        builder.scale_columns(name, columns, int(sizes[name][0]), ANY_MW)
    made, given = (float(links[name]["efficiency"]) for name in ("electrolysis", "turbine"))
    builder.add_rows(
        "hydrogen",
        [(content, 1.0), (np.roll(content, 1), -1.0), (power["electrolysis"], -made * step_h),
         (power["turbine"], step_h)],
        lower=0.0,
        upper=0.0,
    )  # fmt: skip
    builder.add_terms("balance.0", [(power["electrolysis"], -1.0), (power["turbine"], given)])


# ---- ac-dc-meshed -----------------------------------------------------------------------------------------------


def ac_dc_meshed(folder: Path) -> tuple[LinearProblem, int]:
    """Return the problem and its hours: sizes of all plants, lines and converters; Kirchhoff's laws by loops, in DC
    networks by resistance."""
    buses = [row["name"] for row in table(folder, "buses")]
    plants, lines, links = (table(folder, name) for name in ("generators", "lines", "links"))
    names = [row["name"] for row in table(folder, "loads")]
    load = series(folder, "loads-p_set", *names)
    hours = len(load)
    builder = ProblemBuilder()
    power = _sized(builder, "plant", plants, "p_nom", hours, _shares(folder, plants, hours))
    builder.add_cost(power, np.array([float(row["marginal_cost"]) for row in plants]))
    flow = _sized(builder, "line", lines, "s_nom", hours, np.ones((hours, len(lines))), both_ways=True)
    limit = np.array([float(row["p_max_pu"]) for row in links]) * np.ones((hours, 1))
    turned = _sized(builder, "link", links, "p_nom", hours, limit, both_ways=True)
    for bus in buses:
        terms = [(power[:, k], 1.0) for k, row in enumerate(plants) if row["bus"] == bus]
        for columns, rows in ((flow, lines), (turned, links)):
            terms += [(columns[:, k], -1.0) for k, row in enumerate(rows) if row["bus0"] == bus]
            terms += [(columns[:, k], 1.0) for k, row in enumerate(rows) if row["bus1"] == bus]
        asked = load[:, names.index(bus)] if bus in names else np.zeros(hours)
        builder.add_rows(f"balance.{bus}", terms, lower=asked, upper=asked)
    joined = np.array([[(row["bus0"] == b) - (row["bus1"] == b) for row in lines] for b in buses], dtype=float)
    volts = {row["name"]: float(row["v_nom"]) for row in table(folder, "buses")}
    ohm = np.array([(float(row["x"]) or float(row["r"])) / volts[row["bus0"]] ** 2 for row in lines])
    for number, loop in enumerate((scipy.linalg.null_space(joined) * ohm[:, None]).T):
        scale = np.abs(loop).max()
        terms = [(flow[:, k], loop[k] / scale) for k in range(len(lines))]
        builder.add_rows(f"loop.{number}", terms, lower=0.0, upper=0.0)
    (cap,) = table(folder, "global_constraints")
    factor = {row["name"]: float(row["co2_emissions"]) for row in table(folder, "carriers")}
    per_mwh = np.array([factor[row["carrier"]] / float(row["efficiency"]) for row in plants])
    builder.add_sum("co2", [(power, per_mwh)], upper=float(cap["constant"]))
    return builder.built(), hours


def _shares(folder: Path, plants: Rows, hours: int) -> Floats:
    """Return what each plant may give, of its size (hour, plant)."""
    given = table(folder, "generators-p_max_pu")
    wind = [name for name in given[0] if name]
    found = series(folder, "generators-p_max_pu", *wind)
    return np.stack([found[:, wind.index(r["name"])] if r["name"] in wind else np.ones(hours) for r in plants], axis=1)


def _sized(
    builder: ProblemBuilder, name: str, rows: Rows, nominal: str, hours: int, share: Floats, *, both_ways: bool = False
) -> np.ndarray:
    """Add sizes and the powers (hour, element) within a share of them."""
    price = np.array([float(row["capital_cost"]) for row in rows])
    least = np.array([float(row.get(f"{nominal}_min") or 0.0) for row in rows])
    size = builder.add_variables(f"size.{name}", (len(rows),), lower=least, upper=ANY_MW, cost=price)
    low = -ANY_MW if both_ways else 0.0
    columns = builder.add_variables(name, (hours, len(rows)), lower=low, upper=ANY_MW)
    builder.add_rows(f"{name}.most", [(columns, 1.0), (np.tile(size, (hours, 1)), -share)], upper=0.0)
    if both_ways:
        builder.add_rows(f"{name}.least", [(columns, 1.0), (np.tile(size, (hours, 1)), share)], lower=0.0)
    return columns


# ---- both -------------------------------------------------------------------------------------------------------

PROBLEMS = {"model-energy": model_energy, "ac-dc-meshed": ac_dc_meshed}


def optimum(name: str) -> StagedSolution:
    """Return the certified optimum of an example. Raises Failed where PyPSA's package cannot be fetched."""
    return solve_staged(*PROBLEMS[name](folder_of(name)))


def apart(name: str, found: StagedSolution) -> float:
    """Return how far an objective is from PyPSA's, relative to what PyPSA gives with and without its constant."""
    return abs(found.linear.objective - OBJECTIVES[name]) / abs(OBJECTIVES[name])


def main() -> None:
    """Solve both, print, and end with an error where an objective differs."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="print JSON")
    arguments = parser.parse_args()
    try:
        found = {name: optimum(name) for name in PROBLEMS}
    except Failed as error:
        sys.exit(f"SKIPPED, NOT MEASURED. {error}")
    figures: dict[str, Any] = {
        name: {"objective": s.linear.objective, "bound": s.bound, "gap": s.gap, "known": OBJECTIVES[name],
               "apart": apart(name, s), "solver": s.linear.solver, "iterations": s.linear.iterations}
        for name, s in found.items()
    }  # fmt: skip
    lines = (f"{n}: {f['objective']:,.4f}, PyPSA {f['known']:,.4f}, {f['solver']}" for n, f in figures.items())
    print(json.dumps(figures, indent=2) if arguments.json else "\n".join(lines))
    if max(f["apart"] for f in figures.values()) > TOLERANCE:
        sys.exit("an objective differs from PyPSA's")


if __name__ == "__main__":
    main()
