"""Violations with element, hour and severity, from what a case reaches."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from holin.calendar import Times
from holin.flow.network import Network
from holin.flow.reach import Bounds, Reach

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
    outage: str, reach: Reach, network: Network, limits: Bounds, time: Times, base: Reach | None = None
) -> Iterator[Violation]:
    """Yield what an outage violates: the loadings and voltages of its reach, with the `limits` of all states; load lost
    and hours without solution only as far as the `base` case has less of them."""
    yield from _without_solution(outage, reach, time, base)
    yield from _lost(outage, reach, time, base)
    yield from _overloads(outage, reach, network, limits, time)
    yield from _voltages(outage, reach, network, limits, time)


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


def _overloads(outage: str, reach: Reach, network: Network, limits: Bounds, time: Times) -> Iterator[Violation]:
    for k in np.flatnonzero(reach.loading_count):
        yield Violation(
            outage=outage, kind=ViolationKind.OVERLOAD, element=network.branches.label[k],
            value=float(reach.loading[k]), limit=float(limits.loading[k, 0]), time=time[reach.loading_hour[k]],
            hours=int(reach.loading_count[k]), severity=float(reach.loading[k] - limits.loading[k, 0]),
        )  # fmt: skip


def _voltages(outage: str, reach: Reach, network: Network, limits: Bounds, time: Times) -> Iterator[Violation]:
    for count, value, hour, limit in (
        (reach.low_count, reach.v_min, reach.v_min_hour, limits.v_low),
        (reach.high_count, reach.v_max, reach.v_max_hour, limits.v_high),
    ):
        for k in np.flatnonzero(count):
            yield Violation(
                outage=outage, kind=ViolationKind.VOLTAGE, element=network.buses[k], value=float(value[k]),
                limit=float(limit[k, 0]), time=time[hour[k]], hours=int(count[k]),
                severity=float(abs(value[k] - limit[k, 0])),
            )  # fmt: skip
