"""The standard types of PyPSA: what a line or transformer is that names a type and no impedance.

`line_types.csv` and `transformer_types.csv` are those of PyPSA 1.4 (MIT licence), which has them from pandapower
(BSD-3-Clause); an exported network that uses them does not bring them along.
"""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files


@cache
def standard_types(table: str) -> dict[str, dict[str, str]]:
    """Return the types of `line_types` or `transformer_types` by their names."""
    text = (files("holin.formats.pypsa") / f"{table}.csv").read_text(encoding="utf-8")
    return {row["name"]: row for row in csv.DictReader(text.splitlines())}
