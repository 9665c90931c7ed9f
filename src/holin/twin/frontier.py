"""Paths of more than one plan: the frontier of a rule, and the near-optimal alternatives, as plain figures."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from holin.finance import PlanPoint, abatement_curve
from holin.park import names_of
from holin.plan import (
    Alternative,
    Frontier,
    FrontierPoint,
    PlanStage,
    PlanYear,
    Range,
    Sizes,
    alternatives,
    asked_rule,
    capacity_with,
    frontier,
    solve_plan,
    sum_unit,
    with_room_left,
)
from holin.plan.frontier import TOLERANCE
from holin.rules import RuleKind
from holin.store import json_text
from holin.twin.plan import Planning, stages_of
from holin.twin.plan_folder import free_folder
from holin.twin.plan_rules import asked_figures, cramped_figures
from holin.twin.plan_setting import Setting
from holin.twin.run import Progress

Answer = TypeVar("Answer")


def frontier_of_park(
    planning: Planning,
    *,
    by: RuleKind,
    points: int = 20,
    until: float | None = None,
    tolerance: float = TOLERANCE,
    on_progress: Progress | None = None,
) -> dict[str, Any]:
    """Return the frontier of a rule for a park, all else as wished, in plain figures.

    Sizes of any amount, the DC network with its limits, no losses: `plan` works out a point with whole units and AC.
    """
    found, kept = _asked_of(
        planning, frontier, kind=by, points=points, until=until, tolerance=tolerance, on_progress=on_progress
    )  # fmt: skip
    return _heading(planning, kept) | _frontier_figures(found, planning.settings)


def _asked_of(planning: Planning, ask: Callable[..., Answer], **how: Any) -> tuple[Answer, tuple[PlanStage, ...]]:
    """Return an answer of the planned years, and the years with the rules as they are kept in it."""
    stages, watches = stages_of(planning.settings, planning.wishes, {}, None)
    solve = partial(solve_plan, solver=planning.solver)
    return with_room_left(stages, partial(ask, watches=watches, solve=solve, **how))


def _heading(planning: Planning, stages: Sequence[PlanStage]) -> dict[str, Any]:
    facts, settings = planning.whole.facts, planning.settings
    return {
        "park": facts.id,
        "names": names_of(facts),
        "currency": facts.currency,
        "synthetic": {"en": facts.synthetic, "zh": facts.synthetic_zh},
        "years": [s.stage.name for s in settings],
        "hours": [len(s.available.time) for s in settings],
        "step_h": settings[0].step_h,
        "asked": asked_figures(planning.wishes),
        "rules_without_room": cramped_figures(stages),
    }


def _frontier_figures(found: Frontier, settings: Sequence[Setting]) -> dict[str, Any]:
    return {
        "by": str(found.rule),
        "unit": sum_unit(asked_rule(found.rule, 0.0)),
        "reach": found.reach,
        "gap": found.gap,
        "solves": found.solves,
        "seconds": found.seconds,
        "points": [_point(point, settings) for point in found.points],
        "abatement": {s.stage.name: _abatement(found.points, s) for s in settings},
    }


def _abatement(points: Sequence[FrontierPoint], setting: Setting) -> list[dict[str, float]]:
    """Return the abatement cost curve of a planned year along the solved points: the others lie on its steps.

    Load that is not served counts at its value: else it would be the cheapest way to emit less.
    """
    stage, voll = setting.stage.name, setting.standing.facts.voll_per_mwh
    solved = {str(k): point for k, point in enumerate(points) if point.solved}
    plans = [
        PlanPoint(name=name, cost=year.cost + voll * year.unserved_mwh, emission_t=year.quantities["co2_t"])
        for name, year in ((name, point.years[stage]) for name, point in solved.items())
    ]
    return [
        {
            "from": solved[step.from_plan].value,
            "to": solved[step.to_plan].value,
            "co2_less_t": step.abated_t,
            "extra_cost": step.cost,
            "cost_per_t": step.cost_per_t,
        }
        for step in abatement_curve(plans)
    ]


def _point(point: FrontierPoint, settings: Sequence[Setting]) -> dict[str, Any]:
    return {
        "value": point.value,
        "solved": point.solved,
        "cost": point.objective,
        "bound": point.bound,
        "cost_per_value": point.slope,
        "by_year": {
            s.stage.name: _year(point.years[s.stage.name], point.sizes[s.stage.name], s)
            | {"shadow_price": point.shadow_price[s.stage.name]}
            for s in settings
        },
    }


def _year(year: PlanYear, sizes: Sizes, setting: Setting) -> dict[str, Any]:
    amounts = year.quantities
    return {
        "cost": year.cost,
        "unserved_mwh": year.unserved_mwh,
        "all_in_price_per_kwh": year.all_in_price_per_kwh,
        "green_share": {"physical": year.green_share_physical, "annual": year.green_share_annual},
        "curtailed_share": year.curtailed_share,
        "co2_t": amounts["co2_t"],
        "load_mwh": amounts["load_mwh"],
        "import_mwh": amounts["import_mwh"],
        "export_mwh": amounts["export_mwh"],
        "capacity_mw": capacity_with(setting.standing, setting.offers, sizes),
        "sizes_mw": dict(sizes.mw),
        "sizes_mwh": dict(sizes.mwh),
    }


def alternatives_of_park(
    planning: Planning,
    *,
    within: Sequence[float],
    technologies: Sequence[str] | None = None,
    on_progress: Progress | None = None,
) -> dict[str, Any]:
    """Return the near-optimal ranges of each technology for a park, in plain figures."""
    found, kept = _asked_of(
        planning, alternatives, within=within, technologies=technologies, on_progress=on_progress
    )  # fmt: skip
    settings = planning.settings
    best = {s.stage.name: _year(found.years[s.stage.name], found.optimum[s.stage.name], s) for s in settings}
    return _heading(planning, kept) | {
        "stage": settings[-1].stage.name,
        "cost": found.objective,
        "bound": found.bound,
        "solves": found.solves,
        "seconds": found.seconds,
        "optimum": best,
        "ranges": [_range(each, settings) for each in found.ranges],
    }


def _range(found: Range, settings: Sequence[Setting]) -> dict[str, Any]:
    return {
        "technology": found.technology,
        "unit": found.unit,
        "within": found.within,
        "optimum": found.optimum,
        "stands": found.stands,
        "could": found.could,
        "need": str(found.need),
        "least": _end(found.least, settings),
        "most": _end(found.most, settings),
    }


def _end(found: Alternative, settings: Sequence[Setting]) -> dict[str, Any]:
    return {
        "total": found.total,
        "bound": found.bound,
        "cost": found.cost,
        "by_year": {s.stage.name: _year(found.years[s.stage.name], found.sizes[s.stage.name], s) for s in settings},
    }


def saved_pages(pages: Mapping[str, str], figures: Mapping[str, Any], folder: str | Path, name: str) -> Path:
    """Write figures (`NAME.json`) and pages (file name -> text) and return the folder.

    A folder that holds files is not written over: raises BadInput.
    """
    where = free_folder(folder)
    where.mkdir(parents=True, exist_ok=True)
    (where / f"{name}.json").write_text(json_text(dict(figures)), encoding="utf-8")
    for file, page in pages.items():
        (where / file).write_text(page, encoding="utf-8")
    return where
