"""What the spread of a forecast asks to be kept in hand: reserves by quantile."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import xarray as xr

from holin.errors import Mismatch
from holin.forecast.history import Floats
from holin.forecast.window import MEDIAN, quantile_of
from holin.park import Forecastable

SPREADS = (("available_mw", "unit", 1.0), ("load_mw", "load", -1.0))
"""Column, its labels, and whether more of it helps (+1) or hurts (-1)."""


def reserve_by_quantile(window: xr.Dataset, low: float = 0.1, *, correlation: xr.DataArray | None = None) -> xr.Dataset:
    """Return what a window's fluctuation asks as reserve: `reserve_up_mw`, `reserve_down_mw` (time,), in MW, >= 0.

    Up covers all but the share `low` of what may come: the sum of wind, PV and minus load is below its median by no
    more than that with the chance 1 - `low`. Down is the mirror image, for when more comes. Without `correlation` all
    is taken to go wrong together, which is exact where it does and safe where not: the quantile of the sum is then the
    sum of the quantiles. `correlation` (element, element_other; labels of units and loads, of what they are *off* the
    median, as `error_correlation` gives it) adds the deviations d as sqrt(d' R d), exact for normal errors; a load that
    is high counts against wind that is low. Raises Mismatch where `low` is outside the forecast's quantiles, or a
    label has no correlation.
    """
    if not 0 < low < MEDIAN:
        raise Mismatch(f"the low quantile lies between 0 and 0.5, not at {low:g}")
    short, spare = (_deviations(window, low, falls) for falls in (True, False))
    weight = None if correlation is None else _matrix(window, correlation)
    return xr.Dataset(
        {
            "reserve_up_mw": ("time", _together(short, weight)),
            "reserve_down_mw": ("time", _together(spare, weight)),
        },
        coords={"time": window["time"].values},
        attrs={"low": low, "together": "all at once" if correlation is None else "by correlation"},
    )


def totals(window: xr.Dataset, signals: Sequence[Forecastable], low: float = 0.1) -> dict[str, Floats]:
    """Return the sums of a window by kind ("wind", "pv", "load"), each (time, 3): low, median, high, in MW.

    Low and high are the sums of the quantiles `low` and 1 - `low`: everything off at once.
    """
    kinds = {"wind": "wind_farm", "pv": "pv_plant", "load": "load"}
    sums = {}
    for name, kind in kinds.items():
        column, dim = ("load_mw", "load") if name == "load" else ("available_mw", "unit")
        known = set(map(str, window[dim].values))
        ids = [s.id for s in signals if s.kind == kind and s.id in known]
        if ids:
            chosen = window[column].sel({dim: ids})
            parts = [quantile_of(chosen, chance).sum(dim).values for chance in (low, MEDIAN, 1 - low)]
            sums[name] = np.column_stack(parts)
    return sums


def _deviations(window: xr.Dataset, low: float, falls: bool) -> Floats:
    """Return by how much each unit's power may fall short (or exceed) and each load exceed (or fall short), MW."""
    columns = []
    for column, _, helps in SPREADS:
        values = window[column]
        if values.shape[1]:
            chance = low if falls == (helps > 0) else 1 - low
            off = quantile_of(values, chance).values - quantile_of(values, MEDIAN).values
            columns.append(np.abs(off))
    return np.concatenate(columns, axis=1) if columns else np.zeros((window.sizes["time"], 0))


def _together(deviations: Floats, matrix: Floats | None) -> Floats:
    if matrix is None:
        return np.asarray(deviations.sum(axis=1), dtype=float)
    squares = np.einsum("ti,ij,tj->t", deviations, matrix, deviations)
    return np.asarray(np.sqrt(np.maximum(squares, 0.0)), dtype=float)


def _matrix(window: xr.Dataset, correlation: xr.DataArray) -> Floats:
    """Return the correlation of what falls short: that of a unit and a load with its sign turned."""
    names: list[str] = []
    signs: list[float] = []
    for column, dim, helps in SPREADS:
        if window[column].shape[1]:
            labels = list(map(str, window[dim].values))
            names += labels
            signs += [helps] * len(labels)
    known = set(map(str, correlation["element"].values))
    if missing := [n for n in names if n not in known]:
        raise Mismatch(f"no correlation is known of {', '.join(missing)}; leave `correlation` out to be safe")
    chosen = correlation.sel(element=names, element_other=names).values
    return np.asarray(chosen * np.outer(signs, signs), dtype=float)
