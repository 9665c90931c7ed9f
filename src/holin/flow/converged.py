"""No sum is made of hours without a solution: they are named instead."""

from __future__ import annotations

import numpy as np
import xarray as xr

from holin.calendar import local
from holin.errors import NotConverged
from holin.park import Park


def must_converge(park: Park, flows: xr.Dataset) -> xr.Dataset:
    """Return the flows (table FLOWS) as they are; raises NotConverged with the first hours that have no solution."""
    failed = np.flatnonzero(flows.converged.values == 0)
    if len(failed) == 0:
        return flows
    clock = local(flows.time.values[failed[:3]], park.facts.time_zone)
    hours = ", ".join(f"{moment:%Y-%m-%d %H:%M}" for moment in clock)
    raise NotConverged(
        f"the AC power flow has no solution in {len(failed)} hour(s), first {hours}: the network cannot carry the "
        "schedule's power at all. Look at long or weak lines and missing reactive power near the largest loads "
        "(`holin check PARK --grid` solves the peak)"
    )
