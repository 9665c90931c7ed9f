"""What was known when: the newest issue of each hour that was there at a moment."""

from __future__ import annotations

import numpy as np
import pandas as pd
import xarray as xr

from holin.calendar import Times, stamp
from holin.errors import Mismatch
from holin.forecast.history import Floats, Moment, moment_of
from holin.forecast.window import DIM_OF
from holin.tables import FORECAST, checked

BY_FORECAST = "forecast"


def known_at(forecast: xr.Dataset, now: Moment, hours: Times, *, fallback: xr.Dataset | None = None) -> xr.Dataset:
    """Return what a table FORECAST says at `now` of `hours` (UTC starts), as a window (time, unit or load, quantile).

    For every unit and hour the newest issue not later than `now` that has it; its time stands in the coordinates
    `unit_issued`, `load_issued`, `grid_issued` (time, label), and `unit_by` ... say "forecast". Where no issue has an
    hour, `fallback` (a window of the same hours, from `forecast_of`) stands in and its name stands in `unit_by`; so
    too for units and loads that the table does not know. Without one, Mismatch names all units, their first missing
    hour and the newest issue.
    """
    table = checked(FORECAST, forecast)
    moment, targets = moment_of(now), np.asarray(hours, dtype="datetime64[ns]")
    parts: dict[str, xr.DataArray] = {}
    missing: list[str] = []
    for column, dim in DIM_OF.items():
        values, issued = _newest(table, column, moment, targets)
        by = np.full(issued.shape, BY_FORECAST, dtype=object)
        by[np.isnat(issued)] = None
        known = _labelled(values, issued, by, targets, dim, table)
        if fallback is not None:
            known = _filled(known, fallback, column, dim)
        missing += _missing(known, dim, moment, table, column)
        parts[column] = known
    if missing:
        raise Mismatch(
            f"the forecast does not reach, at {stamp(moment)}: " + "; ".join(missing) + "; "
            "give a newer or longer forecast, or a baseline to fall back on"
        )
    return xr.Dataset(parts)


def _newest(table: xr.Dataset, column: str, now: np.datetime64, hours: Times) -> tuple[Floats, Times]:
    """Return the values (hours, label, quantile) of the newest issues and the issues (hours, label), NaT where none."""
    values = table[column].values
    leads = pd.TimedeltaIndex(table["lead"].values)
    found = np.full((len(hours), *values.shape[2:]), np.nan)
    issued = np.full(found.shape[:2], np.datetime64("NaT"), dtype="datetime64[ns]")
    for i in np.flatnonzero(table["issued"].values <= now)[::-1]:
        at = leads.get_indexer(pd.TimedeltaIndex(hours - table["issued"].values[i]))
        there = np.where((at >= 0)[:, None, None], values[i, np.maximum(at, 0)], np.nan)
        newer = np.isnan(found).all(axis=-1) & ~np.isnan(there).all(axis=-1)
        found[newer] = there[newer]
        issued[newer] = table["issued"].values[i]
        if not np.isnat(issued).any():
            break
    return found, issued


def _labelled(values: Floats, issued: Times, by: np.ndarray, hours: Times, dim: str, table: xr.Dataset) -> xr.DataArray:
    return xr.DataArray(
        values,
        dims=("time", dim, "quantile"),
        coords={
            "time": hours,
            dim: table[dim].values.astype(object),
            "quantile": table["quantile"].values,
            f"{dim}_by": (("time", dim), by),
            f"{dim}_issued": (("time", dim), issued),
        },
    )


def _filled(known: xr.DataArray, fallback: xr.Dataset, column: str, dim: str) -> xr.DataArray:
    """Fill hours and labels that are missing from a baseline's window; its quantiles must be the forecast's own."""
    other = fallback[column]
    if not np.array_equal(other["time"].values, known["time"].values):
        raise Mismatch("the fallback has other hours than asked for; make it for the same")
    if not np.array_equal(other["quantile"].values, known["quantile"].values):
        raise Mismatch("the fallback has other quantiles than the forecast; ask `forecast_of` for the same")
    mine, theirs = list(map(str, known[dim].values)), list(map(str, other[dim].values))
    order = [*theirs, *(label for label in mine if label not in theirs)]
    whole, spare = known.reindex({dim: order}), other.reindex({dim: order})
    empty = np.isnan(whole.values).all(axis=-1)
    values = np.where(empty[..., None], spare.values, whole.values)
    by = np.where(empty, spare[f"{dim}_by"].values, whole[f"{dim}_by"].values)
    issued = np.where(empty, spare[f"{dim}_issued"].values, whole[f"{dim}_issued"].values)
    return whole.copy(data=values).assign_coords(
        {f"{dim}_by": (("time", dim), by), f"{dim}_issued": (("time", dim), issued)}
    )


def _missing(known: xr.DataArray, dim: str, now: np.datetime64, table: xr.Dataset, column: str) -> list[str]:
    gaps = np.isnan(known.values).any(axis=-1)
    said = []
    for k in np.flatnonzero(gaps.any(axis=0)):
        label, first = str(known[dim].values[k]), known["time"].values[gaps[:, k]][0]
        reach = _reach(table, column, dim, label, now)
        said.append(f"{label} has no value for {int(gaps[:, k].sum())} hour(s), the first {stamp(first)}, {reach}")
    return said


def _reach(table: xr.Dataset, column: str, dim: str, label: str, now: np.datetime64) -> str:
    """Say how far the newest issue of a label goes."""
    if label not in set(map(str, table[dim].values)):
        return "which the forecast does not know"
    there = ~np.isnan(table[column].sel({dim: label}).values).all(axis=-1)
    issues = np.flatnonzero(there.any(axis=1) & (table["issued"].values <= now))
    if not len(issues):
        return "and there is no issue of it so early"
    issued = table["issued"].values[issues[-1]]
    last = issued + table["lead"].values[there[issues[-1]]][-1]
    return f"its newest issue of {stamp(issued)} ends with {stamp(last)}"


def stood_in(window: xr.Dataset) -> list[dict[str, object]]:
    """Return what a baseline stood in for, by unit and method: how many hours and the first; `[]` if nothing.

    A window that is a baseline as a whole lists all of it.
    """
    told: list[dict[str, object]] = []
    for dim in DIM_OF.values():
        by = window[f"{dim}_by"].values
        for k, label in enumerate(map(str, window[dim].values)):
            for method in sorted({str(m) for m in by[:, k]} - {BY_FORECAST}):
                hours = window["time"].values[by[:, k] == method]
                told.append({"element": label, "by": method, "hours": len(hours), "first": stamp(hours[0])})
    return told
