"""Planned outages (检修) as hours: which element is out when."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from holin.calendar import Times, local
from holin.park.park import Park


def out_of_service(park: Park, time: Times) -> dict[str, NDArray[np.bool_]]:
    """Return, for every element with a planned outage in these hours, which hours it is out (shape (time,)).

    An hour counts as out when any part of it does; where `time` comes in shorter steps, a step. `time` may come in any
    order and more than once.
    """
    start = local(time, park.facts.time_zone).tz_localize(None).to_numpy()
    end = start + np.append(np.diff(np.unique(time)), np.timedelta64(1, "h")).min()
    out: dict[str, NDArray[np.bool_]] = {}
    for outage in park.outages:
        hours = (end > np.datetime64(outage.start)) & (start < np.datetime64(outage.end))
        if hours.any():
            out[outage.element] = out.get(outage.element, np.zeros(len(time), dtype=bool)) | hours
    return out
