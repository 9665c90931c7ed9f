"""What can be said of a metered energy: how good it is, what was repaired, what is not believed."""

from __future__ import annotations

from collections.abc import Iterator
from enum import IntFlag


class Flag(IntFlag):
    """One bit each, in the column `flags` of METERED and of spans of energy.

    The first five are the quality words of a reading (IEC 60870-5-104). Energy with a flag of BARRING is never
    certified; the others say what was repaired or replaced without loss.
    """

    INVALID = 1
    NOT_TOPICAL = 2
    SUBSTITUTED = 4
    BLOCKED = 8
    OVERFLOW = 16
    MISSING = 32
    ESTIMATED = 64
    RESET = 128
    IMPLAUSIBLE = 256
    NO_ENERGY = 512
    STUCK = 1024
    JUMP = 2048
    CONTRADICTED = 4096
    OVERLAP = 8192
    ROLLOVER = 16384
    CLOCK = 32768
    CORRECTED = 65536
    BY_HAND = 131072


BARRING = (
    Flag.INVALID | Flag.NOT_TOPICAL | Flag.SUBSTITUTED | Flag.BLOCKED | Flag.OVERFLOW | Flag.MISSING | Flag.ESTIMATED
    | Flag.RESET | Flag.IMPLAUSIBLE | Flag.NO_ENERGY | Flag.STUCK | Flag.JUMP | Flag.CONTRADICTED | Flag.OVERLAP
)  # fmt: skip
"""Flags of energy that is not certified."""

UNBELIEVED = Flag.INVALID | Flag.OVERFLOW | Flag.NO_ENERGY | Flag.MISSING
"""Flags of a reading whose value is not used."""

MEANINGS: dict[Flag, str] = {
    Flag.INVALID: "a reading says that it is not valid; its value is not used",
    Flag.NOT_TOPICAL: "a reading is old; its value is used",
    Flag.SUBSTITUTED: "a value was put in the place of the reading; it is used",
    Flag.BLOCKED: "a reading was held while its transmission was blocked; its value is used",
    Flag.OVERFLOW: "a reading is beyond its range; its value is not used",
    Flag.MISSING: "no good reading for a part of the interval",
    Flag.ESTIMATED: "the energy, or how it spreads over intervals, is estimated",
    Flag.RESET: "the register fell to a lower figure; what it counted across the fall is not known",
    Flag.IMPLAUSIBLE: "more energy than the device can make or take; not believed",
    Flag.NO_ENERGY: "not a number, infinite or negative; not used",
    Flag.STUCK: "the value stood still to the last digit where it should move",
    Flag.JUMP: "the feed contradicts what it said before, as after a jump of its clock; not believed",
    Flag.CONTRADICTED: "two different values that were known at the same moment",
    Flag.OVERLAP: "intervals or meters overlap; one of them is used",
    Flag.ROLLOVER: "the register passed its highest figure and began again; its energy is exact",
    Flag.CLOCK: "the time was off the grid of intervals by 5 minutes at most and was moved to it",
    Flag.CORRECTED: "a value that was known later took the place of another",
    Flag.BY_HAND: "the value was entered by hand",
}


def flags_in(bits: int) -> Iterator[Flag]:
    """Yield the flags of a sum of flags, in order."""
    return (flag for flag in Flag if bits & flag)
