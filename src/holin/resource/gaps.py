"""Missing is not zero: arrays with gaps are refused."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from holin.errors import Mismatch


def no_gaps(**arrays: NDArray[np.float64]) -> None:
    """Check that no array holds NaN; raises Mismatch that names all that do."""
    gaps = [f"{name} at {int(np.isnan(a).sum())} of {a.size} hours" for name, a in arrays.items() if np.isnan(a).any()]
    if gaps:
        raise Mismatch("the weather misses " + ", ".join(gaps) + "; fill them, or run only the hours that it has")
