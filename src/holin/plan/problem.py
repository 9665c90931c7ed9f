"""What to build, stage by stage, as one linear problem: each stage's operating year, and the sizes that join them."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from holin.dispatch import Case
from holin.dispatch.problem import Elastic, add_operation
from holin.dispatch.quantities import add_asked_quantities
from holin.kernel.linear import Columns, Floats, LinearProblem, ProblemBuilder, Term
from holin.operation import Block, BranchLimit, add_branch_limits, add_rules
from holin.plan.corridors import add_corridors, limit_corridors
from holin.plan.offers import Offer
from holin.plan.sizes import add_sizes, kept_units, room_of, sized_ids
from holin.rules import Rule


@dataclass(frozen=True, kw_only=True)
class PlanStage:
    """One stage of a plan: its operating year (`case`, with everything on offer at full size) and what it stands for.

    `weight` is the number of discounted years that this year's costs count for, `investment_max` a budget (currency)
    for what is built at the stage, `parallel` (branch -> its identical twins, itself among them) who shares the size of
    a circuit. With `in_network` the sizes of circuits are held and the circuits stand in the case's network already.
    `asked` is the value that was asked of a rule (by id) which is kept stricter here.
    """

    name: str
    year: int
    case: Case
    offers: tuple[Offer, ...]
    rules: tuple[Rule, ...] = ()
    asked: Mapping[str, float] = field(default_factory=dict)
    weight: float = 1.0
    investment_max: float | None = None
    parallel: Mapping[str, Sequence[str]] = field(default_factory=dict)
    in_network: bool = False
    limits: tuple[BranchLimit, ...] = ()

    @property
    def prefix(self) -> str:
        """What stands before the names of the stage's blocks."""
        return f"{self.name}:"


WIDER_MAX_MW = 1e5
"""No branch of a park need be wider by more."""

Fixed = Mapping[tuple[str, str], float]
"""(stage, column block such as `size.ID`) -> the value that it is held at."""


@dataclass(frozen=True, kw_only=True)
class PlanElastic:
    """Prices at which a plan may break what holds it, to find out what of it conflicts; None: it must hold.

    Rules are `rule_short.ID` (MWh, t, MW), a budget `over_budget.STAGE` (millions), what is on offer `beyond.ID` (MW),
    branches `wider.NAME` (MW in all hours); `operation` lets balances and production duties give way, too.
    """

    rule_per_mwh: float | None = 1e4
    budget: float | None = 1e2
    size_per_mw: float | None = None
    branch_per_mw: float | None = None
    operation: Elastic | None = None


@dataclass(frozen=True, kw_only=True)
class PlanProblem:
    """The problem, each stage's blocks (what feeds into which bus, parts of the year's quantities), what each column
    costs (column,) whatever is sought, and the part of the costs that is constant, by stage."""

    linear: LinearProblem
    blocks: Mapping[str, Sequence[Block]]
    cost: Floats
    constants: Mapping[str, float]


def plan_problem(
    stages: Sequence[PlanStage], *, fixed: Fixed | None = None, elastic: PlanElastic | None = None
) -> PlanProblem:
    """Return the least-cost development of a park over its stages as a linear problem.

    cost = sum over stages of weight x (operation of its year + annuities and fixed costs of what stands by then).
    """
    builder = ProblemBuilder()
    blocks, constants = dict[str, list[Block]](), dict[str, float]()
    for stage in stages:
        before = builder.constant
        blocks[stage.name] = _add_stage(builder, stage, elastic)
        constants[stage.name] = builder.constant - before
    builder.prefix, builder.cost_factor = "", 1.0
    _add_building(builder, stages, elastic)
    _join_kept(builder, stages)
    for (name, block), value in (fixed or {}).items():
        builder.add_rows(f"fixed.{name}:{block}", [(builder.columns(f"{name}:{block}"), 1.0)], lower=value, upper=value)
    linear = builder.built()
    return PlanProblem(linear=linear, blocks=blocks, cost=linear.cost, constants=constants)


def _add_stage(builder: ProblemBuilder, stage: PlanStage, elastic: PlanElastic | None) -> list[Block]:
    """Add the operation of one stage, the sizes within it, its branch limits and its rules."""
    builder.prefix, builder.cost_factor = stage.prefix, stage.weight
    before, case, give = builder.constant, stage.case, elastic or PlanElastic(rule_per_mwh=None, budget=None)
    ways = () if stage.in_network else (add_corridors(builder, case, stage.offers),)
    blocks = add_operation(
        builder, case, stage.limits, give.operation, apart=sized_ids(case, stage.offers), ways=ways
    )  # fmt: skip
    blocks.append(add_sizes(builder, case, stage.offers, beyond_per_mw=give.size_per_mw))
    if ways:
        limit_corridors(builder, stage.offers)
    blocks += add_asked_quantities(builder, case, blocks, stage.rules)
    room = {} if stage.in_network else room_of(builder, stage.offers, stage.parallel)
    if give.branch_per_mw is not None:
        room |= _wider(builder, [limit.element or limit.branch for limit in stage.limits], room, give.branch_per_mw)
    add_branch_limits(builder, blocks, stage.limits, room=room)
    add_rules(builder, stage.rules, blocks, years=case.hours.years, shortfall_per_mwh=give.rule_per_mwh)
    builder.constant = before + stage.weight * (builder.constant - before)
    return blocks


def _wider(
    builder: ProblemBuilder, elements: Sequence[str], room: Mapping[str, Term], per_mw: float
) -> dict[str, Term]:
    """Let branches that no offer widens be wider at a price."""
    return {
        name: (builder.add_variables(f"wider.{name}", (1,), upper=WIDER_MAX_MW, cost=per_mw), 1.0)
        for name in dict.fromkeys(elements)
        if name not in room
    }


def _add_building(builder: ProblemBuilder, stages: Sequence[PlanStage], elastic: PlanElastic | None) -> None:
    """Add what is built at each stage (`built.ID@STAGE`), its cost for as long as it stands, and the stages' budgets.

    size at a stage = all that was built by then and has not come to the end of its life.
    """
    spent: dict[str, list[Term]] = {stage.name: [] for stage in stages}
    ids = dict.fromkeys(o.id for stage in stages for o in stage.offers if o.builds)
    for id_ in ids:
        for block, energy in (("size", False), ("size_mwh", True)):
            if not any(f"{s.prefix}{block}.{id_}" in builder for s in stages):
                continue
            made: list[tuple[PlanStage, Offer, Term]] = []
            for stage in stages:
                offer = offer_at(stage, id_)
                if offer is not None:
                    price, cost = _prices(stages, stage, offer, energy)
                    most = 0.0 if offer.closed else np.inf
                    columns: Columns = builder.add_variables(
                        f"built{block[4:]}.{id_}@{stage.name}", (1,), upper=most, cost=cost
                    )
                    made.append((stage, offer, (columns, 1.0)))
                    spent[stage.name].append((columns, np.asarray(price)))
            for stage in stages:
                name = f"{stage.prefix}{block}.{id_}"
                if name in builder:
                    alive = [(c, -1.0) for s, o, (c, _) in made if stands(s, stage, o)]
                    builder.add_rows(f"stands.{name}", [(builder.columns(name), 1.0), *alive], lower=0.0, upper=0.0)
    for stage in stages:
        if stage.investment_max is not None and spent[stage.name]:
            terms: list[Term] = [(columns, 1e-6 * np.asarray(price)) for columns, price in spent[stage.name]]
            if elastic and elastic.budget is not None:
                terms.append(
                    (builder.add_variables(f"over_budget.{stage.name}", (1,), cost=1e6 * elastic.budget), -1.0)
                )
            builder.add_sum(f"budget.{stage.name}", terms, upper=1e-6 * stage.investment_max)


def steps_of(stages: Sequence[PlanStage]) -> frozenset[int]:
    """Return in how many steps the stages' years are: a leap year has more than others."""
    return frozenset(stage.case.hours.count for stage in stages)


def discounted_years(stage: PlanStage) -> float:
    """Return how many years a stage's hours count for in the objective."""
    return stage.weight * stage.case.hours.years


def offer_at(stage: PlanStage, id_: str) -> Offer | None:
    """Return an offer of a stage by its candidate's id."""
    return next((o for o in stage.offers if o.id == id_), None)


def stands(built: PlanStage, at: PlanStage, offer: Offer) -> bool:
    """Whether what was built at one stage still stands at another one."""
    return built.year <= at.year < built.year + offer.lifetime_years


def _prices(stages: Sequence[PlanStage], built: PlanStage, offer: Offer, energy: bool) -> tuple[float, float]:
    """Return the investment per MW (or MWh) at a stage, and what the objective counts for it: all annuities."""
    price = offer.investment_per_mwh if energy else offer.investment_per_mw
    fixed = 0.0 if energy else offer.fixed_per_mw_year
    years = sum(s.weight * s.case.hours.years for s in stages if stands(built, s, offer) and offer_at(s, offer.id))
    return price, years * (price * offer.annuity + fixed)


def _join_kept(builder: ProblemBuilder, stages: Sequence[PlanStage]) -> None:
    """What was retired or refitted at a stage does not come back."""
    for earlier, later in itertools.pairwise(stages):
        for kept in kept_units(later.case, later.offers):
            names = [f"{s.prefix}kept.{kept.id}" for s in (earlier, later)]
            if all(name in builder for name in names):
                terms: list[Term] = [(builder.columns(names[0]), 1.0), (builder.columns(names[1]), -1.0)]
                builder.add_rows(f"no_return.{kept.id}@{later.name}", terms, lower=0.0)
