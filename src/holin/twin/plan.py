"""The path of a plan: park -> what is on offer -> weather -> optimum -> whole units -> park as built -> its grid."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from pathlib import Path

import numpy as np
import xarray as xr

from holin.connection import Measure, reinforced
from holin.errors import Infeasible
from holin.flow import losses_by_bus
from holin.kernel.linear import Floats
from holin.park import Park, Stage, at_stage
from holin.plan import (
    Fixed,
    NoPlan,
    Plan,
    PlanStage,
    PlanWishes,
    Watch,
    asked_rule,
    built_park,
    roundings,
    sizes_of_circuits,
    solve_plan,
    stage_of_plan,
    with_room,
    with_room_left,
    without_left,
    without_room,
)
from holin.twin.grid_check import GridCheck
from holin.twin.plan_operated import operated
from holin.twin.plan_rules import NO_EXPORT, as_rule_of_park, with_asked
from holin.twin.plan_setting import Setting, settings_of
from holin.twin.run import Progress, Settled


@dataclass(frozen=True, kw_only=True)
class Planning:
    """What a plan is made of: the whole park, its loads grown as asked, what is asked, the years, the solver, and the
    rules (stage, id) that are known to leave no plan with room for losses."""

    whole: Park
    wishes: PlanWishes
    settings: tuple[Setting, ...]
    solver: str
    cramped: tuple[tuple[str, str], ...] = ()


def planning_of(
    park: Park | str | Path,
    wishes: PlanWishes | None = None,
    *,
    weather: str | Path | None = None,
    seed: int | None = None,
    start: date | datetime | None = None,
    end: date | datetime | None = None,
    step_h: float = 1.0,
    solver: str = "staged",
    on_progress: Progress | None = None,
) -> Planning:
    """Return what a plan of a park is made of; hours, steps, weather and growth as `settings_of` has them."""
    asked = wishes or PlanWishes()
    whole, settings = settings_of(
        park, asked, weather=weather, seed=seed, start=start, end=end, step_h=step_h, on_progress=on_progress
    )  # fmt: skip
    return Planning(whole=whole, wishes=asked, settings=settings, solver=solver)


Works = Mapping[str, tuple[Measure, ...]]
"""year's stage -> what its grid was found to need, built at it."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Planned:
    """A plan: what was asked and found, the continuous optimum before whole units, the park with the plan carried out,
    how its grid carries each year (`held`; the losses in the optimum are those of it), and each stage's check of
    outages and short circuits (`checks`, of `grid_checked`). `works` stood in the network that the optimum knew,
    `passes` is how often it was solved again with them. `refused` says why no plan is left that knows the losses and
    limits of this one's own flows, where that is so: this one does not know them."""

    whole: Park
    wishes: PlanWishes
    settings: tuple[Setting, ...]
    continuous: Plan
    plan: Plan
    park: Park
    held: Mapping[str, Settled]
    checks: Mapping[str, GridCheck] = field(default_factory=dict)
    works: Works = field(default_factory=dict)
    passes: int = 0
    refused: NoPlan | None = None


Taught = Mapping[str, Settled]
"""year's stage -> what AC flows taught of it."""


def stages_of(
    settings: Sequence[Setting],
    wishes: PlanWishes,
    taught: Taught,
    circuits: Mapping[str, Mapping[str, float]] | None,
    works: Works | None = None,
) -> tuple[list[PlanStage], list[Watch]]:
    """Return the planned years for the optimum, with the losses and limits that flows taught, whole circuits, and the
    works in the network."""
    made = []
    for setting in settings:
        known = taught.get(setting.stage.name)
        standing = at_stage(with_works(setting.standing, works or {}), setting.stage)
        asked = [rule for rule in wishes.rules if rule.stands_at(setting.stage.as_of)]
        rules = with_asked(standing.rules, asked)
        stage, watch = stage_of_plan(
            standing,
            setting.offers,
            *setting.of_optimum,
            name=setting.stage.name,
            year=setting.stage.as_of.year,
            rules=tuple(with_room(rule) for rule in rules),
            asked={rule.id: rule.value for rule in rules},
            weight=setting.weight,
            investment_max=setting.investment_max,
            losses=None if known is None else _over_steps(losses_by_bus(standing, known.flows), setting),
            secure=wishes.secure,
            circuits_mva=None if circuits is None else circuits[setting.stage.name],
            step_h=setting.step_h,
        )
        parts = round(1.0 / setting.step_h)
        limits = {} if known is None else {name: np.repeat(mw, parts) for name, mw in known.limits_mw.items()}
        made.append((stage, dataclasses.replace(watch, limits_mw={"": _of_standing(limits, standing)})))
    return [stage for stage, _ in made], [watch for _, watch in made]


def _over_steps(losses: xr.DataArray, setting: Setting) -> xr.DataArray:
    """Return the losses (time, bus) of a year's hours in the steps of its optimum: those of an hour hold in all its
    steps."""
    parts, time = round(1.0 / setting.step_h), setting.of_optimum[0].time.values
    return losses.isel(time=np.repeat(np.arange(losses.sizes["time"]), parts)).assign_coords(time=time)


def with_works(park: Park, works: Works) -> Park:
    """Return the park with all works in it, each from its date on."""
    return reinforced(park, [measure for measures in works.values() for measure in measures])


def _of_standing(limits_mw: Mapping[str, Floats], park: Park) -> dict[str, Floats]:
    """Return the lowered limits of branches that stand whatever is built."""
    there = {b.id for b in (*park.lines, *park.transformers, *park.transformers3, *park.equivalent_branches)}
    return {name: limit for name, limit in limits_mw.items() if name in there}


def plan(
    park: Park | str | Path,
    wishes: PlanWishes | None = None,
    *,
    weather: str | Path | None = None,
    seed: int | None = None,
    start: date | datetime | None = None,
    end: date | datetime | None = None,
    step_h: float = 1.0,
    solver: str = "staged",
    with_flows: bool = True,
    on_progress: Progress | None = None,
) -> Planned:
    """Return the least-cost development of a park: what to build, refit and retire in the planned years.

    First any sizes without losses; then whole units; with `with_flows` the park as built is operated and its AC flows
    solved, and the plan is made again with these losses and limits; where they leave no plan, the first one stays
    (`refused`), and the verdicts of its years say what its rules come to.
    """
    say = on_progress or (lambda what, share: None)
    bare = planning_of(
        park, wishes, weather=weather, seed=seed, start=start, end=end, step_h=step_h, solver=solver, on_progress=say
    )  # fmt: skip
    first = carried_out(bare, {}, with_flows=with_flows, say=say)
    if not with_flows:
        return first
    again = dataclasses.replace(bare, cramped=without_room(first.plan.stages))
    try:
        return carried_out(again, first.held, say=say)
    except NoPlan as error:
        return dataclasses.replace(first, refused=error)


def carried_out(
    asked: Planning, taught: Taught, *, works: Works | None = None, with_flows: bool = True, say: Progress
) -> Planned:
    """Return the plan with what flows taught and with some works in the network, as a park that was operated."""
    whole, wishes, settings = asked.whole, asked.wishes, asked.settings
    free, made = _solved(asked, taught, works, say)
    as_of = {s.stage.name: s.stage.as_of for s in settings}
    built = built_park(with_works(_named(asked), works or {}), made, as_of)
    held = {s.stage.name: operated(built, s, wishes.rules, say) for s in settings if with_flows}
    return Planned(
        whole=whole, wishes=wishes, settings=settings, continuous=free, plan=made, park=built, held=held,
        works=works or {},
    )  # fmt: skip


def _named(asked: Planning) -> Park:
    """Return the park before anything is built: without what is left to the plan, with its stages and rules."""
    base, wishes, settings = without_left(asked.whole, asked.wishes), asked.wishes, asked.settings
    closed = () if wishes.export else (asked_rule("export_max_mwh", 0.0, id_=NO_EXPORT),)
    kept = tuple(as_rule_of_park(rule, settings[0].stage) for rule in (*wishes.rules, *closed))
    facts = dataclasses.replace(base.facts, default_stage=settings[-1].stage.name)
    return dataclasses.replace(
        base, facts=facts, stages=_stages_with(base, settings), rules=with_asked(base.rules, kept)
    )


def _solved(asked: Planning, taught: Taught, works: Works | None, say: Progress) -> tuple[Plan, Plan]:
    """Return the optimum in any sizes, and that in whole units."""
    settings, wishes = asked.settings, asked.wishes

    def solved(
        circuits: Mapping[str, Mapping[str, float]] | None, fixed: Fixed | None, cramped: Collection[tuple[str, str]]
    ) -> Plan:
        stages, watches = stages_of(settings, wishes, taught, circuits, works)
        ask = partial(solve_plan, watches=watches, fixed=fixed, solver=asked.solver, on_progress=say)
        return with_room_left(stages, ask, cramped=cramped)[0]

    free = solved(None, None, asked.cramped)
    cramped = without_room(free.stages)
    budgets = [s.stage.name for s in settings if s.investment_max is not None]
    ways = roundings(free, asked.whole, budgets) if wishes.whole else ()
    for number, fixed in enumerate(ways, start=1):
        try:
            return free, solved(sizes_of_circuits(free, fixed), fixed, cramped)
        except Infeasible:
            if number == len(ways):
                raise
    return free, free


def _stages_with(park: Park, settings: Sequence[Setting]) -> tuple[Stage, ...]:
    known = {s.name for s in park.stages}
    return tuple(sorted((*park.stages, *(s.stage for s in settings if s.stage.name not in known)), key=_by_date))


def _by_date(stage: Stage) -> date:
    return stage.as_of
