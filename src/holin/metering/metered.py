"""From readings to METERED: the energy of each device and interval, how it is known, and what may be certified."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from holin.calendar import stamp
from holin.errors import Mismatch
from holin.metering.clock import NS, off_grid_ns
from holin.metering.flags import BARRING
from holin.metering.intervals import Intervals, intervals_of, without_overlaps
from holin.metering.known import as_known, moment_utc
from holin.metering.readings import CONTENT, Readings
from holin.metering.spans import Spans, spans_of
from holin.tables import METERED, checked

MILLIWH_PER_WH = 1000
CONTENT_GAP_H = 1.0
"""A content is read between two readings of it that are no farther apart."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Metering:
    """The table METERED, and `content_mwh` (time, storage): the metered contents at the ends of the intervals, NaN
    where none is known."""

    table: xr.Dataset
    content_mwh: xr.DataArray


def metering_of(
    readings: Readings,
    *,
    step_h: float = 1.0,
    at: datetime | np.datetime64 | None = None,
    start: np.datetime64 | None = None,
    end: np.datetime64 | None = None,
) -> Metering:
    """Return what readings say, as known at a moment (None: all), in intervals of `step_h` (1, 0.5 or 0.25 h).

    The intervals reach from the first reading to the last, or from `start` to `end` (UTC, whole intervals). An energy
    is certifiable where good readings cover its whole interval and no flag of BARRING holds. That of a register is
    good across a gap inside one interval: both its ends are read; across several only the sum is, its spread is an
    estimate. Energies are rounded down to whole Wh, those into a device up: nothing is certified that was not metered.
    Raises Mismatch where there is no reading left, or no interval.
    """
    step_ns = _step_ns(step_h)
    known = as_known(readings, at)
    spans = spans_of(known)
    if not len(spans.meter):
        when = "" if at is None else f" known at {np.datetime_as_string(moment_utc(at), unit='s')}Z"
        raise Mismatch(f"no energy can be read from the readings{when}; give two registers or one interval at least")
    phase_ns = readings.phase_s * NS
    first, count = _extent(spans, step_ns, phase_ns, start, end)
    if not count:
        low, high = (stamp(edge.astype("datetime64[ns]")) for edge in (spans.start.min(), spans.end.max()))
        raise Mismatch(f"no interval lies between start and end; the readings reach from {low} to {high}")
    devices, of_meter = _devices(known, np.unique(spans.meter))
    off = off_grid_ns(spans.start.astype("datetime64[ns]"), (spans.end - spans.start) // NS, readings.phase_s)
    of_device = Spans(
        meter=of_meter[spans.meter], start=spans.start, end=spans.end, out=spans.out, into=spans.into, flags=spans.flags
    )
    single = without_overlaps(of_device, np.abs(off))
    made = intervals_of(single, first, step_ns, count, len(devices))
    time = (first + step_ns * np.arange(count)).astype("datetime64[ns]")
    meters = [known.meters[m] for m in devices]
    labels = {
        "time": time,
        "device": [m.device for m in meters],
        "device_kind": ("device", [m.device_kind for m in meters]),
        "enterprise": ("device", [m.enterprise for m in meters]),
    }
    said = {
        "kind": readings.kind.value,
        "step_h": step_h,
        "sources": "; ".join(f"{name} sha256:{digest}" for name, digest in readings.sources),
        "known_at": "" if at is None else f"{np.datetime_as_string(moment_utc(at), unit='s')}Z",
    }
    table = checked(METERED, xr.Dataset(_columns(made, step_ns), coords=labels, attrs=said))
    return Metering(table=table, content_mwh=_contents(known, time, step_ns))


def _step_ns(step_h: float) -> int:
    if step_h not in (1.0, 0.5, 0.25):
        raise ValueError(f"a step of {step_h:g} h is no part of an hour; give 1, 0.5 or 0.25")
    return round(step_h * 3600) * NS


def _extent(
    spans: Spans, step_ns: int, phase_ns: int, start: np.datetime64 | None, end: np.datetime64 | None
) -> tuple[int, int]:
    low, high = (
        int(spans.start.min()) if start is None else int(start.astype("datetime64[ns]").astype(np.int64)),
        int(spans.end.max()) if end is None else int(end.astype("datetime64[ns]").astype(np.int64)),
    )
    first = (low - phase_ns) // step_ns * step_ns + phase_ns
    return first, max(-(-(high - first) // step_ns), 0)


def _devices(known: Readings, meters: NDArray[np.int64]) -> tuple[list[int], NDArray[np.int64]]:
    """Return a meter of each device that has readings, devices in the order of the park, and each meter's device."""
    order = {m.device: k for k, m in reversed(list(enumerate(known.meters))) if m.id == m.device}
    read = sorted({known.meters[m].device for m in meters}, key=lambda d: order[d])
    place = {device: k for k, device in enumerate(read)}
    return [order[d] for d in read], np.array([place.get(m.device, -1) for m in known.meters], dtype=np.int64)


def _columns(made: Intervals, step_ns: int) -> dict[str, tuple[tuple[str, str], NDArray[np.float64]]]:
    over = ("time", "device")
    out, into = made.energy[:, :, 0] // MILLIWH_PER_WH, -(-made.energy[:, :, 1] // MILLIWH_PER_WH)
    certain = (made.good_ns == step_ns) & ((made.flags & int(BARRING)) == 0) & made.known
    return {
        "energy_out_wh": (over, np.where(made.known, out, np.nan)),
        "energy_in_wh": (over, np.where(made.known, into, np.nan)),
        "coverage": (over, np.minimum(made.good_ns / step_ns, 1.0)),
        "flags": (over, made.flags.astype(float)),
        "certifiable": (over, certain.astype(float)),
    }


def _contents(known: Readings, time: NDArray[np.datetime64], step_ns: int) -> xr.DataArray:
    rows = known.rows[(known.rows["what"] == CONTENT) & ((known.rows["flags"] & int(BARRING)) == 0)]
    moment = rows["time"].to_numpy("datetime64[ns]").astype(np.int64)
    ends = time.astype("datetime64[ns]").astype(np.int64) + step_ns
    device = np.array([known.meters[m].device for m in rows["meter"].tolist()], dtype=object)
    storages = list(dict.fromkeys(device.tolist()))
    values = np.full((len(time), len(storages)), np.nan)
    for k, storage in enumerate(storages):
        own = np.flatnonzero(device == storage)
        own = own[np.argsort(moment[own], kind="stable")]
        at, content = moment[own], rows["content"].to_numpy(np.float64)[own]
        after = np.searchsorted(at, ends, side="left")
        before = np.searchsorted(at, ends, side="right") - 1
        held = (after < len(at)) & (before >= 0)
        gap = at[np.minimum(after, len(at) - 1)] - at[np.maximum(before, 0)]
        near = held & (gap <= CONTENT_GAP_H * 3600 * NS)
        values[near, k] = np.interp(ends[near], at, content)
    return xr.DataArray(
        values,
        dims=("time", "storage"),
        coords={"time": time, "storage": storages},
        name="content_mwh",
        attrs={"units": "MWh"},
    )
