"""Air: its density, its pressure at an altitude, its wind at a height."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

GAS_CONSTANT_DRY_AIR_J_PER_KG_K = 287.05
ZERO_CELSIUS_K = 273.15


def air_density_kg_per_m3(temp_air_c: Floats, pressure_pa: Floats) -> Floats:
    """Return the density of dry air, p / (R T), in kg/m3; temperature in degC, pressure in Pa.

    Source: IEC 61400-12-1:2017, eq. 3 with no humidity (R = 287.05 J/(kg K)).
    """
    return np.asarray(pressure_pa / (GAS_CONSTANT_DRY_AIR_J_PER_KG_K * (temp_air_c + ZERO_CELSIUS_K)), dtype=float)


def pressure_at_altitude_pa(altitude_m: float) -> float:
    """Return the pressure of the standard atmosphere in Pa at an altitude in m.

    p = 101325 (1 - 2.25577e-5 h)^5.25588. Source: ISO 2533:1975, troposphere.
    """
    return float(101_325.0 * (1 - 2.25577e-5 * altitude_m) ** 5.25588)


def wind_speed_at_height(wind_speed_m_per_s: Floats, *, from_m: float, to_m: float, shear_exponent: float) -> Floats:
    """Return the wind speed at another height, v (to / from)^alpha; heights in m above ground, speeds in m/s.

    Source: IEC 61400-1:2019, section 6.3.2.2 (normal wind profile, power law).
    """
    return np.asarray(wind_speed_m_per_s * (to_m / from_m) ** shear_exponent, dtype=float)
