"""What now: the rest of a schedule's window with things that tripped, and the schedule of the next cycle."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from difflib import get_close_matches
from typing import Any

import numpy as np

from holin.calendar import local
from holin.columns import columns_of
from holin.dispatch.ahead import Ahead
from holin.dispatch.dispatch import dead_units, either
from holin.dispatch.fallback import dispatch_or_fall_back
from holin.dispatch.limits import islands_of, topologies_of
from holin.dispatch.window import Window
from holin.errors import BadInput, Fault
from holin.kernel.linear import Floats
from holin.operation import Islands, hours_of, in_service, renewables_of
from holin.park import Outage, out_of_service, things_of


def with_outages(window: Window, outages: Sequence[Outage]) -> Window:
    """Return the window with further outages: of units, branches, buses, grid connections.

    Islands are told anew. What loads ask for where there is no voltage then is unfed, and the heat of a unit that trips
    is still owed, so that it is named (a planned outage has its heat from elsewhere). Raises BadInput for outages that
    change nothing here (`faults_of_outages`).
    """
    case = window.case
    if faults := faults_of_outages(window, outages):
        raise BadInput(faults)
    park = replace(case.park, outages=(*case.park.outages, *outages))
    time = case.hours.time
    islands = islands_of(topologies_of(park, time), len(time))
    planned = out_of_service(park, time)
    hours = replace(case.hours, out=either(planned, dead_units(park, islands)))
    loads = [x.id for x in park.loads]
    asked = (case.load_mw + case.unfed_mw) * in_service(replace(hours, out=planned), loads)
    fed = in_service(hours, loads)
    return replace(
        window,
        case=replace(
            case, park=park, hours=hours, islands=islands, load_mw=asked * fed, unfed_mw=asked * (1.0 - fed),
            available_mw=case.available_mw * in_service(hours, [u.id for u in renewables_of(park)]),
            loss_mw=_losses(case.loss_mw, islands),
        ),
    )  # fmt: skip


def faults_of_outages(window: Window, outages: Sequence[Outage]) -> list[Fault]:
    """Return the outages of what the park does not have, or of no step of the window: without a word nothing would
    trip."""
    park, time = window.case.park, window.case.hours.time
    tables = next(column.refers_to for column in columns_of(Outage) if column.name == "element")
    there = {thing.id for table, thing in things_of(park) if table in tables}
    clock = local(np.array([time[0], time[-1]]), park.facts.time_zone)
    faults = []
    for outage in outages:
        if outage.element not in there:
            near = get_close_matches(outage.element, there, n=3, cutoff=0.0)
            problem, right = "there is no such element", f"one of the park's, such as {', '.join(near)}"
            faults.append(_fault(outage, "element", outage.element, problem, right))
        elif outage.element not in out_of_service(replace(park, outages=(outage,)), time):
            span = f"{outage.start:%Y-%m-%d %H:%M} to {outage.end:%Y-%m-%d %H:%M}"
            right = f"a time within {clock[0]:%Y-%m-%d %H:%M} and the end of the step at {clock[1]:%Y-%m-%d %H:%M}"
            faults.append(_fault(outage, "start", span, "no step of the window lies in it", right))
    return faults


def _fault(outage: Outage, field: str, value: str, problem: str, right: str) -> Fault:
    return Fault(file=f"outage {outage.id}", field=field, value=value, problem=problem, right=right)


def _losses(loss_mw: Floats, islands: Islands) -> Floats:
    """Losses at a bus without voltage are none."""
    return np.where(islands.number >= 0, loss_mw, 0.0)


def rest_of(made: Ahead, steps: int) -> Window:
    """Return the window from after `steps` steps of a schedule on, in the state that it has reached by then."""
    window, case, part = made.window, made.window.case, slice(steps, None)
    state = made.state_after(steps)
    time = case.hours.time[part]
    out = {name: mask[part] for name, mask in case.hours.out.items() if mask[part].any()}
    hours = hours_of(time, case.park.facts.time_zone, step_h=case.hours.step_h, out=out)
    months = np.unique(case.hours.month[part])
    counted = {key: np.array(peaks, dtype=np.float64)[months] for key, peaks in window.counted.items()}
    for (grid, band), peaks in counted.items():
        peaks[0] = max(peaks[0], state.peak_mw.get(grid, {}).get(band, 0.0))
    rest = replace(
        case, hours=hours, available_mw=case.available_mw[part], load_mw=case.load_mw[part],
        heat_mw=case.heat_mw[part], loss_mw=case.loss_mw[part], unfed_mw=case.unfed_mw[part],
        islands=Islands(buses=case.islands.buses, number=case.islands.number[part]),
    )  # fmt: skip
    return replace(
        window, case=rest, state=state, counted=counted,
        spread_up_mw=None if window.spread_up_mw is None else window.spread_up_mw[part],
        spread_down_mw=None if window.spread_down_mw is None else window.spread_down_mw[part],
        held_on={name: held[part] for name, held in window.held_on.items()},
    )  # fmt: skip


def next_cycle(
    made: Ahead, steps: int, outages: Sequence[Outage] = (), *, seconds_max: float = 60.0, **more: Any
) -> Ahead:
    """Return the schedule of the next cycle, `steps` steps after a schedule began, with what has tripped by then.

    It is solved anew from the state reached, or falls back on what is left of the plan (`dispatch_or_fall_back`).
    """
    window = with_outages(rest_of(made, steps), outages)
    return dispatch_or_fall_back(window, seconds_max=seconds_max, last=replace(made, watched={}), **more)
