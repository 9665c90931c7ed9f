"""The hash by which a job is known again."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Mapping
from datetime import date
from enum import Enum
from pathlib import PurePath
from typing import Any

import numpy as np


def fingerprint(value: Any) -> str:
    """Return the SHA-256 of a value: equal for equal values in every process and on every machine.

    It takes what `plain` takes, and labelled tables (xarray) and bytes besides; arrays count bit by bit with their
    type and shape, NaN and infinity count as themselves. Raises TypeError for anything else.
    """
    seen = hashlib.sha256()
    _feed(seen, value)
    return seen.hexdigest()


def _feed(seen: Any, value: Any) -> None:
    def say(kind: str, text: str | bytes = "") -> None:
        data = text.encode() if isinstance(text, str) else text
        seen.update(f"{kind}:{len(data)}:".encode())
        seen.update(data)

    match value:
        case _ if type(value).__module__.startswith("xarray."):
            parts = value if hasattr(value, "data_vars") else value.to_dataset(name="values")
            say(type(value).__name__, str(len(parts.variables)))
            for name in sorted(parts.variables, key=str):
                say(str(name), str(parts[name].dims))
                _feed(seen, parts[name].to_numpy())
            _feed(seen, {str(k): str(v) for k, v in value.attrs.items()})
        case Mapping():
            say("mapping", str(len(value)))
            for key in sorted(value, key=str):
                say("key", str(key))
                _feed(seen, value[key])
        case list() | tuple():
            say("list", str(len(value)))
            for item in value:
                _feed(seen, item)
        case np.ndarray() if value.dtype != object:
            say("array", f"{value.dtype.str}{value.shape}")
            say("values", np.ascontiguousarray(value).tobytes())
        case np.ndarray():
            say("array", f"object{value.shape}")
            _feed(seen, value.tolist())
        case np.generic():
            _feed(seen, value.item())
        case Enum():
            _feed(seen, value.value)
        case bool() | None:
            say("word", str(value))
        case int() | float() | str() | bytes():
            say(type(value).__name__, value if isinstance(value, str | bytes) else repr(value))
        case date() | PurePath():
            say(type(value).__name__, str(value))
        case _ if dataclasses.is_dataclass(value) and not isinstance(value, type):
            say("thing", type(value).__qualname__)
            _feed(seen, {f.name: getattr(value, f.name) for f in dataclasses.fields(value)})
        case _:
            raise TypeError(f"{type(value).__name__} cannot be hashed; give numbers, texts, tables or dataclasses")
