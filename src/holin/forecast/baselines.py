"""The baselines: persistence, climatology, and the blend from one to the other, each as quantiles.

A forecast is a function of what was measured until its issue, and of nothing later. All three work on value / scale
(`History`), so that PV has the clear-sky index and no power at night.

The blend works in normal scores: z is the rank of a value among all of its month and hour before, as a standard normal
number. The score to come is w(lead) times the last score plus an error whose quantiles by lead time are those of the
past; the rank then gives back a value of the month and hour for which it is made. So it is persistence at first and
climatology in the end, its spread is wide where the climatology is, and it never leaves the range of what has been.
Source of the idea: Pinson et al., From probabilistic forecasts to statistical scenarios of short-term wind power
production, Wind Energy 12 (2009) 51, where ranks are followed as normal scores.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

import numpy as np
import xarray as xr
from scipy.special import ndtr

from holin.calendar import Times, stamp
from holin.errors import Mismatch
from holin.forecast.climatology import classes_of, scores_of, values_at
from holin.forecast.fit import PROBABILITIES, Fit, at_lead, check_signals, fitted, telling
from holin.forecast.history import HOUR, Floats, History, Moment, known_until, moment_of, scale_at, steps_of
from holin.forecast.persistence import persistence
from holin.forecast.window import QUANTILES, rearranged, window_of
from holin.park import Forecastable

TAIL_DAYS = 35.0
"""How far back a single forecast looks, beside its fit: loads repeat hours of up to four weeks ago."""


class Method(StrEnum):
    """The baselines that need no weather service."""

    PERSISTENCE = "persistence"
    CLIMATOLOGY = "climatology"
    BLEND = "blend"


def forecast_of(
    method: Method | str,
    history: History,
    now: Moment,
    hours: Times,
    *,
    fit: Fit | None = None,
    quantiles: Sequence[float] = QUANTILES,
) -> xr.Dataset:
    """Return a forecast of `hours` (UTC starts) as it can be made at `now`, as a window (time, unit or load, quantile).

    Only intervals of the history that have ended at `now` count. `fit` (`fitted`) may be made once, of an earlier time,
    and used for many forecasts; without it the history until `now` is fitted anew. `hours` may have finer steps than
    the history; a value then holds over the history's step. Raises Mismatch where `hours` begin before `now`, where the
    fit knows more than `now`, or where something needed was never measured.
    """
    way, moment = Method(method), moment_of(now)
    targets: Times = np.asarray(hours, dtype="datetime64[ns]")
    if len(targets) and targets[0] < moment:
        raise Mismatch(f"a forecast of {stamp(targets[0])} cannot be issued at {stamp(moment)}; begin at the issue")
    if fit is not None and fit.until > moment:
        raise Mismatch(f"the fit looks at data until {stamp(fit.until)}, later than {stamp(moment)}; fit until then")
    used = fit or fitted(history, moment)
    check_signals(used, history)
    known = known_until(history, moment, days=TAIL_DAYS)
    chances = np.asarray(quantiles, dtype=float)
    steps = steps_of(history, targets)
    relative = {
        Method.PERSISTENCE: _persistence,
        Method.CLIMATOLOGY: _climatology,
        Method.BLEND: _blend,
    }[way](used, known, steps, chances)
    scaled = relative * scale_at(history, targets)[..., None]
    values = bounded(history.signals, scaled)
    return window_of(history.signals, targets, chances, values, by=way.value, issued=moment)


def bounded(signals: Sequence[Forecastable], values: Floats) -> Floats:
    """Return values (hours, signal, quantile) within what each signal can be, and rising with the quantile."""
    least, most = (np.array([getattr(s, end) for s in signals])[None, :, None] for end in ("least", "most"))
    return rearranged(np.clip(values, least, most))


def _climatology(fit: Fit, known: History, hours: Times, chances: Floats) -> Floats:
    classes = classes_of(known, hours)
    return values_at(fit.climatology, classes, np.broadcast_to(chances, (*classes.shape, len(chances))))


def _persistence(fit: Fit, known: History, hours: Times, chances: Floats) -> Floats:
    points = persistence(known, hours)
    lead_h = np.broadcast_to(((hours - known.time[-1]) / HOUR)[:, None], points.shape)
    errors = _at_chances(at_lead(fit, fit.persistence_error, lead_h), chances)
    return points[..., None] + errors


def _blend(fit: Fit, known: History, hours: Times, chances: Floats) -> Floats:
    state, lead_h = _state(fit, known, hours)
    weight = at_lead(fit, fit.weight, lead_h)
    errors = _at_chances(at_lead(fit, fit.spread, lead_h), chances)
    ranks = ndtr((weight * state)[..., None] + errors)
    return values_at(fit.climatology, classes_of(known, hours), ranks)


def _state(fit: Fit, known: History, hours: Times) -> tuple[Floats, Floats]:
    """Return the last telling score (signal,) and how long before each target it was (hours, signal), in h.

    A signal of which nothing is known lately has the score 0 after the longest lead: its climatology.
    """
    told = np.isfinite(telling(known, known.relative))
    ever, k = told.any(axis=0), np.arange(told.shape[1])
    last = len(told) - 1 - np.argmax(told[::-1], axis=0) if len(told) else np.zeros(len(k), dtype=np.int64)
    rows, of_signal = np.unique(last[ever], return_inverse=True)
    values = np.full((len(rows), len(k)), np.nan)
    values[of_signal, k[ever]] = known.relative[last[ever], k[ever]]
    scores = scores_of(fit.climatology, classes_of(known, known.time[rows]), values)
    state, lead_h = np.zeros(len(k)), np.full((len(hours), len(k)), fit.lead_h[-1])
    state[ever] = scores[of_signal, k[ever]]
    lead_h[:, ever] = (hours[:, None] - known.time[last[ever]]) / HOUR
    return state, lead_h


def _at_chances(errors: Floats, chances: Floats) -> Floats:
    """Return quantiles (..., chance) from those at PROBABILITIES, held beyond the first and the last."""
    place = np.clip((chances - PROBABILITIES[0]) / (PROBABILITIES[1] - PROBABILITIES[0]), 0, len(PROBABILITIES) - 1)
    low = np.minimum(place.astype(np.int64), len(PROBABILITIES) - 2)
    share = place - low
    return np.asarray((1 - share) * errors[..., low] + share * errors[..., low + 1], dtype=float)
