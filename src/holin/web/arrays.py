"""Arrays as Arrow IPC streams: a column of single precision for each label, null where nothing is known."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

Array = NDArray[Any]


def floats_of(values: Array) -> pa.Array:
    """Return values as an Arrow column of single precision, NaN as null.

    Only NaN is missing; what single precision cannot hold stays infinite.
    """
    with np.errstate(over="ignore"):
        single = np.ascontiguousarray(values, dtype=np.float32)
    missing = np.isnan(single)
    return pa.array(single, type=pa.float32(), mask=missing if missing.any() else None)


def stream_of(columns: Mapping[str, pa.Array], fields: Sequence[Mapping[str, str]], about: Mapping[str, Any]) -> bytes:
    """Return columns as an Arrow IPC stream in one batch; `fields` is what is said of each, `about` of all.

    Texts are written as they are, all else as JSON.
    """
    schema = pa.schema(
        [pa.field(name, column.type, metadata=dict(said)) for (name, column), said in zip(columns.items(), fields,
         strict=True)],
        metadata={k: v if isinstance(v, str) else json.dumps(v, ensure_ascii=False) for k, v in about.items()},
    )  # fmt: skip
    batch = pa.record_batch(list(columns.values()), schema=schema)
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, schema) as writer:
        writer.write_batch(batch)
    return bytes(sink.getvalue())
