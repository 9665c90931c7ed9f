"""What must hold of every trace, computed from flows, schedule and park and not from the sharing."""

from __future__ import annotations

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from holin.errors import CheckFailed
from holin.park import Storage
from holin.trace.content import Tank
from holin.trace.ends import UNBALANCED_MAX_MW, Ends

Array = NDArray[np.float64]

RELATIVE = 1e-9
"""How far two sides may be apart, as a share of what they are made of."""

FLOOR_MWH = 1e-9
"""Beside it: what rounding leaves of hours in which hardly anything moves."""


def check_identities(
    table: xr.Dataset, ends: Ends, tank: Tank, losses_mw: Array, storages: tuple[Storage, ...]
) -> float:
    """Check the table TRACE against demand, production, losses and contents, hour by hour; return the largest gap.

    Per sink the energy is its demand; per source energy and losses of all sinks are its production and what it has in
    discharges; all losses are what is fed in and not used, and the network's `losses_mw` (hour,) but for what the
    power flow's iteration left unbalanced; what sinks have out of storage is what storage gave. Per storage and source
    content before, charge and (by rounding) gain are content, discharge and loss; and never more came out than went in
    times the efficiencies of `storages`. Each within RELATIVE of the terms and FLOOR_MWH. The gap is in MWh. Raises
    CheckFailed that names the identity, the label and the hour.
    """
    time = table["time"].values
    energy, loss = table["energy_mwh"].values, table["loss_mwh"].values
    sinks, sources = table["sink"].values, table["source"].values
    production = ends.exchange.source_mw[: len(ends.sources)].T
    discharged = ends.exchange.source_mw[len(ends.sources) :].T
    released = table["discharge_mwh"].values.sum(axis=1)
    demand = ends.demand_mw
    gaps = [
        _close("energy by source against the demand of sink", energy.sum(axis=1), demand, sinks, time),
        _close(
            "energy and losses of all sinks against the production of source",
            energy.sum(axis=2) + loss.sum(axis=2), production + released, sources, time,
        ),
    ]  # fmt: skip
    fed, lost = production.sum(axis=1) + discharged.sum(axis=1), loss.sum(axis=(1, 2))
    gaps.append(
        _close(
            "assigned losses against what is fed in and not used by",
            lost,
            fed - demand.sum(axis=1),
            _network(),
            time,
            scale=fed,
        )
    )
    left = UNBALANCED_MAX_MW * ends.exchange.nodes
    _close("assigned losses against those of", lost, losses_mw, _network(), time, floor_mwh=left)
    gaps += _contents(table, ends, tank, discharged, storages)
    lowest = min((float(table[c].min()) for c in ("energy_mwh", "content_mwh") if table[c].size), default=0.0)
    if lowest < -FLOOR_MWH:
        raise CheckFailed(f"trace: an energy is negative ({lowest:.3g} MWh); do not use this result")
    return max(gaps, default=0.0)


def _network() -> NDArray[np.str_]:
    return np.array(["the network"])


def _contents(
    table: xr.Dataset, ends: Ends, tank: Tank, discharged: Array, storages: tuple[Storage, ...]
) -> list[float]:
    """Check the balance of every storage by source, that the circle closes, and that nothing came from nowhere."""
    ids, time = table["storage"].values, table["time"].values
    if not len(ids):
        return []
    columns = [k for k, s in enumerate(ends.sinks) if s.kind == "storage"]
    charge = table["energy_mwh"].values[:, :, columns].transpose(0, 2, 1)
    content, discharge, lost = (table[c].values for c in ("content_mwh", "discharge_mwh", "storage_loss_mwh"))
    out = discharge + lost + content
    closed = tank.cyclic & ~tank.unknown_start
    first = np.where(closed[:, None], content[-1], out[0] - charge[0])
    before = np.concatenate([first[None], content[:-1]])
    pool = tank.before + tank.charged
    # The schedule's own rounding has the mixture of what is there; at most all of it is of one source.
    apart = np.abs(before + charge - out).max(axis=2)
    excess = np.maximum(apart - tank.gained, 0.0)
    released = table["from_storage_mwh"].values.sum(axis=2)
    gaps = [
        _close("content, charge, discharge and loss by source of storage", excess, 0 * excess, ids, time, scale=pool),
        _close("content by source against soc_mwh of storage", content.sum(axis=2), tank.after, ids, time, scale=pool),
        _close("discharge by source against the power of storage", discharge.sum(axis=2), discharged, ids, time),
        _close("what sinks have from storage against the power of storage", released, discharged, ids, time),
    ]
    eta_c = np.array([s.efficiency_charge for s in storages])[:, None]
    eta_d = np.array([s.efficiency_discharge for s in storages])[:, None]
    into = first + np.cumsum(eta_c * charge + tank.gained[:, :, None], axis=0)
    beyond = np.maximum(np.cumsum(discharge / eta_d, axis=0) + content - into, 0.0).max(axis=2)
    what = "what has come out against what has gone in, times the efficiencies, of storage"
    gaps.append(_close(what, beyond, 0 * beyond, ids, time, scale=into.sum(axis=2)))
    return gaps


def _close(
    what: str, found: Array, wanted: Array, labels: NDArray[np.str_], time: NDArray[np.datetime64],
    *, scale: Array | None = None, floor_mwh: float = FLOOR_MWH,
) -> float:  # fmt: skip
    """Return the largest gap of two arrays (hour, label) or (hour,); raises CheckFailed beyond the tolerance or at NaN.

    The tolerance is a share of `scale` (same shape), by default of what is wanted, and `floor_mwh`.
    """
    if not found.size:
        return 0.0
    gap = np.abs(found - wanted).reshape(len(time), -1)
    allowed = floor_mwh + RELATIVE * np.abs(wanted if scale is None else scale).reshape(len(time), -1)
    over = np.where(np.isnan(gap), np.inf, gap) - allowed
    hour, label = np.unravel_index(np.argmax(over), gap.shape)
    if not over[hour, label] <= 0:
        raise CheckFailed(
            f"trace: {what} {labels[label]} is {gap[hour, label]:.3g} MWh apart in the hour {time[hour]}; "
            "do not use this result"
        )
    return float(gap.max())
