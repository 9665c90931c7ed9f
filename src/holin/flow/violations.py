"""Violations with element, hour and severity, from what a case reaches."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from holin.calendar import Times
from holin.flow.network import Network
from holin.flow.reach import Bounds, Reach

WORSE_BY = 1e-3
"""An outage is blamed for what the base case already violates only when it is this much worse (p.u.)."""

NO_SOLUTION = 1e6


class ViolationKind(StrEnum):
    """What goes wrong."""

    NO_SOLUTION = "no_solution"
    LOST_LOAD = "lost_load"
    OVERLOAD = "overload"
    VOLTAGE = "voltage"


@dataclass(frozen=True, kw_only=True)
class Violation:
    """One thing that goes wrong with `outage` out ("" for the base case), at its worst.

    `value` is the loading (1) of the branch `element`, the voltage (p.u.) of the bus, the load without voltage in MW of
    the loads and potlines named, or 0 where there is no solution. `time` is the start of the worst hour (UTC), `hours`
    in how many it is violated. `severity` orders them: no solution, then load lost in MW, then excess over the limit in
    p.u.
    """

    outage: str
    kind: ViolationKind
    element: str
    value: float
    limit: float
    time: np.datetime64
    hours: int
    severity: float


def violations_of(
    outage: str, reach: Reach, network: Network, bounds: Bounds, time: Times, base: Reach | None = None
) -> Iterator[Violation]:
    """Yield what an outage violates; with `base` only what is worse than it."""
    yield from _without_solution(outage, reach, time, base)
    yield from _lost(outage, reach, time, base)
    yield from _overloads(outage, reach, network, bounds, time, base)
    yield from _voltages(outage, reach, network, bounds, time, base)


def _without_solution(outage: str, reach: Reach, time: Times, base: Reach | None) -> Iterator[Violation]:
    failed = reach.unsolved if base is None else reach.unsolved & ~base.unsolved
    if failed.any():
        first = int(np.argmax(failed))
        yield Violation(
            outage=outage, kind=ViolationKind.NO_SOLUTION, element="", value=0.0, limit=0.0, time=time[first],
            hours=int(failed.sum()), severity=NO_SOLUTION + int(failed.sum()),
        )  # fmt: skip


def _lost(outage: str, reach: Reach, time: Times, base: Reach | None) -> Iterator[Violation]:
    lost = reach.lost_mw if base is None else reach.lost_mw - base.lost_mw
    worst, named = int(np.argmax(lost)), reach.lost if base is None else reach.lost - base.lost
    if lost[worst] > 1e-9:
        yield Violation(
            outage=outage, kind=ViolationKind.LOST_LOAD, element=", ".join(sorted(named)), value=float(lost[worst]),
            limit=0.0, time=time[worst], hours=int((lost > 1e-9).sum()), severity=1e3 + float(lost[worst]),
        )  # fmt: skip


def _overloads(
    outage: str, reach: Reach, network: Network, bounds: Bounds, time: Times, base: Reach | None
) -> Iterator[Violation]:
    known = np.zeros(len(reach.loading)) if base is None else base.loading
    worse = (reach.loading > bounds.loading) & (reach.loading > known + (WORSE_BY if base is not None else 0.0))
    for k in np.flatnonzero(worse):
        yield Violation(
            outage=outage, kind=ViolationKind.OVERLOAD, element=network.branches.label[k],
            value=float(reach.loading[k]), limit=bounds.loading, time=time[reach.loading_hour[k]],
            hours=int(reach.loading_count[k]), severity=float(reach.loading[k] - bounds.loading),
        )  # fmt: skip


def _voltages(
    outage: str, reach: Reach, network: Network, bounds: Bounds, time: Times, base: Reach | None
) -> Iterator[Violation]:
    below, above = bounds.v_low - reach.v_min, reach.v_max - bounds.v_high
    for gap, value, hour, limit, before in (
        (below, reach.v_min, reach.v_min_hour, bounds.v_low, None if base is None else bounds.v_low - base.v_min),
        (above, reach.v_max, reach.v_max_hour, bounds.v_high, None if base is None else base.v_max - bounds.v_high),
    ):
        known = np.zeros(len(gap)) if before is None else np.nan_to_num(np.maximum(before, 0.0)) + WORSE_BY
        with np.errstate(invalid="ignore"):
            worse = (gap > 0) & (gap > known)
        for k in np.flatnonzero(worse):
            yield Violation(
                outage=outage, kind=ViolationKind.VOLTAGE, element=network.buses[k], value=float(value[k]),
                limit=float(limit[k]), time=time[hour[k]], hours=int(reach.v_count[k]), severity=float(gap[k]),
            )  # fmt: skip
