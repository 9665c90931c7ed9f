"""Metered reality: readings of meters as they were known, repaired and judged, in the shape of a schedule."""

from holin.metering.balance import balance_of
from holin.metering.demo import readings_of_run
from holin.metering.figures import devices_metered, sources_of
from holin.metering.flags import BARRING, MEANINGS, Flag, flags_in
from holin.metering.known import as_known, history_of
from holin.metering.metered import Metering, metering_of
from holin.metering.planted import with_faults
from holin.metering.reading import judged_readings, read_readings
from holin.metering.readings import Readings, together
from holin.metering.row import Kind, Origin, ReadingRow
from holin.metering.scale import Scale, far_below_nominal
from holin.metering.schedule import schedule_of_meters
from holin.metering.writing import write_readings

__all__ = [
    "BARRING",
    "MEANINGS",
    "Flag",
    "Kind",
    "Metering",
    "Origin",
    "ReadingRow",
    "Readings",
    "Scale",
    "as_known",
    "balance_of",
    "devices_metered",
    "far_below_nominal",
    "flags_in",
    "history_of",
    "judged_readings",
    "metering_of",
    "read_readings",
    "readings_of_run",
    "schedule_of_meters",
    "sources_of",
    "together",
    "with_faults",
    "write_readings",
]
