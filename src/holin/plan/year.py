"""A stage of a plan in figures, from the optimum itself: energy, shares, CO2, and what all of it costs."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from holin.dispatch.case import fixed_mw
from holin.finance import SOURCES, standing_capital, standing_cost
from holin.kernel.linear import Floats
from holin.plan.expected import expected_quantities
from holin.plan.figures import yearly_cost
from holin.plan.plan import Plan
from holin.plan.problem import PlanStage, offer_at, stands
from holin.plan.sizes import kept_units


@dataclass(frozen=True, kw_only=True)
class PlanYear:
    """What a stage's operating time (`years` of a year) takes and costs by the optimum (currency of the year).

    `quantities` are those of the rules (MWh, t, MW), with `green_traced_mwh` as if all loss were of other sources
    and `lost_mwh` beside, `decided_cost` is the stage's part of the objective before
    discounting but for load not served, `standing_cost` the annuities and fixed costs of what stands whatever is
    decided, with the park's own network. Amounts of two plans may be mixed: shares follow from them.
    """

    years: float
    quantities: Mapping[str, float]
    served_mwh: float
    decided_cost: float
    standing_cost: float

    @property
    def cost(self) -> float:
        """All that the energy costs."""
        return self.decided_cost + self.standing_cost

    @property
    def unserved_mwh(self) -> float:
        """The load that is not served."""
        return self.quantities["load_mwh"] - self.served_mwh

    @property
    def all_in_price_per_kwh(self) -> float:
        """What a kWh that is served costs."""
        return self.cost / self.served_mwh / 1000.0 if self.served_mwh else math.nan

    @property
    def green_share_physical(self) -> float:
        """What of the load wind and PV are found to give hour by hour, about: losses are as green as the load."""
        return _ratio(self.quantities["green_traced_mwh"], self.quantities["load_mwh"] + self.quantities["lost_mwh"])

    @property
    def green_share_annual(self) -> float:
        """Wind and PV used less export, by the load."""
        used = self.quantities["renewable_used_mwh"] - self.quantities["export_mwh"]
        return _ratio(used, self.quantities["load_mwh"])

    @property
    def curtailed_share(self) -> float:
        """What of available wind and PV is not used."""
        could = self.quantities["renewable_available_mwh"]
        return _ratio(could - self.quantities["renewable_used_mwh"], could)


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole else math.nan


def plan_year(plan: Plan, stage: PlanStage) -> PlanYear:
    """Return a stage of a plan in figures, without losses beyond those that the stage was given."""
    values, hours = plan.solution.linear.values, stage.case.hours
    quantities = expected_quantities(plan.problem, stage, values)
    shed_mw, clean_mw = _sum_of(plan, stage, "shed"), clean_power_mw(plan, stage)
    quantities["green_traced_mwh"] = float(clean_mw.sum()) * hours.step_h
    quantities["lost_mwh"] = lost_mwh(stage)
    quantities["matched_mwh"] = float(np.minimum(clean_mw, _load_mw(plan, stage) - shed_mw).sum()) * hours.step_h
    quantities.setdefault("land_ha", 0.0)
    shed_mwh = float(shed_mw.sum()) * hours.step_h + float(stage.case.unfed_mw.sum()) * hours.step_h
    served = quantities["load_mwh"] - shed_mwh
    facts = stage.case.park.facts
    return PlanYear(
        years=hours.years,
        quantities=quantities,
        served_mwh=served,
        decided_cost=decided_cost(plan, stage) - facts.voll_per_mwh * shed_mwh,
        standing_cost=_standing_cost(stage) + facts.distribution_per_mwh * served,
    )


def decided_cost(plan: Plan, stage: PlanStage) -> float:
    """Return the stage's part of the objective before discounting; all parts times their weights are the objective."""
    cost, mine = plan.problem.cost, np.zeros(len(plan.problem.cost), dtype=bool)
    for name, columns in plan.problem.linear.variables.items():
        if name.startswith(stage.prefix):
            mine[columns] = True
    values = plan.solution.linear.values[: len(cost)]
    running = float(cost[mine] @ values[mine]) + plan.problem.constants[stage.name]
    kept = 0.0
    for earlier in plan.stages:
        sizes = plan.sizes[earlier.name]
        for id_, mw in sizes.built_mw.items():
            offer = offer_at(earlier, id_)
            if offer is not None and stands(earlier, stage, offer):
                kept += yearly_cost(offer, mw, sizes.built_mwh.get(id_, 0.0))
    return running / stage.weight + kept * stage.case.hours.years


def cost_of(plan: Plan) -> float:
    """Return what a plan costs over all stages, discounted, whatever its aim was."""
    values = plan.solution.linear.values[: len(plan.problem.cost)]
    return float(plan.problem.cost @ values) + sum(plan.problem.constants.values())


def _standing_cost(stage: PlanStage) -> float:
    """Return what stands whatever is decided: annuities, also of units that make way (what is still owed for them is
    owed in any case), and fixed costs of units that cannot make way (what keeping the others costs is decided); the
    park's table `capital`."""
    park, offered = stage.case.park, {o.id for o in stage.offers}
    units = [u for table in SOURCES.values() for u in getattr(park, table) if u.id not in offered]
    kept = {k.id for k in kept_units(stage.case, stage.offers)}
    fixed = standing_cost(park, [u for u in units if u.id not in kept]).fixed
    beside = sum(cost.total for cost in standing_capital(park).values())
    return stage.case.hours.years * (standing_cost(park, units).annuity + fixed + beside)


def clean_power_mw(plan: Plan, stage: PlanStage) -> Floats:
    """Return wind and PV less export, with what storage gives less what it takes (time,)."""
    park = stage.case.park
    clean = _sum_of(plan, stage, "renewable")
    for name, ids, sign in (
        ("export", park.grids, -1.0),
        ("charge", park.storages, -1.0),
        ("discharge", park.storages, 1.0),
    ):
        for thing in ids:
            clean = clean + sign * _sum_of(plan, stage, f"{name}.{thing.id}")
    return clean


def _load_mw(plan: Plan, stage: PlanStage) -> Floats:
    """Return what loads and potlines ask for (time,)."""
    load: Floats = fixed_mw(stage.case).sum(axis=1) - stage.case.loss_mw.sum(axis=1)
    for potline in stage.case.park.potlines:
        load = load + _sum_of(plan, stage, f"up.{potline.id}") - _sum_of(plan, stage, f"down.{potline.id}")
    return load


def _sum_of(plan: Plan, stage: PlanStage, name: str) -> Floats:
    """Return a block of columns summed over all but time, nothing where the stage has none (time,)."""
    count, name = stage.case.hours.count, f"{stage.prefix}{name}"
    if name not in plan.problem.linear.variables:
        return np.zeros(count)
    total: Floats = plan.value(name).reshape(count, -1).sum(axis=1)
    return total


def lost_mwh(stage: PlanStage) -> float:
    """Return the losses that a stage was given."""
    return float(stage.case.loss_mw.sum()) * stage.case.hours.step_h


def mixed(one: PlanYear, other: PlanYear, part: float) -> PlanYear:
    """Return the year of the plan that lies between two plans: (1 - part) of one and `part` of the other."""

    def between(a: float, b: float) -> float:
        return (1.0 - part) * a + part * b

    return PlanYear(
        years=one.years,
        quantities={n: between(a, other.quantities[n]) for n, a in one.quantities.items()},
        served_mwh=between(one.served_mwh, other.served_mwh),
        decided_cost=between(one.decided_cost, other.decided_cost),
        standing_cost=between(one.standing_cost, other.standing_cost),
    )
