"""What must be served: firm loads and heat duty."""

from __future__ import annotations

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from holin.calendar import Times, hours_of_year, local
from holin.errors import BadInput, Fault
from holin.park import Load, Park, ThermalUnit
from holin.resource.load_shapes import load_course
from holin.resource.measured import on_run, series_of
from holin.resource.season import drawn_by_year, holds_year
from holin.resource.sites import weather_at
from holin.resource.synthetic import SYNTHETIC, weather_year
from holin.tables import DEMAND, checked, same_hours

Floats = NDArray[np.float64]

HEATING_BELOW_C = 5.0
"""Daily mean of the heating season: GB 50736-2012, section 2.1."""
INDOOR_C = 18.0
HOT_WATER = 0.1


def demand(park: Park, time: Times, weather: xr.Dataset) -> xr.Dataset:
    """Return the table DEMAND for hour starts `time` (UTC): firm loads in MW, heat duty of thermal units in MW.

    A load with a `series` is what was measured, p.u. times `load_mw`. One with a built-in shape has over the local
    year the peak `load_mw` and the mean `load_mw x load_factor`, exactly. Heat follows `heat_series`, or the air:
    18 degC - T while the local day's mean is below 5 degC, a tenth of the largest duty for hot water otherwise; the
    largest hour of the local year is `heat_nom_mw`.
    Raises Mismatch when the weather has other hours, BadInput when a series misses hours.
    """
    time = time.astype("datetime64[ns]")
    same_hours(xr.Dataset(coords={"time": time}), weather)
    seed = int(weather.attrs.get("seed", 0))
    loads = [_load_mw(park, load, time, seed) for load in park.loads]
    heat = [_heat_mw(park, unit, time, weather) for unit in park.thermal_units]
    table = xr.Dataset(
        {
            "load_mw": (("time", "load"), _columns(loads, len(time))),
            "heat_mw": (("time", "thermal_unit"), _columns(heat, len(time))),
        },
        coords={
            "time": time,
            "load": np.array([x.id for x in park.loads], dtype=object),
            "thermal_unit": np.array([u.id for u in park.thermal_units], dtype=object),
        },
    )
    return checked(DEMAND, table)


def _columns(columns: list[Floats], hours: int) -> Floats:
    return np.column_stack(columns) if columns else np.zeros((hours, 0))


def _load_mw(park: Park, load: Load, time: Times, seed: int) -> Floats:
    if load.series:
        return load.load_mw * on_run(series_of(park, load.series, used_by=load.id), time)
    zone = park.facts.time_zone
    return load.load_mw * drawn_by_year(
        time, zone, lambda year: load_course(load, local(hours_of_year(year, zone), zone), seed=seed)
    )


def _heat_mw(park: Park, unit: ThermalUnit, time: Times, weather: xr.Dataset) -> Floats:
    if unit.heat_nom_mw == 0:
        return np.zeros(len(time))
    if unit.heat_series:
        return unit.heat_nom_mw * on_run(series_of(park, unit.heat_series, used_by=unit.id), time)
    zone = park.facts.time_zone

    def course(year: int) -> Floats:
        temp = _year_temperature(park, weather, year)
        return heat_course(local(temp["time"].values, zone).day_of_year.to_numpy(), temp.values)

    if _known_all_year(park, weather, time):
        return unit.heat_nom_mw * drawn_by_year(time, zone, course)
    return unit.heat_nom_mw * _part_year_heat(park, weather, time)


def heat_course(day: NDArray[np.int_], temp_air_c: Floats, largest_k: float | None = None) -> Floats:
    """Return heat duty per unit of its largest, shape (time,), from air temperature in degC and the day of each hour.

    max(18 - T, 0) / largest where the day's mean is below 5 degC, at least 0.1. `largest_k` is the largest
    difference of the year in K; the largest of the given hours where None.
    """
    _, index = np.unique(day, return_inverse=True)
    mean = np.bincount(index, weights=temp_air_c) / np.bincount(index)
    heating = mean[index] < HEATING_BELOW_C
    difference = np.where(heating, np.maximum(INDOOR_C - temp_air_c, 0.0), 0.0)
    largest = float(difference.max()) if largest_k is None else largest_k
    if largest <= 0:
        return np.ones(len(temp_air_c))
    return np.clip(difference / largest, HOT_WATER, 1.0)


def _known_all_year(park: Park, weather: xr.Dataset, time: Times) -> bool:
    years = np.unique(local(time, park.facts.time_zone).year)
    return weather.attrs.get("origin") == SYNTHETIC or all(
        holds_year(time, int(y), park.facts.time_zone) for y in years
    )


def _year_temperature(park: Park, weather: xr.Dataset, year: int) -> xr.DataArray:
    hours = hours_of_year(year, park.facts.time_zone)
    if not holds_year(weather["time"].values, year, park.facts.time_zone):
        weather = weather_year(park, hours, seed=int(weather.attrs["seed"]))
    return weather_at(weather, _heat_site(park, weather))["temp_air_c"].sel(time=hours)


def _heat_site(park: Park, weather: xr.Dataset) -> str:
    """The town lies where the climate is said to be; else at the first site."""
    return park.climates[0].id if park.climates else str(weather["site"].values[0])


def _part_year_heat(park: Park, weather: xr.Dataset, time: Times) -> Floats:
    """Heat of given weather that is shorter than a year: its largest duty is that of the climate's own year."""
    if not park.climates:
        raise BadInput(
            [
                Fault(
                    file="climate.csv",
                    problem="the weather is shorter than a year, so the coldest hour of the year is not known",
                    right="add a climate, give a heat_series, or give a whole year of weather",
                )
            ]
        )
    zone = park.facts.time_zone
    year = int(local(time, zone).year[0])
    typical = weather_year(park, hours_of_year(year, zone)).sel(site=park.climates[0].id)
    largest = INDOOR_C - float(typical["temp_air_c"].min())
    temp = weather_at(weather, _heat_site(park, weather))["temp_air_c"].values
    at = local(time, zone)
    return heat_course((at.year * 366 + at.day_of_year).to_numpy(), temp, largest)
