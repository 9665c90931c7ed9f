"""The loop of a plan and its grid: what the grid needs stands in the network, and the optimum is sought again."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from holin.connection import MeasureKind
from holin.errors import Infeasible
from holin.plan import NoPlan, plan_figures, without_room
from holin.twin.plan import Planned, Planning, Works, carried_out
from holin.twin.plan_check import base_of, grid_checked
from holin.twin.plan_setting import Setting
from holin.twin.run import Progress

PASSES = 3
"""How often the optimum is solved again with the works that its grid was found to need."""

IN_OPTIMUM = frozenset({MeasureKind.LINE, MeasureKind.TRANSFORMER})
"""Works that the network of the optimum knows. Others count only where a budget holds."""


def grid_settled(
    planned: Planned,
    *,
    weather: str | Path | None = None,
    seed: int | None = None,
    reinforce: bool = True,
    solver: str = "staged",
    on_progress: Progress | None = None,
) -> Planned:
    """Return a plan with its grid checked (`grid_checked`), solved again with the works in the network until it asks
    for no more, PASSES times at most (`is_settled`).

    A year's budget pays for its works first; where no plan is left by that, its plan may cost the whole budget, and
    `budget_figures` says by how much both exceed it. Works that were found once stay. Where the works and what flows
    taught leave no plan at all, the one before stays as it is.
    """
    if not planned.held:
        return planned
    say = on_progress or (lambda what, share: None)
    base = base_of(planned, weather, seed, say)
    checked = grid_checked(planned, base=base, reinforce=reinforce, on_progress=say)
    while not is_settled(checked) and checked.passes < PASSES:
        try:
            again = _again(checked, solver, say)
        except Infeasible as error:  # this one stands, and is not settled
            return dataclasses.replace(checked, refused=error if isinstance(error, NoPlan) else None)
        checked = grid_checked(again, base=base, reinforce=reinforce, on_progress=say)
    return checked


def is_settled(planned: Planned) -> bool:
    """Whether the optimum knows all works that it would heed."""
    budgets = {s.stage.name for s in planned.settings if s.investment_max is not None}
    for name in planned.checks:
        asked, known = works_of(planned).get(name, ()), planned.works.get(name, ())
        if name in budgets and set(asked) != set(known):
            return False  # what they cost is no longer there for the plan, or is there again
        if any(m.kind in IN_OPTIMUM and m not in known for m in asked):
            return False
    return True


def works_of(planned: Planned) -> Works:
    """Return what the checks of the stages ask to be built."""
    return {name: check.measures for name, check in planned.checks.items() if check.measures}


def _again(planned: Planned, solver: str, say: Progress) -> Planned:
    """Return the plan solved again with all works, and what flows taught of the last one."""
    works = works_of(planned)

    def solved(settings: tuple[Setting, ...]) -> Planned:
        asked = Planning(
            whole=planned.whole, wishes=planned.wishes, settings=settings, solver=solver,
            cramped=without_room(planned.plan.stages),
        )  # fmt: skip
        return carried_out(asked, planned.held, works=works, say=say)

    try:
        made = solved(tuple(_less_works(s, works) for s in planned.settings))
    except Infeasible:
        if all(s.investment_max is None for s in planned.settings):
            raise
        made = solved(planned.settings)
    return dataclasses.replace(made, settings=planned.settings, checks=planned.checks, passes=planned.passes + 1)


def _less_works(setting: Setting, works: Works) -> Setting:
    """Return a year with the budget that its works leave. Raises Infeasible where they alone cost more."""
    if setting.investment_max is None:
        return setting
    left = setting.investment_max - sum(measure.cost for measure in works.get(setting.stage.name, ()))
    if left < 0.0:
        raise Infeasible(f"the works of {setting.stage.name} alone cost more than its budget")
    return dataclasses.replace(setting, investment_max=left)


def budget_figures(planned: Planned) -> dict[str, dict[str, Any]]:
    """Return each budget beside what the plan and its works cost (currency); `over` is by how much they exceed it."""
    spent: Mapping[str, float] = plan_figures(planned.plan)["investment"]
    found = {}
    for setting in planned.settings:
        name, most = setting.stage.name, setting.investment_max
        if most is None:
            continue
        check = planned.checks.get(name)
        works = check.cost if check else 0.0
        over = max(spent[name] + works - most, 0.0)
        found[name] = {
            "budget": most, "plan": spent[name], "works": works, "over": over if over > OVER * most else 0.0
        }  # fmt: skip
    return found


OVER = 1e-6
"""So much of a budget is a solver's leftover."""
