"""Metered reality: readings of meters as they were known, repaired and judged, in the shape of a schedule."""

from holin.metering.flags import BARRING, MEANINGS, Flag, flags_in
from holin.metering.known import as_known, history_of
from holin.metering.metered import Metering, metering_of
from holin.metering.reading import judged_readings, read_readings
from holin.metering.readings import Readings, together
from holin.metering.row import Kind, Origin, ReadingRow

__all__ = [
    "BARRING",
    "MEANINGS",
    "Flag",
    "Kind",
    "Metering",
    "Origin",
    "ReadingRow",
    "Readings",
    "as_known",
    "flags_in",
    "history_of",
    "judged_readings",
    "metering_of",
    "read_readings",
    "together",
]
