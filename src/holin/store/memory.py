"""The memory that this process has taken at most."""

from __future__ import annotations

import sys


def peak_memory_mb() -> float:
    """Return the largest resident memory of the process so far in MB (1e6 bytes), NaN where nobody tells."""
    try:
        import resource
    except ImportError:
        return float("nan")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1e6 if sys.platform == "darwin" else peak * 1024 / 1e6
