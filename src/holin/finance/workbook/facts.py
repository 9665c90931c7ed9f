"""What stands in the workbook beside the cash flow itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import xarray as xr

from holin.finance.levelised import LevelisedCost


@dataclass(frozen=True, kw_only=True)
class BookFacts:
    """Headings, names and the results that have sheets of their own.

    `shared` is what `all_in_price` gives (None: no sheet), `levelised` what `levelised_costs` gives; `metal_t` is the
    smelters' metal in the year of `shared`. `names` say what ids of enterprises, sectors, parts and sources are called
    in the reader's language. `notes` say what is synthetic and where income and costs come from.
    """

    park_name: str
    plan: str
    currency: str
    levelised: Sequence[LevelisedCost] = ()
    shared: xr.Dataset | None = None
    metal_t: float | None = None
    names: Mapping[str, str] = field(default_factory=dict)
    notes: Sequence[str] = ()
