"""A schedule when the solver gives none in time: the last plan adjusted, then a priority list, then no command at all.

No search for the best commitment takes place: it is given, and one linear problem sets the powers.
"""

from __future__ import annotations

import threading
import time as clock
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import xarray as xr

from holin.dispatch.ahead import Ahead, dispatch_ahead
from holin.dispatch.breaches import Breach, breach_by_step
from holin.dispatch.limits import (
    Watched,
    bus_injections,
    dc_flows,
    limit_of,
    topologies_of,
)
from holin.dispatch.no_command import no_command
from holin.dispatch.odd_state import check_window, with_possible_state
from holin.dispatch.paths import Paths, merit_order, paths_of_plan, possible_paths, steps_of_plan
from holin.dispatch.pots import pot_breaches
from holin.dispatch.powers import powered
from holin.dispatch.window import Window
from holin.errors import BadInput, HolinError, Mismatch
from holin.kernel.linear import Floats
from holin.operation import BranchLimit

LAST_PLAN, RULES, GRID_ONLY = "fallback: last plan", "fallback: rules", "fallback: grid only"
"""Values of `Ahead.status`: how far a schedule had to fall back."""

SECONDS_MAX = 3.0
"""How long a fallback's linear problems may take where the machine is busy; on its own it takes less than one
(`benchmarks/fallback.py`)."""

GRACE_S = 1.0
"""How long after its time a solver may still answer: its last linear problem is not cut off."""


class TooLate(HolinError):
    """The time for a schedule is over; raised in the solver's progress to end it."""


def dispatch_or_fall_back(
    window: Window,
    *,
    seconds_max: float,
    last: Ahead | xr.Dataset | None = None,
    limits_mw: Mapping[str, Floats] | None = None,
    cuts: Sequence[BranchLimit] = (),
    mip_gap: float = 1e-3,
    grace_s: float = GRACE_S,
    **more: Any,
) -> Ahead:
    """Return the schedule of `dispatch_ahead`, or that of `fallback` where it fails or is not there in time.

    The solver has `seconds_max` and `grace_s`; then it is left alone, and told to end when it next reports progress.
    `last` is a plan of this window or of an earlier one, or its table SCHEDULE; `more` goes to `dispatch_ahead`. What
    fell back says so in `status` and why in `reason`. BadInput and Mismatch are the caller's to mend, and raised.
    """
    answer: dict[str, Any] = {}
    ended = threading.Event()

    def progress(message: str) -> None:
        if ended.is_set():
            raise TooLate(message)

    def work() -> None:
        try:
            answer["made"] = dispatch_ahead(
                window, limits_mw=limits_mw, cuts=cuts, mip_gap=mip_gap, seconds_max=seconds_max,
                start=last,
                on_progress=progress, **more,
            )  # fmt: skip
        except Exception as failure:
            answer["failure"] = failure

    worker = threading.Thread(target=work, daemon=True, name="dispatch")
    worker.start()
    worker.join(seconds_max + grace_s)
    ended.set()
    if "made" in answer:
        made: Ahead = answer["made"]
        return made
    failure = answer.get("failure")
    if isinstance(failure, BadInput | Mismatch):
        raise failure
    reason = f"no answer within {seconds_max:g} s" if failure is None else f"{type(failure).__name__}: {failure}"
    return fallback(window, last, limits_mw=limits_mw, cuts=cuts, reason=reason)


def fallback(
    window: Window,
    last: Ahead | xr.Dataset | None = None,
    *,
    limits_mw: Mapping[str, Floats] | None = None,
    cuts: Sequence[BranchLimit] = (),
    seconds_max: float = SECONDS_MAX,
    reason: str = "",
) -> Ahead:
    """Return a schedule without a search: always one, its breaches named, worked out anew as every schedule is.

    First the commitment of `last` at the same times, as near as state and outages allow, its end held on, with units
    added in merit order where what tripped leaves too little; then all by a priority list (`paths.merit_order`); powers
    by linear problems (`powers.powered`), as long as `seconds_max` lasts. Last of all no command (`no_command`):
    everything goes on as it is, and the grid connection takes the rest. The pots are followed with the full model of
    their heat: where they leave their window it is a breach. No bound is known: `bound` is minus infinity.
    """
    began = clock.perf_counter()
    check_window(window)
    window, faults = with_possible_state(window)
    plan = last.schedule if isinstance(last, Ahead) else last
    before = last if isinstance(last, Ahead) else None
    window = _with_losses_of(window, plan)
    tries: list[tuple[str, Paths]] = []
    if plan is not None and (wanted := paths_of_plan(window, plan)) is not None:
        tries.append((LAST_PLAN, merit_order(window, wanted)))
    tries.append((RULES, merit_order(window)))
    why = [reason] if reason else []
    for status, wanted in tries:
        left = seconds_max - (clock.perf_counter() - began)
        if left <= 0:
            why.append(f"no time was left for {status.partition(': ')[2]}")
            continue
        try:
            made = powered(
                window, _columns(possible_paths(window, wanted)), watch=_watched_from(window, before),
                basis=None if before is None else before.solution.linear.basis, limits_mw=limits_mw or {}, cuts=cuts,
                seconds_max=left,
            )  # fmt: skip
        except HolinError as failure:
            why.append(f"{status.partition(': ')[2]}: {failure}")
            continue
        made = _with_told(made, limits_mw or {}, made.watched)
        return replace(
            made, status=status, reason="; ".join(why), state_faults=faults, seconds=clock.perf_counter() - began
        )  # fmt: skip
    made, unkept = no_command(window)
    if unkept:
        why.append(f"not kept: {', '.join(unkept)}")
    made = _with_told(made, limits_mw or {}, {})
    return replace(
        made, status=GRID_ONLY, reason="; ".join(why), state_faults=faults, seconds=clock.perf_counter() - began
    )  # fmt: skip


def _columns(paths: Paths) -> Paths:
    return {f"on.{unit}": path for unit, path in paths.items()}


def _with_losses_of(window: Window, last: xr.Dataset | None) -> Window:
    """Return the window with the losses of a plan at its times, where none are known: nearer than none at all."""
    case = window.case
    place = None if last is None else steps_of_plan(window, last.time.values)
    if last is None or place is None or case.loss_mw.any() or list(last.bus.values) != list(case.islands.buses):
        return window
    losses = np.where(case.islands.number >= 0, last.loss_mw.values[place], 0.0)
    return replace(window, case=replace(case, loss_mw=losses))


def _watched_from(window: Window, last: Ahead | None) -> Watched:
    """Return the branches that an earlier plan watched, in all hours: limits cost little once they stand."""
    topologies = topologies_of(window.case.park, window.case.hours.time)
    if last is None or len(topologies) > 1:
        return {}
    every, there = np.arange(window.case.hours.count), set(map(str, topologies[0].network.branches))
    return {(0, name): every for (k, name) in last.watched if k == 0 and name in there}


def _with_told(made: Ahead, limits_mw: Mapping[str, Floats], watch: Watched) -> Ahead:
    """Add what no row held: overloads of branches, told from the flows of the schedule, and pots outside their window,
    as the full model of their heat has them."""
    found = [*_overloads(made, limits_mw, watch), *pot_breaches(made.window, made.ahead, made.breaches)]
    breaches = sorted((*made.breaches, *found), key=lambda b: (not b.duty, -b.cost))
    return replace(made, breaches=tuple(breaches))


def _overloads(made: Ahead, limits_mw: Mapping[str, Floats], watch: Watched) -> list[Breach]:
    case = made.window.case
    injection = bus_injections(case, made.schedule)
    found: list[Breach] = []
    for k, topology in enumerate(topologies_of(case.park, case.hours.time)):
        flows = np.abs(dc_flows(topology, injection))
        for b, name in enumerate(map(str, topology.network.branches)):
            limit = limit_of(limits_mw, name, topology.network.rating_mva[b], case.hours.count)[topology.hours]
            over = np.maximum(flows[:, b] - limit, 0.0)
            over[np.isin(topology.hours, watch.get((k, name), np.zeros(0, dtype=np.int64)))] = 0.0
            found += breach_by_step(made.window, "over", name, topology.hours, over, np.zeros(len(over)))
    return found
