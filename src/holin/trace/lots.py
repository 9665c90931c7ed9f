"""First in, first out: a storage keeps its charges as lots in a row, and gives the oldest first."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from holin.errors import CheckFailed
from holin.trace.content import TOLERANCE_MWH, Origins, Tank

Array = NDArray[np.float64]
Index = NDArray[np.int64]

NO_HOUR = np.iinfo(np.int64).min
"""The hour of charge of what nobody knows."""

ROUNDS = 100
"""So many times round a cyclic table the first content is looked for; what is older counts as unknown."""

SMALLEST = 1e-280
"""Lots are kept undecayed, times a common factor, which begins anew below this."""

CRUMB = 1e-12
"""What rounding leaves of a lot, as a share of what is taken out."""

Lot = tuple[int, float]
"""The hour in which it was charged, negative before the table, and its energy in MWh."""


@dataclass(frozen=True, kw_only=True)
class Parcels:
    """What one storage takes out, by lot: arrays (parcel,), hours rising.

    `hour` is when it leaves, `charged` when it came: negative in an earlier round of a cyclic table (hour + a multiple
    of the table's hours), NO_HOUR where nobody knows. `part` is its share of all that leaves in the hour. `last` are
    the lots that stay.
    """

    hour: Index
    charged: Index
    part: Array
    last: tuple[Lot, ...]


def parcels_of(tank: Tank) -> tuple[tuple[Parcels, ...], Tank]:
    """Return every storage's parcels, and the tank, in which a first content that stays unknown is marked so.

    A cyclic table begins with the lots with which it ends: rounds are made until they are the same.
    """
    found, unknown = [], tank.unknown_start.copy()
    for storage in range(len(tank.cyclic)):
        parcels = None if unknown[storage] else _cyclic(tank, storage)
        unknown[storage] |= parcels is None
        found.append(parcels or _once(tank, storage, [(NO_HOUR, float(tank.before[0, storage]))]))
    return tuple(found), replace(tank, unknown_start=unknown)


def _cyclic(tank: Tank, storage: int) -> Parcels | None:
    """Return the parcels of a storage that begins with the lots with which it ends, None where none are found."""
    hours = len(tank.before)
    if not hours or tank.before[0, storage] <= 0:
        return _once(tank, storage, [])
    first: list[Lot] = [(NO_HOUR, float(tank.before[0, storage]))]
    for _ in range(ROUNDS):
        parcels = _once(tank, storage, first)
        again = [(charged if charged == NO_HOUR else charged - hours, mwh) for charged, mwh in parcels.last]
        unknown = sum(mwh for charged, mwh in again if charged == NO_HOUR)
        if [charged for charged, _ in again] == [charged for charged, _ in first]:
            return parcels if unknown == 0 else None
        first = [lot for lot in again if lot[0] != NO_HOUR] if unknown <= 1e-3 * TOLERANCE_MWH else again
    return None


def _once(tank: Tank, storage: int, first: list[Lot]) -> Parcels:
    """Go through the table once from the first lots on.

    Each hour adds its charge as a lot; what is lost from the whole content, or gained by rounding, changes all lots in
    proportion; then the oldest are taken out.
    """
    columns = (tank.stored, tank.pool, tank.tank_loss, tank.gained, tank.discharged, tank.discharge_loss)
    stored, pool, lost, gained, out, out_loss = (c[:, storage].tolist() for c in columns)
    lots, scale, newest = deque(first), 1.0, first[-1][0] if first else NO_HOUR
    leaves: list[int] = []
    charges: list[int] = []
    parts: list[float] = []
    for hour in range(len(stored)):
        if stored[hour] > 0:
            lots.append((hour, stored[hour] / scale))
            newest = hour
        if pool[hour] > 0:
            scale *= max(0.0, pool[hour] - lost[hour] + gained[hour]) / pool[hour]
        if scale < SMALLEST:
            lots, scale = deque((c, mwh * scale) for c, mwh in lots if mwh * scale > 0), 1.0
        if out[hour] > 0:
            whole = (out[hour] + out_loss[hour]) / scale
            for charged, mwh in _taken(lots, whole, newest):
                leaves.append(hour)
                charges.append(charged)
                parts.append(mwh / whole)
    return Parcels(
        hour=np.array(leaves, dtype=np.int64),
        charged=np.array(charges, dtype=np.int64),
        part=np.array(parts, dtype=np.float64),
        last=tuple((c, mwh * scale) for c, mwh in lots),
    )


def _taken(lots: deque[Lot], wanted: float, newest: int) -> list[Lot]:
    """Take energy out of the oldest lots; what rounding lets them lack is of the newest."""
    taken: list[Lot] = []
    left = wanted
    while lots:
        charged, mwh = lots.popleft()
        if mwh - left > CRUMB * wanted:
            lots.appendleft((charged, mwh - left))
            return [*taken, (charged, left)]
        taken.append((charged, min(mwh, left)))
        left -= taken[-1][1]
        if left <= 0:
            return taken
    charged, mwh = taken.pop() if taken else (newest, 0.0)
    return [*taken, (charged, mwh + left)]


def first_out(tank: Tank, parcels: tuple[Parcels, ...], direct: Array, crossed: Array, unknown: int | None) -> Origins:
    """Return the origins of what the parcels bring; arguments as for `holin.trace.mixing.mixed`.

    A lot has the mixture of its hour's charge. Where one storage charges another, that is what the other gives in this
    hour: such chains are followed link by link. Raises CheckFailed where one has no beginning.
    """
    hours, storages = tank.stored.shape
    charge = direct.transpose(0, 2, 1).copy()
    crossing = bool(crossed.any())
    for _ in range(hours * storages + 1):
        out = np.stack([_mixtures(p, charge[:, b], unknown) for b, p in enumerate(parcels)], axis=1)
        linked = direct.transpose(0, 2, 1) + np.einsum("hoi,hos->his", crossed, out) if crossing else charge
        moved = np.abs(linked - charge).max(initial=0.0)
        charge = linked
        if moved <= CRUMB:
            break
    if (np.abs(out.sum(axis=2) - 1)[tank.discharged > 0] > 1e-9).any():
        raise CheckFailed(
            "trace: some storages exchange their content among themselves for the whole table and are never "
            "charged by a source; its origin cannot be known"
        )
    content, lost = _contents(tank, _first_content(tank, parcels, charge, unknown), charge, out)
    return Origins(out=out, charge=charge, content_mwh=content, lost_mwh=lost)


def _mixtures(parcels: Parcels, charge: Array, unknown: int | None) -> Array:
    """Return the mixture (hour, source) of what leaves, each lot with the mixture of its charge (hour, source)."""
    out = np.zeros_like(charge)
    known = parcels.charged != NO_HOUR
    of = charge[parcels.charged[known] % max(1, len(charge))] if known.any() else charge[:0]
    np.add.at(out, parcels.hour[known], parcels.part[known, None] * of)
    if unknown is not None:
        np.add.at(out[:, unknown], parcels.hour[~known], parcels.part[~known])
    return out


def _first_content(tank: Tank, parcels: tuple[Parcels, ...], charge: Array, unknown: int | None) -> Array:
    """Return what the storages hold before the first hour (storage, source) in MWh."""
    first = np.zeros(charge.shape[1:])
    for storage, one in enumerate(parcels):
        if tank.unknown_start[storage] and unknown is not None:
            first[storage, unknown] = tank.before[0, storage]
        elif tank.cyclic[storage]:
            for charged, mwh in one.last:
                first[storage] += mwh * charge[charged % len(charge), storage]
    return first


def _contents(tank: Tank, first: Array, charge: Array, out: Array) -> tuple[Array, Array]:
    """Carry the content by source through the hours; return it and what is lost, both (hour, storage, source)."""
    content = np.empty_like(charge)
    lost = tank.charge_loss[:, :, None] * charge + tank.discharge_loss[:, :, None] * out
    held, mixture = first, np.zeros_like(first)
    taken = (tank.discharged + tank.discharge_loss)[:, :, None] * out
    for hour in range(len(charge)):
        held = held + tank.stored[hour, :, None] * charge[hour]
        total = held.sum(axis=1, keepdims=True)
        mixture = np.where(total > 0, np.divide(held, total, out=mixture.copy(), where=total > 0), mixture)
        lost[hour] += tank.tank_loss[hour, :, None] * mixture
        held = np.maximum(held + (tank.gained - tank.tank_loss)[hour, :, None] * mixture - taken[hour], 0.0)
        total = held.sum(axis=1, keepdims=True)
        mixture = np.divide(held, total, out=mixture, where=total > 0)
        held = tank.after[hour, :, None] * mixture
        content[hour] = held
    return content, lost
