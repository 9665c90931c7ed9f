"""Carbon that waits in storage: charged at one hour's intensity, given out at another's."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class CarbonTank:
    """What moves the carbon in storages, hour by hour.

    `direct_t` (hour, storage): carbon that comes with the charge, what other storages give left out; `crossed`
    (hour, out, in): the part of one storage's discharge that charges another, 0..1; `given` (hour, storage): the part
    of the tank's energy that is discharged, 0..1; `first_t` (storage,): the first content's carbon where it is not
    cyclic, `cyclic` (storage,) where it is the last's.
    """

    direct_t: Array
    crossed: Array
    given: Array
    first_t: Array
    cyclic: NDArray[np.bool_]


def discharged_t(tank: CarbonTank) -> Array:
    """Return the carbon that each storage gives out, (hour, storage) in t.

    K' = (1 - given) (K + direct + crossed^T out), out = given K: carbon leaves with the energy that is used and never
    with a loss, so that the users of stored energy bear the storage's losses and no tonne is lost. A storage charges
    or discharges in an hour, never both, which makes the recursion explicit. It is linear in the first content,
    whose coefficients are carried along; a cyclic first content is then the exact fixed point.
    """
    hours, storages = tank.given.shape
    state = np.hstack([np.eye(storages), np.zeros((storages, 1))])
    out = np.zeros((hours, storages, storages + 1))
    busy = np.flatnonzero(((tank.given > 0) | (tank.direct_t != 0)).any(axis=1) | tank.crossed.any(axis=(1, 2)))
    for hour in busy:
        leaves = tank.given[hour][:, None] * state
        arrives = tank.crossed[hour].T @ leaves
        arrives[:, -1] += tank.direct_t[hour]
        state = state - leaves + arrives
        out[hour] = leaves
    first = _first(tank, state)
    return np.asarray(out[:, :, :-1] @ first + out[:, :, -1])


def _first(tank: CarbonTank, last: Array) -> Array:
    circle = np.flatnonzero(tank.cyclic & (tank.given > 0).any(axis=0))
    first = np.where(tank.cyclic, 0.0, tank.first_t)
    if len(circle):
        known = last[circle, -1] + last[circle, :-1] @ first
        first[circle] = np.linalg.solve(np.eye(len(circle)) - last[np.ix_(circle, circle)], known)
    return first
