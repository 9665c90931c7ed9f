"""The metal of potlines hour by hour, from a table of flows."""

from __future__ import annotations

import numpy as np
import xarray as xr

from holin.park import Park
from holin.potline.physics import amperage_ka, metal_t_per_h


def metal_t(park: Park, flows: xr.Dataset) -> xr.DataArray:
    """Return the metal of every potline and hour in t, dimensions (time, potline), by the current of its power."""
    ids = [p.id for p in park.potlines]
    power = -flows["p_mw"].sel(unit=ids)
    made = [metal_t_per_h(p, amperage_ka(p, np.maximum(power.values[:, k], 0.0))) for k, p in enumerate(park.potlines)]
    values = np.column_stack(made) if made else np.zeros((flows.sizes["time"], 0))
    coords = {"time": flows["time"].values, "potline": np.array(ids, dtype=object if not ids else None)}
    return xr.DataArray(values, coords=coords, dims=("time", "potline"), name="metal_t", attrs={"units": "t"})
