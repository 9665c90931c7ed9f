"""A column of a table as an Arrow stream."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import Any

import numpy as np
import xarray as xr

from holin.web.arrays import floats_of, stream_of


def column_stream(values: xr.DataArray, *, about: Mapping[str, Any]) -> bytes:
    """Return a column: rows are its first dimension, each combination of the other labels is an Arrow column."""
    rows, *others = map(str, values.dims)
    labels = list(itertools.product(*(map(str, values[dim].values) for dim in others)))
    laid = np.asarray(values.values, dtype=float).reshape(values.shape[0], -1)
    names = ["|".join(parts) for parts in labels] if others else [str(about["column"])]
    columns = {name: floats_of(laid[:, k]) for k, name in enumerate(names)}
    fields = [dict(zip(others, parts, strict=True)) for parts in labels] if others else [{}]
    return stream_of(columns, fields, {**about, "dims": [rows, *others]})
