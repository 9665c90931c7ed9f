"""What a MW of each offer earns and where: the prices of its limits, hour by hour, beside what it costs to stand.

At an optimum they sum to its annuity and fixed cost where its size is open; where nothing is built they sum to less,
and where all that is on offer is built, to more.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import xarray as xr

from holin.kernel.linear import Floats
from holin.park import Choice, PvPlant, Storage, WindFarm, by_id
from holin.plan.first_mw import first_mw
from holin.plan.offers import Offer, nominal_mw
from holin.plan.plan import Plan
from holin.plan.prices import Prices, earned, prices_of
from holin.plan.problem import PlanStage, discounted_years, offer_at, stands
from holin.plan.sizes import duration_h
from holin.plan.source_income import SourceIncome, part_label, source_income

NOTHING_MW = 1e-3
NOTHING_PART = 1e-5
"""A size below either (the second of `p_max_mw`) is a solver's leftover: nothing is built."""


class Standing(StrEnum):
    """Where a size stands within what is on offer; `least` is the candidate's `p_min_mw`, above nothing, `held` a value
    that it was set to (whole units)."""

    NONE = "none"
    BETWEEN = "between"
    ALL = "all"
    LEAST = "least"
    HELD = "held"


@dataclass(frozen=True, kw_only=True, eq=False)
class Worth:
    """What a MW of an offer earns at a stage, and what it costs (currency per MW and year; lines, transformers: MVA).

    Of a storage it is a MW with its `mwh_per_mw`, of an offer to retire a MW that is kept. `income` (limit, time) is
    what each limit of the size is worth in each step, `once` what belongs to no step (rules that count the size itself,
    what makes way); they sum to `earns`. `life_earns` is the mean over all stages at which something built now stands:
    a MW pays where it covers `costs` and `budget`, what the stage's budget makes its investment worth. `costs` =
    `annuity` x `investment` + `fixed`. `source` says what makes up the price of wind and PV. `full_at` is the first
    later stage at which a MW built now still stands and all on offer does: it takes the place of one of those.
    """

    stage: str
    offer: str
    table: str
    size: float
    size_max: float
    standing: Standing
    mwh_per_mw: float
    earns: float
    life_earns: float
    costs: float
    budget: float
    investment: float
    annuity: float
    fixed: float
    income: xr.DataArray
    once: Mapping[str, float]
    source: SourceIncome | None = None
    full_at: str | None = None

    @property
    def gain(self) -> float:
        """What a MW earns over its costs; below 0 where it would not pay, above 0 where more is not on offer now or at
        the stage `full_at`."""
        return self.life_earns - self.costs - self.budget

    @property
    def pays_from_investment(self) -> float | None:
        """The capital cost per MW (with its MWh) at which the first MW would pay, all else being as it is."""
        return self.investment + self.gain / self.annuity if self.annuity else None

    @property
    def pays_from_import_factor(self) -> float | None:
        """The factor on the energy price of import at which the first MW would pay, as far as import goes on to set
        the prices that it sets now: a first-order estimate. None where it sets none."""
        labels = set(self.income.limit.values.tolist())
        bought = float(self.income.sel(limit="import").sum()) if "import" in labels else 0.0
        return 1.0 - self.gain / bought if bought > 0.0 else None


@dataclass(frozen=True, kw_only=True, eq=False)
class _Earned:
    """What a MW earns at one stage (discounted currency): by step, and apart from steps."""

    by_step: Mapping[str, Floats]
    once: Mapping[str, float]
    mwh_per_mw: float = 0.0
    source: SourceIncome | None = None

    @property
    def total(self) -> float:
        return float(sum(a.sum() for a in self.by_step.values()) + sum(self.once.values()))


def worths_of(plan: Plan) -> tuple[Worth, ...]:
    """Return what a MW of every offer earns at every stage, in order.

    In a plan of whole units sizes are held: the continuous plan before it says what makes them pay.
    """
    prices = prices_of(plan)
    made = {(s.name, o.id): _earned(prices, s, o) for s in plan.stages for o in s.offers}
    return tuple(_worth(plan, stage, offer, made) for stage in plan.stages for offer in stage.offers)


def _worth(plan: Plan, stage: PlanStage, offer: Offer, made: Mapping[tuple[str, str], _Earned]) -> Worth:
    own, sizes = made[stage.name, offer.id], plan.sizes[stage.name]
    years = discounted_years(stage)
    kept = not offer.builds
    size = max(sizes.kept_mw[offer.candidate.element] if kept else sizes.mw[offer.id], 0.0) + 0.0
    alive = [s for s in plan.stages if (s.name, offer.id) in made and stands(stage, s, offer)]
    alive = [stage] if kept or not alive else alive
    life = sum(discounted_years(s) for s in alive)
    investment = offer.investment_per_mw + own.mwh_per_mw * offer.investment_per_mwh
    annuity, fixed = (0.0, _upkeep(stage, offer)) if kept else (offer.annuity, offer.fixed_per_mw_year)
    return Worth(
        stage=stage.name, offer=offer.id, table=offer.table, size=size, size_max=offer.p_max_mw,
        standing=_standing(plan, stage, offer, size), mwh_per_mw=own.mwh_per_mw,
        earns=own.total / years, life_earns=sum(made[s.name, offer.id].total for s in alive) / life,
        costs=annuity * investment + fixed, budget=0.0 if kept else _budget(plan, stage) * investment / life,
        investment=investment, annuity=annuity, fixed=fixed,
        income=xr.DataArray(
            np.array(list(own.by_step.values())).reshape(len(own.by_step), stage.case.hours.count) / years,
            dims=("limit", "time"), coords={"limit": list(own.by_step), "time": stage.case.hours.time},
        ),
        once={name: amount / years for name, amount in own.once.items()}, source=own.source,
        full_at=None if kept else _full_at(plan, stage, offer),
    )  # fmt: skip


def _full_at(plan: Plan, stage: PlanStage, offer: Offer) -> str | None:
    """Return the first later stage at which what is built now stands beside all that is on offer."""
    for later in (s for s in plan.stages if s.year > stage.year and stands(stage, s, offer)):
        then = offer_at(later, offer.id)
        if then is not None and _standing(plan, later, then, plan.sizes[later.name].mw[then.id]) is Standing.ALL:
            return later.name
    return None


def _standing(plan: Plan, stage: PlanStage, offer: Offer, size: float) -> Standing:
    if f"fixed.{size_block(stage, offer)}" in plan.problem.linear.rows:
        return Standing.HELD
    if _is_nothing(size, offer):
        return Standing.NONE
    if size >= offer.p_max_mw * (1.0 - NOTHING_PART) or _is_full(plan, stage, offer):
        return Standing.ALL
    return Standing.LEAST if offer.builds and size <= offer.p_min_mw * (1.0 + NOTHING_PART) else Standing.BETWEEN


def _is_full(plan: Plan, stage: PlanStage, offer: Offer) -> bool:
    """Whether a storage has all the energy that is on offer, where that has a limit of its own."""
    most = offer.candidate.e_max_mwh
    return most is not None and plan.sizes[stage.name].mwh[offer.id] >= most * (1.0 - NOTHING_PART)


def size_block(stage: PlanStage, offer: Offer) -> str:
    """Return the name of the column that an offer decides."""
    return f"{stage.prefix}size.{offer.id}" if offer.builds else f"{stage.prefix}kept.{offer.candidate.element}"


def _is_nothing(size: float, offer: Offer) -> bool:
    return size <= max(NOTHING_MW, NOTHING_PART * offer.p_max_mw)


def _upkeep(stage: PlanStage, offer: Offer) -> float:
    cost = by_id(stage.case.park.costs).get(getattr(offer.thing, "cost", None) or "")
    return cost.fixed_cost_per_mw_year if cost else 0.0


def _budget(plan: Plan, stage: PlanStage) -> float:
    """Return what one unit of currency more of a stage's budget would save (discounted): its row counts millions."""
    name = f"budget.{stage.name}"
    return -1e-6 * float(plan.dual(name)[0]) if name in plan.problem.linear.rows else 0.0


def _earned(prices: Prices, stage: PlanStage, offer: Offer) -> _Earned:
    """Return what a MW of an offer earns at a stage."""
    sizes, duals = prices.plan.sizes[stage.name], prices.duals
    column = int(prices.linear.variables[size_block(stage, offer)][0])
    if isinstance(offer.thing, WindFarm | PvPlant):
        return _of_source(prices, stage, offer, column)
    own = offer.id if offer.builds else offer.candidate.element
    nothing = _is_nothing(sizes.mw[own] if offer.builds else sizes.kept_mw[own], offer)
    stored = isinstance(offer.thing, Storage)
    mwh = sizes.mwh[offer.id] / max(sizes.mw[offer.id], NOTHING_MW) if stored else 0.0
    if nothing and offer.table in ("storage", "thermal_unit", "potline"):
        price = discounted_years(stage) * offer.annuity + _budget(prices.plan, stage)
        most = duration_h(offer)[1] if stored else 0.0
        first = first_mw(prices, stage, own, mwh_cost=price * offer.investment_per_mwh, mwh_per_mw_max=most)
        duals, mwh = first.duals, first.mwh_per_mw
    by_step, once = _summed(prices, stage, column, duals, 1.0)
    if stored and mwh:
        energy = int(prices.linear.variables[f"{stage.prefix}size_mwh.{offer.id}"][0])
        more, more_once = _summed(prices, stage, energy, duals, mwh)
        none = np.zeros(stage.case.hours.count)
        by_step = {n: by_step.get(n, none) + more.get(n, none) for n in (*by_step, *more)}
        once = {n: once.get(n, 0.0) + more_once.get(n, 0.0) for n in (*once, *more_once)}
    if nothing and offer.candidate.choice is Choice.RETROFIT:
        once |= _makes_way(prices, stage, offer)
    return _Earned(by_step=by_step, once={n: a for n, a in once.items() if a}, mwh_per_mw=mwh)


def _summed(
    prices: Prices, stage: PlanStage, column: int, duals: Floats, factor: float
) -> tuple[dict[str, Floats], dict[str, float]]:
    """Return what a column earns in the rows of operation: by step, and apart from steps."""
    by_step: dict[str, Floats] = {}
    once: dict[str, float] = {}
    for block, (steps, amounts) in earned(prices, column, duals).items():
        if block.startswith(("stands.", "fixed.")):
            continue
        name, here = part_label(block.removeprefix(stage.prefix)), steps >= 0
        if here.any():
            series = np.zeros(stage.case.hours.count)
            np.add.at(series, steps[here], factor * amounts[here])
            by_step[name] = by_step.get(name, 0.0) + series
        if not here.all():
            once[name] = once.get(name, 0.0) + factor * float(amounts[~here].sum())
    return by_step, once


def _of_source(prices: Prices, stage: PlanStage, offer: Offer, column: int) -> _Earned:
    """Wind and PV earn the price at their bus in the hours in which a MW more would be taken."""
    source = source_income(prices, stage, offer.id, offer.p_max_mw)
    by_step = {label: source.available_mw * np.where(source.taken, part, 0.0) for label, part in source.parts.items()}
    others, once = _summed(prices, stage, column, prices.duals, 1.0)
    others.pop(f"renewable.{offer.id}.most", None)
    return _Earned(by_step=by_step | others, once={n: a for n, a in once.items() if a}, source=source)


def _makes_way(prices: Prices, stage: PlanStage, offer: Offer) -> dict[str, float]:
    """Return what the first refitted MW loses (or saves) with what makes way for it, where something still does."""
    kept = str(offer.candidate.replaces)
    if prices.plan.sizes[stage.name].kept_mw[kept] <= NOTHING_MW:
        return {}
    column = int(prices.linear.variables[f"{stage.prefix}kept.{kept}"][0])
    unit = next(u for u in (*stage.case.park.thermal_units, *stage.case.park.potlines) if u.id == kept)
    by_step, once = _summed(prices, stage, column, prices.duals, 1.0)
    once.pop(f"in_place.{kept}", None)
    earns = sum(float(a.sum()) for a in by_step.values()) + sum(once.values()) - float(prices.linear.cost[column])
    return {f"in_place.{kept}": -earns * nominal_mw(unit) / offer.p_max_mw}
