"""A plan checked by another road: its sizes put into the park as plain numbers, the year dispatched anew, and the money
of what was built counted by hand. Both together must cost what the plan said."""

import dataclasses
from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
import xarray as xr
from random_parks import Drawn, drawn

from holin.dispatch import dispatch
from holin.errors import Infeasible
from holin.finance import annuity
from holin.operation import renewables_of
from holin.park import ATTRIBUTES, Grid, Line, Park, by_id
from holin.plan import Plan, PlanStage, solve_plan
from holin.thing import Thing

LEAST_MW = 1e-5


def resized(thing: Any, factor: float, energy: float | None = None) -> Any:
    """Return a source of another size: all its megawatts, and its starts, times a factor."""
    names = [f.name for f in dataclasses.fields(thing) if f.name.endswith(("_mw", "_mw_per_h", "_mva", "_mvar"))]
    names += ["start_cost"] if hasattr(thing, "start_cost") else []
    changed = {name: factor * value for name in names if (value := getattr(thing, name)) is not None}
    if hasattr(thing, "e_nom_mwh"):
        changed["e_nom_mwh"] = thing.e_nom_mwh * factor if energy is None else energy
    return dataclasses.replace(thing, **changed)


def as_built(stage: PlanStage, plan: Plan) -> tuple[Park, Mapping[str, float]]:
    """Return the stage's park with its sizes as numbers, and by how much each unit became smaller or larger."""
    sizes, factor = plan.sizes[stage.name], dict[str, float]()
    energy: dict[str, float] = {}
    for offer in stage.offers:
        if offer.builds and offer.table not in ("line", "grid"):
            factor[offer.id] = sizes.mw[offer.id] / offer.p_max_mw
            if offer.id in sizes.mwh:
                energy[offer.id] = max(sizes.mwh[offer.id], 1e-9)
    for id_, mw in sizes.kept_mw.items():
        factor[id_] = mw / by_id(stage.case.park.thermal_units)[id_].p_nom_mw
    tables: dict[str, tuple[Thing, ...]] = {}
    for table in ("wind_farm", "pv_plant", "thermal_unit", "storage"):
        attribute = ATTRIBUTES[table]
        rows = [
            resized(thing, factor.get(thing.id, 1.0), energy.get(thing.id))
            for thing in getattr(stage.case.park, attribute)
            if thing.p_nom_mw * factor.get(thing.id, 1.0) > LEAST_MW
        ]
        tables[attribute] = tuple(rows)
    tables["grids"] = tuple(_tie(stage, plan, grid) for grid in stage.case.park.grids)
    tables["lines"] = tuple(_line(stage, plan, line) for line in stage.case.park.lines)
    return dataclasses.replace(stage.case.park, rules=stage.rules, **tables), factor


def _tie(stage: PlanStage, plan: Plan, grid: Grid) -> Grid:
    """The stage's park has the connection with all that may be added."""
    less = sum(o.p_max_mw - plan.sizes[stage.name].mw[o.id] for o in stage.offers if o.table == "grid")
    out = grid.export_max_mw - less if grid.export_max_mw > 0 else 0.0
    return dataclasses.replace(grid, import_max_mw=grid.import_max_mw - less, export_max_mw=max(out, 0.0))


def _line(stage: PlanStage, plan: Plan, line: Line) -> Line:
    """What widens a line raises its rating alone, shared with its twins: the drawn parks have none that are widened."""
    more = sum(
        plan.sizes[stage.name].mw[o.id] for o in stage.offers if o.table == "line" and o.candidate.element == line.id
    )
    return dataclasses.replace(line, i_nom_ka=line.i_nom_ka + more / (np.sqrt(3) * 110.0))


def tables_of(stage: PlanStage, park: Park, factor: Mapping[str, float]) -> tuple[xr.Dataset, xr.Dataset]:
    """Return what the weather allows and what is asked for, of the park as built."""
    case, time = stage.case, stage.case.hours.time
    place = {unit.id: k for k, unit in enumerate(renewables_of(case.park))}
    units = [unit.id for unit in renewables_of(park)]
    may = np.zeros((len(time), len(units)))
    for k, u in enumerate(units):
        may[:, k] = case.available_mw[:, place[u]] * factor.get(u, 1.0)
    thermal = {unit.id: k for k, unit in enumerate(case.park.thermal_units)}
    kept = [unit.id for unit in park.thermal_units]
    heat = np.zeros((len(time), len(kept)))
    for k, u in enumerate(kept):
        heat[:, k] = case.heat_mw[:, thermal[u]] * factor.get(u, 1.0)
    available = xr.Dataset({"available_mw": (("time", "unit"), may)}, coords={"time": time, "unit": units})
    demand = xr.Dataset(
        {"load_mw": (("time", "load"), case.load_mw), "heat_mw": (("time", "thermal_unit"), heat)},
        coords={"time": time, "load": [x.id for x in park.loads], "thermal_unit": kept},
    )
    return available, demand


def yearly_cost(stage: PlanStage, plan: Plan) -> float:
    """Return annuities and fixed costs of what was built or kept, over the stage's part of a year."""
    sizes, costs, park = plan.sizes[stage.name], by_id(stage.case.park.costs), stage.case.park
    total = 0.0
    for offer in (o for o in stage.offers if o.builds):
        cost = costs[offer.candidate.cost or offer.thing.cost]
        recovery = annuity(park.facts.discount_rate, cost.lifetime_years)
        years = stage.year - cost.price_year if cost.price_year else 0
        price = (1.0 + cost.change_per_year) ** years * recovery
        total += sizes.mw[offer.id] * (price * cost.capital_cost_per_mw + cost.fixed_cost_per_mw_year)
        total += sizes.mwh.get(offer.id, 0.0) * price * cost.capital_cost_per_mwh
    for id_, mw in sizes.kept_mw.items():
        total += mw * costs[by_id(park.thermal_units)[id_].cost].fixed_cost_per_mw_year
    return total * stage.case.hours.years


def checked(seed: int) -> bool:
    """Check one draw; return whether it was one that dispatch can run: one stage, a ring, no outages, no refit of
    potlines (whose pots are whole)."""
    draw: Drawn = drawn(seed)
    (stage, watch) = draw.stages[0], draw.watches[0]
    if len(draw.stages) > 1 or not stage.case.ring or len(watch.topologies) > 1 or stage.case.in_place:
        return False
    try:
        plan = solve_plan(draw.stages, draw.watches)
    except Infeasible:
        return False
    stage = plan.stages[0]
    park, factor = as_built(stage, plan)
    again = dispatch(park, *tables_of(stage, park, factor), step_h=stage.case.hours.step_h)
    cost = stage.weight * (again.objective + yearly_cost(stage, plan))
    assert cost == pytest.approx(plan.objective, rel=1e-6, abs=1e-2), seed
    return True


def test_the_plan_dispatched_again_costs_the_same() -> None:
    assert sum(checked(seed) for seed in range(30)) >= 5


@pytest.mark.slow
def test_many_more_plans_dispatched_again_cost_the_same() -> None:
    assert sum(checked(seed) for seed in range(30, 150)) >= 30


def test_a_wrong_size_would_be_seen() -> None:
    """The check can fail: sizes a per cent larger than the plan's cost more than it said, by their own price."""
    draw = drawn(5)
    plan = solve_plan(draw.stages, draw.watches)
    (stage,) = plan.stages
    sizes = plan.sizes[stage.name]
    wrong = dataclasses.replace(sizes, mw={k: 1.01 * v for k, v in sizes.mw.items()})
    other = dataclasses.replace(plan, sizes={stage.name: wrong})
    park, factor = as_built(stage, other)
    again = dispatch(park, *tables_of(stage, park, factor), step_h=stage.case.hours.step_h)
    cost = stage.weight * (again.objective + yearly_cost(stage, other))
    assert cost > plan.objective * (1 + 1e-5)
