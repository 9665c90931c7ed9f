"""Metered reality: readings of meters as they were known, repaired and judged, in the shape of a schedule."""

from holin.metering.flags import BARRING, MEANINGS, Flag, flags_in

__all__ = ["BARRING", "MEANINGS", "Flag", "flags_in"]
