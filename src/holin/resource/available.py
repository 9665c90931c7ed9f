"""From the weather to what each wind farm and PV plant may give."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from holin.calendar import Times, hours_of_year, local
from holin.errors import BadInput, Fault
from holin.park import Park, PvPlant, Turbine, WindFarm, by_id
from holin.resource.air import wind_speed_at_height
from holin.resource.measured import hourly, on_run, phase_of, series_of
from holin.resource.pv import pv_power
from holin.resource.scaling import power_factor_on, speed_factor
from holin.resource.season import holds_year, years_of
from holin.resource.sites import MEASURING_HEIGHT_M, weather_at
from holin.resource.synthetic import SYNTHETIC, weather_year
from holin.resource.wind import wind_farm_power_mw
from holin.tables import AVAILABLE, WEATHER, checked

Floats = NDArray[np.float64]

PV_SHEAR_EXPONENT = 0.14
UNSCALED = "as the weather gives"

Made = tuple[Floats, str]
"""Power in MW, shape (time,), and what was done to it."""

Whole = dict[int, xr.Dataset | None]
"""Local year -> its weather."""


def available(park: Park, weather: xr.Dataset) -> xr.Dataset:
    """Return the table AVAILABLE for the weather's hours: wind farms, then PV plants, in park order.

    A unit with a `series` gives what was measured, p.u. times `p_nom_mw`; others go through `wind_power` and
    `pv_power`. Where `full_load_hours` is given the local year's yield is scaled to it: wind by a factor on the
    speeds, PV and series by a factor on the power, clipped at `p_nom_mw`. The factor is that of the whole local year,
    which is drawn again for synthetic weather. Given weather (or a series) that is shorter than a year is not scaled;
    the attribute `scaling` says for every unit what was done.
    Raises BadInput where a series misses hours, a turbine or a site is unknown, or the hours cannot be reached.
    """
    weather = checked(WEATHER, weather)
    units: list[WindFarm | PvPlant] = [*park.wind_farms, *park.pv_plants]
    whole = _whole_years(park, weather) if any(u.full_load_hours and not u.series for u in units) else {}
    made = [_wind(park, farm, weather, whole) for farm in park.wind_farms]
    made += [_pv(park, plant, weather, whole) for plant in park.pv_plants]
    kinds = ["wind_farm"] * len(park.wind_farms) + ["pv_plant"] * len(park.pv_plants)
    hours = weather.sizes["time"]
    table = xr.Dataset(
        {"available_mw": (("time", "unit"), np.column_stack([p for p, _ in made]) if made else np.zeros((hours, 0)))},
        coords={
            "time": weather["time"].values,
            "unit": np.array([u.id for u in units], dtype=object),
            "kind": ("unit", np.array(kinds, dtype=object)),
            "bus": ("unit", np.array([u.bus for u in units], dtype=object)),
            "enterprise": ("unit", np.array([u.enterprise or "" for u in units], dtype=object)),
        },
        attrs={"scaling": "; ".join(f"{u.id}: {text}" for u, (_, text) in zip(units, made, strict=True))},
    )
    return checked(AVAILABLE, table)


def _whole_years(park: Park, weather: xr.Dataset) -> Whole:
    """Return the weather of each local year that the hours lie in: as given, or drawn again, or None if not known."""
    time, zone = weather["time"].values, park.facts.time_zone
    whole: Whole = {}
    for year in years_of(time, zone):
        hours = hours_of_year(year, zone)
        if holds_year(time, year, zone):
            whole[year] = weather.sel(time=hours)
        elif weather.attrs.get("origin") == SYNTHETIC:
            whole[year] = weather_year(park, hours, seed=int(weather.attrs["seed"]))
        else:
            whole[year] = None
    return whole


def _wind(park: Park, farm: WindFarm, weather: xr.Dataset, whole: Whole) -> Made:
    if farm.series:
        return _measured(park, farm, "wind_farm.csv", weather["time"].values)
    turbine = _turbine_of(park, farm)

    def power(here: xr.Dataset, factor: float) -> Floats:
        return wind_farm_power_mw(
            farm,
            turbine,
            wind_speed_m_per_s=factor * here["wind_speed_m_per_s"].values,
            height_m=float(here["height_m"]),
            temp_air_c=here["temp_air_c"].values,
            pressure_pa=here["pressure_pa"].values,
        )

    if farm.full_load_hours is None:
        return power(weather_at(weather, farm.id), 1.0), UNSCALED
    wanted = farm.full_load_hours

    def scaled(here: xr.Dataset) -> tuple[Floats, str]:
        factor = speed_factor(lambda f: power(here, f), farm.p_nom_mw, wanted, unit=farm.id)
        return power(here, factor), f"wind speed x {factor:.4f}"

    return _year_by_year(park, farm.id, weather, whole, plain=lambda here: power(here, 1.0), scaled=scaled)


def _pv(park: Park, plant: PvPlant, weather: xr.Dataset, whole: Whole) -> Made:
    if plant.series:
        return _measured(park, plant, "pv_plant.csv", weather["time"].values)

    def power(here: xr.Dataset) -> Floats:
        speed = wind_speed_at_height(
            here["wind_speed_m_per_s"].values,
            from_m=float(here["height_m"]),
            to_m=MEASURING_HEIGHT_M,
            shear_exponent=PV_SHEAR_EXPONENT,
        )
        return pv_power(
            here["time"].values,
            plant,
            latitude=float(here["latitude"]),
            longitude=float(here["longitude"]),
            wind_speed_m_per_s=speed,
            **{name: here[name].values for name in ("ghi", "dni", "dhi", "temp_air_c", "snow")},
        )

    if plant.full_load_hours is None:
        return power(weather_at(weather, plant.id)), UNSCALED
    wanted = plant.full_load_hours

    def scaled(here: xr.Dataset) -> tuple[Floats, str]:
        raw = power(here)
        factor = power_factor_on(raw, plant.p_nom_mw, wanted, file="pv_plant.csv", unit=plant.id)
        return np.minimum(factor * raw, plant.p_nom_mw), f"power x {factor:.4f}"

    return _year_by_year(park, plant.id, weather, whole, plain=power, scaled=scaled)


def _year_by_year(
    park: Park,
    site: str,
    weather: xr.Dataset,
    whole: Whole,
    *,
    plain: Callable[[xr.Dataset], Floats],
    scaled: Callable[[xr.Dataset], tuple[Floats, str]],
) -> Made:
    """Return the power at the weather's hours, each local year scaled by itself, and what was done."""
    here = weather_at(weather, site)
    power = plain(here)
    year_of = local(weather["time"].values, park.facts.time_zone).year.to_numpy()
    texts: dict[str, None] = {}
    for year, whole_weather in whole.items():
        if whole_weather is None:
            texts[f"not scaled, the weather does not hold the whole of {year}"] = None
            continue
        year_power, text = scaled(weather_at(whole_weather, site))
        at = np.searchsorted(whole_weather["time"].values, weather["time"].values[year_of == year])
        power[year_of == year] = year_power[at]
        texts[text] = None
    return power, ", ".join(texts)


def _measured(park: Park, unit: WindFarm | PvPlant, file: str, time: Times) -> Made:
    """Return the measured power at the hours; meters' small negative night values count as no power to give."""
    series = series_of(park, unit.series or "", used_by=unit.id)
    power = np.maximum(on_run(series, time), 0.0) * unit.p_nom_mw
    if unit.full_load_hours is None:
        return power, "as measured"
    year_of = local(time, park.facts.time_zone).year.to_numpy()
    covered, means = hourly(series.time, series.values, phase_of(time))
    texts: dict[str, None] = {}
    for year in map(int, np.unique(year_of)):
        if not holds_year(covered, year, park.facts.time_zone):
            texts[f"as measured, not scaled, the series does not hold the whole of {year}"] = None
            continue
        at = np.searchsorted(covered, hours_of_year(year, park.facts.time_zone))
        whole = np.maximum(means[at], 0.0) * unit.p_nom_mw
        factor = power_factor_on(whole, unit.p_nom_mw, unit.full_load_hours, file=file, unit=unit.id)
        power[year_of == year] = np.minimum(factor * power[year_of == year], unit.p_nom_mw)
        texts[f"measured power x {factor:.4f}"] = None
    return power, ", ".join(texts)


def _turbine_of(park: Park, farm: WindFarm) -> Turbine:
    turbine = by_id(park.turbines).get(farm.turbine or "")
    if turbine is None:
        known = ", ".join(t.id for t in park.turbines) or "none yet"
        raise BadInput(
            [
                Fault(
                    file="wind_farm.csv",
                    field="turbine",
                    value=farm.turbine,
                    problem=f"'{farm.id}' has neither a known turbine nor a series",
                    right=f"name a turbine type ({known}) or a measured series",
                )
            ]
        )
    return turbine
