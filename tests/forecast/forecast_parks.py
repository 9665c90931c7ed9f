"""Histories and tables that the tests of forecasts share: small ones made by hand, and a park's synthetic years."""

from dataclasses import replace
from functools import cache

import numpy as np
import xarray as xr

from holin.calendar import hours_of_year
from holin.forecast import Fit, History, fitted
from holin.park import Climate, Grid, Load, LoadShape, Park, ParkFacts, PvPlant, Turbine, WindFarm, forecastable
from holin.resource import available, demand, weather_year
from holin.tables import FORECAST, checked
from holin.twin import known_history

ZONE = "Asia/Shanghai"
HOUR = np.timedelta64(1, "h")
START = np.datetime64("2025-03-01T00:00", "ns")
SPEEDS = np.arange(3.0, 25.5, 0.5)

SMALL = Park(
    facts=ParkFacts(id="small", time_zone=ZONE),
    climates=(
        Climate(
            id="steppe", latitude=45.5, longitude=119.6, altitude_m=880, wind_speed_mean_m_per_s=7.6,
            monthly_wind_factor=(1.05, 1.05, 1.15, 1.25, 1.20, 0.90, 0.75, 0.70, 0.90, 1.05, 1.05, 1.00),
            monthly_temp_c=(-20.0, -16.0, -7.0, 4.0, 12.0, 17.0, 20.0, 18.0, 11.0, 2.0, -9.0, -17.0),
            monthly_clearness=(0.82, 0.83, 0.85, 0.83, 0.77, 0.76, 0.74, 0.72, 0.78, 0.83, 0.80, 0.83),
            diurnal_wind_amplitude=0.08, seed=11,
        ),
    ),
    turbines=(
        Turbine(
            id="turbine",
            power_curve=tuple((float(v), float(np.clip((v**3 - 27) / (11.5**3 - 27), 0, 1))) for v in SPEEDS),
        ),
    ),
    wind_farms=(
        WindFarm(
            id="W1", bus="b", p_nom_mw=100.0, turbine="turbine", full_load_hours=3200, latitude=45.5, longitude=119.6
        ),
        WindFarm(
            id="W2", bus="b", p_nom_mw=50.0, turbine="turbine", full_load_hours=3100, latitude=45.9, longitude=119.9
        ),
    ),
    pv_plants=(PvPlant(id="P", bus="b", p_nom_mw=80.0, p_dc_mw=100.0, latitude=45.5, longitude=119.6),),
    loads=(
        Load(id="L", bus="b", enterprise="e", load_mw=40.0, load_factor=0.7, shape=LoadShape.TWO_SHIFT),
    ),
)  # fmt: skip

WITH_GRID = replace(SMALL, grids=(Grid(id="G", bus="b", sk_max_mva=1000.0, import_max_mw=100.0),))
YEAR = hours_of_year(2025, ZONE)


@cache
def small_year() -> tuple[History, Fit]:
    """Three synthetic past years, and 2025, which nothing was fitted to."""
    may = available(SMALL, weather_year(SMALL, YEAR))
    must = demand(SMALL, YEAR, weather_year(SMALL, YEAR))
    history = known_history(SMALL, may, must, past_years=3)
    return history, fitted(history, YEAR[0])


def hand_history(
    value: np.ndarray, *, park: Park = SMALL, scale: np.ndarray | None = None, step_h: float = 1.0
) -> History:
    """A history of W1, W2, P, L (and G) by hand: `value` (time, signal); PV is in full sun all day unless said."""
    signals = forecastable(park)
    full = np.array([s.nominal if s.kind == "pv_plant" else 1.0 for s in signals])
    time = START + (np.arange(len(value)) * round(step_h * 3600)).astype("timedelta64[s]")
    return History(
        time=time.astype("datetime64[ns]"),
        signals=signals,
        value=np.asarray(value, dtype=float),
        scale=np.tile(full, (len(value), 1)) if scale is None else scale,
        time_zone=ZONE,
    )


def wandering(days: int, *, seed: int = 1, step_h: float = 1.0) -> History:
    """A history of some days: wind that remembers, sun from 6 to 18 UTC under clouds, a load with a week."""
    rng = np.random.default_rng(seed)
    steps = round(days * 24 / step_h)
    hour = (np.arange(steps) * step_h) % 24
    latent = np.zeros((steps, 3))
    for t in range(1, steps):
        latent[t] = 0.93 * latent[t - 1] + np.sqrt(1 - 0.93**2) * rng.standard_normal(3)
    wind = np.clip(50 + 40 * latent[:, :2], 0, 100) * np.array([1.0, 0.5])
    clear = 80 * np.clip(np.sin(np.pi * (hour - 6) / 12), 0, None)
    sun = clear * np.clip(0.75 + 0.2 * latent[:, 2], 0, 1)
    week = np.where((np.arange(steps) * step_h // 24) % 7 < 5, 1.0, 0.6)
    load = 25 * week * (1 + 0.3 * np.sin(2 * np.pi * hour / 24)) * (1 + 0.03 * rng.standard_normal(steps))
    scale = np.ones((steps, 4))
    scale[:, 2] = np.where(clear > 0.01, clear, 0.0)
    return hand_history(np.column_stack([wind, sun, load]), scale=scale, step_h=step_h)


def forecast_table(
    issued: list[str],
    lead_h: list[float],
    units: dict[str, np.ndarray],
    loads: dict[str, np.ndarray] | None = None,
    quantiles: tuple[float, ...] = (0.1, 0.5, 0.9),
) -> xr.Dataset:
    """A table FORECAST: medians (issued, lead) of each unit and load, with quantiles 0.9, 1.0, 1.1 times them."""
    spread = 1 + 0.1 * (np.array(quantiles) - 0.5) / 0.4

    def stacked(things: dict[str, np.ndarray]) -> np.ndarray:
        shape = (len(issued), len(lead_h), len(things), len(quantiles))
        return (
            np.stack([np.asarray(v, dtype=float)[..., None] * spread for v in things.values()], axis=2)
            if things
            else np.zeros(shape)
        )

    loads = loads or {}
    table = xr.Dataset(
        {
            "available_mw": (("issued", "lead", "unit", "quantile"), stacked(units)),
            "load_mw": (("issued", "lead", "load", "quantile"), stacked(loads)),
            "price_per_mwh": (("issued", "lead", "grid", "quantile"), stacked({})),
        },
        coords={
            "issued": np.array(issued, dtype="datetime64[ns]"),
            "lead": (np.array(lead_h) * 3600e9).astype("timedelta64[ns]"),
            "unit": np.array(list(units), dtype=object),
            "load": np.array(list(loads), dtype=object),
            "grid": np.array([], dtype=object),
            "quantile": np.array(quantiles),
        },
    )
    return checked(FORECAST, table)
