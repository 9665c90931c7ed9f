"""What each rule, budget, size on offer and branch costs a plan: by how much one unit less of it would be cheaper."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from holin.kernel.linear import Floats
from holin.operation import in_service, potline_line
from holin.plan.expected import expected_quantities, sum_unit
from holin.plan.plan import Plan, solve_plan
from holin.plan.problem import PlanStage, discounted_years
from holin.plan.value import Standing, worths_of
from holin.rules import UNITS as NO_SHARES
from holin.rules import Rule, over_years, terms_of
from holin.rules.rule import NOMINAL

NO_PRICE = 1e-6
"""A price below so much of the dearest hour's is none."""


class LimitKind(StrEnum):
    """What limits a plan."""

    RULE = "rule"
    BUDGET = "budget"
    SIZE = "size"
    BRANCH = "branch"


@dataclass(frozen=True, kw_only=True)
class LimitPrice:
    """What a limit costs: `price` is what one `unit` of it less (a rule) or more (the others) would save, >= 0.

    Units: `MWh` or `t` of a rule's sum, `MW year` (`MWh year`, `ha year`) where it counts what stands; `currency` of a
    budget, as if the planned hours were a whole year's, discounted to the first stage; `MW year` of a size or branch:
    one MW more in every hour of a year. `margin` is what is left of it (of rules
    and budgets), `hours` in how many hours it binds. Of a rule, `per_value` is what one stricter by one costs a year
    (t, h, MWh or ha, as its kind says; of a share: all of it), of a share `per_point` what a percentage point does,
    which is `per_tonne` on each tonne of the park's aluminium and `per_kwh` on each kWh of its load.
    """

    stage: str
    kind: LimitKind
    element: str
    unit: str
    price: float
    margin: float | None = None
    hours: float | None = None
    per_value: float | None = None
    per_point: float | None = None
    per_tonne: float | None = None
    per_kwh: float | None = None


@dataclass(frozen=True, kw_only=True)
class RuleCost:
    """What a rule costs in all: what the plan without it saves, `saves` discounted over all stages, `per_year` as the
    mean of a year, per tonne of aluminium and kWh of load. `plan` is that plan."""

    rule: str
    saves: float
    per_year: float
    per_tonne: float | None
    per_kwh: float | None
    plan: Plan


def limit_prices(plan: Plan) -> tuple[LimitPrice, ...]:
    """Return the price of every enforced rule, budget, size at all that is on offer, and branch that binds."""
    found: list[LimitPrice] = []
    for stage in plan.stages:
        found += [_of_rule(plan, stage, rule) for rule in stage.rules if rule.enforced]
        found += _of_budget(plan, stage)
        found += _of_branches(plan, stage)
    found += [
        LimitPrice(stage=w.stage, kind=LimitKind.SIZE, element=w.offer, unit="MW year", price=max(w.gain, 0.0))
        for w in worths_of(plan)
        if w.standing is Standing.ALL
    ]
    return tuple(found)


def quantities(plan: Plan, stage: PlanStage) -> dict[str, float]:
    """Return what the plan expects of a stage's hours: the quantities that rules speak of, as far as it knows them."""
    return expected_quantities(plan.problem, stage, plan.solution.linear.values)


def aluminium_t(plan: Plan, stage: PlanStage) -> float:
    """Return the tonnes of aluminium that a stage's hours make."""
    case = stage.case
    potlines, total = case.park.potlines, 0.0
    runs = in_service(case.hours, [p.id for p in potlines])
    for k, potline in enumerate(potlines):
        line, values = potline_line(potline), plan.solution.linear.values
        columns = plan.problem.linear.variables
        if potline.id not in case.in_place:
            total += line.metal_nom_t_per_h * float(runs[:, k].sum()) * case.hours.step_h
        up, down = (float(values[columns[f"{stage.prefix}{n}.{potline.id}"]].sum()) for n in ("up", "down"))
        total += (line.metal_up_t_per_mwh * up - line.metal_down_t_per_mwh * down) * case.hours.step_h
    return total


def _of_rule(plan: Plan, stage: PlanStage, rule: Rule) -> LimitPrice:
    """Rows of rules count thousands."""
    known, years = quantities(plan, stage), stage.case.hours.years
    terms = terms_of(over_years(rule, years))
    names = terms.keys() - {""}
    nominal = names <= NOMINAL
    price = 1e-3 * max(float(plan.dual(f"{stage.prefix}rule.{rule.id}")[0]), 0.0) / stage.weight
    other = terms_of(over_years(dataclasses.replace(rule, value=rule.value + 1.0), years))
    per_value = price * abs(_sum({name: other[name] - terms[name] for name in terms}, known)) / years
    per_point = None if rule.kind in NO_SHARES else 0.01 * per_value
    per_tonne, per_kwh = (None, None) if per_point is None else _shared(per_point, plan, stage)
    unit = sum_unit(rule)
    return LimitPrice(
        stage=stage.name, kind=LimitKind.RULE, element=rule.id, price=price / years if nominal else price,
        unit=f"{unit} year" if nominal else unit, margin=_sum(terms, known), per_value=per_value, per_point=per_point,
        per_tonne=per_tonne, per_kwh=per_kwh,
    )  # fmt: skip


def _sum(terms: Mapping[str, float], known: Mapping[str, float]) -> float:
    return sum(factor * (known[name] if name else 1.0) for name, factor in terms.items())


def _shared(per_year: float, plan: Plan, stage: PlanStage) -> tuple[float | None, float | None]:
    """Return a yearly amount per tonne of aluminium and per kWh of load; None where there is none."""
    years = stage.case.hours.years
    tonnes, kwh = aluminium_t(plan, stage) / years, 1e3 * quantities(plan, stage).get("load_mwh", 0.0) / years
    return per_year / tonnes if tonnes else None, per_year / kwh if kwh else None


def _of_budget(plan: Plan, stage: PlanStage) -> list[LimitPrice]:
    """Rows of budgets count millions. What is invested stands for whole years, so what it saves in a part of one is
    scaled up to them, as a rule's price of a year is."""
    name, linear = f"budget.{stage.name}", plan.problem.linear
    if name not in linear.rows:
        return []
    row = int(linear.rows[name][0])
    left = float(linear.row_upper[row] - (linear.matrix[row] @ plan.solution.linear.values)[0])
    price = max(-1e-6 * float(plan.dual(name)[0]), 0.0) / stage.case.hours.years
    return [
        LimitPrice(
            stage=stage.name, kind=LimitKind.BUDGET, element=stage.name, unit="currency", price=price, margin=1e6 * left
        )
    ]


def _of_branches(plan: Plan, stage: PlanStage) -> list[LimitPrice]:
    prices: dict[str, tuple[float, int]] = {}
    for name in plan.problem.linear.rows:
        kind, _, branch = name.removeprefix(stage.prefix).partition(".")
        if name.startswith(stage.prefix) and kind in ("branch", "branch_back"):
            each = np.abs(plan.dual(name))
            total, steps = prices.get(branch, (0.0, 0))
            prices[branch] = (total + float(each.sum()), steps + _binding(each, plan))
    years = discounted_years(stage)
    return [
        LimitPrice(
            stage=stage.name,
            kind=LimitKind.BRANCH,
            element=branch,
            unit="MW year",
            price=total / years,
            hours=steps * stage.case.hours.step_h,
        )
        for branch, (total, steps) in prices.items()
        if steps
    ]


def _binding(each: Floats, plan: Plan) -> int:
    largest = max(float(np.abs(plan.dual(n)).max(initial=0.0)) for n in plan.problem.linear.rows if ":balance." in n)
    return int(np.sum(each > NO_PRICE * largest))


def without_rule(plan: Plan, rule: str, *, solver: str = "staged", threads: int | None = None) -> RuleCost:
    """Return what a rule costs in all: the plan is solved again without it, at all stages. One solve or a few."""
    stages = [dataclasses.replace(s, rules=tuple(r for r in s.rules if r.id != rule)) for s in plan.stages]
    return _against(plan, stages, rule, solver, threads)


def with_export(
    plan: Plan,
    export_max_mw: Mapping[str, Mapping[str, float]],
    rule: str,
    *,
    solver: str = "staged",
    threads: int | None = None,
) -> RuleCost:
    """Return what it costs in all that connections may not export as much as `export_max_mw` (stage -> connection ->
    MW) says: the plan is solved again with it, unless that is nothing. `rule` is what the ban is called."""
    if not any(mw > 0.0 for grids in export_max_mw.values() for mw in grids.values()):
        return _cost(plan, plan, rule)

    def opened(stage: PlanStage) -> PlanStage:
        own = export_max_mw.get(stage.name, {})
        park = stage.case.park
        grids = tuple(dataclasses.replace(g, export_max_mw=own.get(g.id, g.export_max_mw)) for g in park.grids)
        return dataclasses.replace(
            stage, case=dataclasses.replace(stage.case, park=dataclasses.replace(park, grids=grids))
        )

    return _against(plan, [opened(stage) for stage in plan.stages], rule, solver, threads)


def _against(plan: Plan, stages: Sequence[PlanStage], rule: str, solver: str, threads: int | None) -> RuleCost:
    """Return what the plan costs more than the best of other stages."""
    looser = [dataclasses.replace(stage, limits=()) for stage in stages]
    return _cost(plan, solve_plan(looser, plan.watches, solver=solver, threads=threads), rule)


def _cost(plan: Plan, free: Plan, rule: str) -> RuleCost:
    """Return what the plan costs more than a freer one; what their proofs leave open is nothing."""
    saves = plan.objective - free.objective
    if abs(saves) <= (plan.gap + free.gap) * max(1.0, abs(plan.objective)):
        saves = 0.0
    years = sum(discounted_years(s) for s in plan.stages)
    tonnes = sum(s.weight * aluminium_t(plan, s) for s in plan.stages)
    kwh = sum(1e3 * s.weight * quantities(plan, s).get("load_mwh", 0.0) for s in plan.stages)
    return RuleCost(
        rule=rule, saves=saves, per_year=saves / years, per_tonne=saves / tonnes if tonnes else None,
        per_kwh=saves / kwh if kwh else None, plan=free,
    )  # fmt: skip
