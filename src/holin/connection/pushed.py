"""Schedules for the grid study: the new units at what they would like, or at nothing, everything else as scheduled."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import xarray as xr

CONGESTED_BY = 0.01
"""Currency/MWh by which the price at a bus must lie below the grid connection's for its energy to be locked in."""


def pushed(
    schedule: xr.Dataset, demand: xr.Dataset, available: xr.Dataset, *, load: str, sources: Collection[str], bus: str,
    grid_bus: str,
) -> xr.Dataset:  # fmt: skip
    """Return the schedule with the new units at what no branch limit holds back: the state that the grid must carry.

    The new `load` takes all it asks for, also what the optimum sheds; new `sources` give what is available in the hours
    in which a branch limit locks them in (the price at their `bus` lies below that at `grid_bus`), and what the optimum
    wants of them in the others: there is too much power everywhere then. The grid connection takes the rest.
    """
    p = schedule["p_mw"].copy()
    if load:
        p.loc[{"unit": load}] = -demand["load_mw"].sel(load=load).values
    price = schedule["shadow_price_per_mwh"]
    locked = (price.sel(bus=bus) < price.sel(bus=grid_bus) - CONGESTED_BY).values
    for unit in sources:
        may = available["available_mw"].sel(unit=unit).values
        p.loc[{"unit": unit}] = np.where(locked, may, p.sel(unit=unit).values)
    return schedule.assign(p_mw=p)


def silent(schedule: xr.Dataset, units: Collection[str]) -> xr.Dataset:
    """Return the schedule in which some units give and take nothing."""
    p = schedule["p_mw"].copy()
    for unit in units:
        p.loc[{"unit": unit}] = 0.0
    return schedule.assign(p_mw=p)
