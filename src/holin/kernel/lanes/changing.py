"""Tap changers that move while the voltages are still on their way."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from holin.kernel.compiling import register_jitable
from holin.kernel.lanes.currents import copy_to_block
from holin.kernel.lanes.system import Changers, Turned

Real = NDArray[np.float64]
Index = NDArray[np.int64]

NEAR = 0.05
"""A voltage that moves by less than this share of the dead band from one iteration to the next tells where to go."""

LEAPS = 5
"""After so many moves a changer takes one position at a time, so that changers in a row do not swing."""

MOVES_MAX = 12


@register_jitable(error_model="numpy")
def _turn(changers: Changers, turned: Turned, state: int, c: int) -> None:  # pragma: no cover
    """Write what a branch's admittances differ by at its position, as `holin.kernel.taps.tap_changes` has it."""
    at, neutral = changers.position[state, c], changers.neutral[c]
    e = (1 + (changers.start[c] - neutral) * changers.step[c]) / (1 + (at - neutral) * changers.step[c])
    turned.ft[state, c], turned.tf[state, c] = changers.ft[c] * (e - 1), changers.tf[c] * (e - 1)
    if changers.at_from[c]:
        turned.ff[state, c] = changers.ff[c] * (e * e - 1)
    else:
        turned.tt[state, c] = changers.tt[c] * (e * e - 1)


@register_jitable(error_model="numpy")
def steer_changers(
    changers: Changers, turned: Turned, g: Real, b: Real, first: int, lanes: int, v_r: Real, v_i: Real, before: Real,
    moves: Index, settled: Index,
) -> None:  # pragma: no cover  # fmt: skip
    """Move the changers of every lane whose regulated voltages have come to rest outside their dead bands.

    `before` (changer, lane) are the sizes of the iteration before, `moves` (lane,) counts; `g`, `b` are the block of
    `turned` (see `block_of`). The nearest position goes first, later one at a time. A lane is settled when its voltages
    rest within the bands, or its changers at their ends.
    """
    for lane in range(lanes):
        if moves[lane] >= MOVES_MAX:
            continue
        rest, moved = True, False
        for c in range(len(changers.node)):
            i = changers.node[c]
            size = np.sqrt(v_r[i, lane] ** 2 + v_i[i, lane] ** 2)
            rest &= abs(size - before[c, lane]) <= NEAR * changers.band[c]
            before[c, lane] = size
        for c in range(len(changers.node) if rest else 0):
            gap = changers.v_set[c] - before[c, lane]
            if abs(gap) <= changers.band[c]:
                continue
            steps = max(np.rint(abs(gap) / changers.step[c]), 1.0) if moves[lane] < LEAPS else 1.0
            up = (gap > 0) != changers.at_from[c]
            state = first + lane
            at = changers.position[state, c] + np.int64(steps if up else -steps)
            at = min(max(at, changers.lowest[c]), changers.highest[c])
            if at != changers.position[state, c]:
                changers.position[state, c] = at
                _turn(changers, turned, state, c)
                copy_to_block(turned, state, c, lane, g, b)
                moved = True
        if moved:
            moves[lane] += 1
        if moved or not rest:
            settled[lane] = 0
