"""From spans to intervals of one length: what lies inside is exact, what reaches over is spread and says so."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from holin.metering.clock import NS
from holin.metering.estimates import estimated
from holin.metering.flags import BARRING, Flag
from holin.metering.readings import NOTHING
from holin.metering.spans import Spans

Index = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, eq=False)
class Intervals:
    """Energies (time, device, direction) in thousandths of a Wh, direction 0 out and 1 in; seconds (time, device) whose
    energy is known and that are covered by good readings; `flags` and `known` (False: nobody can say) (time, device).
    """

    energy: Index
    known_ns: Index
    good_ns: Index
    flags: Index
    known: NDArray[np.bool_]


def without_overlaps(spans: Spans, length_ns: Index) -> Spans:
    """Return spans of which no two of a device overlap, by `meter` which is then the device.

    Of those that overlap, the ones that begin on the grid of their own length stay (`length_ns` (span,) says how far
    each is off it), then the earlier ones. All that touch each other carry OVERLAP.
    """
    order = np.lexsort((spans.end, spans.start, spans.meter))
    device, start, end = (c[order] for c in (spans.meter, spans.start, spans.end))
    reach = np.empty_like(end)
    lowest = np.iinfo(np.int64).min
    for first, last in _groups(device):
        reach[first:last] = np.r_[lowest, np.maximum.accumulate(end[first:last])[:-1]]
    clashes = start < reach
    if not clashes.any():
        return _taken(spans, order, np.zeros(len(order), dtype=bool))
    cluster = np.cumsum(~clashes)
    crowded = np.bincount(cluster)[cluster] > 1
    keep = np.ones(len(order), dtype=bool)
    touched = np.zeros(len(order), dtype=bool)
    off = length_ns[order]
    for one in np.unique(cluster[crowded]):
        rows = np.flatnonzero(cluster == one)
        kept: list[int] = []
        for row in rows[np.lexsort((start[rows], off[rows]))]:
            over = [k for k in kept if start[row] < end[k] and start[k] < end[row]]
            if over:
                keep[row] = False
                touched[over] = True
            else:
                kept.append(int(row))
    return _taken(spans, order[keep], touched[keep])


def _groups(labels: Index) -> list[tuple[int, int]]:
    edges = np.r_[0, np.flatnonzero(np.diff(labels)) + 1, len(labels)]
    return [(a, b) for a, b in itertools.pairwise(edges.tolist()) if a < b]


def _taken(spans: Spans, rows: Index, touched: NDArray[np.bool_]) -> Spans:
    flags = spans.flags[rows] | np.where(touched, int(Flag.OVERLAP), 0)
    columns = {name: getattr(spans, name)[rows] for name in ("meter", "start", "end", "out", "into")}
    return Spans(flags=flags, **columns)


def intervals_of(spans: Spans, first_ns: int, step_ns: int, count: int, devices: int) -> Intervals:
    """Return the energies of `count` intervals from `first_ns` on; `spans` do not overlap, their `meter` is the device.

    A span inside an interval is added as it is. Energy of a span that reaches over several is known, not its spread:
    it is spread in proportion to the estimate of each interval (`estimated`), evenly where that is 0, and flagged
    ESTIMATED. What no span covers is MISSING and estimated, from the device's first span to its last; beyond them
    nothing is known.
    """
    inside = (spans.end > first_ns) & (spans.start < first_ns + count * step_ns)
    spans = _taken(spans, np.flatnonzero(inside), np.zeros(int(inside.sum()), dtype=bool))
    cell = (spans.start - first_ns) // step_ns
    whole = (spans.end - first_ns - 1) // step_ns == cell
    believed = spans.out != NOTHING
    made = _empty(count, devices)
    _add_whole(made, spans, cell, whole & believed)
    _flag_all(made, spans, first_ns, step_ns, ~(whole & believed))
    good = np.where(
        ((made.good_ns == step_ns) & ((made.flags & int(BARRING)) == 0))[:, :, None], made.energy.astype(float), np.nan
    )
    guess = np.stack([estimated(good[:, :, k], step_ns / (3600 * NS)) for k in range(2)], axis=2)
    for k in np.flatnonzero(~whole & believed):
        _spread(made, spans, int(k), first_ns, step_ns, guess)
    return _filled(made, spans, first_ns, step_ns, guess)


def _empty(count: int, devices: int) -> Intervals:
    shape = (count, devices)
    return Intervals(
        energy=np.zeros((*shape, 2), dtype=np.int64),
        known_ns=np.zeros(shape, dtype=np.int64),
        good_ns=np.zeros(shape, dtype=np.int64),
        flags=np.zeros(shape, dtype=np.int64),
        known=np.ones(shape, dtype=bool),
    )


def _add_whole(made: Intervals, spans: Spans, cell: Index, which: NDArray[np.bool_]) -> None:
    at = (cell[which], spans.meter[which])
    length = (spans.end - spans.start)[which]
    np.add.at(made.energy[:, :, 0], at, spans.out[which])
    np.add.at(made.energy[:, :, 1], at, spans.into[which])
    np.add.at(made.known_ns, at, length)
    np.add.at(made.good_ns, at, np.where((spans.flags[which] & int(BARRING)) == 0, length, 0))
    np.bitwise_or.at(made.flags, at, spans.flags[which])


def _flag_all(made: Intervals, spans: Spans, first_ns: int, step_ns: int, which: NDArray[np.bool_]) -> None:
    """Put a span's flags on every interval that it touches."""
    for k in np.flatnonzero(which):
        cells = _cells(spans, int(k), first_ns, step_ns, len(made.flags))
        made.flags[cells, spans.meter[k]] |= spans.flags[k]


def _cells(spans: Spans, k: int, first_ns: int, step_ns: int, count: int) -> slice:
    low = (int(spans.start[k]) - first_ns) // step_ns
    high = (int(spans.end[k]) - first_ns - 1) // step_ns
    return slice(max(low, 0), min(high + 1, count))


def _parts(spans: Spans, k: int, first_ns: int, step_ns: int) -> tuple[Index, Index]:
    """Return all intervals that a span touches, also those outside the table, and how long it is in each (ns)."""
    low = (int(spans.start[k]) - first_ns) // step_ns
    high = (int(spans.end[k]) - first_ns - 1) // step_ns
    cell = np.arange(low, high + 1)
    begin = first_ns + cell * step_ns
    return cell, np.minimum(begin + step_ns, spans.end[k]) - np.maximum(begin, spans.start[k])


def _spread(made: Intervals, spans: Spans, k: int, first_ns: int, step_ns: int, guess: Floats) -> None:
    """Spread the energy of a span over the intervals that it touches, to the last thousandth of a Wh."""
    cell, length = _parts(spans, k, first_ns, step_ns)
    device, count = int(spans.meter[k]), len(made.flags)
    here = (cell >= 0) & (cell < count)
    for direction, energy in enumerate((int(spans.out[k]), int(spans.into[k]))):
        shape = guess[np.clip(cell, 0, count - 1), device, direction] * length
        weight = shape if np.isfinite(shape).all() and shape.sum() > 0 else length.astype(float)
        upto = np.floor(np.cumsum(weight) / weight.sum() * energy).astype(np.int64)
        upto[-1] = energy
        made.energy[cell[here], device, direction] += np.diff(upto, prepend=0)[here]
    made.known_ns[cell[here], device] += length[here]
    made.flags[cell[here], device] |= int(Flag.ESTIMATED)


def _filled(made: Intervals, spans: Spans, first_ns: int, step_ns: int, guess: Floats) -> Intervals:
    """Return the intervals with what is missing estimated, in proportion to how long it is missing."""
    count, devices = made.flags.shape
    begin = first_ns + np.arange(count)[:, None] * step_ns
    first, last = np.full(devices, np.iinfo(np.int64).max), np.full(devices, np.iinfo(np.int64).min)
    np.minimum.at(first, spans.meter, spans.start)
    np.maximum.at(last, spans.meter, spans.end)
    spoken = (begin < last[None, :]) & (begin + step_ns > first[None, :])
    missing = step_ns - made.known_ns
    gap = missing > 0
    part = guess * (missing / step_ns)[:, :, None]
    guessed = gap & spoken & np.isfinite(part).all(axis=2)
    energy = made.energy + np.where(guessed[:, :, None], np.nan_to_num(part), 0.0).astype(np.int64)
    flags = made.flags | np.where(gap, int(Flag.MISSING), 0) | np.where(guessed, int(Flag.ESTIMATED), 0)
    return replace(made, energy=energy, flags=flags, known=made.known & (~gap | guessed))
