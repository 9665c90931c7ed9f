"""Parts of a whole that may be nothing."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def part_of(part: Array, whole: Array) -> Array:
    """Return part / whole, and 0 where there is no whole."""
    share: Array = np.divide(part, whole, out=np.zeros_like(part, dtype=float), where=whole > 0)
    return share
