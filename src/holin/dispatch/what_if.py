"""What if: a schedule solved anew with something changed, and the differences."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import xarray as xr

from holin.dispatch.ahead import Ahead, dispatch_ahead
from holin.dispatch.breaches import Breach
from holin.dispatch.case import Case
from holin.dispatch.trips import faults_of_outages, with_outages
from holin.dispatch.window import Window
from holin.errors import BadInput, Fault
from holin.kernel.linear import Floats
from holin.operation import renewables_of
from holin.park import Outage


@dataclass(frozen=True, kw_only=True)
class Change:
    """A series times `factor`, plus `more_mw`, in the steps `first` .. `last` (both included; None: to the end).

    `what` is available, load or heat, of one `element` or of all (""); import (contract limit) and price (energy part
    of a grid connection's tariff) hold for all steps.
    """

    what: str
    element: str = ""
    factor: float = 1.0
    more_mw: float = 0.0
    first: int = 0
    last: int | None = None


@dataclass(frozen=True, kw_only=True, eq=False)
class Difference:
    """A schedule before and after a change. Differences are after less before: `cost` in currency, `cost_parts` by part
    of the running cost, `p_mw` (time, unit) and `committed` (time, thermal unit); `new` and `gone` are breaches that
    one has and the other has not, or less of."""

    before: Ahead
    after: Ahead
    cost: float
    cost_parts: dict[str, float]
    p_mw: xr.DataArray
    committed: xr.DataArray
    new: tuple[Breach, ...]
    gone: tuple[Breach, ...]


def what_if(
    made: Ahead,
    changes: Sequence[Change | Outage],
    *,
    mip_gap: float | None = None,
    seconds_max: float | None = None,
) -> Difference:
    """Solve a schedule's window again with changes and outages, and return what differs.

    The gap is that of the schedule (at least 1e-4) unless given: a difference smaller than both gaps together says
    nothing. Raises BadInput for an element that the window does not have.
    """
    window = changed(made.window, changes)
    same_network = not any(isinstance(c, Outage) for c in changes)
    after = dispatch_ahead(
        window, mip_gap=max(made.mip_gap, 1e-4) if mip_gap is None else mip_gap, seconds_max=seconds_max,
        start=made if same_network else replace(made, watched={}),
    )  # fmt: skip
    return difference_of(made, after)


def difference_of(before: Ahead, after: Ahead) -> Difference:
    """Return what differs between two schedules of the same steps."""
    parts = {name: after.cost[name] - before.cost.get(name, 0.0) for name in after.cost}
    return Difference(
        before=before, after=after, cost=after.objective - before.objective, cost_parts=parts,
        p_mw=after.schedule.p_mw - before.schedule.p_mw, committed=after.schedule.committed - before.schedule.committed,
        new=_beyond(after.breaches, before.breaches), gone=_beyond(before.breaches, after.breaches),
    )  # fmt: skip


def _beyond(these: Sequence[Breach], those: Sequence[Breach]) -> tuple[Breach, ...]:
    known = {(b.kind, b.element): b.total for b in those}
    return tuple(b for b in these if b.total > known.get((b.kind, b.element), 0.0) * 1.001 + 1e-3)


def changed(window: Window, changes: Sequence[Change | Outage]) -> Window:
    """Return a window with changes and outages; BadInput, with all faults, where one names nothing of it."""
    outages = [c for c in changes if isinstance(c, Outage)]
    faults = faults_of_outages(window, outages)
    for change in (c for c in changes if isinstance(c, Change)):
        window = replace(window, case=_case(window.case, change, faults))
    if faults:
        raise BadInput(faults)
    return with_outages(window, outages) if outages else window


def _case(case: Case, change: Change, faults: list[Fault]) -> Case:
    park = case.park
    series: dict[str, tuple[list[str], Callable[[Floats], Case]]] = {
        "available": ([u.id for u in renewables_of(park)], lambda v: replace(case, available_mw=v)),
        "load": ([x.id for x in park.loads], lambda v: replace(case, load_mw=v)),
        "heat": ([u.id for u in park.thermal_units], lambda v: replace(case, heat_mw=v)),
    }
    values = {"available": case.available_mw, "load": case.load_mw, "heat": case.heat_mw}
    if change.what in series:
        ids, put = series[change.what]
        if change.element and change.element not in ids:
            faults.append(_fault("element", change.element, f"one of {', '.join(ids)}, or nothing for all"))
            return case
        columns = [k for k, name in enumerate(ids) if change.element in ("", name)]
        new = np.array(values[change.what], dtype=np.float64)
        steps = slice(change.first, None if change.last is None else change.last + 1)
        part = new[steps, columns] * change.factor + change.more_mw
        new[steps, columns] = np.maximum(part, 0.0)
        return put(new)
    grids = [g.id for g in park.grids]
    if change.what not in ("import", "price") or (change.element and change.element not in grids):
        known = change.what in ("import", "price")
        right = f"one of {', '.join(grids)}" if known else "available, load, heat, import or price"
        faults.append(_fault("element" if known else "what", change.element if known else change.what, right))
        return case
    here = [g for g in park.grids if change.element in ("", g.id)]
    if change.what == "import":
        wider = {g.id: replace(g, import_max_mw=max(g.import_max_mw * change.factor + change.more_mw, 0)) for g in here}
        return replace(case, park=replace(park, grids=tuple(wider.get(g.id, g) for g in park.grids)))
    paid = {g.tariff for g in here}
    spot = {t.energy_series for t in park.tariffs if t.id in paid}
    tariffs = tuple(
        replace(t, energy_price_per_mwh=t.energy_price_per_mwh * change.factor) if t.id in paid else t
        for t in park.tariffs
    )
    scaled = tuple(replace(s, values=s.values * change.factor) if s.id in spot else s for s in park.series)
    return replace(case, park=replace(park, tariffs=tariffs, series=scaled))


def _fault(field: str, value: str, right: str) -> Fault:
    return Fault(file="what if", field=field, value=value, problem="the window has no such thing", right=right)
