"""One row of a file of readings, declared once: the reader, its faults and the docs are made from it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from holin.columns import column
from holin.metering.flags import Flag

QUALITY: dict[str, Flag] = {
    "good": Flag(0),
    "invalid": Flag.INVALID,
    "not_topical": Flag.NOT_TOPICAL,
    "substituted": Flag.SUBSTITUTED,
    "blocked": Flag.BLOCKED,
    "overflow": Flag.OVERFLOW,
    "uncertain": Flag.NOT_TOPICAL,
    "bad": Flag.INVALID,
}
"""Quality words: those of IEC 60870-5-104, then `uncertain` and `bad` of OPC UA, which map onto them."""


class Origin(StrEnum):
    """Who said a value."""

    FEED = "feed"
    HAND = "hand"
    ESTIMATE = "estimate"


class Kind(StrEnum):
    """Whether readings are of meters, or were made from a run; the two are never mixed."""

    METERED = "metered"
    DEMO = "demo"


@dataclass(frozen=True, kw_only=True)
class ReadingRow:
    """What a meter said: its registers at a moment, or the energy of an interval. One meter does one of the two."""

    meter: str = column(meaning="id of a row of meter.csv, or of the unit itself")
    time: str = column(
        meaning="start of the interval, or the moment of the registers; with offset or Z, or local time of the park"
    )
    register_out_kwh: float | None = column(
        "kWh", "counter of energy out of the device into the network (of a grid: import), at `time`", default=None
    )
    register_in_kwh: float | None = column(
        "kWh", "counter of energy into the device (of a grid: export), at `time`", default=None
    )
    e_out_kwh: float | None = column(
        "kWh", "energy of the interval, out of the device into the network (of a grid: import)", default=None
    )
    e_in_kwh: float | None = column("kWh", "energy of the interval, into the device (of a grid: export)", default=None)
    soc_mwh: float | None = column(
        "MWh", "content of a storage at the end of the interval, or at the moment of its registers", default=None, ge=0
    )
    interval_min: float | None = column(
        "min", "length of the interval (empty: that of the meter in meter.csv, of a unit 60)", default=None, gt=0, le=60
    )
    quality: str = column(
        meaning="good, or invalid, not_topical, substituted, blocked, overflow, several split by `;`. Or uncertain (as "
        "not_topical) and bad (as invalid) of OPC UA",
        default="good",
    )
    known_since: str = column(
        meaning="when the value became known, with offset or Z (empty: at the end of its interval)", default=""
    )
    origin: Origin = column(meaning="feed; hand: a person wrote it; estimate: nobody measured it", default=Origin.FEED)
    kind: Kind = column(
        meaning="metered, or demo: made from a run, as is all that is made from it; one kind in all files",
        default=Kind.METERED,
    )


VALUES = ("register_out_kwh", "register_in_kwh", "e_out_kwh", "e_in_kwh", "soc_mwh")
"""The columns of which a file has one at least."""
