"""What may travel: labelled tables (xarray), each declared once with its dimensions, columns, units and signs.

Coordinates: `time` is the start of the hour in UTC (datetime64, no zone). `unit` carries `kind` (the park table it
stands in), `unit_bus` and `enterprise` ("" for none), in the order of `park.units_of`. `branch` carries `bus_from`,
`bus_to`, `branch_kind` (line, transformer, transformer3) and `element` (its id in the park: a three-winding
transformer is three branches `ID.1`, `ID.2`, `ID.3` that meet in an inner bus `ID.star`). `bus` carries `node`: buses
that closed switches join share one. `site` carries `site_kind`, `latitude`, `longitude` and `height_m`. `measurement`
carries `element` (`measured` in an estimate, whose branches have an `element`), `end` ("" for none) and `quantity`.

In a forecast `issued` is when it was made (UTC), `lead` the time from then to the start of the interval, never
negative (so `time` = `issued` + `lead`: a year of issues stays a dense table), `quantile` the chance, 0..1, that less
comes; the median is the point forecast.

In METERED `time` is the start of an interval of `step_h` (an attribute, <= 1 h), `device` carries `device_kind` and
`enterprise`. Its attribute `kind` is `metered`, or `demo` for readings that were made from a run; `sources` names the
files with their SHA-256, `known_at` the moment whose knowledge it holds ("" for all).

In a trace `source` carries `source_kind` and `green`, `sink` carries `sink_kind` and `enterprise`, `storage` carries
`cyclic`. Storage is a sink when it charges and never a source, for its discharge is followed back; export is the sink
`export:GRID`, the renewable part of an import with a known mix the source `renewable:GRID` (kind `grid_renewable`),
and `unknown` what a storage held before the first hour of a table that is not cyclic. Its attributes `losses` and
`storage` name the algorithms that made it, `closure_mwh` is the largest gap that its identities found.
"""

from __future__ import annotations

from holin.tables.accounts import CARBON, MARGINAL, METERED, SCOPES, TRACE
from holin.tables.checks import checked, same_hours
from holin.tables.operation import (
    AHEAD,
    AVAILABLE,
    DC_OPTIMUM,
    DEMAND,
    ESTIMATE,
    FLOWS,
    FORECAST,
    MEASUREMENTS,
    SCHEDULE,
    SETPOINTS,
    WEATHER,
)
from holin.tables.schema import TableSchema

__all__ = [
    "AHEAD",
    "AVAILABLE",
    "CARBON",
    "DC_OPTIMUM",
    "DEMAND",
    "ESTIMATE",
    "FLOWS",
    "FORECAST",
    "MARGINAL",
    "MEASUREMENTS",
    "METERED",
    "SCHEDULE",
    "SCHEMAS",
    "SCOPES",
    "SETPOINTS",
    "TRACE",
    "WEATHER",
    "TableSchema",
    "checked",
    "same_hours",
]

SCHEMAS: dict[str, TableSchema] = {
    s.name: s
    for s in (
        WEATHER, AVAILABLE, DEMAND, SCHEDULE, AHEAD, FLOWS, SETPOINTS, DC_OPTIMUM, TRACE, CARBON, SCOPES, MARGINAL,
        MEASUREMENTS, ESTIMATE, FORECAST, METERED,
    )
}  # fmt: skip
"""Table name -> declaration."""
