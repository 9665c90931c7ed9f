"""The footprint of a tonne of metal at the smelter's gate: its power and its own direct emissions."""

from __future__ import annotations

from typing import TypeVar

import numpy as np
import xarray as xr
from numpy.typing import NDArray

Quantity = TypeVar("Quantity", float, NDArray[np.float64], xr.DataArray)


def footprint_t_per_t_al(
    ac_energy_mwh_per_t: Quantity, intensity_t_per_mwh: Quantity, direct_t_per_t: float
) -> Quantity:
    """Return t CO2e per tonne of metal: e_AC times the power's carbon intensity, plus the direct emissions.

    Scope 1 and 2 of the smelter: neither alumina nor anode making. Both counts of power, traced and location-based,
    give one footprint each; state which.
    """
    return ac_energy_mwh_per_t * intensity_t_per_mwh + direct_t_per_t
