"""How old is what a storage gave, and from where: its discharge by hour or month of charge, and by source."""

from __future__ import annotations

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from holin.calendar import Times, local
from holin.errors import Mismatch
from holin.park import Park
from holin.tables import same_hours
from holin.trace.content import Tank, tank_of
from holin.trace.lots import NO_HOUR, Parcels, parcels_of
from holin.trace.mixing import mixed
from holin.trace.tracing import UNKNOWN, storages_named

Array = NDArray[np.float64]
Index = NDArray[np.int64]

HOUR = np.timedelta64(1, "h")


def vintages(park: Park, schedule: xr.Dataset, trace: xr.Dataset) -> pd.DataFrame:
    """Return what every storage discharged, by when it was charged and from which source.

    One row for each `storage`, `time` (UTC start of the hour of discharge), time of charge and `source` (with its
    `source_kind`): `discharge_mwh` at the storage's bus. The time of charge lies between `charged_from` and
    `charged_until` (UTC): an hour where the trace is first in, first out, a local month where it is pro rata. Both are
    NaT for the source `unknown`. A charge that is later than its discharge is one of the round before: the table is
    cyclic and begins with what it ends with. A storage that another one charged has the hour of its own charge, and
    the sources behind the other. Raises Mismatch where schedule and trace are not of one run.
    """
    same_hours(schedule, trace)
    ids = trace["storage"].values.tolist()
    tank = tank_of(storages_named(park, schedule, ids), schedule)
    sinks = trace["sink"].values.tolist()
    charge = trace["energy_mwh"].values[:, :, [sinks.index(i) for i in ids]].transpose(0, 2, 1)
    total = charge.sum(axis=2, keepdims=True)
    if not np.allclose(total[:, :, 0], tank.charged, rtol=1e-6, atol=1e-6):
        raise Mismatch("the trace charges its storages otherwise than the schedule; give both tables of one run")
    mixture = np.divide(charge, total, out=np.zeros_like(charge), where=total > 0)
    if trace.attrs.get("storage") == "fifo":
        parcels, tank = parcels_of(tank)
        rows = [_by_lot(p, tank, mixture, b, trace) for b, p in enumerate(parcels)]
    else:
        rows = _by_month(tank, mixture, trace, park.facts.time_zone)
    columns = {"storage": str, "source": str, "source_kind": str, "discharge_mwh": float}
    empty = pd.DataFrame(columns=["time", "storage", "charged_from", "charged_until", *list(columns)[1:]])
    found = pd.concat(rows, ignore_index=True) if rows else empty
    return found.sort_values(["storage", "time", "charged_from", "source"], ignore_index=True)


def _by_lot(parcels: Parcels, tank: Tank, mixture: Array, storage: int, trace: xr.Dataset) -> pd.DataFrame:
    time, sources = trace["time"].values, trace["source"].values.tolist()
    given = tank.discharged[parcels.hour, storage] * parcels.part
    known = parcels.charged != NO_HOUR
    charged = np.where(known, parcels.charged % max(1, len(time)), 0)
    parts = mixture[charged, storage] * known[:, None]
    if UNKNOWN in sources:
        parts[~known, sources.index(UNKNOWN)] = 1.0
    row, source = np.nonzero(given[:, None] * parts > 0)
    begins: Times = np.where(known, time[charged], np.datetime64("NaT"))
    until: Times = begins + HOUR
    return _rows(trace, storage, parcels.hour[row], begins[row], until[row], source, given[row] * parts[row, source])


def _by_month(tank: Tank, mixture: Array, trace: xr.Dataset, time_zone: str) -> list[pd.DataFrame]:
    """Follow each month's charge by source as if it were a source of its own through the mixing tanks."""
    time, hours = trace["time"].values, trace.sizes["time"]
    begins, until, month = _months(time, time_zone)
    sources, storages = trace.sizes["source"], len(tank.cyclic)
    direct = np.zeros((hours, len(begins) * sources + 1, storages))
    own = direct[:, :-1].reshape(hours, len(begins), sources, storages)
    own[np.arange(hours), month] = mixture.transpose(0, 2, 1)
    out = mixed(tank, direct, np.zeros((hours, storages, storages)), direct.shape[1] - 1).out
    names, found = trace["source"].values.tolist(), []
    for storage in range(storages):
        given = tank.discharged[:, storage, None] * out[:, storage]
        hour, vintage = np.nonzero(given > 0)
        lost = vintage == direct.shape[1] - 1
        source = np.where(lost, names.index(UNKNOWN) if UNKNOWN in names else 0, vintage % sources)
        which = np.where(lost, 0, vintage // sources)
        nat = np.datetime64("NaT")
        found.append(
            _rows(
                trace,
                storage,
                hour,
                np.where(lost, nat, begins[which]),
                np.where(lost, nat, until[which]),
                source,
                given[hour, vintage],
            )
        )
    return found


def _months(time: Times, time_zone: str) -> tuple[Times, Times, Index]:
    """Return the local months' first hours and ends in UTC, cut to the table, and the number of each hour's month."""
    here = local(time, time_zone)
    _, first, month = np.unique(here.year * 12 + here.month, return_index=True, return_inverse=True)
    begins = time[first]
    return begins, np.concatenate([begins[1:], time[-1:] + HOUR]), month


def _rows(
    trace: xr.Dataset, storage: int, hour: Index, begins: Times, until: Times,
    source: Index, mwh: Array,
) -> pd.DataFrame:  # fmt: skip
    return pd.DataFrame(
        {
            "time": trace["time"].values[hour],
            "storage": str(trace["storage"].values[storage]),
            "charged_from": begins,
            "charged_until": until,
            "source": trace["source"].values[source],
            "source_kind": trace["source_kind"].values[source],
            "discharge_mwh": mwh,
        }
    )
