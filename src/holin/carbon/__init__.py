"""Carbon of sources and users, hour by hour: traced to the user, and by the park's hourly average."""

from holin.carbon.accounting import carbon
from holin.carbon.metal import direct_t_per_t, footprint_t_per_t_al
from holin.carbon.sources import emissions, fuel_gj, import_t_per_mwh, intensities

__all__ = [
    "carbon",
    "direct_t_per_t",
    "emissions",
    "footprint_t_per_t_al",
    "fuel_gj",
    "import_t_per_mwh",
    "intensities",
]
