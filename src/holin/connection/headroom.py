"""How much could connect at a bus: with everything in service, and with any one branch out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import xarray as xr

from holin.connection.changes import Change, changes
from holin.connection.grid import all_of, harmful
from holin.flow import Violation, hosting, n1
from holin.flow.hosting import Added, Capacity, LimitKind
from holin.park import Enterprise, Load, Park

PROBE = "connection-probe"
STEPS = 9


@dataclass(frozen=True, kw_only=True)
class Headroom:
    """What fits at a bus without reinforcement: `base` with everything in service, in all hours; `mw` with any one
    branch out too, in the hours looked at; `binding` is what more would bring (None: the base case binds)."""

    added: Added
    base: Capacity
    mw: float
    binding: Change | None


def headroom(
    park: Park, schedule: xr.Dataset, hours: xr.Dataset, reference: Sequence[Violation], *, bus: str, added: Added,
    power_factor: float, mw_max: float = 3000.0,
) -> Headroom:  # fmt: skip
    """Return how much load or generation fits at a bus of the park as it is.

    `schedule` are all its states, `hours` those in which outages are tried, `reference` what is violated anyway. The
    power with which an outage brings something new is searched by bisection, to 1/500 of the base case's.
    """
    [base] = hosting(park, schedule, added=added, buses=[bus], power_factor=power_factor, mw_max=mw_max).by_bus or [
        Capacity(buses=(bus,), mw=0.0, limit=LimitKind.NO_SOLUTION, element=bus, time=None)
    ]
    sign = 1.0 if added is Added.LOAD else -1.0
    probe = Load(id=PROBE, bus=bus, enterprise=PROBE, load_mw=1.0, power_factor=power_factor)
    probed = replace(park, loads=(*park.loads, probe), enterprises=(*park.enterprises, Enterprise(id=PROBE)))

    def wrong(mw: float) -> Change | None:
        found = n1(probed, with_probe(hours, sign * mw))
        return next(iter(harmful(changes(reference, all_of(found), (PROBE,)))), None)

    low, high, binding = 0.0, base.mw, wrong(base.mw) if base.mw > 0 else None
    if binding is None:
        return Headroom(added=added, base=base, mw=base.mw, binding=None)
    for _ in range(STEPS):
        middle = (low + high) / 2
        found = wrong(middle)
        if found is None:
            low = middle
        else:
            high, binding = middle, found
    return Headroom(added=added, base=base, mw=low, binding=binding)


def with_probe(schedule: xr.Dataset, load_mw: float) -> xr.Dataset:
    """Return powers of a schedule with one more load of constant power; negative feeds in."""
    p = schedule["p_mw"]
    extra = xr.DataArray(
        np.full((p.sizes["time"], 1), -load_mw), dims=("time", "unit"),
        coords={"time": p["time"].values, "unit": [PROBE]},
    )  # fmt: skip
    plain = xr.DataArray(p.values, dims=p.dims, coords={"time": p["time"].values, "unit": p["unit"].values})
    return xr.concat([plain, extra], dim="unit").to_dataset(name="p_mw")
