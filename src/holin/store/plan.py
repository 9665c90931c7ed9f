"""Reading a schedule back: from the file that `holin dispatch --out` wrote, or from a run folder."""

from __future__ import annotations

from pathlib import Path

import xarray as xr

from holin.errors import BadInput, Fault
from holin.store.netcdf import open_table
from holin.store.reading import read_run
from holin.tables import SCHEDULE, checked


def read_schedule(path: Path | str) -> xr.Dataset:
    """Return the table SCHEDULE of a NetCDF file of tables or of a run folder, read whole.

    Raises BadInput where there is no such file, or it is not NetCDF, or holds no schedule.
    """
    where = Path(path)
    if where.is_dir():
        return read_run(where).tables["schedule"].load()
    right = "give the file that `holin dispatch … --day … --out` wrote, or a run folder"
    if not where.is_file():
        raise BadInput([Fault(file=str(where), problem="no such file", right=right)])
    try:
        with open_table(where, "schedule") as table:
            return checked(SCHEDULE, table.load())
    except OSError as error:
        problem = "holds no table schedule" if "group not found" in str(error) else "not a NetCDF file"
        raise BadInput([Fault(file=str(where), problem=problem, right=right)]) from error
