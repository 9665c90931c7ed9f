"""SYNTHETIC forecasts as a weather service would give them, for replays: the truth, and errors by lead time.

In normal scores (see `baselines`) the service knows f = r z + sqrt(1 - r^2) e of the truth z, where r(lead) falls with
lead time and e is noise that remembers over hours, is shared by neighbouring plants and partly by successive issues.
Then z given f is normal with mean r f and variance 1 - r^2, so the quantiles that are given are the right ones for the
errors that are made. r is found such that the median's error has the root mean square that `law` asks for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import xarray as xr
from scipy.signal import lfilter
from scipy.special import ndtr, ndtri

from holin.calendar import Times, stamp
from holin.errors import Mismatch
from holin.forecast.baselines import bounded
from holin.forecast.climatology import Climatology, classes_of, scores_of, values_at
from holin.forecast.fit import Fit, check_signals, fitted
from holin.forecast.history import HOUR, Floats, History
from holin.forecast.window import QUANTILES, issue_of, joined, window_of
from holin.park import Forecastable, Park, by_id

ISSUES_PER_DAY = 4


@dataclass(frozen=True, kw_only=True)
class ErrorLaw:
    """Root mean square error per unit of nominal power (of PV: while the sun is up) at lead times in hours."""

    lead_h: tuple[float, ...]
    rmse_pu: tuple[float, ...]


LAW: Mapping[str, ErrorLaw] = {
    "wind_farm": ErrorLaw(lead_h=(1, 6, 24, 48, 96), rmse_pu=(0.06, 0.10, 0.14, 0.17, 0.22)),
    "pv_plant": ErrorLaw(lead_h=(1, 6, 24, 48, 96), rmse_pu=(0.07, 0.10, 0.12, 0.13, 0.15)),
    "load": ErrorLaw(lead_h=(1, 24, 96), rmse_pu=(0.01, 0.02, 0.03)),
}
"""Assumed, within what is published for single plants a day ahead. PV: 10.3 to 14.0 % of the nameplate (Larson,
Nonnenmacher and Coimbra, Renewable Energy 91 (2016) 11). Wind: 20.5 % for 50 MW at Bailingmiao, Inner Mongolia, with a
first system (Inner Mongolia climate centre, in bjx.com.cn), 10 to 15 % for present ones (assumed). Load: assumed."""

MEMORY_H = (8.0, 2.0)
SHARED_BY_ISSUES = 0.7
TOGETHER = 0.85
REACH_KM = 300.0
"""Of the errors: how long they last and how smooth they are, the share of variance that the next issue makes again,
their correlation between neighbouring plants of a kind, and over what distance that falls to 1/e. Assumed; that it
falls over some hundred km: Focken et al., J. Wind Eng. Ind. Aerodyn. 90 (2002) 231."""

RUN_IN_H = 240.0
KM_PER_DEG = 111.195


def weather_service(
    park: Park,
    truth: History,
    issued: Times,
    *,
    horizon_h: float = 48.0,
    seed: int = 0,
    law: Mapping[str, ErrorLaw] = LAW,
    fit: Fit | None = None,
    quantiles: tuple[float, ...] = QUANTILES,
) -> xr.Dataset:
    """Return a table FORECAST of synthetic forecasts issued at `issued` (UTC), each `horizon_h` ahead.

    `truth` holds what did come, so these are no forecasts: they are for replays, and the table says so in its
    attributes. Prices are left out. One issue is the same whatever others are asked for. Raises Mismatch where the
    truth does not reach.
    """
    moments: Times = np.asarray(issued, dtype="datetime64[ns]")
    if not len(moments):
        raise Mismatch("no issue times were given")
    used = fit or fitted(truth, moments[0])
    check_signals(used, truth)
    kinds = [k for k, s in enumerate(truth.signals) if s.kind in law]
    part = _only(truth, kinds)
    climatology = Climatology(samples=used.climatology.samples[kinds], count=used.climatology.count[kinds])
    knowledge = [_knowledge(part, climatology, k, law[s.kind], seed) for k, s in enumerate(part.signals)]
    mix = np.linalg.cholesky(_together(park, part.signals) + 1e-9 * np.eye(len(kinds)))
    z = _scores(part, climatology, moments, horizon_h, seed)
    chances = np.array(quantiles)
    made = []
    for moment in moments:
        rows = _rows(part, moment, horizon_h)
        hours = part.time[rows]
        lead_h = (hours - moment) / HOUR + part.step_h
        r = np.column_stack([np.interp(lead_h, *table) for table in knowledge])
        known = r * z[rows] + np.sqrt(1 - r**2) * (_noise(hours, moment, part.step_h, len(kinds), seed) @ mix.T)
        ranks = ndtr((r * known)[..., None] + np.sqrt(1 - r**2)[..., None] * ndtri(chances))
        values = values_at(climatology, classes_of(part, hours), ranks) * part.scale[rows][..., None]
        window = window_of(part.signals, hours, chances, bounded(part.signals, values), by="service", issued=moment)
        made.append(issue_of(window, moment))
    table = joined(made)
    table.attrs |= {"origin": "synthetic", "seed": seed, "note": "the truth with errors of a law; no forecast"}
    return table


def _only(history: History, kinds: list[int]) -> History:
    return History(
        time=history.time,
        signals=tuple(history.signals[k] for k in kinds),
        value=history.value[:, kinds],
        scale=history.scale[:, kinds],
        time_zone=history.time_zone,
    )


def _rows(truth: History, moment: np.datetime64, horizon_h: float) -> slice:
    """Return where the hours of one issue stand in the truth."""
    steps = round(horizon_h / truth.step_h)
    first = int(np.searchsorted(truth.time, moment))
    if first + steps > len(truth.time) or np.isnan(truth.value[first : first + steps]).any():
        raise Mismatch(f"the truth does not hold the {horizon_h:g} h after {stamp(moment)}; end the issues earlier")
    return slice(first, first + steps)


def _scores(truth: History, climatology: Climatology, moments: Times, horizon_h: float, seed: int) -> Floats:
    """Return the truth's normal scores (time, signal) where issues reach, places among equals drawn; at night 0."""
    wanted = np.zeros(len(truth.time), dtype=bool)
    for moment in moments:
        wanted[_rows(truth, moment, horizon_h)] = True
    hours = truth.time[wanted]
    draws = np.stack([_stream(seed, 1, hour).random(len(truth.signals)) for hour in hours])
    z = np.zeros(truth.value.shape)
    z[wanted] = scores_of(climatology, classes_of(truth, hours), truth.relative[wanted], draws)
    return np.nan_to_num(z, nan=0.0)


def _stream(seed: int, purpose: int, moment: np.datetime64) -> np.random.Generator:
    return np.random.default_rng([seed, purpose, int(moment.astype("datetime64[s]").astype(np.int64))])


def _noise(hours: Times, moment: np.datetime64, step_h: float, count: int, seed: int) -> Floats:
    """Return unit noise (hours, count) that remembers: partly of the hours themselves, partly of the issue."""
    run_in = round(RUN_IN_H / step_h)
    step = np.timedelta64(round(step_h * 3600), "s")
    before = hours[0] - np.arange(run_in, 0, -1) * step
    days = np.concatenate([before, hours]).astype("datetime64[s]")
    shared = _remembered(_white_of_days(days, step_h, count, seed), step_h)[run_in:]
    fresh = _remembered(_stream(seed, 3, moment).standard_normal((run_in + len(hours), count)), step_h)[run_in:]
    return np.asarray(np.sqrt(SHARED_BY_ISSUES) * shared + np.sqrt(1 - SHARED_BY_ISSUES) * fresh, dtype=float)


def _white_of_days(time: Times, step_h: float, count: int, seed: int) -> Floats:
    """Return white noise (time, count) that belongs to the hours: a stream of its own for every UTC day."""
    day = time.astype("datetime64[D]")
    steps = round(24 / step_h)
    whole = {d: _stream(seed, 2, d).standard_normal((steps, count)) for d in np.unique(day)}
    slot = ((time - day) / HOUR / step_h).astype(np.int64)
    return np.stack([whole[d][s] for d, s in zip(day, slot, strict=True)])


def _remembered(white: Floats, step_h: float) -> Floats:
    p, q = (float(np.exp(-step_h / h)) for h in MEMORY_H)
    gain = np.sqrt((1 - p * q) * (1 - p**2) * (1 - q**2) / (1 + p * q))  # of unit variance, as any AR(2)
    return np.asarray(lfilter([gain], [1.0, -(p + q), p * q], white, axis=0), dtype=float)


def _together(park: Park, signals: tuple[Forecastable, ...]) -> Floats:
    """Return the correlation (signal, signal) of the errors: of wind farms, of PV plants; each load by itself."""
    things = {**by_id(park.wind_farms), **by_id(park.pv_plants)}
    home = park.climates[0] if park.climates else None
    places = np.zeros((len(signals), 2))
    for k, signal in enumerate(signals):
        thing = things.get(signal.id)
        latitude = (thing and thing.latitude) or (home and home.latitude) or 0.0
        longitude = (thing and thing.longitude) or (home and home.longitude) or 0.0
        places[k] = KM_PER_DEG * latitude, KM_PER_DEG * np.cos(np.radians(latitude)) * longitude
    apart = np.linalg.norm(places[:, None] - places[None, :], axis=-1)
    kinds = np.array([s.kind for s in signals])
    alike = (kinds[:, None] == kinds[None, :]) & (kinds[:, None] != "load")
    return np.where(np.eye(len(signals), dtype=bool), 1.0, np.where(alike, TOGETHER * np.exp(-apart / REACH_KM), 0.0))


GRID = 1 - np.concatenate([[0.0], np.geomspace(2e-4, 1.0, 28)])
DRAWS = 6000


def _knowledge(truth: History, climatology: Climatology, k: int, law: ErrorLaw, seed: int) -> Floats:
    """Return (2, lead): leads in hours and the r there, such that the median's error is that of the law.

    The error at each r is that of draws from the climatology at random hours; an error beyond that of climatology
    itself cannot be made, r is 0 there.
    """
    rng = np.random.default_rng([seed, 4, k])
    lit = np.flatnonzero(truth.scale[:, k] > 0)
    rows = rng.choice(lit, DRAWS)
    one = _only(truth, [k])
    alone = Climatology(samples=climatology.samples[k : k + 1], count=climatology.count[k : k + 1])
    classes = classes_of(one, one.time[rows])
    z, noise = rng.standard_normal((2, DRAWS))
    came = values_at(alone, classes, ndtr(z)[:, None, None])[:, 0, 0] * truth.scale[rows, k]
    errors = []
    for r in GRID:
        middle = ndtr(r * (r * z + np.sqrt(1 - r**2) * noise))
        said = values_at(alone, classes, middle[:, None, None])[:, 0, 0] * truth.scale[rows, k]
        errors.append(np.sqrt(np.mean((np.minimum(said, truth.signals[k].most) - came) ** 2)))
    nominal = truth.signals[k].nominal or 1.0
    lead_h = np.arange(law.lead_h[0], law.lead_h[-1] + 1.0)
    asked = np.interp(lead_h, law.lead_h, law.rmse_pu) * nominal
    return np.array([lead_h, np.interp(asked, np.maximum.accumulate(errors), GRID)])
