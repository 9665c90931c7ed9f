"""What must hold of every trace, computed from the flows and not from the sharing."""

from __future__ import annotations

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from holin.errors import CheckFailed
from holin.trace.content import Tank
from holin.trace.ends import Ends

Array = NDArray[np.float64]

TOLERANCE_MWH = 1e-6


def check_identities(table: xr.Dataset, ends: Ends, tank: Tank, losses_mw: Array) -> None:
    """Check the table TRACE against demand, production, losses and contents, hour by hour.

    `losses_mw` (hour,) are the network's. What the power flow's iteration left unbalanced counts as loss. Raises
    CheckFailed that names the identity, the label and the hour.
    """
    time = table["time"].values
    energy, loss = table["energy_mwh"].values, table["loss_mwh"].values
    sinks, sources = table["sink"].values, table["source"].values
    production = ends.exchange.source_mw[: len(ends.sources)].T
    storages = ends.exchange.source_mw[len(ends.sources) :].T
    released = table["discharge_mwh"].values.sum(axis=1)
    given = energy.sum(axis=2) + loss.sum(axis=2) - released
    _close("energy by source against the demand of sink", energy.sum(axis=1), ends.exchange.sink_mw.T, sinks, time)
    _close("energy and losses of all sinks against the production of source", given, production, sources, time)
    unbalanced = production.sum(axis=1) + storages.sum(axis=1) - ends.exchange.sink_mw.sum(axis=0) - losses_mw
    assigned = loss.sum(axis=(1, 2)) - unbalanced
    _close("assigned losses against those of", assigned[:, None], losses_mw[:, None], np.array(["the network"]), time)
    _check_contents(table, ends, tank)
    if energy.size and energy.min() < -TOLERANCE_MWH:
        raise CheckFailed(f"trace: an energy is negative ({energy.min():.3g} MWh); do not use this result")


def _check_contents(table: xr.Dataset, ends: Ends, tank: Tank) -> None:
    """Check that of every source: content before + charge = content + discharge + loss, and that the circle closes."""
    charged = [k for k, s in enumerate(ends.sinks) if s.kind == "storage"]
    charge = table["energy_mwh"].values[:, :, charged].transpose(0, 2, 1)
    content = table["content_mwh"].values
    out = table["discharge_mwh"].values + table["storage_loss_mwh"].values + content
    storages, time = table["storage"].values, table["time"].values
    if not len(storages):
        return
    first = np.where(tank.cyclic[:, None] & ~tank.unknown_start[:, None], content[-1], np.nan)
    first = np.where(np.isnan(first), (out - charge)[0], first)
    before = np.concatenate([first[None], content[:-1]])
    worst = np.abs(before + charge - out).max(axis=2)
    _close("content, charge, discharge and loss by source of storage", worst, np.zeros_like(worst), storages, time)
    _close("content by source against soc_mwh of storage", content.sum(axis=2), tank.after, storages, time)


def _close(what: str, found: Array, wanted: Array, labels: NDArray[np.str_], time: NDArray[np.datetime64]) -> None:
    """Raise CheckFailed unless two arrays (hour, label) agree within the tolerance; NaN never does."""
    if not found.size:
        return
    gap = np.abs(found - wanted)
    hour, label = np.unravel_index(np.argmax(np.where(np.isnan(gap), np.inf, gap)), gap.shape)
    if not gap[hour, label] <= TOLERANCE_MWH:
        raise CheckFailed(
            f"trace: {what} {labels[label]} is {gap[hour, label]:.3g} MWh apart in the hour {time[hour]}; "
            "do not use this result"
        )
