"""A set of readings: what each meter said of which interval, how good, and since when that is known."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from holin.errors import BadInput, Fault
from holin.metering.devices import MeterOf
from holin.metering.row import Kind

REGISTER, ENERGY, CONTENT = 0, 1, 2
"""What a reading is of: registers at a moment, the energy of an interval, or the content of a storage at a moment."""

NOTHING = int(np.iinfo(np.int64).min)
"""Stands for an energy that nobody said. Energies are whole thousandths of a Wh: sums of them are exact."""

COLUMNS = {
    "meter": "int64",
    "what": "int64",
    "time": "datetime64[ns]",
    "length_s": "int64",
    "out": "int64",
    "into": "int64",
    "content": "float64",
    "flags": "int64",
    "known_since": "datetime64[ns]",
    "said": "bool",
    "origin": "int64",
}
"""Columns of the rows of Readings. `meter` is the place in `meters`; `time` UTC, the start of the interval or the
moment; `length_s` 0 of a moment; `out` and `into` in thousandths of a Wh, of a register its figure; `content` in MWh;
`said` whether the file gave `known_since`; `origin` 0 estimate, 1 feed, 2 hand."""

ORIGINS = ("estimate", "feed", "hand")


@dataclass(frozen=True, kw_only=True, eq=False)
class Readings:
    """Readings in no order, for their order means nothing. `sources` are the files and their SHA-256, sorted.

    `phase_s` is how far local hours begin after the hours of UTC: intervals are counted from there. `kind_unsaid` are
    the files without a column `kind`, taken as metered.
    """

    kind: Kind
    sources: tuple[tuple[str, str], ...]
    meters: tuple[MeterOf, ...]
    phase_s: int
    rows: pd.DataFrame
    kind_unsaid: tuple[str, ...] = ()


def together(parts: Iterable[Readings]) -> Readings:
    """Return the readings of several files as one set; raises BadInput where metered and demo ones meet."""
    given = list(parts)
    kinds = sorted({p.kind for p in given})
    if len(kinds) > 1:
        demo = next(p for p in given if p.kind is Kind.DEMO)
        problem = "readings made from a run stand beside readings of meters"
        right = "read them apart: demo and metered are never mixed"
        raise BadInput([Fault(file=demo.sources[0][0], field="kind", value="demo", problem=problem, right=right)])
    sources = tuple(sorted({s for p in given for s in p.sources}))
    unsaid = tuple(sorted({name for p in given for name in p.kind_unsaid}))
    rows = pd.concat([p.rows for p in given], ignore_index=True)
    return replace(given[0], sources=sources, rows=rows, kind_unsaid=unsaid)
