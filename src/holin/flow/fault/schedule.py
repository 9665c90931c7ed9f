"""Short circuits over the hours of a schedule: with what is out and what runs in each of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from holin.errors import Mismatch
from holin.flow.fault.study import FaultCase, ShortCircuit, fault
from holin.park import Park, out_of_service

RUNS_FROM_MW = 1e-6
"""What a solver leaves of a zero is no unit that runs."""


@dataclass(frozen=True, kw_only=True)
class WorstShortCircuit:
    """The worst short circuit of a kind at a bus: the first hour (UTC start) that has it, and how many hours do."""

    circuit: ShortCircuit
    time: np.datetime64
    hours: int


def fault_over(
    park: Park,
    schedule: xr.Dataset,
    *,
    out: frozenset[str] = frozenset(),
    on_progress: Callable[[float], None] | None = None,
    **asked: Any,
) -> list[WorstShortCircuit]:
    """Return the worst short circuits of a schedule's hours, by kind, case and bus in the park's order.

    In each hour planned outages are out, and thermal units that give nothing are taken to stand still; everything else
    is as in `fault`, which gets `asked`. Of the largest currents the worst is the one that leaves the breakers least
    (the largest where they have no rating), of the smallest ones the smallest; hours in which no source reaches the bus
    count only when all do. Reads `p_mw` (time, unit). Raises Mismatch when a thermal unit of the park is not in it.
    """
    states = _states(park, schedule)
    worst: list[WorstShortCircuit] = []
    for done, (gone, mask) in enumerate(states):
        first, count = schedule["time"].values[np.argmax(mask)], int(mask.sum())
        found = [WorstShortCircuit(circuit=c, time=first, hours=count) for c in fault(park, out=out | gone, **asked)]
        worst = [_worse(a, b) for a, b in zip(worst, found, strict=True)] if worst else found
        if on_progress is not None:
            on_progress((done + 1) / len(states))
    return worst


def _states(park: Park, schedule: xr.Dataset) -> list[tuple[frozenset[str], NDArray[np.bool_]]]:
    """Return what is out or stands still, and the hours (time,) in which it is just this, the first hours first."""
    time, given = schedule["time"].values, set(map(str, schedule["unit"].values))
    if missing := [u.id for u in park.thermal_units if u.id not in given]:
        raise Mismatch(f"the schedule is of another park or stage: thermal units {missing[:5]} are not in it")
    gone = out_of_service(park, time)
    for unit in park.thermal_units:
        still = ~(schedule["p_mw"].sel(unit=unit.id).values > RUNS_FROM_MW)
        gone[unit.id] = gone.get(unit.id, np.zeros(len(time), dtype=bool)) | still
    elements = sorted(gone)
    table = np.column_stack([gone[e] for e in elements]) if elements else np.zeros((len(time), 0), dtype=bool)
    patterns, start, of_hour = np.unique(table, axis=0, return_index=True, return_inverse=True)
    return [
        (frozenset(e for e, is_out in zip(elements, patterns[k], strict=True) if is_out), of_hour.ravel() == k)
        for k in np.argsort(start)
    ]


def _worse(a: WorstShortCircuit, b: WorstShortCircuit) -> WorstShortCircuit:
    """Return the worse of two; their hours together where both are equally bad."""
    bad_a, bad_b = _badness(a.circuit), _badness(b.circuit)
    if bad_a == bad_b:
        return WorstShortCircuit(circuit=a.circuit, time=min(a.time, b.time), hours=a.hours + b.hours)
    return a if bad_a > bad_b else b


def _badness(circuit: ShortCircuit) -> float:
    """Return a figure that grows as a short circuit gets worse, to nine digits; -inf where there is none."""
    if not np.isfinite(circuit.ikss_ka):
        return -np.inf
    if circuit.case is FaultCase.MIN:
        return -float(f"{circuit.ikss_ka:.9g}")
    return float(f"{circuit.ikss_ka if circuit.margin is None else -circuit.margin:.9g}")
