"""Where every source's energy went, local day by local day: what a diagram of flows over any period is summed from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from holin.calendar import local

NETWORK_LOSS, STORAGE_LOSS, STORED = "network_loss", "storage_loss", "stored"
"""Ends that are no sinks: lost on the way, lost in storages, and what stays in them (negative: is taken out)."""


@dataclass(frozen=True, kw_only=True)
class DailyEnds:
    """Energy by day, source and end: `mwh` has one figure for each row that is not 0, `day`, `source`, `end` index it.

    `ends` are the labels of sinks, then NETWORK_LOSS, STORAGE_LOSS and STORED. A source's rows of a day add up to what
    it fed in that day.
    """

    days: NDArray[np.datetime64]
    sources: tuple[str, ...]
    ends: tuple[str, ...]
    day: NDArray[np.int64]
    source: NDArray[np.int64]
    end: NDArray[np.int64]
    mwh: NDArray[np.float64]


def ends_by_day(trace: xr.Dataset, time_zone: str, label_of: Mapping[str, str]) -> DailyEnds:
    """Return where the energy of every source ended on every local day (MWh; count: physical).

    `label_of` names the label under which a sink is summed up, its own id where it is not named. What a storage takes
    is no end: its discharge is already followed back to its sources.
    """
    sinks = trace["sink"].values.astype(str)
    storing = trace["sink_kind"].values == "storage"
    labels = [label_of.get(sink, sink) for sink in sinks[~storing].tolist()]
    named = tuple(dict.fromkeys(labels))
    place = {label: k for k, label in enumerate(named)}
    joined = np.zeros((len(labels), len(named)))
    joined[np.arange(len(labels)), [place[label] for label in labels]] = 1.0
    date = local(trace["time"].values, time_zone).tz_localize(None).to_numpy().astype("datetime64[D]")
    days, starts = np.unique(date, return_index=True)

    def daily(values: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray(np.add.reduceat(values, starts, axis=0))

    energy = daily(trace["energy_mwh"].transpose("time", "source", "sink").values)
    lost = daily(trace["storage_loss_mwh"].sum("storage").transpose("time", "source").values)
    given = daily(trace["discharge_mwh"].sum("storage").transpose("time", "source").values)
    network = daily(trace["loss_mwh"].sum("sink").transpose("time", "source").values)
    stored = energy[:, :, storing].sum(axis=2) - lost - given
    table = np.concatenate([energy[:, :, ~storing] @ joined, np.stack([network, lost, stored], axis=2)], axis=2)
    day, source, end = np.nonzero(table)
    return DailyEnds(
        days=days,
        sources=tuple(trace["source"].values.astype(str).tolist()),
        ends=(*named, NETWORK_LOSS, STORAGE_LOSS, STORED),
        day=day,
        source=source,
        end=end,
        mwh=table[day, source, end],
    )
