"""The places whose weather counts: wind farms, PV plants and climates, each with coordinates and a height."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from holin.errors import BadInput, Fault
from holin.park import Climate, Park, PvPlant, WindFarm

MEASURING_HEIGHT_M = 10.0
"""The height of wind measurements (WMO guide no. 8), used where no hub height applies."""

KM_PER_DEG = 111.195
"""Length of one degree of latitude on a sphere of 6,371 km radius."""


@dataclass(frozen=True, kw_only=True)
class Site:
    """A place of the dimension `site`; its wind speed holds at `height_m` above ground.

    Sites of one `weather_key` and one place have the same synthetic weather.
    """

    id: str
    kind: str
    latitude: float
    longitude: float
    height_m: float
    shear_exponent: float = 0.14
    weather_key: str


def climate_of(park: Park) -> Climate:
    """Return the climate from which the park's weather is drawn: the first one.

    Raises BadInput when the park has none.
    """
    if not park.climates:
        raise BadInput(
            [
                Fault(
                    file="climate.csv",
                    problem="the park has no climate, so no weather can be drawn",
                    right="add one row, or give a weather file",
                )
            ]
        )
    return park.climates[0]


def sites_of(park: Park) -> tuple[Site, ...]:
    """Return all sites: wind farms, PV plants, climates, each in park order.

    A unit without coordinates lies where the first climate lies. Raises BadInput, all faults at once, when that has
    none either.
    """
    faults: list[Fault] = []
    sites = [
        *(_site(park, "wind_farm", f, f.hub_height_m, f.shear_exponent, faults) for f in park.wind_farms),
        *(_site(park, "pv_plant", p, MEASURING_HEIGHT_M, 0.14, faults) for p in park.pv_plants),
        *(_site(park, "climate", c, c.reference_height_m, 0.14, faults) for c in park.climates),
    ]
    if faults:
        raise BadInput(faults)
    return tuple(sites)


def _site(
    park: Park, kind: str, thing: WindFarm | PvPlant | Climate, height_m: float, shear: float, faults: list[Fault]
) -> Site:
    latitude, longitude = thing.latitude, thing.longitude
    if (latitude is None or longitude is None) and park.climates:
        latitude, longitude = park.climates[0].latitude, park.climates[0].longitude
    if latitude is None or longitude is None:
        faults.append(
            Fault(
                file=f"{kind}.csv",
                field="latitude",
                value=thing.id,
                problem="no coordinates, and the first climate has none to lend",
                right="give latitude and longitude in degrees here or in climate.csv",
            )
        )
        latitude = longitude = float("nan")
    key = getattr(thing, "weather_key", None) or thing.id
    return Site(
        id=thing.id, kind=kind, latitude=latitude, longitude=longitude, height_m=height_m, shear_exponent=shear,
        weather_key=key,
    )  # fmt: skip


def site_coords(sites: tuple[Site, ...]) -> dict[str, tuple[str, NDArray[np.generic]]]:
    """Return the coordinates along `site`: id, kind, latitude, longitude, height_m."""
    return {
        "site": ("site", np.array([s.id for s in sites], dtype=object)),
        "kind": ("site", np.array([s.kind for s in sites], dtype=object)),
        "latitude": ("site", np.array([s.latitude for s in sites], dtype=float)),
        "longitude": ("site", np.array([s.longitude for s in sites], dtype=float)),
        "height_m": ("site", np.array([s.height_m for s in sites], dtype=float)),
    }


def places_km(sites: tuple[Site, ...], latitude_ref: float) -> NDArray[np.float64]:
    """Return shape (site, 2): east and north in km on a plane that is true near `latitude_ref`."""
    east = KM_PER_DEG * np.cos(np.radians(latitude_ref)) * np.array([s.longitude for s in sites], dtype=float)
    north = KM_PER_DEG * np.array([s.latitude for s in sites], dtype=float)
    return np.column_stack([east, north])


def weather_at(weather: xr.Dataset, site: str) -> xr.Dataset:
    """Return one site's weather.

    Raises BadInput when the table does not know the site.
    """
    if site not in set(weather["site"].values.tolist()):
        known = ", ".join(map(str, weather["site"].values.tolist()))
        raise BadInput(
            [
                Fault(
                    file="weather",
                    field="site",
                    value=site,
                    problem="the weather has no such site",
                    right=f"it has {known}; at_sites spreads one station's weather over the whole park",
                )
            ]
        )
    return weather.sel(site=site)
