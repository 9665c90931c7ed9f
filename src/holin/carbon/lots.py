"""Carbon in storages that give the oldest first: each charge is a lot that keeps its carbon until it is used."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from holin.carbon.stored import CarbonTank

Array = NDArray[np.float64]

ROUNDS = 100
"""So many times round a cyclic table the first content's carbon is looked for."""

SAME = 1e-12
"""What rounding leaves, as a share."""

Lot = tuple[float, float]
"""Energy in MWh and its carbon in t."""


@dataclass(frozen=True, kw_only=True)
class LotAmounts:
    """Energy in the storages (hour, storage) in MWh: what of the charge is `stored`, what is `taken` out (at the
    content, before the losses of discharging), the `content` behind the hour; `first` (storage,) before the table."""

    stored: Array
    taken: Array
    content: Array
    first: Array


def discharged_by_lots_t(tank: CarbonTank, amounts: LotAmounts) -> Array:
    """Return the carbon that each storage gives out, (hour, storage) in t, the oldest first.

    Losses shrink the energy of all lots and not their carbon, so that the users of stored energy bear them and no
    tonne is lost. A cyclic table begins with the lots with which it ends: rounds are made until they are the same.
    """
    circle = tank.cyclic & (tank.first_t == 0)
    first: list[list[Lot]] = [[(m, t)] for m, t in zip(amounts.first.tolist(), tank.first_t.tolist(), strict=True)]
    out, before = np.zeros_like(tank.direct_t), None
    for _ in range(ROUNDS):
        out, last = _once(tank, amounts, first)
        if before is not None and np.abs(out - before).max(initial=0.0) <= SAME * max(1.0, out.max(initial=0.0)):
            break
        first, before = [last[b] if circle[b] else lots for b, lots in enumerate(first)], out
    return out


def _once(tank: CarbonTank, amounts: LotAmounts, first: list[list[Lot]]) -> tuple[Array, list[list[Lot]]]:
    """Go through the table once from the first lots on; return what leaves, and the lots that stay."""
    lots = [deque(of) for of in first]
    out = np.zeros_like(tank.direct_t)
    busy = (amounts.taken > 0) | (amounts.stored > 0) | (tank.direct_t != 0)
    for hour in np.flatnonzero(busy.any(axis=1)).tolist():
        for b in np.flatnonzero(amounts.taken[hour] > 0).tolist():
            taken = float(amounts.taken[hour, b])
            lots[b] = _shrunk(lots[b], float(amounts.content[hour, b]) + taken)
            out[hour, b] = _taken(lots[b], taken)
        arrives = tank.direct_t[hour] + tank.crossed[hour].T @ out[hour]
        for b in np.flatnonzero((amounts.stored[hour] > 0) | (arrives != 0)).tolist():
            lots[b].append((float(amounts.stored[hour, b]), float(arrives[b])))
            if amounts.taken[hour, b] <= 0:
                lots[b] = _shrunk(lots[b], float(amounts.content[hour, b]))
    return out, [list(of) for of in lots]


def _shrunk(lots: deque[Lot], mwh: float) -> deque[Lot]:
    """Return the lots with their energies in proportion, so that they add up to what is there."""
    total = sum(energy for energy, _ in lots)
    return deque((energy * mwh / total, tonnes) for energy, tonnes in lots) if total > 0 else lots


def _taken(lots: deque[Lot], mwh: float) -> float:
    """Take energy out of the oldest lots and return its carbon."""
    left, found = mwh, 0.0
    while lots and left > SAME * mwh:
        energy, tonnes = lots.popleft()
        if energy - left > SAME * mwh:
            lots.appendleft((energy - left, tonnes * (energy - left) / energy))
            return found + tonnes * left / energy
        left, found = left - energy, found + tonnes
    return found
