"""One row of a file of forecasts, and all its rows as arrays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from holin.calendar import Times
from holin.columns import column

MEDIAN = 0.5
COLUMN_DIM = {"available_mw": "unit", "load_mw": "load", "price_per_mwh": "grid"}
POWERS = {"MW": 1.0, "kW": 1e-3, "W": 1e-6, "GW": 1e3}
PRICES = {"MWh": 1.0, "kWh": 1e3}


@dataclass(frozen=True, kw_only=True)
class ForecastRow:
    """One quantile of one interval of one issue."""

    issued: str = column(meaning="when the forecast was made, with offset, such as 2025-03-03T18:00+08:00")
    time: str = column(meaning="start of the interval, with offset")
    element: str = column(meaning="id of a wind farm, PV plant, load or grid connection")
    quantile: float = column("1", "chance that less comes; 0.5 is the point forecast", default=MEDIAN, gt=0, lt=1)
    value: float | None = column(meaning="power that the weather would allow, load, or price; empty: not known")
    value_unit: str = column(
        meaning="MW (default), kW, GW; of a price: currency/MWh (default) or currency/kWh", default=""
    )


@dataclass(frozen=True, kw_only=True)
class Rows:
    """The rows of a file as arrays of the same length; `number` is the row as an editor counts."""

    file: str
    number: NDArray[np.int64]
    issued: Times
    time: Times
    element: NDArray[np.int64]
    quantile: NDArray[np.float64]
    value: NDArray[np.float64]


def text_of_cell(value: Any) -> str:
    """Return a value of Parquet as the text of a cell."""
    return "" if value is None else repr(value) if isinstance(value, float) else str(value)
