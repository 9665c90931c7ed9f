"""Values as JSON can say them."""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Mapping
from datetime import date
from enum import Enum
from typing import Any

import numpy as np


def plain(value: Any) -> Any:
    """Return a value as JSON can say it: NumPy's numbers as numbers, dataclasses as mappings, NaN and infinity as null.

    Raises TypeError for anything else than numbers, texts, dates, enums, lists, mappings, arrays and dataclasses.
    """
    match value:
        case Mapping():
            return {str(k): plain(v) for k, v in value.items()}
        case list() | tuple():
            return [plain(v) for v in value]
        case np.ndarray():
            return [plain(v) for v in value.tolist()]
        case np.generic():
            return plain(value.item())
        case Enum():
            return plain(value.value)
        case float():
            return value if math.isfinite(value) else None
        case None | bool() | int() | str():
            return value
        case date():
            return value.isoformat()
        case _ if dataclasses.is_dataclass(value) and not isinstance(value, type):
            return {f.name: plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    raise TypeError(f"{type(value).__name__} has no plain form; give numbers, texts, dates, lists or mappings")


def canonical(value: Any) -> str:
    """Return plain values as the one JSON text that stands for them: keys sorted, no blanks."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
