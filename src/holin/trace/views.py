"""What a trace says, as flat tables for people: accounts of sources and users, months, and one hour followed back."""

from __future__ import annotations

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from holin.calendar import local
from holin.park import Park
from holin.trace.vintage import vintages

Array = NDArray[np.float64]
Labels = NDArray[np.object_]

BY = ("unit", "enterprise", "kind")
"""Every source and every sink; every source and every enterprise; kinds of sources and every enterprise."""

USE, LOSS, STORAGE_LOSS, STORED = "use", "network_loss", "storage_loss", "stored"
"""Where a source's energy ends; `stored` stays in storage, and is negative for what is taken out of it."""


def account(trace: xr.Dataset, *, by: str = "enterprise", hour: np.datetime64 | None = None) -> pd.DataFrame:
    """Return where the energy of every source ended, in the whole table or in one `hour` (UTC).

    Columns `source`, `source_kind`, `green`, `end` (use, network_loss, storage_loss, stored), `sink`, `sink_kind`,
    `mwh`. Each source's rows add up to what it fed in: energy into and out of storage is no use, but what stays there
    and what is lost there. Sinks without an enterprise stand under their own ids, also where `by` is not `unit`.
    """
    chosen = trace if hour is None else trace.sel(time=[hour])
    summed = chosen.sum("time")
    labels, kinds = _sink_labels(trace, by)
    storing = trace["sink_kind"].values == "storage"
    ends = [_ends(trace, summed["energy_mwh"].values[:, ~storing], USE, labels[~storing], kinds[~storing])]
    ends.append(_ends(trace, summed["loss_mwh"].values, LOSS, labels, kinds))
    stores = trace["storage"].values.astype(str)
    named, of = np.asarray(stores, dtype=object), np.full(len(stores), "storage", dtype=object)
    charge = summed["energy_mwh"].sel(sink=stores).values
    lost = summed["storage_loss_mwh"].transpose("source", "storage").values
    stays = charge - lost - summed["discharge_mwh"].transpose("source", "storage").values
    ends += [_ends(trace, lost, STORAGE_LOSS, named, of), _ends(trace, stays, STORED, named, of)]
    return _grouped(pd.concat(ends, ignore_index=True), by)


FED_IN, TOTAL, GREEN = "fed_in", "total", "green_share"


def balance(rows: pd.DataFrame) -> pd.DataFrame:
    """Lay an `account` out: one row for each (`end`, `sink`), one column for each source, `total` and `green_share`.

    Users first, then exports, what is lost in network and storage, what stays stored, and `fed_in`, their sum; MWh.
    """
    of_sinks = rows["end"] == USE
    sink = rows["sink"].where(of_sinks, "")
    last = np.where(rows["sink_kind"] == "export", 1, 0)
    rank = rows["end"].map({USE: 0, LOSS: 2, STORAGE_LOSS: 3, STORED: 4}).to_numpy() + np.where(of_sinks, last, 0)
    tables = []
    for end, name, of, place in ((rows["end"], sink, rows, rank), (FED_IN, "", rows, 5)):
        keyed = of.assign(end=end, sink=name, rank=place)
        tables.append(keyed.pivot_table(index=["rank", "end", "sink"], columns="source", values="mwh", aggfunc="sum"))
    table = pd.concat(tables).fillna(0.0).droplevel("rank")
    greens = rows.groupby("source")["green"].first()
    total = table.sum(axis=1)
    green = table[[s for s in table.columns if greens[s]]].sum(axis=1)
    return table.assign(**{TOTAL: total, GREEN: green / total.where(total.abs() > SMALLEST_MWH)})


SMALLEST_MWH = 1e-6
"""Below, a row has no green share that says anything: a watt hour."""


def deliveries(trace: xr.Dataset, *, by: str = "unit") -> pd.DataFrame:
    """Return every hour's energy from source to sink that is not 0, the whole table: `time` (UTC), `source`,
    `source_kind`, `sink`, `sink_kind`, `energy_mwh`, `loss_mwh`; what charges a storage is a sink, too."""
    labels, kinds = _sink_labels(trace, by)
    energy, loss = trace["energy_mwh"].values, trace["loss_mwh"].values
    hour, source, sink = np.nonzero((energy != 0) | (loss != 0))
    frame = pd.DataFrame(
        {
            "time": pd.DatetimeIndex(trace["time"].values[hour]).tz_localize("UTC"),
            "source": trace["source"].values[source],
            "source_kind": trace["source_kind"].values[source],
            "sink": labels[sink],
            "sink_kind": kinds[sink],
            "energy_mwh": energy[hour, source, sink],
            "loss_mwh": loss[hour, source, sink],
        }
    )
    if by == "kind":
        frame["source"] = frame["source_kind"]
    keys = ["time", "source", "source_kind", "sink", "sink_kind"]
    return frame if by == "unit" else frame.groupby(keys, sort=True).sum().reset_index()


def months_of(trace: xr.Dataset, enterprise: str, time_zone: str) -> pd.DataFrame:
    """Return an enterprise's sources by local month: `month`, `source`, `source_kind`, `green`, `energy_mwh`,
    `loss_mwh`; sources that gave it nothing in a month are left out."""
    mine = trace["enterprise"].values == enterprise
    mine &= trace["sink_kind"].values != "storage"
    month = np.asarray(local(trace["time"].values, time_zone).strftime("%Y-%m"), dtype=object)
    frames = []
    for k, source in enumerate(trace["source"].values.tolist()):
        hourly = {c: trace[c].values[:, k][:, mine].sum(axis=1) for c in ("energy_mwh", "loss_mwh")}
        frame = pd.DataFrame(hourly).groupby(month, sort=True).sum().rename_axis("month").reset_index()
        kind, green = trace["source_kind"].values[k], bool(trace["green"].values[k])
        frames.append(frame.assign(source=source, source_kind=kind, green=green))
    found = pd.concat(frames, ignore_index=True)[["month", "source", "source_kind", "green", "energy_mwh", "loss_mwh"]]
    some = (found["energy_mwh"] > 0) | (found["loss_mwh"] > 0)
    return found[some].sort_values(["month", "source"], ignore_index=True)


def followed(park: Park, schedule: xr.Dataset, trace: xr.Dataset, enterprise: str, hour: np.datetime64) -> pd.DataFrame:
    """Return whence an enterprise's energy of one hour came: directly, and through storage with the time of charge.

    One row for each `source` (`source_kind`, `green`) and way: `storage` (empty where directly), `charged_from` and
    `charged_until` (UTC, see `vintages`; NaT where directly or unknown), `energy_mwh` and its `share` of all that the
    enterprise used in the hour (UTC). The energies add up to its use.
    """
    now = trace.sel(time=hour)
    mine = (trace["enterprise"].values == enterprise) & (trace["sink_kind"].values != "storage")
    used = now["energy_mwh"].values[:, mine].sum(axis=1)
    of_storage = (now["from_storage_mwh"] - now["from_storage_loss_mwh"]).values[:, mine].sum(axis=1)
    given = now["discharge_mwh"].values
    total = given.sum(axis=1, keepdims=True)
    part = np.divide(given, total, out=np.zeros_like(given), where=total > 0)
    direct = np.maximum(used - of_storage @ part, 0.0)
    sources = trace["source"].values
    rows = pd.DataFrame({"source": sources, "source_kind": trace["source_kind"].values, "energy_mwh": direct})
    never = np.full(len(rows), np.datetime64("NaT", "ns"))
    frames = [rows.assign(storage="", charged_from=never, charged_until=never)]
    if (of_storage > 0).any():
        old = vintages(park, schedule, trace)
        old = old[old["time"] == hour]
        stores = {s: k for k, s in enumerate(trace["storage"].values.tolist())}
        at = old["storage"].map(stores).to_numpy(dtype=int)
        energy = old["discharge_mwh"].to_numpy() / total[at, 0] * of_storage[at]
        frames.append(old.drop(columns=["time", "discharge_mwh"]).assign(energy_mwh=energy))
    found = pd.concat([f[f["energy_mwh"] > 0] for f in frames if len(f)], ignore_index=True)
    greens = dict(zip(sources.tolist(), trace["green"].values.tolist(), strict=True))
    found["green"] = [bool(greens[s]) for s in found["source"]]
    found["share"] = found["energy_mwh"] / max(float(used.sum()), np.finfo(float).tiny)
    columns = ["source", "source_kind", "green", "storage", "charged_from", "charged_until", "energy_mwh", "share"]
    ordered = found.sort_values(["storage", "charged_from", "energy_mwh"], ascending=[True, True, False])
    return ordered[columns].reset_index(drop=True)


def _sink_labels(trace: xr.Dataset, by: str) -> tuple[Labels, Labels]:
    """Return the label and kind of each sink: its own, or that of its enterprise."""
    labels, kinds = (trace[c].values.astype(object) for c in ("sink", "sink_kind"))
    joined = (trace["enterprise"].values != "") & (kinds != "storage") & (by != "unit")
    return np.where(joined, trace["enterprise"].values, labels), np.where(joined, "enterprise", kinds)


def _ends(trace: xr.Dataset, mwh: Array, end: str, sinks: Labels, kinds: Labels) -> pd.DataFrame:
    """Return (source, sink) energies that are not 0 as rows."""
    source, sink = np.nonzero(mwh)
    return pd.DataFrame(
        {
            "source": trace["source"].values[source],
            "source_kind": trace["source_kind"].values[source],
            "green": trace["green"].values[source].astype(bool),
            "end": end,
            "sink": sinks[sink],
            "sink_kind": kinds[sink],
            "mwh": mwh[source, sink],
        }
    )


def _grouped(rows: pd.DataFrame, by: str) -> pd.DataFrame:
    if by == "kind":
        rows = rows.assign(source=rows["source_kind"])
    keys = ["source", "source_kind", "green", "end", "sink", "sink_kind"]
    summed = rows.groupby(keys, sort=False)["mwh"].sum()
    return summed.reset_index()
