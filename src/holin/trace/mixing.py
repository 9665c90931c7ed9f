"""Pro rata: a storage is a tank that mixes perfectly, and all that leaves it has its one mixture."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from holin.errors import CheckFailed
from holin.trace.content import Origins, Tank

Array = NDArray[np.float64]


def mixed(tank: Tank, direct: Array, crossed: Array, unknown: int | None) -> Origins:
    """Follow the storages' mixtures through all hours, and close the circle of a cyclic year exactly.

    `direct` (hour, source, storage) is the share of each source in a storage's charge, `crossed` (hour, storage out,
    storage in) that of another storage's discharge; both together sum to 1 where a storage charges. `unknown` is
    the number of the source to which a first content without known origin belongs.

    With w the part of the tank that is fresh, the mixture is pi' = (1 - w) pi + w (direct + crossed pi): linear in
    the first mixture. One pass carries its coefficients along, then the first mixture of the cyclic storages solves
    pi_0 = Phi pi_0 + psi, where Phi and psi belong to the last hour. Raises CheckFailed where it has no solution.
    """
    hours, storages = tank.stored.shape
    sources = direct.shape[1]
    fresh = np.divide(tank.stored, tank.pool, out=np.zeros_like(tank.stored), where=tank.pool > 0)
    state = np.hstack([np.eye(storages), np.zeros((storages, sources))])
    states = np.empty((hours, *state.shape))
    charges = np.zeros_like(states)
    charging = np.asarray(np.any(tank.charged > 0, axis=1))
    for hour in range(hours):
        if charging[hour]:
            charge = crossed[hour].T @ state
            charge[:, storages:] += direct[hour].T
            state = state + fresh[hour][:, None] * (charge - state)
            charges[hour] = charge
        states[hour] = state
    first = _first_mixture(tank, state, unknown)
    mixture, charge = _resolved(states, first), _resolved(charges, first)
    lost = (tank.discharge_loss + tank.tank_loss)[:, :, None] * mixture + tank.charge_loss[:, :, None] * charge
    return Origins(out=mixture, charge=charge, content_mwh=tank.after[:, :, None] * mixture, lost_mwh=lost)


def _first_mixture(tank: Tank, last: Array, unknown: int | None) -> Array:
    storages = len(tank.cyclic)
    first = np.zeros((storages, last.shape[1] - storages))
    if unknown is not None:
        first[tank.unknown_start, unknown] = 1.0
    circle = np.flatnonzero(~tank.unknown_start & (tank.before[0] > 0)) if len(tank.before) else np.array([], dtype=int)
    if len(circle):
        known = last[circle, storages:] + last[circle][:, :storages] @ first
        turn = np.eye(len(circle)) - last[np.ix_(circle, circle)]
        try:
            first[circle] = np.linalg.solve(turn, known)
        except np.linalg.LinAlgError as error:
            raise CheckFailed(
                "trace: some storages exchange their content among themselves for the whole table and are never "
                "charged by a source; its origin cannot be known"
            ) from error
    return first


def _resolved(states: Array, first: Array) -> Array:
    storages = len(first)
    resolved: Array = states[:, :, :storages] @ first + states[:, :, storages:]
    return resolved
