"""The arithmetic behind the drawings: tables become short series. Pure functions; NaN is kept, never read as zero."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from holin.errors import Mismatch

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

SUPPLY = ("coal", "other", "import", "wind", "solar", "discharge")
"""The parts of the supply in the order in which they are stacked."""

GREEN_KINDS = ("wind_farm", "pv_plant")
USER_KINDS = ("load", "potline")


def step_h(time: NDArray[np.datetime64]) -> float:
    """Return the length of the intervals in h (1 where there is only one).

    Raises Mismatch when the intervals differ: sums of power would not be energy.
    """
    if len(time) < 2:
        return 1.0
    steps = np.diff(time) / np.timedelta64(1, "s") / 3600.0
    if not np.allclose(steps, steps[0]):
        raise Mismatch(f"the intervals differ ({steps.min():g} h .. {steps.max():g} h); draw one unbroken period")
    return float(steps[0])


def kinds_of(labels: NDArray[Any], kinds: Mapping[str, str]) -> NDArray[np.str_]:
    """Return the kind (park table) of each unit label.

    Raises Mismatch with the labels that the park does not have.
    """
    unknown = [str(label) for label in labels if str(label) not in kinds]
    if unknown:
        raise Mismatch(f"the run has units that the park does not: {', '.join(unknown)}; give the run's own park")
    return np.array([kinds[str(label)] for label in labels], dtype=str)


def final_power(tables: Mapping[str, xr.Dataset]) -> xr.DataArray:
    """Return `p_mw(time, unit)` in MW of the solved AC flow, or of the schedule where a run has no flow."""
    table = tables["flows"] if "p_mw" in tables.get("flows", xr.Dataset()) else tables["schedule"]
    return table["p_mw"]


def hourly_mw(tables: Mapping[str, xr.Dataset], kinds: Mapping[str, str]) -> dict[str, Floats]:
    """Return the hourly balance in MW, all >= 0 and of shape (time,), for the kinds of unit that the run has.

    Keys: those of SUPPLY, and `charge`, `export`, `load` (firm), `potline`, `demand` (both), `available`, `curtailed`
    (available - used, wind and PV) and `residual` (demand - wind - solar, either sign). `kinds` maps the ids of the
    park's units to their tables.

    Raises Mismatch when the run has a unit that the park does not have.
    """
    power = final_power(tables)
    kind = kinds_of(power["unit"].values, kinds)
    values = np.asarray(power.transpose("time", "unit").values, dtype=float)

    def total(name: str, sign: float) -> Floats | None:
        chosen = kind == name
        return np.asarray(np.maximum(sign * values[:, chosen], 0.0).sum(axis=1)) if chosen.any() else None

    parts = {
        "coal": total("thermal_unit", 1),
        "other": total("generator", 1),
        "import": total("grid", 1),
        "wind": total("wind_farm", 1),
        "solar": total("pv_plant", 1),
        "discharge": total("storage", 1),
        "charge": total("storage", -1),
        "export": total("grid", -1),
        "load": total("load", -1),
        "potline": total("potline", -1),
    }
    found = {name: value for name, value in parts.items() if value is not None}
    hours = len(values)
    green = found.get("wind", np.zeros(hours)) + found.get("solar", np.zeros(hours))
    found["demand"] = found.get("load", np.zeros(hours)) + found.get("potline", np.zeros(hours))
    found["residual"] = found["demand"] - green
    available = _available(tables, kinds)
    if available is not None:
        found["available"] = available
        found["curtailed"] = np.maximum(available - green, 0.0)
    return found


def _available(tables: Mapping[str, xr.Dataset], kinds: Mapping[str, str]) -> Floats | None:
    schedule = tables.get("schedule")
    if schedule is None or "available_mw" not in schedule:
        return None
    weather_driven = np.isin(kinds_of(schedule["unit"].values, kinds), GREEN_KINDS)
    if not weather_driven.any():
        return None
    values = schedule["available_mw"].transpose("time", "unit").values[:, weather_driven]
    return None if np.isnan(values).all() else np.asarray(values.sum(axis=1), dtype=float)


def marginal_price(tables: Mapping[str, xr.Dataset], bus: str) -> Floats | None:
    """Return what one MWh more at the bus would cost (currency/MWh), shape (time,), or None where it is not known."""
    schedule = tables.get("schedule")
    if schedule is None or "shadow_price_per_mwh" not in schedule or bus not in schedule["bus"].values:
        return None
    values = np.asarray(schedule["shadow_price_per_mwh"].sel(bus=bus).values, dtype=float)
    return values if np.isfinite(values).any() else None


def days_of(local: pd.DatetimeIndex) -> tuple[list[str], Ints]:
    """Return the local days (ISO) in order and, for each hour, the index of its day."""
    names = local.strftime("%Y-%m-%d")
    days, index = np.unique(names.to_numpy(dtype=str), return_inverse=True)
    return [str(d) for d in days], np.asarray(index, dtype=np.int64)


def months_of(local: pd.DatetimeIndex) -> tuple[list[str], Ints]:
    """Return the local months (YYYY-MM) in order and, for each hour, the index of its month."""
    names = local.strftime("%Y-%m")
    months, index = np.unique(names.to_numpy(dtype=str), return_inverse=True)
    return [str(m) for m in months], np.asarray(index, dtype=np.int64)


def summed(values: Floats, index: Ints, count: int) -> Floats:
    """Return the sum of the known values of each group, NaN where a group has none."""
    known = np.isfinite(values)
    sums = np.bincount(index[known], weights=values[known], minlength=count)
    return np.where(np.bincount(index[known], minlength=count) > 0, sums, np.nan)


def averaged(values: Floats, index: Ints, count: int) -> Floats:
    """Return the mean of the known values of each group, NaN where a group has none."""
    known = np.bincount(index[np.isfinite(values)], minlength=count).astype(float)
    return summed(values, index, count) / np.where(known > 0, known, np.nan)


def extremes(values: Floats, index: Ints, count: int) -> tuple[Floats, Floats]:
    """Return the smallest and the largest known value of each group, NaN where a group has none."""
    known = np.isfinite(values)
    low, high = np.full(count, np.inf), np.full(count, -np.inf)
    np.minimum.at(low, index[known], values[known])
    np.maximum.at(high, index[known], values[known])
    return np.where(np.isfinite(low), low, np.nan), np.where(np.isfinite(high), high, np.nan)


def duration(values: Floats, points: int = 438) -> tuple[Floats, Floats]:
    """Return a duration curve: the share of the hours (0..1) and the value that is reached or exceeded in it.

    The largest and the smallest value are always among the `points`; unknown hours are left out.
    """
    ordered = np.sort(values[np.isfinite(values)])[::-1]
    if len(ordered) == 0:
        return np.array([]), np.array([])
    chosen = np.unique(np.linspace(0, len(ordered) - 1, min(points, len(ordered))).round().astype(int))
    return chosen / max(len(ordered) - 1, 1), ordered[chosen]


def day_hour_grid(values: Floats, local: pd.DatetimeIndex) -> tuple[list[str], Floats]:
    """Return the days and the values as an array (24, days); an hour that a clock change doubles is averaged."""
    days, day = days_of(local)
    cell = np.asarray(local.hour, dtype=np.int64) * len(days) + day
    return days, averaged(values, cell, 24 * len(days)).reshape(24, len(days))


@dataclass(frozen=True, kw_only=True)
class Week:
    """A local week, Monday first: the hours `start` .. `stop` (excluded), and whether it is a whole one."""

    start: int
    stop: int
    first_day: str
    last_day: str
    whole: bool


def weeks_of(local: pd.DatetimeIndex) -> tuple[Week, ...]:
    """Return the local weeks of the period in order; the first and the last may be parts."""
    naive = local.tz_localize(None)
    monday = (naive.normalize() - pd.to_timedelta(naive.day_of_week, unit="D")).to_numpy()
    edges = [0, *(np.flatnonzero(np.diff(monday) > np.timedelta64(0)) + 1), len(local)]
    return tuple(
        Week(
            start=int(a),
            stop=int(b),
            first_day=local[a].strftime("%Y-%m-%d"),
            last_day=local[b - 1].strftime("%Y-%m-%d"),
            whole=local[b - 1] - local[a] >= pd.Timedelta(days=6, hours=22),
        )
        for a, b in pairwise(edges)
    )


def marked_weeks(weeks: tuple[Week, ...], green_mwh: Floats, used_mwh: Floats) -> dict[str, int]:
    """Return the indices of the `best`, `median` and `worst` whole week by green share (green / used energy).

    Where no week is whole, the parts are compared; unknown hours are left out of both sums.
    """
    chosen = [i for i, w in enumerate(weeks) if w.whole] or list(range(len(weeks)))
    shares: list[tuple[float, int]] = []
    for i in chosen:
        window = slice(weeks[i].start, weeks[i].stop)
        known = np.isfinite(green_mwh[window]) & np.isfinite(used_mwh[window])
        used = float(used_mwh[window][known].sum())
        if used > 0:
            shares.append((float(green_mwh[window][known].sum()) / used, i))
    if not shares:
        return {}
    shares.sort()
    return {"worst": shares[0][1], "median": shares[len(shares) // 2][1], "best": shares[-1][1]}


@dataclass(frozen=True, kw_only=True)
class Greenness:
    """The physical green energy of the park's users, hour by hour: `green_mwh` of `used_mwh`, shape (time,)."""

    green_mwh: Floats
    used_mwh: Floats

    @property
    def share(self) -> Floats:
        """The green share (1) of each hour, NaN where nothing was used."""
        used = np.where(self.used_mwh > 0, self.used_mwh, np.nan)
        return np.asarray(self.green_mwh / used, dtype=float)


def greenness(tables: Mapping[str, xr.Dataset], kinds: Mapping[str, str]) -> Greenness | None:
    """Return the traced green energy of loads and potlines, or None where the run was not traced.

    The share of each user comes from `carbon` (which knows a grid's hourly mix), else from the kinds of the sources.
    """
    trace = tables.get("trace")
    if trace is None or "energy_mwh" not in trace:
        return None
    user = np.isin([kinds.get(str(s), "") for s in trace["sink"].values], USER_KINDS)
    energy = trace["energy_mwh"].isel(sink=np.flatnonzero(user))
    used = energy.sum("source", skipna=False)
    carbon = tables.get("carbon")
    if carbon is not None and "green_share" in carbon:
        share = carbon["green_share"].sel(sink=energy["sink"].values)
        green = (share.where(used > 0, 0.0).values * used.transpose(*share.dims).values).sum(axis=1)
    else:
        renewable = np.isin([kinds.get(str(s), "") for s in trace["source"].values], GREEN_KINDS)
        green = energy.isel(source=np.flatnonzero(renewable)).sum(("source", "sink"), skipna=False).values
    return Greenness(
        green_mwh=np.asarray(green, dtype=float),
        used_mwh=np.asarray(used.sum("sink", skipna=False).values, dtype=float),
    )


def density(x: Floats, y: Floats, bins: int = 40) -> tuple[Floats, Floats, Floats, Floats]:
    """Return the hours in each cell of an even grid and the mean of y in each column.

    Returns the middles of the columns and rows, the counts of shape (rows, columns) with NaN where there is none,
    and the mean of y by column.
    """
    known = np.isfinite(x) & np.isfinite(y)
    counts, x_edges, y_edges = np.histogram2d(x[known], y[known], bins=bins)
    column = np.clip(np.digitize(x[known], x_edges) - 1, 0, bins - 1)
    middle_x, middle_y = (x_edges[1:] + x_edges[:-1]) / 2, (y_edges[1:] + y_edges[:-1]) / 2
    return middle_x, middle_y, np.where(counts.T > 0, counts.T, np.nan), averaged(y[known], column, bins)


def branch_losses_mwh(flows: xr.Dataset) -> dict[str, float]:
    """Return the energy lost in each branch over the period in MWh, the largest first; unsolved hours are left out."""
    loss = (flows["p_from_mw"] + flows["p_to_mw"]).sum("time", skipna=True) * step_h(flows["time"].values)
    pairs = zip(map(str, loss["branch"].values), map(float, loss.values), strict=True)
    return dict(sorted(pairs, key=lambda pair: -pair[1]))


def network_loss_mw(flows: xr.Dataset) -> Floats:
    """Return the network's hourly losses in MW, shape (time,): all that units feed in and do not take out."""
    return np.asarray(flows["p_mw"].sum("unit", skipna=False).values, dtype=float)
