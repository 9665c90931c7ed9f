"""PyPSA networks: folders of CSV tables, and netCDF files."""

from holin.formats.pypsa.reading import read_pypsa
from holin.formats.pypsa.writing import write_pypsa

__all__ = ["read_pypsa", "write_pypsa"]
