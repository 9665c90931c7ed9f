"""Small parks, built in code."""

from dataclasses import replace

import numpy as np

from holin.calendar import hours_of_year
from holin.park import Climate, Park, ParkFacts, PvPlant, Turbine, WindFarm

ZONE = "Asia/Shanghai"
YEAR = hours_of_year(2025, ZONE)

# domain figures of the default park's climate (assumed there)
WIND_FACTORS = (1.05, 1.05, 1.15, 1.25, 1.20, 0.90, 0.75, 0.70, 0.90, 1.05, 1.05, 1.00)
TEMPERATURES = (-20.0, -16.0, -7.0, 4.0, 12.0, 17.0, 20.0, 18.0, 11.0, 2.0, -9.0, -17.0)
CLEARNESS = (0.82, 0.83, 0.85, 0.83, 0.77, 0.76, 0.74, 0.72, 0.78, 0.83, 0.80, 0.83)

CLIMATE = Climate(
    id="steppe",
    latitude=45.5,
    longitude=119.6,
    altitude_m=880,
    wind_speed_mean_m_per_s=7.6,
    monthly_wind_factor=WIND_FACTORS,
    monthly_temp_c=TEMPERATURES,
    monthly_clearness=CLEARNESS,
    diurnal_wind_amplitude=0.08,
)
SPEEDS = np.arange(3.0, 25.5, 0.5)
TURBINE = Turbine(
    id="turbine",
    power_curve=tuple((float(v), float(np.clip((v**3 - 27) / (11.5**3 - 27), 0, 1))) for v in SPEEDS),
)


def farm(name: str, *, latitude: float = 45.5, longitude: float = 119.6, **more: object) -> WindFarm:
    plain = WindFarm(
        id=name, bus="b", p_nom_mw=100.0, turbine="turbine", latitude=latitude, longitude=longitude, shear_exponent=0.14
    )
    return replace(plain, **more)


def plant(name: str = "pv", **more: object) -> PvPlant:
    plain = PvPlant(id=name, bus="b", p_nom_mw=100.0, p_dc_mw=120.0, latitude=45.5, longitude=119.6)
    return replace(plain, **more)


def park(**more: object) -> Park:
    plain = Park(facts=ParkFacts(id="small", time_zone=ZONE), climates=(CLIMATE,), turbines=(TURBINE,))
    return replace(plain, **more)


def spread_farms(count: int = 25, *, seed: int = 0) -> tuple[WindFarm, ...]:
    """Farms over the span of the province's wind regions: 38 to 49 N, 107 to 122 E."""
    rng = np.random.default_rng(seed)
    return tuple(
        farm(f"far-{i}", latitude=float(38 + 11 * rng.random()), longitude=float(107 + 15 * rng.random()))
        for i in range(count)
    )
