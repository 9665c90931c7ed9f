"""A window: the quantiles of all signals over some hours, as they are known at one moment."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import xarray as xr

from holin.calendar import Times
from holin.errors import Mismatch
from holin.forecast.history import Floats, Moment, moment_of
from holin.park import Forecastable
from holin.tables import FORECAST, checked

QUANTILES = (0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95)
MEDIAN = 0.5

DIM_OF = {"available_mw": "unit", "load_mw": "load", "price_per_mwh": "grid"}
"""Column -> what it is of, in a window and in the table FORECAST."""


def rearranged(values: Floats) -> Floats:
    """Return quantiles that rise along the last axis: the same values, sorted.

    Sorting brings crossing quantiles nearer to the true ones, never farther. Source: Chernozhukov, Fernandez-Val and
    Galichon, Quantile and probability curves without crossing, Econometrica 78 (2010) 1093.
    """
    return np.sort(values, axis=-1)


def window_of(
    signals: Sequence[Forecastable], hours: Times, quantiles: Floats, values: Floats, *, by: str, issued: np.datetime64
) -> xr.Dataset:
    """Return values (hours, signal, quantile) as a window.

    A dataset with `available_mw` (time, unit, quantile), `load_mw` (time, load, quantile) and `price_per_mwh` (time,
    grid, quantile), the last two with no labels where there are none. Beside each value stand who made it and when:
    coordinates `unit_by`, `unit_issued` (time, unit), and so for load and grid.
    """
    columns: dict[str, object] = {}
    coords: dict[str, object] = {"time": hours, "quantile": quantiles}
    for column, dim in DIM_OF.items():
        chosen = [k for k, s in enumerate(signals) if s.column == column]
        shape = (len(hours), len(chosen))
        columns[column] = (("time", dim, "quantile"), values[:, chosen, :])
        coords[dim] = np.array([signals[k].id for k in chosen], dtype=object)
        coords[f"{dim}_by"] = (("time", dim), np.full(shape, by, dtype=object))
        coords[f"{dim}_issued"] = (("time", dim), np.full(shape, issued, dtype="datetime64[ns]"))
    return xr.Dataset(columns, coords=coords)


def issue_of(window: xr.Dataset, issued: Moment) -> xr.Dataset:
    """Return a window as a table FORECAST with one issue.

    Raises Mismatch where it begins before `issued`.
    """
    moment = moment_of(issued)
    lead = window["time"].values.astype("datetime64[ns]") - moment
    columns = {
        column: (("issued", "lead", dim, "quantile"), window[column].values[None]) for column, dim in DIM_OF.items()
    }
    labels = {dim: window[dim].values for dim in DIM_OF.values()}
    coords = {"issued": [moment], "lead": lead, "quantile": window["quantile"].values, **labels}
    return checked(FORECAST, xr.Dataset(columns, coords=coords))


def joined(forecasts: Sequence[xr.Dataset]) -> xr.Dataset:
    """Return several tables FORECAST as one: all issues, leads and labels, NaN where a part does not reach.

    Raises Mismatch where two have the same issue, or other quantiles.
    """
    if not forecasts:
        raise Mismatch("no forecasts to join")
    issued = np.concatenate([f["issued"].values for f in forecasts])
    if len(np.unique(issued)) < len(issued):
        raise Mismatch("two forecasts have the same issue; leave one out")
    first = forecasts[0]["quantile"].values
    if any(not np.array_equal(first, f["quantile"].values) for f in forecasts):
        raise Mismatch("the forecasts have other quantiles; bring them to the same")
    table = xr.concat(forecasts, dim="issued", join="outer", data_vars="all", coords="minimal").sortby(
        ["issued", "lead"]
    )
    return checked(FORECAST, table.transpose("issued", "lead", "unit", "load", "grid", "quantile"))


def quantile_of(values: xr.DataArray, chance: float) -> xr.DataArray:
    """Return one quantile of a window's column, between the given ones along a straight line.

    Raises Mismatch beyond the lowest or highest of them: a tail that nobody forecast is not made up.
    """
    known = values["quantile"].values
    if not known[0] - 1e-9 <= chance <= known[-1] + 1e-9:
        raise Mismatch(f"the forecast has quantiles from {known[0]:g} to {known[-1]:g}, not {chance:g}")
    place = float(np.interp(chance, known, np.arange(len(known))))
    low = min(int(place), len(known) - 1)
    high = min(low + 1, len(known) - 1)
    share = place - low
    below, above = (values.isel(quantile=n, drop=True) for n in (low, high))
    return (1 - share) * below + share * above
