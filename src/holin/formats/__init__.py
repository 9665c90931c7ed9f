"""Other tools' files, read and written: what a format cannot carry is named, never dropped silently."""

from collections.abc import Callable

from holin.formats.imported import Imported
from holin.formats.matpower import read_matpower, write_matpower
from holin.formats.pandapower import read_pandapower, write_pandapower
from holin.formats.power_grid_model import (
    read_power_grid_model,
    read_power_grid_model_output,
    read_power_grid_model_update,
    write_power_grid_model,
    write_power_grid_model_output,
    write_power_grid_model_update,
)
from holin.formats.pypsa import read_pypsa, write_pypsa
from holin.formats.simbench import read_simbench, write_simbench

READERS: dict[str, Callable[..., Imported]] = {
    "matpower": read_matpower,
    "power-grid-model": read_power_grid_model,
    "pandapower": read_pandapower,
    "pypsa": read_pypsa,
    "simbench": read_simbench,
}
"""Format -> its reader: `(path) -> Imported`."""

WRITERS: dict[str, Callable[..., list[str]]] = {
    "matpower": write_matpower,
    "power-grid-model": write_power_grid_model,
    "pandapower": write_pandapower,
    "pypsa": write_pypsa,
    "simbench": write_simbench,
}
"""Format -> its writer: `(park, path, p_mw=None, q_mvar=None) -> sentences on what it leaves out`."""

__all__ = [
    "READERS",
    "WRITERS",
    "Imported",
    "read_matpower",
    "read_pandapower",
    "read_power_grid_model",
    "read_power_grid_model_output",
    "read_power_grid_model_update",
    "read_pypsa",
    "read_simbench",
    "write_matpower",
    "write_pandapower",
    "write_power_grid_model",
    "write_power_grid_model_output",
    "write_power_grid_model_update",
    "write_pypsa",
    "write_simbench",
]
