"""What a report shows: a run's tables and summary, read once into hourly arrays beside the park's names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from holin.calendar import local
from holin.park import Park, Stage, at_stage, units_of
from holin.picture.series import (
    Floats,
    Greenness,
    Week,
    greenness,
    hourly_mw,
    marginal_price,
    marked_weeks,
    step_h,
    weeks_of,
)
from holin.tables import same_hours


@dataclass(frozen=True, kw_only=True, eq=False)
class Scene:
    """A run laid out for drawing: `hourly` in MW as `series.hourly_mw`, `local` times of the park, `step_h` in h."""

    park: Park
    stage: Stage
    tables: Mapping[str, xr.Dataset]
    summary: Mapping[str, Any]
    kinds: Mapping[str, str]
    local: pd.DatetimeIndex
    step_h: float
    hourly: Mapping[str, Floats]
    green: Greenness | None
    price: Floats | None
    weeks: tuple[Week, ...]
    marks: Mapping[str, int]

    @property
    def days(self) -> float:
        """The length of the period in days."""
        return len(self.local) * self.step_h / 24.0

    @property
    def unsolved_hours(self) -> int:
        """How many hours have no solved power flow; sums leave them out and the report says so."""
        return int((~np.isfinite(self.hourly["demand"])).sum())


def scene_of(park: Park, stage: Stage, tables: Mapping[str, xr.Dataset], summary: Mapping[str, Any]) -> Scene:
    """Return the scene of a run.

    Raises Mismatch when the tables have different hours or speak of units that the park does not have.
    """
    frozen = at_stage(park, stage)
    present = {name: table for name, table in tables.items() if table.sizes.get("time", 0)}
    same_hours(*(present[n] for n in ("schedule", "flows", "trace", "carbon") if n in present))
    kinds = {unit.id: unit.kind for unit in units_of(frozen)}
    time = present["schedule"]["time"].values
    local_time = local(time, frozen.facts.time_zone)
    hourly = hourly_mw(present, kinds)
    green = greenness(present, kinds)
    weeks = weeks_of(local_time)
    supplied = (green.green_mwh, green.used_mwh) if green else (hourly["demand"] - hourly["residual"], hourly["demand"])
    return Scene(
        park=frozen,
        stage=stage,
        tables=present,
        summary=summary,
        kinds=kinds,
        local=local_time,
        step_h=step_h(time),
        hourly=hourly,
        green=green,
        price=marginal_price(present, frozen.grids[0].bus) if frozen.grids else None,
        weeks=weeks,
        marks=marked_weeks(weeks, *supplied),
    )


def figure_of(summary: Mapping[str, Any], path: str) -> float | None:
    """Return a number of the summary by its dotted path, or None where the run has no such (or no finite) number."""
    value: Any = summary
    for key in path.split("."):
        value = value.get(key) if isinstance(value, Mapping) else None
    if value is None or isinstance(value, bool | str | Mapping):
        return None
    return float(value) if np.isfinite(float(value)) else None
