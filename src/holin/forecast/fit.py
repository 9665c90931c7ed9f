"""What the past says of forecasts: its climatology, and how far persistence and blend were off, by lead time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import xarray as xr

from holin.calendar import stamp
from holin.errors import Mismatch
from holin.forecast.climatology import Climatology, classes_of, climatology_of, scores_of
from holin.forecast.history import Floats, History, Moment, known_until, moment_of, names_of
from holin.forecast.persistence import AGO, held, repeated
from holin.park import Forecastable

LEADS_H = (0.25, 0.5, 1, 2, 3, 4, 6, 9, 12, 18, 24, 36, 48, 72, 120, 168)
"""Lead times at which the past is looked at; between them its figures are interpolated."""

PROBABILITIES = np.arange(1, 100) / 100

PAIRS_LEAST = 50
"""Pairs of hours from which a figure of one lead time is taken."""

PAIRS_MOST = 12_000
"""Pairs beyond it are thinned by a step that shares no factor with the hours of a day or week."""

DAYS_LEAST = 28

FULL_SUN = 0.1
"""Clear-sky power per unit of nominal from which a PV plant's index says something of the sky."""

CORRELATION_LEAD_H = 6.0


@dataclass(frozen=True, kw_only=True, eq=False)
class Fit:
    """What a history until `until` says, for forecasts from then on.

    `lead_h` (lead,). `weight` (lead, signal) is the share of the last normal score that is still there, 0..1, falling
    with lead time: the blend from persistence to climatology. `spread` (lead, signal, probability) are quantiles of
    what the blend was off, in normal scores; `persistence_error` those of persistence about its median, in value /
    scale. `correlation` (signal, signal) is that of the blend's errors six hours ahead.
    """

    until: np.datetime64
    signals: tuple[Forecastable, ...]
    climatology: Climatology
    lead_h: Floats
    weight: Floats
    spread: Floats
    persistence_error: Floats
    correlation: Floats


def fitted(history: History, until: Moment) -> Fit:
    """Return what the history says up to `until`; nothing later is looked at.

    Raises Mismatch where less than four weeks are known, or nothing of a signal.
    """
    known = known_until(history, until)
    if len(known.time) * history.step_h < DAYS_LEAST * 24:
        raise Mismatch(
            f"the history holds {len(known.time) * history.step_h / 24:.1f} days before {stamp(moment_of(until))}; "
            f"a forecast learns from at least {DAYS_LEAST}, better from some years"
        )
    climatology = climatology_of(known)
    scores = scores_of(climatology, classes_of(known, known.time), known.relative)
    steps = np.unique([round(h / history.step_h) for h in LEADS_H if h >= history.step_h - 1e-9])
    steps = steps[steps < len(known.time) // 2]
    weight, spread = _blend_of(known, scores, steps)
    return Fit(
        until=moment_of(until),
        signals=known.signals,
        climatology=climatology,
        lead_h=steps * history.step_h,
        weight=weight,
        spread=spread,
        persistence_error=_errors_of_persistence(known, steps),
        correlation=_correlation(known, scores, weight, steps),
    )


def telling(history: History, scores: Floats) -> Floats:
    """Return the scores (time, signal) that say something of what follows: of PV those of hours with full sun."""
    nominal = np.array([s.nominal or 1.0 for s in history.signals])
    solar = np.array([s.kind == "pv_plant" for s in history.signals])
    dim = solar & (history.scale < FULL_SUN * nominal)
    return np.where(dim, np.nan, scores)


def _blend_of(known: History, scores: Floats, steps: Floats) -> tuple[Floats, Floats]:
    """Return `weight` and `spread` of Fit: least squares of the score to come on the score that is known."""
    state = telling(known, scores)
    weight = np.full((len(steps), scores.shape[1]), np.nan)
    spread = np.full((*weight.shape, len(PROBABILITIES)), np.nan)
    for n, step in enumerate(steps):
        now, later = state[:-step], scores[step:]
        for k in range(scores.shape[1]):
            both = np.isfinite(now[:, k]) & np.isfinite(later[:, k])
            if both.sum() >= PAIRS_LEAST:
                x, y = thinned(now[both, k]), thinned(later[both, k])
                weight[n, k] = np.clip(np.sum(x * y) / max(np.sum(x * x), 1e-9), 0.0, 1.0)
                spread[n, k] = np.quantile(y - weight[n, k] * x, PROBABILITIES)
    return _between(weight, known), _between(spread, known)


def thinned(values: Floats) -> Floats:
    """Return every value, or every 5th, 11th ... of so many that the rest says the same."""
    return next(values[::n] for n in (1, 5, 11, 13, 17, 19, 23) if len(values) <= PAIRS_MOST * n or n == 23)


def _between(figures: Floats, known: History) -> Floats:
    """Fill what too few pairs left open along the first axis from its neighbours.

    Raises Mismatch where there is nothing to fill it from.
    """
    for k, signal in enumerate(known.signals):
        columns = figures[:, k].reshape(len(figures), -1)
        there = np.isfinite(columns).all(axis=1)
        if not there.any():
            raise Mismatch(f"too few hours were measured of {signal.id} to learn from; give a longer history")
        rows, full = np.arange(len(figures)), np.flatnonzero(there)
        filled = np.column_stack([np.interp(rows, full, column[full]) for column in columns.T])
        figures[:, k] = filled.reshape(figures[:, k].shape)
    return figures


def _errors_of_persistence(known: History, steps: Floats) -> Floats:
    """Return quantiles (lead, signal, probability) of value / scale - persistence, about their median."""
    relative, goes_on = known.relative, held(known)
    targets = np.where(np.isfinite(telling(known, relative)), relative, np.nan)
    errors = np.full((len(steps), len(known.signals), len(PROBABILITIES)), np.nan)
    for k, signal in enumerate(known.signals):
        again = targets[:, k] - repeated(known, known.time, k) if signal.kind in AGO else None
        for n, step in enumerate(steps):
            off = again if again is not None else targets[step:, k] - goes_on[:-step, k]
            off = thinned(off[np.isfinite(off)])
            if len(off) >= PAIRS_LEAST:
                errors[n, k] = np.quantile(off, PROBABILITIES) - np.median(off)
    return _between(errors, known)


def _correlation(known: History, scores: Floats, weight: Floats, steps: Floats) -> Floats:
    """Return the correlation (signal, signal) of the blend's errors over hours in which both are known."""
    if not known.signals:
        return np.zeros((0, 0))
    n = int(np.argmin(np.abs(steps * known.step_h - CORRELATION_LEAD_H)))
    off = scores[steps[n] :] - weight[n] * telling(known, scores)[: -steps[n]]
    there = np.isfinite(off)
    off = np.where(there, off, 0.0)
    joint, square = off.T @ off, (off**2).T @ there
    with np.errstate(invalid="ignore", divide="ignore"):
        found = joint / np.sqrt(square * square.T)
    return np.asarray(np.where(np.isfinite(found), np.clip(found, -1, 1), 0.0) + 0.0, dtype=float)


def error_correlation(fit: Fit) -> xr.DataArray:
    """Return the correlation of the blend's errors, dims (element, element_other), for `reserve_by_quantile`."""
    names = np.array([s.id for s in fit.signals], dtype=object)
    coords = {"element": names, "element_other": names}
    return xr.DataArray(fit.correlation, dims=("element", "element_other"), coords=coords)


def at_lead(fit: Fit, figures: Floats, lead_h: Floats) -> Floats:
    """Return figures (lead, signal, ...) at `lead_h` (hours, signal): straight between leads, held beyond them."""
    place = np.interp(lead_h, fit.lead_h, np.arange(len(fit.lead_h)))
    low = np.minimum(place.astype(np.int64), len(fit.lead_h) - 1)
    high = np.minimum(low + 1, len(fit.lead_h) - 1)
    signal = np.arange(figures.shape[1])[None, :]
    share = (place - low).reshape(*place.shape, *(1 for _ in figures.shape[2:]))
    return np.asarray((1 - share) * figures[low, signal] + share * figures[high, signal], dtype=float)


def check_signals(fit: Fit, history: History) -> None:
    """Check that a fit is of this history's signals; raises Mismatch otherwise."""
    if [s.id for s in fit.signals] != [s.id for s in history.signals]:
        raise Mismatch(f"the fit is of {names_of(fit.signals)}, the history of {names_of(history.signals)}")
