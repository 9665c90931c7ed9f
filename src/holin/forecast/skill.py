"""How good a forecast was: errors of the median, pinball loss and coverage, by lead time."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import xarray as xr

from holin.calendar import Times
from holin.errors import Mismatch
from holin.forecast.baselines import Method, forecast_of
from holin.forecast.fit import Fit, fitted
from holin.forecast.history import HOUR, Floats, History
from holin.forecast.window import DIM_OF, MEDIAN, QUANTILES, issue_of, joined, quantile_of
from holin.tables import FORECAST, checked

LEAD_EDGES_H = (0.0, 1.0, 3.0, 6.0, 12.0, 24.0, 48.0, 96.0, 192.0)
"""Leads are counted to the start of an interval; a bucket holds those from its edge to below the next."""


def pinball(quantiles: Floats, came: Floats, chances: Floats) -> Floats:
    """Return the pinball loss (..., chance) of quantiles (..., chance) where `came` (...) came, in its unit.

    q (x - v) where x is above the quantile v, (1 - q) (v - x) where below: least in the mean for the true quantile.
    Source: Koenker and Bassett, Regression quantiles, Econometrica 46 (1978) 33.
    """
    off = came[..., None] - quantiles
    return np.asarray(np.maximum(chances * off, (chances - 1) * off), dtype=float)


def skill(forecast: xr.Dataset, came: xr.Dataset, *, lead_edges_h: Sequence[float] = LEAD_EDGES_H) -> xr.Dataset:
    """Return how good a table FORECAST was against `came` (`available_mw` (time, unit), `load_mw` (time, load), ...).

    By `lead_h` (the lower edge of a bucket) and `element`: `rmse`, `mae`, `bias` (median - what came) and `pinball`
    (mean over the quantiles) in the unit of the element, `count`; and by `quantile` too `below` and `not_above`, the
    shares of values below the quantile and not above it. A calibrated quantile lies between the two; they differ where
    values repeat, such as calm. Hours that did not come yet, and nights of PV (forecast and truth both 0), do not
    count. Raises Mismatch where nothing can be compared.
    """
    table = checked(FORECAST, forecast)
    chances = table["quantile"].values
    edges = np.asarray(lead_edges_h, dtype=float)
    lead_h = table["lead"].values / HOUR
    bucket = np.searchsorted(edges, lead_h, side="right") - 1
    parts = []
    for column, dim in DIM_OF.items():
        if column not in came:
            continue
        for label in table[dim].values:
            if label in came[dim].values:
                made = table[column].sel({dim: label})
                truth = came[column].sel({dim: label})
                parts.append(_of_element(made, truth, bucket, len(edges), chances).assign_coords(element=label))
    if not parts:
        raise Mismatch("nothing of the forecast is among what came; compare the same units and loads")
    joined_parts = xr.concat(parts, dim="element")
    found = joined_parts.assign_coords(lead_h=edges, quantile=chances)
    kept = found["count"].sum("element").values > 0
    if not kept.any():
        raise Mismatch("no hour of the forecast is among what came; compare the same hours")
    return found.isel(lead_h=np.flatnonzero(kept)).transpose("lead_h", "element", "quantile")


def _of_element(
    made: xr.DataArray, truth: xr.DataArray, bucket: np.ndarray, buckets: int, chances: Floats
) -> xr.Dataset:
    time = made["issued"].values[:, None] + made["lead"].values[None, :]
    known = truth["time"].values
    place = np.minimum(np.searchsorted(known, time), len(known) - 1)
    value = np.where(known[place] == time, truth.values[place], np.nan)
    quantiles, median = made.values, quantile_of(made, MEDIAN).values
    counts = np.isfinite(value) & np.isfinite(median) & ~((value == 0) & (quantiles[..., -1] == 0))
    figures = {name: np.full(buckets, np.nan) for name in ("rmse", "mae", "bias", "pinball")}
    shares = {name: np.full((buckets, len(chances)), np.nan) for name in ("below", "not_above")}
    count = np.zeros(buckets)
    for b in range(buckets):
        rows = counts & (bucket == b)[None, :]
        count[b] = rows.sum()
        if not rows.any():
            continue
        off, q, v = median[rows] - value[rows], quantiles[rows], value[rows]
        figures["rmse"][b], figures["mae"][b] = np.sqrt(np.mean(off**2)), np.mean(np.abs(off))
        figures["bias"][b], figures["pinball"][b] = np.mean(off), np.mean(pinball(q, v, chances))
        shares["below"][b], shares["not_above"][b] = (v[:, None] < q).mean(axis=0), (v[:, None] <= q).mean(axis=0)
    columns = {name: ("lead_h", values) for name, values in (figures | {"count": count}).items()}
    return xr.Dataset(columns | {name: (("lead_h", "quantile"), values) for name, values in shares.items()})


def issues_of(
    method: Method | str,
    history: History,
    issued: Times,
    *,
    horizon_h: float = 48.0,
    fit: Fit | None = None,
    quantiles: Sequence[float] = QUANTILES,
) -> xr.Dataset:
    """Return a baseline's forecasts at many issue times as a table FORECAST, each `horizon_h` ahead.

    The history is fitted once, at the first issue, where no fit is given. Raises Mismatch as `forecast_of`.
    """
    used = fit or fitted(history, issued[0])
    steps = round(horizon_h / history.step_h)
    made = []
    for moment in issued:
        first = int(np.searchsorted(history.time, moment))
        hours = history.time[first : first + steps]
        made.append(issue_of(forecast_of(method, history, moment, hours, fit=used, quantiles=quantiles), moment))
    return joined(made)
