"""Weather to power: a synthetic or a measured weather year, and what wind farms, PV plants and loads make of it.

pvlib lives in this room alone.
"""

from holin.resource.air import air_density_kg_per_m3, pressure_at_altitude_pa, wind_speed_at_height
from holin.resource.available import available
from holin.resource.clear import clear_sky_mw
from holin.resource.demand import demand
from holin.resource.past import as_measured, as_then
from holin.resource.placing import at_sites, on_hours
from holin.resource.pv import pv_power
from holin.resource.reading import read_power, read_weather
from holin.resource.sites import Site, sites_of
from holin.resource.steps import in_steps
from holin.resource.synthetic import weather_year
from holin.resource.wind import wind_farm_power_mw, wind_power
from holin.resource.within_hours import within_hours

__all__ = [
    "Site",
    "air_density_kg_per_m3",
    "as_measured",
    "as_then",
    "at_sites",
    "available",
    "clear_sky_mw",
    "demand",
    "in_steps",
    "on_hours",
    "pressure_at_altitude_pa",
    "pv_power",
    "read_power",
    "read_weather",
    "sites_of",
    "weather_year",
    "wind_farm_power_mw",
    "wind_power",
    "wind_speed_at_height",
    "within_hours",
]
