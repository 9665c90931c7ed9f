"""A plan in plain figures: what is built when, what it costs, what stands by then, and how good the answer is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from holin.park import Choice, Park, PvPlant, Storage, ThermalUnit, WindFarm
from holin.plan.offers import LEAST_MW, Offer
from holin.plan.plan import Plan, Sizes
from holin.plan.problem import PlanStage

KINDS: Mapping[str, str] = {
    "wind_farm": "wind", "pv_plant": "solar", "storage": "storage", "thermal_unit": "coal", "line": "network",
    "transformer": "network", "grid": "network", "potline": "potline",
}  # fmt: skip
"""Table of what is built -> the kind that money is summed by."""


def plan_figures(plan: Plan) -> dict[str, Any]:
    """Return what was decided and how it was proven; money is of the year's own prices, sizes in MW, MWh and MVA."""
    return {
        "built": [row for stage in plan.stages for row in _built(plan, stage)],
        "retired": _retired(plan),
        "investment": {s.name: sum(row["investment"] for row in _built(plan, s)) for s in plan.stages},
        "objective": plan.objective,
        "bound": plan.bound,
        "gap": plan.gap,
        "row_error": plan.row_error,
        "balance_error_mw_max": plan.balance_error_mw_max,
        "solver": plan.solver,
        "iterations": plan.iterations,
        "solves": plan.solves,
        "seconds": plan.seconds,
        "weights": {s.name: s.weight for s in plan.stages},
    }


def _built(plan: Plan, stage: PlanStage) -> list[dict[str, Any]]:
    rows, sizes = [], plan.sizes[stage.name]
    for offer in (o for o in stage.offers if o.builds):
        mw, mwh = sizes.built_mw.get(offer.id, 0.0), sizes.built_mwh.get(offer.id, 0.0)
        if mw <= LEAST_MW and sizes.mw.get(offer.id, 0.0) <= LEAST_MW:
            continue
        mw = mw if mw > LEAST_MW else 0.0
        rows.append(
            {
                "stage": stage.name,
                "candidate": offer.id,
                "name": offer.candidate.name,
                "name_zh": offer.candidate.name_zh,
                "kind": KINDS[offer.table],
                "element": offer.candidate.element,
                "choice": str(offer.candidate.choice),
                "mw": mw,
                "mwh": mwh if mw else 0.0,
                "stands_mw": sizes.mw[offer.id],
                "stands_mwh": sizes.mwh.get(offer.id, 0.0),
                "most_mw": offer.p_max_mw,
                "investment": investment(offer, mw, mwh if mw else 0.0),
                "yearly_cost": yearly_cost(offer, mw, mwh if mw else 0.0),
                "fixed_cost": mw * offer.fixed_per_mw_year,
                "lifetime_years": offer.lifetime_years,
            }
        )
    return rows


def investment(offer: Offer, mw: float, mwh: float) -> float:
    """Return what building so much costs at the stage (currency)."""
    return mw * offer.investment_per_mw + mwh * offer.investment_per_mwh


def yearly_cost(offer: Offer, mw: float, mwh: float) -> float:
    """Return the annuity and fixed cost of so much (currency a year)."""
    return offer.annuity * investment(offer, mw, mwh) + mw * offer.fixed_per_mw_year


def _retired(plan: Plan) -> list[dict[str, Any]]:
    """Return what makes way at each stage: what was gone before does not go again."""
    rows, gone = list[dict[str, Any]](), dict[str, float]()
    for stage in plan.stages:
        sizes = plan.sizes[stage.name]
        for offer in (o for o in stage.offers if not o.builds):
            element = offer.candidate.element
            left = offer.p_max_mw - sizes.kept_mw[element]
            if left - gone.get(element, 0.0) > LEAST_MW:
                rows.append(
                    {
                        "stage": stage.name,
                        "candidate": offer.id,
                        "element": element,
                        "choice": str(_way_out(stage, sizes, element)),
                        "mw": left - gone.get(element, 0.0),
                    }
                )
            gone[element] = max(left, gone.get(element, 0.0))
    return rows


def _way_out(stage: PlanStage, sizes: Sizes, element: str) -> Choice:
    """Return whether a unit makes way for its refit, or for nothing."""
    refits = (o for o in stage.offers if o.candidate.choice is Choice.RETROFIT and o.candidate.replaces == element)
    return Choice.RETROFIT if any(sizes.mw.get(o.id, 0.0) > LEAST_MW for o in refits) else Choice.RETIRE


def capacity_mw(park: Park) -> dict[str, float]:
    """Return what stands in a park frozen at a stage, by kind (MW; `storage_mwh` in MWh)."""
    groups: dict[str, tuple[WindFarm | PvPlant | ThermalUnit | Storage, ...]] = {
        "wind": park.wind_farms, "solar": park.pv_plants, "coal": park.thermal_units, "storage": park.storages,
    }  # fmt: skip
    sums = {kind: sum(unit.p_nom_mw for unit in units) for kind, units in groups.items()}
    return sums | {"storage_mwh": sum(unit.e_nom_mwh for unit in park.storages)}


def capacity_with(standing: Park, offers: Sequence[Offer], sizes: Sizes) -> dict[str, float]:
    """Return what stands by kind with sizes of a plan: what stood, what is built of each offer, less what makes way."""
    capacity, tables = capacity_mw(standing), {o.id: o for o in offers}
    for id_, mw in sizes.mw.items():
        kind = KINDS[tables[id_].table]
        capacity[kind] = capacity.get(kind, 0.0) + mw
    capacity["storage_mwh"] += sum(sizes.mwh.values())
    units = {u.id: u for u in standing.thermal_units}
    capacity["coal"] -= sum(units[id_].p_nom_mw - mw for id_, mw in sizes.kept_mw.items() if id_ in units)
    return capacity
