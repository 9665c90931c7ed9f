"""Spans of energy: what each meter counted from one moment to another, believed or not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from holin.metering.clock import NS
from holin.metering.devices import MILLIWH_PER_MWH, MeterOf
from holin.metering.flags import UNBELIEVED, Flag
from holin.metering.readings import ENERGY, NOTHING, REGISTER, Readings
from holin.metering.registers import ALLOWANCE_MILLIWH, counted, directed

Index = NDArray[np.int64]

STUCK_H = 6.0
WEATHER_KINDS = ("wind_farm", "pv_plant")
"""Of these no two hours are alike to the last digit, unless the plant stands still or runs at its limit."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Spans:
    """Spans of all meters, sorted by meter and start: `start` and `end` in ns since 1970 UTC, energies in thousandths
    of a Wh (NOTHING where not believed), `flags` as in METERED; all (span,)."""

    meter: Index
    start: Index
    end: Index
    out: Index
    into: Index
    flags: Index


def spans_of(known: Readings) -> Spans:
    """Return the spans of readings as they are known (`as_known`): energies as given, registers by their differences.

    A direction that a meter never gives counts as 0. Energy above what the device can make or take is not believed.
    """
    rows = known.rows
    parts = [counted(known)] if (rows["what"] == REGISTER).any() else []
    energy = rows[rows["what"] == ENERGY]
    start = energy["time"].to_numpy("datetime64[ns]").astype(np.int64)
    meter, flags = energy["meter"].to_numpy(np.int64), energy["flags"].to_numpy(np.int64)
    unbelieved = (flags & int(UNBELIEVED)) > 0
    out, into = (
        np.where(unbelieved, NOTHING, directed(energy[name].to_numpy(np.int64), meter)) for name in ("out", "into")
    )
    parts.append((meter, start, start + energy["length_s"].to_numpy(np.int64) * NS, out, into, flags))
    meter, start, end, out, into, flags = (np.concatenate(column) for column in zip(*parts, strict=True))
    order = np.lexsort((end, start, meter))
    meter, start, end, out, into, flags = (c[order] for c in (meter, start, end, out, into, flags))
    return _judged(Spans(meter=meter, start=start, end=end, out=out, into=into, flags=flags), known.meters)


def _judged(spans: Spans, meters: Sequence[MeterOf]) -> Spans:
    """Return spans whose unbelievable energies are taken out, and with what stood still flagged."""
    flags, out, into = spans.flags.copy(), spans.out, spans.into
    most = np.array([m.most_mw for m in meters])[spans.meter] * MILLIWH_PER_MWH
    limit = most * ((spans.end - spans.start) / (3600 * NS)) + ALLOWANCE_MILLIWH
    over = (out > limit) | (into > limit)
    flags[over] |= int(Flag.IMPLAUSIBLE)
    unsaid = over | (out == NOTHING) | (into == NOTHING)
    explained = (flags & int(UNBELIEVED | Flag.RESET | Flag.IMPLAUSIBLE)) > 0
    flags[unsaid & ~explained] |= int(Flag.MISSING)
    flags[_stuck(spans, meters)] |= int(Flag.STUCK)
    out, into = (np.where(unsaid, NOTHING, value) for value in (out, into))
    return Spans(meter=spans.meter, start=spans.start, end=spans.end, out=out, into=into, flags=flags)


def _stuck(spans: Spans, meters: Sequence[MeterOf]) -> NDArray[np.bool_]:
    """Return spans of wind and sun that repeat one energy above nothing for STUCK_H and six readings, but not at the
    highest that the meter shows near nominal power: a plant may stand at its limit."""
    if not len(spans.meter):
        return np.zeros(0, dtype=bool)
    weather = np.array([m.device_kind in WEATHER_KINDS for m in meters], dtype=bool)[spans.meter]
    columns = (spans.meter, spans.out, spans.end - spans.start)
    same = np.logical_and.reduce([c[1:] == c[:-1] for c in columns]) & (spans.start[1:] == spans.end[:-1])
    run = np.cumsum(np.r_[True, ~same]) - 1
    length_h = np.bincount(run, weights=(spans.end - spans.start) / (3600 * NS))[run]
    highest = np.zeros(len(meters))
    np.maximum.at(highest, spans.meter, np.where(spans.out == NOTHING, 0, spans.out).astype(float))
    nominal = np.array([m.nominal_mw for m in meters])[spans.meter] * MILLIWH_PER_MWH
    hours = np.maximum(spans.end - spans.start, 1) / (3600 * NS)
    at_limit = (spans.out == highest[spans.meter]) & (spans.out >= 0.8 * nominal * hours)
    long = (length_h >= STUCK_H - 1e-9) & (np.bincount(run)[run] >= 6)
    return np.asarray(weather & (spans.out > 0) & long & ~at_limit)
