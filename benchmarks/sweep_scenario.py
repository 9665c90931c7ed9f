"""One scenario of a sweep with the seconds it took: a module of its own, since workers import it by name."""

from __future__ import annotations

import time
from typing import Any

from holin.twin.sweep import planned_scenario


def timed_scenario(**asked: Any) -> dict[str, Any]:
    """Return `planned_scenario`'s figures, with the CPU seconds (`cpu_s`) and clock seconds (`own_s`) for them."""
    began, cpu = time.perf_counter(), time.process_time()
    found = planned_scenario(**asked)
    return found | {"cpu_s": time.process_time() - cpu, "own_s": time.perf_counter() - began}
