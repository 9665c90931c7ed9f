"""Metal as it is made: the axis on which every gram has its potline, its hour and its share of what the hour took."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Whole = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True, eq=False)
class Made:
    """What a potline made, step by step: `start_s` (hour,) in s (UTC), `grams` (hour,), `values` (hour, column).

    The columns are amounts that follow the metal (Wh of a source, g CO2e by a count), all whole and none below 0.
    `opening_grams` is metal that waited in the pots when the records began: nothing is known of its energy.
    """

    potline: str
    start_s: Whole
    step_s: int
    grams: Whole
    columns: tuple[str, ...]
    values: Whole
    opening_grams: int = 0

    @cached_property
    def edges(self) -> Whole:
        """Return where each step begins and ends on the axis of grams, (hour + 1,); 0 is the run's begin."""
        return np.concatenate([[0], np.cumsum(self.grams)]).astype(np.int64)

    @property
    def idle(self) -> Whole:
        """Return what was taken in steps that made no metal, (column,): it is in no batch."""
        return np.asarray(self.values[self.grams == 0].sum(axis=0), dtype=np.int64)

    def made_by(self, second: int) -> int:
        """Return the grams made, or there from the beginning, up to a moment (s, UTC); evenly within a step."""
        before = int(np.searchsorted(self.start_s, second, side="right")) - 1
        if before < 0:
            return self.opening_grams
        within = min(second - int(self.start_s[before]), self.step_s)
        return self.opening_grams + int(self.edges[before]) + int(self.grams[before]) * within // self.step_s


@dataclass(frozen=True, kw_only=True)
class Span:
    """An exact piece of a potline's production: from `first` to `last` grams; below 0 it waited there before."""

    potline: str
    first: int
    last: int

    @property
    def grams(self) -> int:
        """Return how much it is."""
        return self.last - self.first


@dataclass(frozen=True, kw_only=True, eq=False)
class Share:
    """What belongs to pieces of production, by step: all (row,) or (row, column); `untraced_grams` has no step."""

    potline: tuple[str, ...]
    start_s: Whole
    grams: Whole
    values: Whole
    untraced_grams: int


def share_of(spans: Sequence[Span], made: dict[str, Made]) -> Share:
    """Return what belongs to spans: of each step floor(V l / G) - floor(V f / G), from f to l of its G grams.

    What one span has no other has, and spans that cover a step have all of it: sums are exact, and a later tap never
    changes an earlier one's share.
    """
    lines: list[str] = []
    starts, grams, values = [], [], []
    untraced = 0
    width = len(next(iter(made.values())).columns) if made else 0
    for span in spans:
        line = made[span.potline]
        untraced += max(0, min(span.last, 0) - span.first)
        first, last = max(span.first, 0), max(span.last, 0)
        if first == last:
            continue
        begin = int(np.searchsorted(line.edges, first, side="right")) - 1
        end = int(np.searchsorted(line.edges, last, side="left"))
        whole, edge = line.grams[begin:end], line.edges[begin:end]
        there = whole > 0
        whole, edge = whole[there], edge[there]
        low, high = np.maximum(first - edge, 0), np.minimum(last - edge, whole)
        taken = line.values[begin:end][there]
        values.append(taken * high[:, None] // whole[:, None] - taken * low[:, None] // whole[:, None])
        grams.append(high - low)
        starts.append(line.start_s[begin:end][there])
        lines += [span.potline] * len(whole)
    if not starts:
        nothing = np.zeros(0, dtype=np.int64)
        return Share(
            potline=(), start_s=nothing, grams=nothing, values=np.zeros((0, width), dtype=np.int64),
            untraced_grams=untraced,
        )  # fmt: skip
    return Share(
        potline=tuple(lines), start_s=np.concatenate(starts), grams=np.concatenate(grams),
        values=np.concatenate(values), untraced_grams=untraced,
    )  # fmt: skip


def whole_steps(amounts: NDArray[np.float64]) -> Whole:
    """Return amounts (step,) as whole numbers whose running sum is never off by more than half of one.

    Raises ValueError where one is missing or below 0.
    """
    if not (np.isfinite(amounts).all() and (amounts >= 0).all()):
        raise ValueError("an amount is missing or below 0")
    edges = np.rint(np.cumsum(amounts)).astype(np.int64)
    return np.diff(edges, prepend=0)
