"""One scenario of a sweep: the plan of a changed park in few figures, and what mattered among many of them."""

from __future__ import annotations

import functools
import math
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import numpy as np

from holin.errors import Mismatch
from holin.park import Park
from holin.plan import Plan, PlanWishes, plan_year, planned_years, solve_plan, stage_at, with_room_left
from holin.plan.figures import KINDS, investment
from holin.plan.offers import LEAST_MW
from holin.plan.problem import offer_at
from holin.scenarios import Scenario, changed_park, factor_values, rank_correlation, regression, sobol_indices
from holin.twin.plan import stages_of
from holin.twin.plan_rules import cramped_figures
from holin.twin.plan_setting import settings_of
from holin.twin.run import hours_of_run

NOISE = 1e-5
"""Figures that differ by no more than this part of them do not vary: optima are certified to about that."""

SIZES = ("wind", "solar", "storage", "storage_mwh", "network", "potline", "coal")


def hours_planned(park: Park, wishes: PlanWishes, start: datetime | None, end: datetime | None) -> int:
    """Return in how many hours each year is planned (the fewest), before any scenario is.

    Raises BadInput for what would be wrong in every one of them: years, budgets, hours.
    """
    return min(len(hours_of_run(park, stage_at(park, year), start, end)) for year in planned_years(park, wishes))


def planned_scenario(
    park: Park,
    wishes: PlanWishes,
    start: datetime | None,
    end: datetime | None,
    scenario: Scenario,
    step_h: float = 1.0,
) -> dict[str, Any]:
    """Return the plan of the park in a scenario: sizes of any amount, DC network, no losses, in steps of `step_h`.

    `scenario` is what `jobs.run_jobs` gives the work as a task's argument; the rest is shared. Raises Infeasible where
    the scenario leaves no plan: an answer, too.
    """
    _, settings = settings_of(changed_park(park, scenario), wishes, start=start, end=end, step_h=step_h)
    stages, watches = stages_of(settings, wishes, {}, None)
    plan, _ = with_room_left(stages, functools.partial(solve_plan, watches=watches))
    return scenario_figures(plan)


def scenario_figures(plan: Plan) -> dict[str, Any]:
    """Return a plan's figures for a sweep: cost and proof, what is built by kind (MW, MWh), and each year's shares."""
    built = dict.fromkeys(SIZES, 0.0)
    spent = 0.0
    for stage in plan.stages:
        sizes = plan.sizes[stage.name]
        for id_, mw in sizes.built_mw.items():
            offer = offer_at(stage, id_)
            if offer is None or mw < LEAST_MW:
                continue  # a solver's leftover
            mwh = sizes.built_mwh.get(id_, 0.0)
            built[KINDS[offer.table]] += mw
            built["storage_mwh"] += mwh
            spent += investment(offer, mw, mwh)
    years = {}
    for stage in plan.stages:
        year = plan_year(plan, stage)
        years[stage.name] = {
            "all_in_price_per_kwh": year.all_in_price_per_kwh,
            "green_share_physical": year.green_share_physical,
            "green_share_annual": year.green_share_annual,
            "curtailed_share": year.curtailed_share,
            "import_mwh": year.quantities["import_mwh"],
            "co2_t": year.quantities["co2_t"],
            "cost": year.cost,
            "unserved_mwh": year.unserved_mwh,
        }
    return {
        "objective": plan.objective,
        "gap": plan.gap,
        "solver": plan.solver,
        "seconds": plan.seconds,
        "investment": spent,
        "built": built,
        "years": years,
        "rules_without_room": cramped_figures(plan.stages),
    }


FIGURES = ("all_in_price_per_kwh", "green_share_physical", "co2_t", "investment", "wind", "solar", "storage")


def sweep_figures(scenarios: Sequence[Scenario], results: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Return the spread of each figure over the scenarios that have it, and how it goes with each factor.

    The last planned year speaks for shares and prices. `spread` is 5 %, 50 % and 95 % with least and most; `rank` the
    rank correlation with each factor, `regression` the standardised coefficients (left out where nothing varies, or
    too few scenarios tell). `unranked` are the factors that are labels, such as a weather seed: they stand in neither.
    `cramped` are the scenarios whose plan keeps some rule just as asked, `unserved_mwh` is what those that do not serve
    all load leave of it, in the worst of their years.
    """
    known = [s for s in scenarios if s.id in results]
    drawn = factor_values(known) if known else None
    spread, mattered = dict[str, Any](), dict[str, Any]()
    for name in FIGURES:
        values = np.array([_figure(results[s.id], name) for s in known])
        there = np.isfinite(values)  # without load there is no price, and no share
        if drawn is None or not there.any():
            continue
        spread[name] = _spread(values[there])
        told = _mattered([str(q) for q in drawn.quantity.values], drawn.values[there], values[there])
        if told is not None:
            mattered[name] = told
    cramped = [s.id for s in known if results[s.id].get("rules_without_room")]
    unserved = {s.id: max(y.get("unserved_mwh", 0.0) for y in results[s.id]["years"].values()) for s in known}
    ranked = set() if drawn is None else set(drawn.quantity.values.tolist())
    unranked = [c.quantity for c in known[0].changes if c.quantity not in ranked] if known else []
    return {
        "scenarios": len(known), "spread": spread, "mattered": mattered, "unranked": unranked, "cramped": cramped,
        "unserved_mwh": {id_: mwh for id_, mwh in unserved.items() if mwh > 0.0},
    }  # fmt: skip


def sensitivity_figures(scenarios: Sequence[Scenario], results: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Return which share of each figure's variance each factor makes, alone (`first`) and with others (`total`), with
    95 % intervals; `scenarios` are all that `sensitivity_scenarios` drew, in their order.

    Left out are figures that do not vary, or have fewer base points with all their answers than it takes; `missing`
    says how many have not.
    """
    names, found = [c.quantity for c in scenarios[0].changes], dict[str, Any]()
    for name in FIGURES:
        values = np.array([_figure(results[s.id], name) if s.id in results else math.nan for s in scenarios])
        if np.isnan(values).all() or np.nanmax(values) - np.nanmin(values) <= NOISE * np.nanmax(np.abs(values)):
            continue
        try:
            shares = sobol_indices(values, len(names))
        except Mismatch:
            continue
        ends = ("first", "first_low", "first_high", "total", "total_low", "total_high")
        each = {n: {end: float(getattr(shares, end)[k]) for end in ends} for k, n in enumerate(names)}
        found[name] = {"points": shares.points, "missing": shares.missing, "factors": each}
    return found


def _mattered(factors: Sequence[str], drawn: np.ndarray, values: np.ndarray) -> dict[str, Any] | None:
    """Return how values (scenario,) go with the factors that vary, of `drawn` (scenario, factor); None if that is not
    to be told."""
    if len(values) < len(factors) + 3 or np.ptp(values) <= NOISE * np.abs(values).max():
        return None
    moved = [k for k in range(len(factors)) if np.ptp(drawn[:, k]) > 0.0]
    if not moved:
        return None
    names = [factors[k] for k in moved]
    rank, straight = rank_correlation(drawn[:, moved], values), regression(drawn[:, moved], values)
    return {
        "rank": dict(zip(names, map(float, rank), strict=True)),
        "regression": dict(zip(names, map(float, straight.coefficient), strict=True)),
        "r_squared": straight.r_squared,
    }


def _figure(result: Mapping[str, Any], name: str) -> float:
    if name in SIZES:
        return float(result["built"][name])
    if name == "investment":
        return float(result["investment"])
    last = list(result["years"].values())[-1]
    value = last[name]
    return math.nan if value is None else float(value)


def _spread(values: np.ndarray) -> dict[str, float]:
    low, middle, high = np.quantile(values, [0.05, 0.5, 0.95])
    return {
        "least": float(values.min()), "p05": float(low), "p50": float(middle), "p95": float(high),
        "most": float(values.max()), "mean": float(values.mean()),
    }  # fmt: skip
