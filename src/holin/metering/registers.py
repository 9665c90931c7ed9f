"""From registers to energy: differences, the roll-over, resets, and figures that cannot be."""

from __future__ import annotations

import itertools

import numpy as np
from numpy.typing import NDArray

from holin.metering.clock import NS, off_grid_ns, on_grid
from holin.metering.devices import MILLIWH_PER_KWH, MILLIWH_PER_MWH, MeterOf
from holin.metering.flags import UNBELIEVED, Flag
from holin.metering.readings import NOTHING, REGISTER, Readings

Index = NDArray[np.int64]
Marks = NDArray[np.bool_]
Columns = tuple[Index, Index, Index, Index, Index, Index]
"""meter, start, end, out, into, flags, as in Spans."""

ALLOWANCE_MILLIWH = 1_000_000
"""A register may move by one kWh more than the power allows: its last digit."""

ISLAND_NS = 24 * 3600 * NS
"""Wrong figures between two right ones are told for so long; after it a fall is a reset."""


def counted(known: Readings) -> Columns:
    """Return the spans between the registers of every meter that are believed.

    A figure that is not valid, or cannot be where those before and after it can, is passed over: the energy across it
    is known, and the span carries its flag. A fall is a roll-over where the meter's `register_max_kwh` makes it
    plausible, else a reset, across which the energy is not known; a reset at the very top looks like a roll-over. Where
    a register stood still and then moved by more than the power allows, it was stuck: the span reaches over both.
    """
    rows = known.rows[known.rows["what"] == REGISTER]
    meter = rows["meter"].to_numpy(np.int64)
    time = rows["time"].to_numpy("datetime64[ns]")
    out, into, flags = (rows[c].to_numpy(np.int64) for c in ("out", "into", "flags"))
    out, into = directed(out, meter), directed(into, meter)
    edges = np.r_[0, np.flatnonzero(np.diff(meter)) + 1, len(meter)]
    parts = []
    for first, last in itertools.pairwise(edges.tolist()):
        one, own = known.meters[meter[first]], slice(first, last)
        spans = _of_meter(one, time[own], np.stack([out[own], into[own]]), flags[own], known.phase_s)
        parts.append((np.full(len(spans[0]), meter[first]), *spans))
    columns = [np.concatenate(c) for c in zip(*parts, strict=True)]
    return columns[0], columns[1], columns[2], columns[3], columns[4], columns[5]


def directed(value: Index, meter: Index) -> Index:
    """Return figures with 0 for a direction that a meter never gives."""
    given = np.bincount(meter, weights=value != NOTHING) > 0
    return np.where(given[meter], value, 0)


def _of_meter(
    meter: MeterOf, time: NDArray[np.datetime64], figure: Index, flags: Index, phase_s: int
) -> tuple[Index, Index, Index, Index, Index]:
    """Return start, end, out, into, flags of one meter's spans; `figure` (2, reading), all sorted by time."""
    grid = np.full(len(time), meter.interval_s, dtype=np.int64)
    moved, near = on_grid(time, grid, phase_s)
    flags = flags | np.where(near, int(Flag.CLOCK), 0)
    off = np.abs(off_grid_ns(time, grid, phase_s))
    ns = moved.astype("datetime64[ns]").astype(np.int64)
    used = ((flags & int(UNBELIEVED)) == 0) & (figure != NOTHING).all(axis=0)
    flags = flags | np.where(used | ((flags & int(UNBELIEVED)) > 0), 0, int(Flag.MISSING))
    points = _nearest(ns, off, np.flatnonzero(used))
    passed = np.setdiff1d(np.flatnonzero(~used), points)
    steps = _Steps(meter, ns, figure)
    points, wrong, stuck = _without_islands(steps, points)
    start, end = ns[points[:-1]], ns[points[1:]]
    energy, spans_flags = steps.energies(points)
    spans_flags |= flags[points[:-1]] | flags[points[1:]]
    for lost, flag in ((passed, None), (wrong, Flag.IMPLAUSIBLE), (stuck, Flag.STUCK)):
        at = np.searchsorted(end, ns[lost], side="left")
        inside = (at < len(end)) & (ns[lost] > start[np.minimum(at, len(start) - 1)]) if len(start) else at < 0
        here = flags[lost] if flag is None else np.full(len(lost), int(flag))
        np.bitwise_or.at(spans_flags, at[inside], here[inside])
    return start, end, energy[0], energy[1], spans_flags


def _nearest(ns: Index, off: Index, points: Index) -> Index:
    """Return of points that were moved to one moment only the nearest to it."""
    order = points[np.lexsort((off[points], ns[points]))]
    first = np.r_[True, ns[order][1:] != ns[order][:-1]] if len(order) else np.zeros(0, dtype=bool)
    return order[first]


class _Steps:
    """What a meter's registers can do from one reading to another."""

    def __init__(self, meter: MeterOf, ns: Index, figure: Index) -> None:
        self.ns, self.figure = ns, figure
        self.per_ns = meter.most_mw * MILLIWH_PER_MWH / (3600 * NS)
        self.round = None if meter.register_max_kwh is None else round(meter.register_max_kwh * MILLIWH_PER_KWH)

    def between(self, first: Index, second: Index) -> tuple[Index, Marks, Marks]:
        """Return the energy (2, step) of steps, which rolled over (2, step) and which can be (step,)."""
        energy = self.figure[:, second] - self.figure[:, first]
        limit = self.per_ns * (self.ns[second] - self.ns[first]) + ALLOWANCE_MILLIWH
        rolled = np.zeros(energy.shape, dtype=bool)
        if self.round is not None:
            rolled = (energy < 0) & (energy + self.round >= 0) & (energy + self.round <= limit)
            energy = energy + np.where(rolled, self.round, 0)
        can = np.asarray(((energy >= 0) & (energy <= limit)).all(axis=0), dtype=bool)
        return energy, rolled, can

    def possible(self, first: int, second: int) -> bool:
        """Whether the registers can have moved from one reading to another."""
        return bool(self.between(np.array([first]), np.array([second]))[2][0])

    def energies(self, points: Index) -> tuple[Index, Index]:
        """Return the energy (2, span) between points, NOTHING where it is not known, and its flags (span,)."""
        energy, rolled, can = self.between(points[:-1], points[1:])
        falls = (energy < 0).any(axis=0)
        flags = np.where(rolled.any(axis=0) & can, int(Flag.ROLLOVER), 0)
        flags |= np.where(~can, np.where(falls, int(Flag.RESET), int(Flag.IMPLAUSIBLE)), 0)
        return np.where(can, energy, NOTHING), flags


def _without_islands(steps: _Steps, points: Index) -> tuple[Index, Index, Index]:
    """Return the points that are left, those left out as wrong, and those as stuck.

    Wrong are points between two impossible steps where the step over them is possible; stuck are those of a register
    that stood still before an impossible rise, where the rise is possible from the moment at which it stopped.
    """
    impossible = np.flatnonzero(~steps.between(points[:-1], points[1:])[2])
    keep = np.ones(len(points), dtype=bool)
    wrong: list[int] = []
    stuck: list[int] = []
    figure, ns = steps.figure[:, points], steps.ns[points]
    still = (figure[:, 1:] == figure[:, :-1]).all(axis=0)
    done = -1
    for a in impossible.tolist():
        if a < done:
            continue
        for b in impossible[impossible > a].tolist():
            if ns[b] - ns[a + 1] > ISLAND_NS:
                break
            if steps.possible(points[a], points[b + 1]):
                wrong += points[a + 1 : b + 1].tolist()
                keep[a + 1 : b + 1] = False
                done = b + 1
                break
        else:
            since = a
            while since > 0 and still[since - 1]:
                since -= 1
            if since < a and keep[since : a + 1].all() and steps.possible(points[since], points[a + 1]):
                stuck += points[since + 1 : a + 1].tolist()
                keep[since + 1 : a + 1] = False
    return points[keep], np.array(wrong, dtype=np.int64), np.array(stuck, dtype=np.int64)
