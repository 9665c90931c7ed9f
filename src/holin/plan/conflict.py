"""Why no plan meets all rules: which of them conflict, by how much each would have to give, and the cheapest way out.

First the least breach of rules and budgets, whose certified bound above 0 proves that there is no plan. Rules that its
prices do not speak of are not part of the conflict; of the others each is left out in turn, and stays out where the
rest still conflicts: what is left is a smallest set (J. W. Chinneck, Feasibility and Infeasibility in Optimization,
2008, deletion filter).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from holin.dispatch.problem import Elastic
from holin.errors import SolverFailed
from holin.plan.breach import Breach, Elastics, elastics_of, kind_of, row_of
from holin.plan.called import names_of_stages
from holin.plan.gives import KINDS, LEAST, Give, Party, gives_of, whose
from holin.plan.problem import Fixed, PlanElastic, PlanStage, discounted_years

RULE_PRICE = 1e4
"""Price of a MWh of a rule in the elastic problem: breaches are told in such MWh."""

SPOKEN = 1e-7
"""Of the dearest price of a rule or budget: one below it takes no part in the proof."""

HELD_MAX = 6

HOURS_OF_YEAR = 8760.0

Progress = Callable[[str, float], None]


@dataclass(frozen=True, kw_only=True)
class Hold:
    """What holds the rules in conflict: a MW (MVA) more of a size on offer, or of a branch in all its hours, would
    lessen their shortfall by `mwh_per_mw` (MWh, or what they count, a year)."""

    stage: str
    party: Party
    element: str
    mwh_per_mw: float
    size_max: float | None = None


@dataclass(frozen=True, kw_only=True)
class Conflict:
    """Why there is no plan.

    `set_` is a smallest set of rules and budgets that cannot hold together (with the park's limits), `alone` what each
    of them would have to give if all others held, `together` what gives way in the cheapest relaxation and `costs` what
    such a plan costs at least (over all stages, discounted: branches that the search has not met do not bind it);
    `held_by` are the limits on offer and of branches behind it, the most telling first, and `cures` how much more of
    them would let all rules hold, where that is possible. Without any rule in it (`set_` empty) `together` says what of
    the park's own limits cannot hold. `shortfall` and `bound` are the least breach of the rules as they are kept, and
    its certified bound (MWh or what the rules count). With `losses` those of AC flows are counted, with `held`
    some sizes were held, at whole units: others may leave a plan. `names` say what rules and offers are called
    (English, Chinese).
    """

    set_: tuple[tuple[str, Party, str], ...]
    alone: tuple[Give, ...]
    together: tuple[Give, ...]
    costs: float | None
    held_by: tuple[Hold, ...]
    cures: tuple[Give, ...]
    shortfall: float
    bound: float
    losses: bool = False
    held: bool = False
    names: Mapping[str, tuple[str, str]] = field(default_factory=dict)


def conflict_of(
    stages: Sequence[PlanStage],
    *,
    fixed: Fixed | None = None,
    threads: int = 1,
    in_full: bool = True,
    on_progress: Progress | None = None,
) -> Conflict | None:
    """Return why the stages, with the branch limits that they have, leave no plan; None where they leave one.

    With `in_full` also what each rule would have to give alone, the cheapest relaxation and cures: some more solves;
    what the staged solver does not find of these in a large problem is left out.
    Raises SolverFailed where no answer can be proven.
    """
    say = on_progress or (lambda what, share: None)
    say("conflict", 0.0)
    elastics = elastics_of(stages, PlanElastic(rule_per_mwh=RULE_PRICE), fixed=fixed, threads=threads)
    first = elastics.least()
    if first is None:
        return _of_limits(stages, fixed, threads)
    if not first.proven:
        return None
    names, breach = _smallest(elastics, first, say)
    alone = _alone(elastics, stages, names, first) if in_full else ()
    together, costs = _cheapest(elastics, stages) if in_full else ((), None)
    return Conflict(
        set_=tuple((stage, KINDS[kind_of(n)], element) for n in names for stage, element in (whose(n),)),
        alone=alone, together=together, costs=costs, held_by=_held_by(stages, breach),
        cures=_cures(stages, fixed, threads) if in_full else (),
        shortfall=first.total * first.unit / RULE_PRICE, bound=first.bound * first.unit / RULE_PRICE,
        losses=_lossy(stages), held=bool(fixed), names=names_of_stages(stages),
    )  # fmt: skip


def _lossy(stages: Sequence[PlanStage]) -> bool:
    return any(bool(stage.case.loss_mw.any()) for stage in stages)


def _smallest(elastics: Elastics, first: Breach, say: Progress) -> tuple[list[str], Breach]:
    """Return a smallest set of what conflicts, and its breach."""
    duals = first.solution.row_duals
    price = {n: float(np.abs(duals[first.linear.rows[row_of(n)]]).max()) for n in elastics.slacks}
    spoken = [n for n in elastics.slacks if price[n] > SPOKEN * max(price.values())]
    out = [n for n in elastics.slacks if n not in spoken]
    breach = first
    for number, name in enumerate(spoken if len(spoken) > 1 else []):
        say("conflict", (number + 1) / (len(spoken) + 1))
        try:
            without = elastics.least(left_out=[*out, name], behind=False)
        except SolverFailed:
            continue  # it stays: the set is then perhaps not the smallest
        if without is not None and without.proven:
            out.append(name)
            breach = without
    return [n for n in spoken if n not in out], breach


def _alone(elastics: Elastics, stages: Sequence[PlanStage], names: Sequence[str], first: Breach) -> tuple[Give, ...]:
    """Return what each of a set would have to give if everything else held; what cannot be cured so is left out."""
    if list(elastics.slacks) == list(names) and len(names) == 1:
        return gives_of(stages, elastics.problem, first.solution.values, names)
    found: list[Give] = []
    for name in names:
        try:
            breach = elastics.least(hard=[n for n in elastics.slacks if n != name], behind=False)
        except SolverFailed:
            continue
        if breach is not None:
            found += gives_of(stages, elastics.problem, breach.solution.values, [name])
    return tuple(found)


def _cheapest(elastics: Elastics, stages: Sequence[PlanStage]) -> tuple[tuple[Give, ...], float | None]:
    try:
        solution = elastics.cheapest()
    except SolverFailed:
        return (), None
    if solution is None:
        return (), None
    linear, values = elastics.problem.linear, solution.values
    fines = sum(float(linear.cost[linear.variables[n]] @ values[linear.variables[n]]) for n in elastics.slacks)
    return gives_of(stages, elastics.problem, values, elastics.slacks), solution.objective - fines


def _cures(stages: Sequence[PlanStage], fixed: Fixed | None, threads: int) -> tuple[Give, ...]:
    """Return how much more of what is on offer and of branches would do, all rules holding."""
    elastic = PlanElastic(rule_per_mwh=None, budget=None, size_per_mw=1.0, branch_per_mw=1.0)
    elastics = elastics_of(stages, elastic, fixed=fixed, threads=threads)
    if not elastics.slacks:
        return ()
    try:
        breach = Elastics(
            problem=elastics.problem, steps=elastics.steps, unit=sum(s.weight for s in stages), threads=threads
        ).least(behind=False)
    except SolverFailed:
        return ()
    return () if breach is None else gives_of(stages, elastics.problem, breach.solution.values, elastics.slacks)


def _of_limits(stages: Sequence[PlanStage], fixed: Fixed | None, threads: int) -> Conflict | None:
    """Return what cannot hold where no rule is to blame: balances, production duties, branches, what is on offer."""
    elastic = PlanElastic(size_per_mw=1e7, branch_per_mw=1e7, operation=Elastic())
    elastics = elastics_of(stages, elastic, fixed=fixed, threads=threads)
    rules = [n for n in elastics.slacks if KINDS[kind_of(n)] in (Party.RULE, Party.BUDGET)]
    breach = elastics.least(left_out=rules)
    if breach is None or not breach.proven:
        return None
    return Conflict(
        set_=(), alone=(), together=gives_of(stages, elastics.problem, breach.solution.values, elastics.slacks),
        costs=None, held_by=(), cures=(), shortfall=breach.total * breach.unit / RULE_PRICE,
        bound=breach.bound * breach.unit / RULE_PRICE, losses=_lossy(stages), held=bool(fixed),
        names=names_of_stages(stages),
    )  # fmt: skip


def _held_by(stages: Sequence[PlanStage], breach: Breach) -> tuple[Hold, ...]:
    """Return the limits that the proof speaks of: sizes at all that is on offer, and branches."""
    linear, solution = breach.linear, breach.solution
    found: list[Hold] = []
    for stage in stages:
        per = breach.unit / RULE_PRICE / discounted_years(stage)
        for offer in (o for o in stage.offers if o.builds):
            name = f"{stage.prefix}size.{offer.id}"
            worth = -per * float(solution.column_duals[linear.variables[name]][0])
            found.append(
                Hold(stage=stage.name, party=Party.SIZE, element=offer.id, mwh_per_mw=worth, size_max=offer.p_max_mw)
            )
        branches: dict[str, float] = {}
        for name, rows in linear.rows.items():
            kind, _, branch = name.removeprefix(stage.prefix).partition(".")
            if name.startswith(stage.prefix) and kind in ("branch", "branch_back"):
                branches[branch] = branches.get(branch, 0.0) + per * float(np.abs(solution.row_duals[rows]).sum())
        found += [
            Hold(stage=stage.name, party=Party.BRANCH, element=b, mwh_per_mw=w) for b, w in branches.items()
        ]  # fmt: skip
    most = max((h.mwh_per_mw for h in found), default=0.0)
    telling = [h for h in found if h.mwh_per_mw > max(1e-3 * most, LEAST * HOURS_OF_YEAR)]
    return tuple(sorted(telling, key=lambda h: -h.mwh_per_mw))[:HELD_MAX]
