"""The first power flow and N-1 of a fresh installation: nothing compiled yet, then from the cache, in new processes.

python benchmarks/cold.py
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from typing import Any

PROGRAM = """
import time, json
from holin.flow import flow, n1, snapshot
from holin.park import at_stage, stage_of
from holin.parkfile import read_park, reference_park
park = read_park(reference_park("huolinguole"))
park = at_stage(park, stage_of(park, "2025"))
state, seconds = snapshot(park), {}
for name, do in (("flow", flow), ("n1", n1)):
    before = time.process_time(), time.perf_counter()
    do(park, state)
    seconds[name] = {"cpu": time.process_time() - before[0], "wall": time.perf_counter() - before[1]}
print(json.dumps(seconds))
"""


def first_calls() -> dict[str, Any]:
    """Return the seconds of the first `flow` and `n1` of a park: with an empty cache, and in a later process."""
    with tempfile.TemporaryDirectory() as cache:
        environment = os.environ | {"NUMBA_CACHE_DIR": cache}
        found = {}
        for name in ("compiled", "from_cache"):
            done = subprocess.run(
                [sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True, env=environment
            )
            found[name] = json.loads(done.stdout)
    return found


if __name__ == "__main__":
    print(json.dumps(first_calls(), indent=2))
