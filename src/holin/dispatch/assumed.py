"""The state of a park of which nothing is measured, made likely by what its first hour asks for."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from holin.dispatch.ahead import dispatch_ahead
from holin.dispatch.window import Window
from holin.errors import CheckFailed, SolverFailed
from holin.operation import State

GAP, SECONDS = 1e-3, 10.0


def likely_state(first: Window, known: Collection[str] = ()) -> State:
    """Return the state of a window of a first hour with those of its thermal units off that do not run in it, but for
    the `known` ones.

    The least-cost schedule of the hour alone, out of `first_state`, says which: a unit that it shuts at once has not
    been on. It has been off for just its minimum time; those that run have been on for long, at a power that is not
    known, so that no ramp from an invented one makes a peak. Where the hour is not solved, the state stays.
    """
    unknown = [u for u in first.case.park.thermal_units if u.id not in known]
    try:
        made = dispatch_ahead(first, mip_gap=GAP, seconds_max=SECONDS)
    except (SolverFailed, CheckFailed):
        return first.state
    off = {
        unit.id: replace(first.state.thermal[unit.id], on=False, in_state_h=unit.min_down_h)
        for unit in unknown
        if (made.schedule.committed.sel(thermal_unit=unit.id).values < 0.5).all()
    }
    return replace(first.state, thermal={**first.state.thermal, **off})
