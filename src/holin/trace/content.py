"""What a storage holds, hour by hour and by source: a tank that mixes perfectly."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from holin.errors import CheckFailed, Mismatch
from holin.park import Storage
from holin.trace.sharing import NO_FLOW_MW

Array = NDArray[np.float64]

TOLERANCE_MWH = 1e-6
"""How far the content may be from its balance, beside one millionth of the nominal energy."""


@dataclass(frozen=True, kw_only=True)
class Tank:
    """The energy in and out of the storages, arrays (hour, storage) in MWh, all >= 0.

    `charged` and `discharged` are net at the bus: what is charged and discharged in the same hour never meets the
    network, its losses are the tank's. `stored` is what of `charged` reaches the content after `charge_loss`;
    `tank_loss` (standing, discharging, and running in circles) leaves the mixed content. `before` is the content
    before the hour, `after` behind it: before + charged = after + discharged + charge_loss + tank_loss.
    """

    before: Array
    charged: Array
    stored: Array
    charge_loss: Array
    discharged: Array
    tank_loss: Array
    after: Array
    cyclic: NDArray[np.bool_]
    unknown_start: NDArray[np.bool_]


def tank_of(storages: tuple[Storage, ...], schedule: xr.Dataset) -> Tank:
    """Return the balance of every storage in the schedule, hours of one hour each.

    The content before the first hour follows backwards from soc = soc_before (1 - standing loss) + eta_c charge -
    discharge / eta_d. A storage is cyclic when that equals the content after the last hour. `unknown_start` marks
    those whose first content has no known origin: not cyclic, or never charged at all. Raises Mismatch where a
    content rises by more than was charged.
    """
    charge, discharge, after = (schedule[c].values for c in ("charge_mw", "discharge_mw", "soc_mwh"))
    _no_gaps(charge, discharge, after)
    eta_c = np.array([s.efficiency_charge for s in storages])
    eta_d = np.array([s.efficiency_discharge for s in storages])
    kept = 1 - np.array([s.standing_loss_per_h for s in storages])
    tolerance = TOLERANCE_MWH + 1e-6 * np.array([s.e_nom_mwh for s in storages])
    start = np.maximum((after[0] - eta_c * charge[0] + discharge[0] / eta_d) / kept, 0.0)
    cyclic = np.asarray(np.abs(start - after[-1]) <= tolerance)
    before = np.vstack([np.where(cyclic, after[-1], start), after[:-1]])
    net = np.where(np.abs(charge - discharge) < NO_FLOW_MW, 0.0, charge - discharge)
    charged, discharged = np.maximum(net, 0.0), np.maximum(-net, 0.0)
    lost = before + charged - discharged - after
    _no_gain(schedule, lost, tolerance)
    lost = np.maximum(lost, 0.0)
    charge_loss = np.minimum((1 - eta_c) * charged, lost)
    stored = charged - charge_loss
    unknown = np.asarray((before[0] > tolerance) & (~cyclic | (stored.sum(axis=0) <= tolerance)))
    return Tank(
        before=before,
        charged=charged,
        stored=stored,
        charge_loss=charge_loss,
        discharged=discharged,
        tank_loss=lost - charge_loss,
        after=after,
        cyclic=cyclic,
        unknown_start=unknown,
    )


@dataclass(frozen=True, kw_only=True)
class Mixture:
    """Of what each storage's content consists (hour, storage, source), and of what its charge (same shape)."""

    content: Array
    charge: Array


def mixture_of(tank: Tank, direct: Array, crossed: Array, unknown: int | None) -> Mixture:
    """Follow the storages' mixtures through all hours, and close the circle of a cyclic year exactly.

    `direct` (hour, source, storage) is the share of each source in a storage's charge, `crossed` (hour, storage out,
    storage in) that of another storage's discharge; both together sum to 1 where a storage charges. `unknown` is
    the number of the source to which a first content without known origin belongs.

    With w the part of the tank that is fresh, the mixture is pi' = (1 - w) pi + w (direct + crossed pi): linear in
    the first mixture. One pass carries its coefficients along, then the first mixture of the cyclic storages solves
    pi_0 = Phi pi_0 + psi, where Phi and psi belong to the last hour.
    """
    hours, storages = tank.stored.shape
    sources = direct.shape[1]
    pool = tank.before + tank.stored
    fresh = np.divide(tank.stored, pool, out=np.zeros_like(pool), where=pool > 0)
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
    return Mixture(content=_resolved(states, first), charge=_resolved(charges, first))


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


def _no_gaps(*columns: Array) -> None:
    if any(np.isnan(c).any() for c in columns):
        raise Mismatch("the schedule has gaps in charge_mw, discharge_mw or soc_mwh; a content cannot be followed then")


def _no_gain(schedule: xr.Dataset, lost: Array, tolerance: Array) -> None:
    if not lost.size:
        return
    hour, storage = np.unravel_index(np.argmin(lost + tolerance), lost.shape)
    if lost[hour, storage] < -tolerance[storage]:
        raise Mismatch(
            f"storage {schedule['storage'].values[storage]} gains {-lost[hour, storage]:.6g} MWh from nowhere in the "
            f"hour {schedule['time'].values[hour]}: its soc_mwh does not follow from charge_mw and discharge_mw; "
            "reconcile the readings first"
        )
