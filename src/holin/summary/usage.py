"""What enterprises and grid connections used and fed in, in whole Wh by interval: what bills are made of."""

from __future__ import annotations

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from holin.errors import BadInput, Fault
from holin.park import Park, units_of
from holin.settle import Usage
from holin.summary.people import green_mwh, users_of

Array = NDArray[np.float64]
Whole = NDArray[np.int64]
WH_PER_MWH = 1_000_000


def usages_of(
    park: Park, flows: xr.Dataset, trace: xr.Dataset, metered: xr.Dataset | None, name: str
) -> tuple[Usage, ...]:
    """Return what each enterprise used and fed in, in whole Wh by interval.

    `taken` are its loads and potlines, and what its own units took on balance in an interval (storage that charges);
    `fed` what they gave on balance. With a table METERED both are the meters' whole Wh. Green and own energy are those
    of the trace, rounded down, reactive energy that of the AC flow. Raises BadInput where an interval is not known.
    """
    users, step_h = users_of(trace), step_h_of(flows)
    green = green_mwh(users).values
    own = users["energy_mwh"].values * _own(park, users)[None, :, :]
    is_green = users["green"].values.astype(bool)
    energy = Energies(flows, metered, step_h)
    units = units_of(park)
    made = []
    for enterprise in park.enterprises:
        mine = [u for u in units if u.enterprise == enterprise.id]
        loads = [u.id for u in mine if u.kind in ("load", "potline")]
        others = [u.id for u in mine if u.kind not in ("load", "potline")]
        sinks = np.flatnonzero(users["enterprise"].values == enterprise.id)
        balance = energy.fed_wh(others)
        used = energy.taken_wh(loads)
        taken = used + np.maximum(-balance, 0)
        made.append(
            Usage(
                customer=enterprise.id,
                time=flows["time"].values,
                step_s=round(step_h * 3600),
                taken_wh=taken,
                fed_wh=np.maximum(balance, 0),
                reactive_varh=_varh(flows, loads, step_h),
                **_shares(own[:, :, sinks] * step_h, green[:, sinks] * step_h, is_green, used),
                loss_wh=_nearest(users["loss_mwh"].values[:, :, sinks].sum(axis=(1, 2)) * step_h),
                doubtful=energy.doubtful([*loads, *others]),
            )
        )
    _all_known(made, energy, name)
    return tuple(made)


def grid_usages(park: Park, flows: xr.Dataset, metered: xr.Dataset | None, name: str) -> tuple[Usage, ...]:
    """Return import (taken) and export (fed in) at each grid connection, as a customer of the public grid."""
    step_h = step_h_of(flows)
    energy = Energies(flows, metered, step_h)
    zero = np.zeros(flows.sizes["time"], dtype=np.int64)
    made = []
    for grid in park.grids:
        balance = energy.fed_wh([grid.id])
        made.append(
            Usage(
                customer=grid.id, time=flows["time"].values, step_s=round(step_h * 3600),
                taken_wh=np.maximum(balance, 0), fed_wh=np.maximum(-balance, 0),
                reactive_varh=-_varh(flows, [grid.id], step_h), green_wh=zero, own_wh=zero,
                own_green_wh=zero, loss_wh=zero,
                doubtful=energy.doubtful([grid.id]),
            )
        )  # fmt: skip
    _all_known(made, energy, name)
    return tuple(made)


def _shares(own: Array, green: Array, is_green: NDArray[np.bool_], used: NDArray[np.int64]) -> dict[str, Whole]:
    """Return green, own, and own green Wh (time,), rounded down and within what was used; own is (time, source, sink).

    What is one of both is cut where the roundings of the trace would let both together be more than was used.
    """
    own_green = np.minimum(_floor(own[:, is_green].sum(axis=(1, 2))), used)
    all_own = np.maximum(np.minimum(_floor(own.sum(axis=(1, 2))), used), own_green)
    all_green = np.maximum(np.minimum(_floor(green.sum(axis=1)), used), own_green)
    beyond = np.maximum(all_green + all_own - own_green - used, 0)
    return {"green_wh": all_green - beyond, "own_wh": all_own, "own_green_wh": own_green}


class Energies:
    """The whole Wh of units by interval: those of their meters where there are some, else of the AC flow."""

    def __init__(self, flows: xr.Dataset, metered: xr.Dataset | None, step_h: float) -> None:
        self.flows, self.metered, self.step_h = flows, metered, step_h
        self.devices = set() if metered is None else set(metered["device"].values.tolist())
        self.unknown: list[str] = []

    def fed_wh(self, units: list[str]) -> NDArray[np.int64]:
        """Return what units gave to the network on balance."""
        total = np.zeros(self.flows.sizes["time"], dtype=np.int64)
        for unit in units:
            if self.metered is not None and unit in self.devices:
                table = self.metered.sel(device=unit)
                energy = table["energy_out_wh"].values - table["energy_in_wh"].values
            else:
                energy = self.flows["p_mw"].sel(unit=unit).values * (WH_PER_MWH * self.step_h)
            if not np.isfinite(energy).all():
                self.unknown.append(unit)
                energy = np.where(np.isfinite(energy), energy, 0.0)
            total += _nearest(energy / WH_PER_MWH)
        return total

    def taken_wh(self, units: list[str]) -> NDArray[np.int64]:
        """Return what units took from the network; none of them gives any."""
        taken: NDArray[np.int64] = np.maximum(-self.fed_wh(units), 0)
        return taken

    def doubtful(self, units: list[str]) -> NDArray[np.bool_]:
        """Return the intervals in which the reading of any of the units is estimated or doubted."""
        found = np.zeros(self.flows.sizes["time"], dtype=bool)
        for unit in self.devices.intersection(units):
            if self.metered is not None:
                found |= self.metered["certifiable"].sel(device=unit).values != 1
        return found


def _all_known(made: list[Usage], energy: Energies, name: str) -> None:
    if energy.unknown:
        right = "solve the run again, or give the missing readings; a bill of unknown energy is none"
        raise BadInput(
            [Fault(file=name, field="unit", value=unit, problem="its energy is not known in all intervals", right=right)
             for unit in dict.fromkeys(energy.unknown)]
        )  # fmt: skip


def _own(park: Park, users: xr.Dataset) -> Array:
    """Return 1 where a source and a sink have one owner, else 0, of shape (source, sink)."""
    owner = {u.id: u.enterprise for u in units_of(park)}
    sources = np.array([owner.get(str(s)) or "\0" for s in users["source"].values])
    return np.asarray(sources[:, None] == users["enterprise"].values[None, :], dtype=np.float64)


def step_h_of(flows: xr.Dataset) -> float:
    """Return the length of a run's intervals in hours."""
    time = flows["time"].values
    return float((time[1] - time[0]) / np.timedelta64(1, "h")) if len(time) > 1 else 1.0


def _varh(flows: xr.Dataset, units: list[str], step_h: float) -> NDArray[np.int64]:
    """Return the reactive energy that units took, inductive positive."""
    return _nearest(-flows["q_mvar"].sel(unit=units).values.astype(np.float64).sum(axis=1) * step_h)


def _nearest(mwh: Array) -> NDArray[np.int64]:
    whole: NDArray[np.int64] = np.floor(mwh * WH_PER_MWH + 0.5).astype(np.int64)
    return whole


def _floor(mwh: Array) -> NDArray[np.int64]:
    whole: NDArray[np.int64] = np.floor(mwh * WH_PER_MWH + 1e-3).astype(np.int64)
    return whole
