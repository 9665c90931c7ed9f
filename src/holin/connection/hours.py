"""The hours that matter most for the grid: those in which something is at its worst."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from holin.calendar import Times
from holin.connection.changes import Change

NEAR = 12


def worst_hours(
    flows: Sequence[xr.Dataset], units: Iterable[str], extra: Iterable[np.datetime64] = (), *, most_loaded: int = NEAR
) -> Times:
    """Return hours (rising) of tables FLOWS in which some branch, bus voltage or new unit is at its extreme.

    Of each table: the hour of the highest loading of each branch and the `most_loaded` hours of the highest of all,
    those of the lowest and highest voltage of each bus, those in which the new `units` give and take most; and
    the `extra` ones.
    """
    found: set[np.datetime64] = set(extra)
    for table in flows:
        time = table["time"].values
        loading = np.nan_to_num(table["loading"].values, nan=-1.0)
        v = table["v_pu"].values
        rows = [*loading.argmax(axis=0), *np.argsort(-loading.max(axis=1, initial=-1.0))[:most_loaded]]
        rows += [*_extreme(v, np.inf).argmin(axis=0), *_extreme(v, -np.inf).argmax(axis=0)]
        for unit in (u for u in units if u in set(map(str, table["unit"].values))):
            p = np.nan_to_num(table["p_mw"].sel(unit=unit).values)
            rows += [p.argmin(), p.argmax()]
        found |= set(time[np.unique(np.array(rows, dtype=np.int64))])
    return np.array(sorted(found), dtype="datetime64[ns]")


def hours_of_changes(found: Iterable[Change]) -> Times:
    """Return the worst hours of some changes, each once, rising."""
    return np.unique(np.array([c.time for c in found], dtype="datetime64[ns]"))


def _extreme(v: NDArray[np.float64], missing: float) -> NDArray[np.float64]:
    return np.where(np.isfinite(v), v, missing)
