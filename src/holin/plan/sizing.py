"""Which hours and limits size each asset: its income by month, hour of day and limit, and why not more of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from holin.calendar import local
from holin.kernel.linear import Floats
from holin.plan.plan import Plan
from holin.plan.problem import PlanStage
from holin.plan.source_income import SourceIncome
from holin.plan.value import Worth, worths_of

SMALL_PART = 1e-3
"""A part below this of what is earned is left out."""

HINDERS = 1e-3
"""A branch hinders in an hour where it takes so much of what the dearest hour pays."""


@dataclass(frozen=True, kw_only=True)
class Curtailment:
    """What a further MW of wind or PV could not give away: `share` of its energy, in so many `hours`;
    of those `behind_h` were behind each branch, in `everywhere_h` the whole park had too much. `price_per_mwh` is the
    mean of what a MWh is worth there then: 0 where some of it is taken, below 0 where none is."""

    share: float
    hours: float
    behind_h: Mapping[str, float]
    everywhere_h: float
    price_per_mwh: float


@dataclass(frozen=True, kw_only=True, eq=False)
class Sizing:
    """What sizes an offer at a stage; amounts are currency per MW and year.

    `by_limit` (the largest first; `value.Worth` names them), `by_month` (local, 1..12) and `by_hour` (local hour of
    day) each sum to what it earns in hours; `half_hours` is the least number of hours that earn half of that.
    """

    worth: Worth
    by_limit: Mapping[str, float]
    by_month: Mapping[int, float]
    by_hour: tuple[float, ...]
    half_hours: float
    curtailment: Curtailment | None


def sizings_of(plan: Plan) -> tuple[Sizing, ...]:
    """Return what sizes every offer at every stage, in the order of `worths_of`."""
    stages = {stage.name: stage for stage in plan.stages}
    return tuple(sizing_of(worth, stages[worth.stage]) for worth in worths_of(plan))


def sizing_of(worth: Worth, stage: PlanStage) -> Sizing:
    """Return what sizes one offer."""
    clock = local(stage.case.hours.time, stage.case.park.facts.time_zone)
    by_step: Floats = worth.income.sum("limit").values
    months, hours = clock.month.to_numpy(), clock.hour.to_numpy()
    sums = {str(n): float(v) for n, v in zip(worth.income.limit.values, worth.income.sum("time").values, strict=True)}
    sums |= {name: sums.get(name, 0.0) + amount for name, amount in worth.once.items()}
    least = SMALL_PART * max(abs(worth.earns), 1e-9)
    named = sorted(((n, v) for n, v in sums.items() if abs(v) > least), key=lambda pair: -pair[1])
    return Sizing(
        worth=worth, by_limit=dict(named),
        by_month={int(m): float(by_step[months == m].sum()) for m in np.unique(months)},
        by_hour=tuple(float(by_step[hours == h].sum()) for h in range(24)),
        half_hours=_half(by_step) * stage.case.hours.step_h,
        curtailment=None if worth.source is None else _curtailment(worth.source, stage),
    )  # fmt: skip


def _half(by_step: Floats) -> int:
    """Return the least number of steps that earn half of the whole."""
    ranked = np.cumsum(np.sort(np.maximum(by_step, 0.0))[::-1])
    if not len(ranked) or ranked[-1] <= 0.0:
        return 0
    return int(np.searchsorted(ranked, 0.5 * ranked[-1] * (1.0 - 1e-9))) + 1


def _curtailment(source: SourceIncome, stage: PlanStage) -> Curtailment:
    """Return in which hours a further MW would be curtailed, and behind what."""
    step_h, could = stage.case.hours.step_h, source.available_mw
    lost = ~source.taken & (could > 0.0)
    dearest = float(np.max(source.price, initial=0.0))
    branches = {
        name.removeprefix("branch."): lost & (part < -HINDERS * dearest)
        for name, part in source.parts.items()
        if name.startswith("branch.")
    }
    behind = {name: float(at.sum() * step_h) for name, at in branches.items() if at.any()}
    elsewhere = np.any(list(branches.values()), axis=0) if branches else np.zeros(len(lost), dtype=bool)
    total = float(could.sum())
    per_mwh = source.price[lost] / (stage.weight * step_h)
    return Curtailment(
        share=float(could[lost].sum()) / total if total else 0.0, hours=float(lost.sum() * step_h),
        behind_h=dict(sorted(behind.items(), key=lambda pair: -pair[1])),
        everywhere_h=float((lost & ~elsewhere).sum() * step_h),
        price_per_mwh=float(np.average(per_mwh, weights=could[lost])) if lost.any() else 0.0,
    )  # fmt: skip
