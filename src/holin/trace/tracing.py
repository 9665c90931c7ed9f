"""Where each user's power came from, hour by hour; count: physical."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from holin.errors import Mismatch
from holin.park import Park, Storage, by_id
from holin.tables import TRACE, checked, same_hours
from holin.trace.content import Mixture, Tank, mixture_of, tank_of
from holin.trace.ends import GREEN_KINDS, End, Ends, ends_of, losses_of
from holin.trace.identities import check_identities
from holin.trace.sharing import Exchange, shared

Array = NDArray[np.float64]

UNKNOWN = "unknown"


def trace(
    park: Park, schedule: xr.Dataset, flows: xr.Dataset, *, on_progress: Callable[[float], None] | None = None
) -> xr.Dataset:
    """Trace the energy of every hour from its sources through network and storage to its users.

    Takes SCHEDULE (for the storages' content) and FLOWS (for everything else: the solved AC active power) of the same
    hours and returns TRACE. Sources are wind farms, PV plants, thermal units (net) and grids; sinks are loads,
    potlines, storages when they charge, plants in hours in which they draw power, and export. Method: `shared` (gross
    flows, upstream); each storage is a perfectly mixing tank followed back to its sources (`mixture_of`).

    A storage whose content ends as it began is cyclic: its first content has the origin of its last, found exactly.
    Otherwise (or when it never charges) its first content is the source `unknown`, which is not green.

    `on_progress` is called with the share done, 0..1; raising in it cancels. Raises Mismatch when the tables do not
    fit each other or the park, and CheckFailed when the result, recomputed from the flows, does not close: per sink
    and hour the energy is the demand, per source and hour all sinks together are the production, the losses are the
    network's, and the storages' contents balance by source, each within 1e-6 MWh.
    """
    same_hours(schedule, flows)
    _hourly(flows)
    ends = ends_of(park, flows)
    tank = tank_of(_storages(park, schedule, ends), schedule)
    _same_storage_power(schedule, tank, ends)
    sources = ends.sources
    if tank.unknown_start.any():
        sources = (*sources, End(id=UNKNOWN, kind=UNKNOWN, enterprise="", unit=-1))
        ends = replace(ends, sources=sources, exchange=_with_silent_source(ends))
    shares = shared(ends.exchange, on_progress=on_progress)
    table = _followed_back(ends, tank, shares.energy_mw, shares.loss_mw)
    labelled = checked(TRACE, table.assign_coords(_labels(flows, ends, tank)))
    check_identities(labelled, ends, tank, losses_of(flows))
    return labelled


def _hourly(flows: xr.Dataset) -> None:
    time = flows["time"].values
    steps = np.diff(time) != np.timedelta64(1, "h")
    if steps.any():
        raise Mismatch(
            f"the hours do not follow each other after {time[:-1][steps][0]}; trace whole hours without gaps, "
            "so that storage can be followed"
        )


def _storages(park: Park, schedule: xr.Dataset, ends: Ends) -> tuple[Storage, ...]:
    """Return the park's storages in the order of the ends, after checking that the schedule has the same."""
    known = by_id(park.storages)
    ids = [s.id for s in ends.storages]
    missing = sorted(set(ids) - set(known))
    if missing or schedule["storage"].values.tolist() != ids:
        raise Mismatch(
            f"storages differ: park {list(known)}, schedule {schedule['storage'].values.tolist()}, flows {ids}; "
            "trace tables of one park and stage"
        )
    return tuple(known[i] for i in ids)


def _same_storage_power(schedule: xr.Dataset, tank: Tank, ends: Ends) -> None:
    in_flows = ends.exchange.source_mw[len(ends.sources) :].T
    charge = [k for k, s in enumerate(ends.sinks) if s.kind == "storage"]
    difference = np.abs(in_flows - tank.discharged) + np.abs(ends.exchange.sink_mw[charge].T - tank.charged)
    if difference.size and difference.max() > 1e-6:
        hour, storage = np.unravel_index(np.argmax(difference), difference.shape)
        raise Mismatch(
            f"storage {ends.storages[storage].id} runs {difference[hour, storage]:.6g} MW apart in schedule and flows "
            f"in the hour {schedule['time'].values[hour]}; solve the flows of this schedule"
        )


def _with_silent_source(ends: Ends) -> Exchange:
    """Return the exchange with one more source, between sources and storages, that feeds nothing in by itself."""
    at, exchange = len(ends.sources), ends.exchange
    return replace(
        exchange,
        source_node=np.insert(exchange.source_node, at, 0),
        source_mw=np.insert(exchange.source_mw, at, 0.0, axis=0),
    )


def _followed_back(ends: Ends, tank: Tank, energy: Array, loss: Array) -> xr.Dataset:
    """Replace the storages as sources by what they held."""
    count = len(ends.sources)
    mixture = _mixture(ends, tank, energy)
    from_storage = energy[:, count:] + loss[:, count:]
    for part in (energy, loss):
        for storage in range(len(ends.storages)):
            part[:, :count] += mixture.content[:, storage, :, None] * part[:, count + storage, None, :]
    lost = tank.charge_loss[:, :, None] * mixture.charge + tank.tank_loss[:, :, None] * mixture.content
    by_source = ("time", "storage", "source")
    return xr.Dataset(
        {
            "energy_mwh": (("time", "source", "sink"), energy[:, :count]),
            "loss_mwh": (("time", "source", "sink"), loss[:, :count]),
            "content_mwh": (by_source, tank.after[:, :, None] * mixture.content),
            "storage_loss_mwh": (by_source, lost),
            "discharge_mwh": (by_source, tank.discharged[:, :, None] * mixture.content),
            "from_storage_mwh": (("time", "storage", "sink"), from_storage),
        }
    )


def _mixture(ends: Ends, tank: Tank, energy: Array) -> Mixture:
    sinks = [k for k, s in enumerate(ends.sinks) if s.kind == "storage"]
    count = len(ends.sources)
    charge = energy[:, :, sinks]
    total = charge.sum(axis=1, keepdims=True)
    share = np.divide(charge, total, out=np.zeros_like(charge), where=total > 0)
    unknown = count - 1 if tank.unknown_start.any() else None
    return mixture_of(tank, share[:, :count], share[:, count:], unknown)


def _labels(flows: xr.Dataset, ends: Ends, tank: Tank) -> dict[str, object]:
    kinds = [s.kind for s in ends.sources]
    return {
        "time": flows["time"].values,
        "source": [s.id for s in ends.sources],
        "source_kind": ("source", kinds),
        "green": ("source", np.array([k in GREEN_KINDS for k in kinds], dtype=bool)),
        "sink": [s.id for s in ends.sinks],
        "sink_kind": ("sink", [s.kind for s in ends.sinks]),
        "enterprise": ("sink", [s.enterprise for s in ends.sinks]),
        "storage": np.array([s.id for s in ends.storages], dtype=str),
        "cyclic": ("storage", tank.cyclic),
    }
