"""The tables of a park as built, from those of everything on offer at full size."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
import xarray as xr

from holin.kernel.linear import Floats
from holin.park import Park, Source
from holin.plan.offers import Offer


def tables_as_built(
    at: Park, standing: Park, offers: Sequence[Offer], available: xr.Dataset, demand: xr.Dataset
) -> tuple[xr.Dataset, xr.Dataset]:
    """Return AVAILABLE and DEMAND of a park as built (`at`) from those of `standing` with all offers at full size.

    What an offer made has its part of what the offer could make: MW built / MW on offer.
    """
    time = available.time.values
    stands = {u.id for u in (*standing.wind_farms, *standing.pv_plants, *standing.thermal_units)}

    def made(units: Sequence[Source], given: xr.DataArray, of: str) -> Floats:
        """What each unit has of its offer's row, (time, unit); of its own where it stands anyway."""
        rows = []
        for unit in units:
            offer = _offer_of(unit.id, offers, stands)
            part = unit.p_nom_mw / offer.p_max_mw if offer else 1.0
            rows.append(part * given.sel({of: offer.id if offer else unit.id}).values)
        return np.array(rows).reshape(len(units), len(time)).T

    renewables, thermal = (*at.wind_farms, *at.pv_plants), at.thermal_units
    may = xr.Dataset(
        {"available_mw": (("time", "unit"), made(renewables, available.available_mw, "unit"))},
        coords={"time": time, "unit": [u.id for u in renewables]},
    )
    must = xr.Dataset(
        {
            "load_mw": demand.load_mw,
            "heat_mw": (("time", "thermal_unit"), made(thermal, demand.heat_mw, "thermal_unit")),
        },
        coords={"thermal_unit": [u.id for u in thermal]},
    )
    return may, must


def _offer_of(id_: str, offers: Sequence[Offer], standing: Collection[str]) -> Offer | None:
    """Return the offer that made a thing, None for one that stands anyway: its id is the offer's and a stage's name."""
    if id_ in standing:
        return None
    found = [o for o in offers if id_.startswith(f"{o.id}-")]
    return max(found, key=lambda o: len(o.id), default=None)
