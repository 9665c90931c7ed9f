"""Climatology: what the same month and hour have brought before, as an empirical distribution."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from holin.calendar import Times
from holin.errors import Mismatch
from holin.forecast.history import DAY_H, Floats, History, is_weekend, slots_of

Places = NDArray[np.int64]

FEWEST = 8
"""Values of a month and hour below which the hour of all months stands in for them."""

WITH_WEEK = ("load", "grid")
"""Kinds whose working days and weekends are kept apart."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Climatology:
    """Past values of each signal, sorted, by class: month and time of day, and for loads and prices weekend or not.

    `samples` (signal, class, rank) are value / scale, NaN beyond `count` (signal, class). Where a class has fewer than
    FEWEST values the same hour of all months stands in.
    """

    samples: Floats
    count: Places


def climatology_of(history: History) -> Climatology:
    """Return the climatology of all that a history holds.

    Raises Mismatch where a signal was never measured.
    """
    slots = round(DAY_H / history.step_h)
    classes = classes_of(history, history.time)
    relative = history.relative
    empty = [s.id for k, s in enumerate(history.signals) if not np.isfinite(relative[:, k]).any()]
    if empty:
        raise Mismatch(f"nothing was measured yet of {', '.join(empty)}; give a longer history, or leave them out")
    grouped = [_grouped(classes[:, k], relative[:, k], 24 * slots) for k in range(len(history.signals))]
    filled = [_filled(samples, slots) for samples in grouped]
    most = max((len(s) for samples in filled for s in samples), default=1)
    samples = np.full((len(filled), 24 * slots, most), np.nan)
    for k, by_class in enumerate(filled):
        for c, sample in enumerate(by_class):
            samples[k, c, : len(sample)] = sample
    count = np.array([[len(s) for s in by_class] for by_class in filled], dtype=np.int64)
    return Climatology(samples=samples, count=count.reshape(len(filled), 24 * slots))


def classes_of(history: History, time: Times) -> Places:
    """Return the class (time, signal) of each interval."""
    slots = round(DAY_H / history.step_h)
    plain = slots_of(time, history.step_h, history.time_zone)
    week = plain + np.where(is_weekend(time, history.time_zone), 12 * slots, 0)
    columns = [week if s.kind in WITH_WEEK else plain for s in history.signals]
    return np.column_stack(columns) if columns else np.zeros((len(time), 0), dtype=np.int64)


def _grouped(classes: Places, values: Floats, count: int) -> list[Floats]:
    """Return the sorted known values of each class."""
    known = np.isfinite(values)
    order = np.lexsort((values[known], classes[known]))
    ends = np.cumsum(np.bincount(classes[known], minlength=count))[:-1]
    return list(np.split(values[known][order], ends))


def _filled(samples: list[Floats], slots: int) -> list[Floats]:
    """Stand in for what is thin: the same hour of all months, on either day of the week, then everything."""
    typical = max((len(s) for s in samples), default=1)
    everything = np.concatenate(samples)
    ranks = (np.arange(typical) + 0.5) / typical
    made = list(samples)
    for slot in range(slots):
        thin = [c for c in range(slot, len(samples), slots) if len(samples[c]) < FEWEST]
        if thin:
            same_hour = np.concatenate(samples[slot::slots])
            pool = same_hour if len(same_hour) >= FEWEST else everything
            stand_in = np.quantile(pool, ranks, method="hazen")
            for c in thin:
                made[c] = stand_in
    return made


def values_at(climatology: Climatology, classes: Places, probability: Floats) -> Floats:
    """Return the values (n, signal, k) of which the share `probability` (n, signal, k) is lower (Hazen's rule)."""
    signal = np.arange(classes.shape[1])[None, :, None]
    count = climatology.count[signal[:, :, 0], classes][..., None]
    place = np.clip(probability * count - 0.5, 0, count - 1)
    low = place.astype(np.int64)
    high = np.minimum(low + 1, count - 1)
    below = climatology.samples[signal, classes[..., None], low]
    above = climatology.samples[signal, classes[..., None], high]
    return np.asarray(below + (place - low) * (above - below), dtype=float)


def scores_of(climatology: Climatology, classes: Places, values: Floats, among_equals: Floats | None = None) -> Floats:
    """Return the normal scores (n, signal) of values among their class.

    z = Phi^-1(rank), so that a value as rare as one in forty on the upper side has z = 2. Equal values, such as calm,
    share their middle rank, or take the place `among_equals` (n, signal), 0..1. NaN stays NaN.
    """
    place = np.full(values.shape, 0.5) if among_equals is None else among_equals
    scores = np.full(values.shape, np.nan)
    for k in range(values.shape[1]):
        known = np.flatnonzero(np.isfinite(values[:, k]))
        order = known[np.argsort(classes[known, k], kind="stable")]
        edges = np.flatnonzero(np.diff(classes[order, k])) + 1
        for rows in np.split(order, edges):
            if len(rows):
                c = classes[rows[0], k]
                sample = climatology.samples[k, c, : climatology.count[k, c]]
                left, right = (np.searchsorted(sample, values[rows, k], side=s) for s in ("left", "right"))
                scores[rows, k] = (left + place[rows, k] * (right - left)) / len(sample)
    half = 0.5 / np.maximum(climatology.count[np.arange(values.shape[1])[None, :], classes], 1)
    return np.asarray(ndtri(np.clip(scores, half, 1 - half)), dtype=float)
