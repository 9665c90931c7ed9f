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
from holin.trace.content import Origins, Tank, tank_of
from holin.trace.ends import GREEN_KINDS, UNBALANCED_MAX_MW, End, Ends, by_enterprise, ends_of, losses_of
from holin.trace.identities import check_identities
from holin.trace.lots import Parcels, first_out, parcels_of
from holin.trace.mixing import mixed
from holin.trace.sharing import LOSSES, Exchange, Groups, shared

Array = NDArray[np.float64]

UNKNOWN = "unknown"

STORAGES = ("pro_rata", "fifo")
"""What leaves a storage: of all that it holds in proportion, or the oldest first."""

SINKS = ("unit", "enterprise")


def trace(
    park: Park,
    schedule: xr.Dataset,
    flows: xr.Dataset,
    *,
    losses: str = "gross",
    storage: str = "pro_rata",
    sinks: str = "unit",
    on_progress: Callable[[float], None] | None = None,
) -> xr.Dataset:
    """Trace the energy of every hour from its sources through network and storage to its users.

    Takes SCHEDULE (for the storages' content) and FLOWS (for everything else: the solved AC active power) of the same
    hours and returns TRACE. Sources are wind farms, PV plants, thermal units (net) and grids; sinks are loads,
    potlines, storages when they charge, plants in hours in which they draw power, and export. `sinks="enterprise"` adds
    up those of one enterprise, storages apart.

    `losses` says who bears those of the network: `gross`, the sinks, by upstream-looking sharing; `net`, the sources,
    by downstream-looking sharing (`shared`). `storage` says what leaves one: `pro_rata`, it is a perfectly mixing tank
    (`mixed`); `fifo`, the oldest first (`first_out`). Both stand in the table's attributes, with `closure_mwh`, the
    largest gap that its identities found.

    A storage whose content ends as it began is cyclic: its first content has the origin of its last, found exactly.
    Otherwise (or when it never charges) its first content is the source `unknown`, which is not green.

    `on_progress` is called with the share done, 0..1; raising in it cancels. Raises Mismatch when the tables do not
    fit each other or the park, and CheckFailed when the result, recomputed from the flows, does not close: see
    `check_identities`.
    """
    for name, given, known in (("losses", losses, LOSSES), ("storage", storage, STORAGES), ("sinks", sinks, SINKS)):
        if given not in known:
            raise Mismatch(f"{name} is {given!r}; it is one of {', '.join(known)}")
    same_hours(schedule, flows)
    _hourly(flows)
    ends = ends_of(park, flows)
    storages = storages_named(park, schedule, [s.id for s in ends.storages])
    tank = tank_of(storages, schedule)
    _same_storage_power(schedule, tank, ends)
    parcels: tuple[Parcels, ...] = ()
    if storage == "fifo":
        parcels, tank = parcels_of(tank)
    if tank.unknown_start.any():
        unknown = End(id=UNKNOWN, kind=UNKNOWN, enterprise="", unit=-1)
        ends = replace(ends, sources=(*ends.sources, unknown), exchange=_with_silent_source(ends))
    merged = by_enterprise(ends) if sinks == "enterprise" else ends
    shares = shared(ends.exchange, losses=losses, groups=Groups(sink=merged.sink_group), on_progress=on_progress)
    _all_fed(shares.unfed_mw, flows)
    table = _followed_back(merged, tank, parcels, shares.energy_mw, shares.loss_mw)
    labelled = checked(TRACE, table.assign_coords(_labels(flows, merged, tank)))
    gap = check_identities(labelled, merged, tank, losses_of(flows), storages)
    return labelled.assign_attrs(losses=losses, storage=storage, closure_mwh=gap)


def _all_fed(unfed_mw: Array, flows: xr.Dataset) -> None:
    """Check that a source reaches every sink; less is what the power flow's iteration left."""
    if (unfed_mw > UNBALANCED_MAX_MW).any():
        hour = int(np.argmax(unfed_mw))
        raise Mismatch(
            f"flows: no source feeds {unfed_mw[hour]:.6g} MW of the sinks in the hour {flows['time'].values[hour]}; "
            "a branch there gives power out at both ends: solve the power flow of that hour again"
        )


def _hourly(flows: xr.Dataset) -> None:
    time = flows["time"].values
    steps = np.diff(time) != np.timedelta64(1, "h")
    if steps.any():
        raise Mismatch(
            f"the hours do not follow each other after {time[:-1][steps][0]}; trace whole hours without gaps, "
            "so that storage can be followed"
        )


def storages_named(park: Park, schedule: xr.Dataset, ids: list[str]) -> tuple[Storage, ...]:
    """Return the park's storages of these ids in their order, after checking that the schedule has the same."""
    known = by_id(park.storages)
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


def _followed_back(ends: Ends, tank: Tank, parcels: tuple[Parcels, ...], energy: Array, loss: Array) -> xr.Dataset:
    """Replace the storages as sources by the sources of what they gave."""
    count = len(ends.sources)
    origins = _origins(ends, tank, parcels, energy)
    of_sources = [part[:, :count] + np.einsum("hbs,hbk->hsk", origins.out, part[:, count:]) for part in (energy, loss)]
    by_source = ("time", "storage", "source")
    return xr.Dataset(
        {
            "energy_mwh": (("time", "source", "sink"), of_sources[0]),
            "loss_mwh": (("time", "source", "sink"), of_sources[1]),
            "content_mwh": (by_source, origins.content_mwh),
            "storage_loss_mwh": (by_source, origins.lost_mwh),
            "discharge_mwh": (by_source, tank.discharged[:, :, None] * origins.out),
            "from_storage_mwh": (("time", "storage", "sink"), energy[:, count:] + loss[:, count:]),
            "from_storage_loss_mwh": (("time", "storage", "sink"), loss[:, count:]),
        }
    )


def _origins(ends: Ends, tank: Tank, parcels: tuple[Parcels, ...], energy: Array) -> Origins:
    sinks = [k for k, s in enumerate(ends.sinks) if s.kind == "storage"]
    count = len(ends.sources)
    charge = energy[:, :, sinks]
    total = charge.sum(axis=1, keepdims=True)
    share = np.divide(charge, total, out=np.zeros_like(charge), where=total > 0)
    unknown = count - 1 if tank.unknown_start.any() else None
    if parcels:
        return first_out(tank, parcels, share[:, :count], share[:, count:], unknown)
    return mixed(tank, share[:, :count], share[:, count:], unknown)


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
