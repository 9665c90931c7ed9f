"""Wind to power: power curve, air density, stops with restart, losses. Pure functions of arrays."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from holin.park import Turbine, WindFarm
from holin.resource.air import air_density_kg_per_m3, wind_speed_at_height
from holin.resource.gaps import no_gaps

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

ICING_BELOW_C = 0.0
PRESSURE_LAPSE_PA_PER_M = 12.0
"""rho g near the ground: 1.225 kg/m3 x 9.81 m/s2, rounded."""


def wind_power(
    wind_speed_m_per_s: Floats, turbine: Turbine, *, air_density_kg_per_m3: Floats | float, temp_air_c: Floats
) -> Floats:
    """Return a turbine's power per unit of nominal, shape (time,), from the wind at its hub; hours in their order.

    The curve is read at the density-corrected speed v (rho / rho_0)^(1/3) (IEC 61400-12-1:2017, eq. 5, machines with
    active power control), linear between its points, zero below its first and constant above its last. Above
    `cut_out_m_per_s` the turbine stops until the wind is below `restart_m_per_s`; below `temp_stop_c` until the air is
    above `temp_restart_c`. Raises Mismatch where a value is missing.
    """
    no_gaps(wind_speed_m_per_s=wind_speed_m_per_s, temp_air_c=temp_air_c)
    points = np.array(turbine.power_curve, dtype=float)
    corrected = wind_speed_m_per_s * (np.asarray(air_density_kg_per_m3) / turbine.air_density_kg_per_m3) ** (1 / 3)
    power = np.interp(corrected, points[:, 0], points[:, 1], left=0.0)
    too_windy = stopped(
        stop=wind_speed_m_per_s > turbine.cut_out_m_per_s, restart=wind_speed_m_per_s < turbine.restart_m_per_s
    )
    too_cold = stopped(stop=temp_air_c < turbine.temp_stop_c, restart=temp_air_c > turbine.temp_restart_c)
    return np.where(too_windy | too_cold, 0.0, power)


def wind_farm_power_mw(
    farm: WindFarm,
    turbine: Turbine,
    *,
    wind_speed_m_per_s: Floats,
    height_m: float,
    temp_air_c: Floats,
    pressure_pa: Floats,
) -> Floats:
    """Return a farm's available power in MW, shape (time,); the wind speed holds at `height_m` above ground.

    P = P_nom p(v_hub) (1 - wake) availability (1 - icing where the air is below 0 degC). Pressure at the ground is
    lowered to the hub by the barometric formula with 12 Pa per m.
    """
    speed = wind_speed_at_height(
        wind_speed_m_per_s, from_m=height_m, to_m=farm.hub_height_m, shear_exponent=farm.shear_exponent
    )
    no_gaps(pressure_pa=pressure_pa)
    density = air_density_kg_per_m3(temp_air_c, pressure_pa - PRESSURE_LAPSE_PA_PER_M * farm.hub_height_m)
    per_unit = wind_power(speed, turbine, air_density_kg_per_m3=density, temp_air_c=temp_air_c)
    icing = np.where(temp_air_c < ICING_BELOW_C, farm.icing_loss, 0.0)
    return np.asarray(farm.p_nom_mw * per_unit * (1 - farm.wake_loss) * farm.availability * (1 - icing), dtype=float)


def stopped(*, stop: Bools, restart: Bools) -> Bools:
    """Return where a machine stands still: from an hour of `stop` until an hour of `restart`; at first it runs."""
    hour = np.arange(len(stop))
    last_stop = np.maximum.accumulate(np.where(stop, hour, -1))
    last_restart = np.maximum.accumulate(np.where(restart & ~stop, hour, -1))
    return np.asarray(last_stop > last_restart)
