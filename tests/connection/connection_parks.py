"""The example park with figures for connection studies: one substation of three voltages, two lines to a smelter."""

import dataclasses
from datetime import date

from holin.connection import Request
from holin.park import Park
from holin.parkfile import example_park

DAY = date(2025, 7, 1)


def small_park(**changes: object) -> Park:
    """Return the park of `holin new`, with other tables where given."""
    return dataclasses.replace(example_park("small"), **changes)  # type: ignore[arg-type]


def request(**asked: object) -> Request:
    """Return a request for 5 MW of load at the main substation."""
    return Request(**({"place": "s-main", "day": DAY, "load_mw": 5.0} | asked))  # type: ignore[arg-type]
