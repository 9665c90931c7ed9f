"""The path to a schedule that the grid carries: hours ahead -> AC flow and N-1 -> losses, limits and cuts -> again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import xarray as xr

from holin.dispatch import (
    Ahead,
    Taught,
    Unmet,
    Window,
    delivered_mw,
    dispatch_ahead,
    kept_where_paid,
    known_losses,
    paid_steps,
    same_taught,
    settled_losses,
    status_of,
    tightened,
    unmet_of,
    voltage_cuts,
    voltage_steps,
    with_losses,
)
from holin.flow import (
    N1,
    OutageKind,
    Reason,
    ViolationKind,
    flow,
    flow_after,
    losses_by_bus,
    n1,
    setpoints,
    voltage_sensitivity,
    why_not,
)
from holin.operation import BranchLimit
from holin.park import Park
from holin.twin.run import Progress

ROUNDS = 12
"""How often a schedule is made anew at most."""

FREED = 2
"""How often what runs is decided anew beside the first time."""

CURABLE = (ViolationKind.OVERLOAD, ViolationKind.VOLTAGE)


@dataclass(frozen=True, kw_only=True)
class Secured:
    """A schedule and whether the grid carries it.

    `made` is the last schedule, its window with the losses; `flows` its AC flows (FLOWS), `setpoints` what units, tap
    changers and shunts are to be set to (SETPOINTS), `n1` what was tried and found, `taught` the limits that were
    learnt. `settled` says that the last round changed nothing; `unmet` is every limit that is not kept, worst first;
    `reasons` are why the first step without solution has none. `rounds` is how often the schedule was made anew. The
    `bound` and `mip_gap` of `made` are those of the last problem in which what runs was decided too: limits that were
    learnt after it are not in them.
    """

    made: Ahead
    flows: xr.Dataset
    setpoints: xr.Dataset
    n1: N1
    taught: Taught
    rounds: int
    settled: bool
    unmet: tuple[Unmet, ...]
    reasons: tuple[Reason, ...]

    @property
    def secure(self) -> bool:
        """Whether the losses have settled and every limit is kept: with nothing out, and after each outage tried."""
        return self.settled and not self.unmet


@dataclass(frozen=True, kw_only=True)
class _Checked:
    flows: xr.Dataset
    n1: N1


def secured(
    window: Window,
    *,
    n_minus_1: bool = True,
    kinds: Iterable[OutageKind | str] = (OutageKind.BRANCH,),
    outages: Sequence[str] | None = None,
    rounds: int = ROUNDS,
    mip_gap: float = 1e-3,
    seconds_max: float | None = None,
    start: Ahead | None = None,
    threads: int = 1,
    on_progress: Progress | None = None,
) -> Secured:
    """Return the schedule of a window that its grid carries, or says which limit it cannot keep.

    In turns: the schedule; its AC flow and, with `n_minus_1`, every outage of `kinds` (or just `outages`); losses,
    lowered limits and cuts from these; the schedule anew, which units run held as it was. Where that may cost more than
    the `mip_gap`, what runs is decided anew as well, at most FREED times, each within `seconds_max`. `start` is
    a schedule of a like window to begin with: where it is of this one, it is the first. With no `rounds` it is held
    against the grid as it is: nothing is cured.
    """
    say, park = on_progress or (lambda what, share: None), window.case.park
    wanted = tuple(kinds) if n_minus_1 else ()
    tried = (list(outages) if outages is not None else None) if n_minus_1 else []

    def decided(taught: Taught, before: Ahead, *, held: bool) -> Ahead:
        say("dispatch", 0.0)
        now = window if taught.losses is None else with_losses(window, taught.losses)
        return dispatch_ahead(
            now, limits_mw=taught.limits_mw, cuts=taught.cuts(now.case), start=before, held=held, mip_gap=mip_gap,
            seconds_max=seconds_max, threads=threads,
        )  # fmt: skip

    if start is not None and start.window is window:
        made = start
    else:
        say("dispatch", 0.0)
        made = dispatch_ahead(window, mip_gap=mip_gap, seconds_max=seconds_max, start=start, threads=threads)
    bound, taught, freed = made.bound, Taught(), 0
    found = _check(park, made, wanted, tried, say)
    settled, number = False, 0
    while number < rounds:
        learnt = _learnt(park, made, found, taught)
        if same_taught(learnt, taught) and _losses_settled(taught, learnt, made):
            settled = True
            break
        number, taught = number + 1, learnt
        anew = decided(taught, made, held=True)
        if freed < FREED and anew.objective - bound > mip_gap * abs(anew.objective):
            free = decided(taught, anew, held=False)
            anew, bound, freed = min((anew, free), key=lambda a: a.objective), free.bound, freed + 1
        made = anew
        found = _check(park, made, wanted, tried, say)
    violations = (*found.n1.base, *found.n1.violations)
    return Secured(
        made=_against(made, bound, mip_gap),
        flows=found.flows,
        setpoints=setpoints(park, made.schedule),
        n1=found.n1,
        taught=taught,
        rounds=number,
        settled=settled,
        unmet=unmet_of(made, taught, violations),
        reasons=_reasons(park, made, found.flows),
    )


def _check(
    park: Park, made: Ahead, kinds: Sequence[OutageKind | str], outages: Sequence[str] | None, say: Progress
) -> _Checked:
    flows = flow(park, made.schedule, on_progress=lambda share: say("flow", share))
    found = n1(
        park, made.schedule, kinds=kinds, elements=outages, on_progress=lambda share: say("n_minus_1", share)
    )  # fmt: skip
    return _Checked(flows=flows, n1=found)


def _learnt(park: Park, made: Ahead, found: _Checked, taught: Taught) -> Taught:
    """Return what the flows of a schedule teach beside what was known before it."""
    schedule, paid = made.schedule, paid_steps(made)
    limits = tightened(park, schedule, found.flows, taught.limits_mw)
    after = dict(taught.after)
    voltage: dict[str, Sequence[BranchLimit]]
    voltage = {c.outage: [v for v in taught.voltage if v.outage == c.outage] for c in taught.voltage}
    voltage[""] = _voltage(park, made, found.flows, voltage.get("", []), "")
    for outage in sorted({v.outage for v in found.n1.violations if v.kind in CURABLE}):
        known, flows = after.get(outage, {}), flow_after(park, schedule, (outage,))
        tighter = tightened(park, schedule, flows, known, out=frozenset({outage}))
        after[outage] = kept_where_paid(tighter, known, paid, outage)
        voltage[outage] = _voltage(park, made, flows, voltage.get(outage, []), outage)
    return Taught(
        losses=known_losses(taught.losses, losses_by_bus(park, found.flows)),
        limits_mw=kept_where_paid(limits, taught.limits_mw, paid, ""),
        after=after,
        voltage=tuple(cut for cuts in voltage.values() for cut in cuts),
    )


def _voltage(
    park: Park, made: Ahead, flows: xr.Dataset, known: Sequence[BranchLimit], outage: str
) -> Sequence[BranchLimit]:
    """Return the voltages' cuts: as they were where all voltages are kept or cannot be, else about the new flows."""
    out, paid = voltage_steps(park, flows), paid_steps(made)
    if not any(len(np.setdiff1d(steps, paid.get((outage, bus), ()))) for bus, steps in out.items()):
        return known
    every = voltage_steps(park, flows, known)
    some = made.schedule.isel(time=np.unique(np.concatenate(list(every.values()))))
    slopes = voltage_sensitivity(park, some, list(every), (outage,) if outage else ())
    slopes = slopes.reindex(time=made.schedule.time.values)
    return voltage_cuts(made.window.case, made.schedule, flows, slopes, every, outage=outage)


def _losses_settled(before: Taught, after: Taught, made: Ahead) -> bool:
    if before.losses is None or after.losses is None:
        return False
    return settled_losses(before.losses, after.losses, delivered_mw(made.schedule))


def _against(made: Ahead, bound: float, asked: float) -> Ahead:
    """Return the schedule with the bound of the last problem in which what runs was decided anew."""
    least = min(bound, made.objective)
    gap = (made.objective - least) / max(abs(made.objective), 1e-12)
    solution = replace(made.solution, proven=gap <= asked)
    status = status_of(made.breaches, proven=solution.proven)
    return replace(made, bound=least, mip_gap=gap, solution=solution, status=status)


def _reasons(park: Park, made: Ahead, flows: xr.Dataset) -> tuple[Reason, ...]:
    failed = np.flatnonzero(flows.converged.values == 0)
    return tuple(why_not(park, made.schedule, hour=int(failed[0]))) if len(failed) else ()
