"""The example park with something to choose from: wind and PV on offer, more storage, circuits, a wider connection."""

import dataclasses
from datetime import date
from typing import Any

from holin.park import Candidate, Choice, Cost, Park, Stage
from holin.parkfile import example_park


def planning_park(**changes: Any) -> Park:
    """Return the park of `holin new` with candidates and a later stage, with other tables where given."""
    small = example_park("planning")
    park = dataclasses.replace(
        small,
        stages=(*small.stages, Stage(name="2028", as_of=date(2028, 12, 31))),
        costs=(
            *small.costs,
            Cost(id="cost-line", capital_cost_per_mw=50_000.0, lifetime_years=40.0),
            Cost(id="cost-tie", capital_cost_per_mw=100_000.0, lifetime_years=40.0),
        ),
        candidates=(
            Candidate(id="more-wind", element="wind-1", choice=Choice.BUILD, p_max_mw=150.0, unit_mw=5.0),
            Candidate(id="more-pv", element="pv-1", choice=Choice.BUILD, p_max_mw=100.0),
            Candidate(id="more-storage", element="battery-1", choice=Choice.BUILD, p_max_mw=60.0, duration_max_h=4.0),
            Candidate(id="wind-circuit", element="l-wind-1", choice=Choice.BUILD, p_max_mw=280.0, cost="cost-line"),
            Candidate(id="tie", element="grid", choice=Choice.BUILD, p_max_mw=50.0, cost="cost-tie"),
        ),
    )
    return dataclasses.replace(park, **changes)
