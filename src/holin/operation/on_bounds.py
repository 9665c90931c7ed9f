"""Between which bounds a thermal unit is on: what its state, outages, minimum times and start trajectory leave open.

An outage stops a unit whatever its minimum time on, and breaks off a start; after it the unit starts anew.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from holin.kernel.linear import Floats
from holin.operation.state import ThermalState
from holin.park import ThermalUnit


@dataclass(frozen=True, kw_only=True, eq=False)
class OnBounds:
    """Bounds of `on` and the highest of `start`, each of shape (time,), 0 or 1."""

    lower: Floats
    upper: Floats
    start_upper: Floats


def steps_in(duration_h: float, step_h: float) -> int:
    """Return how many whole steps a duration takes, begun ones included."""
    return max(0, math.ceil(duration_h / step_h - 1e-9))


def start_powers_mw(unit: ThermalUnit, step_h: float) -> Floats:
    """Return the mean gross power in each whole step before the unit reaches its lowest load, first step first."""
    if not unit.start_points:
        return np.zeros(0)
    hours, power = np.array(unit.start_points, dtype=np.float64).T
    count = math.ceil(hours[-1] / step_h - 1e-9)
    late = count * step_h - hours[-1]  # the trajectory ends with the last whole step
    fine = np.linspace(0.0, step_h, 65)
    edges = np.arange(count)[:, None] * step_h + fine[None, :] - late
    return np.asarray(np.trapezoid(np.interp(edges, hours, power, left=0.0), fine, axis=1) / step_h)


def steps_down(unit: ThermalUnit, step_h: float) -> int:
    """Return for how many steps a unit stays off after a stop: it cannot be started while it is still running."""
    return max(1, steps_in(unit.min_down_h, step_h), len(start_powers_mw(unit, step_h)))


def steps_off_at_first(unit: ThermalUnit, state: ThermalState, step_h: float) -> int:
    """Return how many steps from the first one on a unit cannot be on; 0 where it is."""
    if state.on:
        return 0
    if state.synchronised_in_h is not None:
        return steps_in(state.synchronised_in_h, step_h)
    return max(steps_in(unit.min_down_h - state.in_state_h, step_h), len(start_powers_mw(unit, step_h)))


def on_bounds(unit: ThermalUnit, service: Floats, state: ThermalState, step_h: float) -> OnBounds:
    """Return the bounds of a unit's commitment; `service` (time,) is 1 where it is in service.

    What is left of its minimum time on is run through and a start that is under way gone through with, as long as it is
    in service. A unit that must run does so as soon as it can.
    """
    count, powers = len(service), len(start_powers_mw(unit, step_h))
    lower, upper = np.zeros(count), np.array(service, dtype=np.float64)
    outs = np.concatenate([[0], np.cumsum(service < 0.5)])
    first = np.maximum(np.arange(count) - powers, 0)
    start_upper = np.where(outs[:-1] == outs[first], upper, 0.0)  # in service all through its start
    in_row = int(np.argmax(service < 0.5)) if outs[-1] else count
    off = steps_off_at_first(unit, state, step_h)
    if state.on:
        stays = steps_in(unit.min_up_h - state.in_state_h, step_h)
        if unit.stop_max_mw is not None and state.was_mw > max(unit.stop_max_mw, unit.p_min_mw) + 1e-6:
            stays = max(stays, 1)  # at this load it could not have had its last step
        lower[: min(stays, in_row)] = 1.0
    else:
        upper[:off] = 0.0
        if state.synchronised_in_h is not None and off < in_row:
            lower[off] = start_upper[off] = 1.0
    if unit.must_run:
        earliest = _as_soon_as_it_can(upper, start_upper, service, state.on, steps_down(unit, step_h))
        lower = np.maximum(lower, earliest)
    return OnBounds(lower=lower, upper=upper, start_upper=start_upper)


def _as_soon_as_it_can(upper: Floats, start_upper: Floats, service: Floats, was_on: bool, down: int) -> Floats:
    """Return 1 in the steps in which a unit can be on that starts whenever it may and stops only for outages."""
    path, running, stopped = np.zeros(len(upper)), was_on, -down
    for t in range(len(upper)):
        if running and service[t] < 0.5:
            running, stopped = False, t
        elif not running:
            running = upper[t] > 0.5 and start_upper[t] > 0.5 and t - stopped >= down
        path[t] = running
    return path


def unbroken(service: Floats, lag: int) -> NDArray[np.float64]:
    """Return 1 (time,) where a unit has been in service from just after `lag` steps ago on, 0 elsewhere and before."""
    outs = np.cumsum(service < 0.5)
    weight = np.zeros(len(service))
    weight[lag:] = outs[lag:] == outs[: len(outs) - lag]
    return weight
