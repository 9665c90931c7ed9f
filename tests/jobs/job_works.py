"""Works for the tests of jobs: they compute for 20 ms, fail, crash, or kill the process that they run in."""

import os
import resource
import signal
import time
from pathlib import Path
from typing import Any

import numpy as np

from holin.errors import Infeasible

STEP_S = 0.02


def square(number: int, offset: int = 0) -> dict[str, Any]:
    """Compute for 20 ms of this process."""
    end = time.process_time() + STEP_S
    while time.process_time() < end:
        np.linalg.norm(np.arange(1000.0))
    return {"square": np.int64(number * number + offset), "process": os.getpid()}


def pages_of_arrays(number: int) -> dict[str, Any]:
    """Make and leave a hundred arrays of 1 MB, one after the other; count the pages asked of the system for them."""
    np.ones(1 << 17)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _ in range(100):
        np.ones(1 << 17)
    return {"pages": resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before, "number": number}


def mixed(number: int) -> dict[str, Any]:
    """Fail in every way that a work can."""
    match number:
        case 1:
            raise Infeasible("load at A cannot be served; 3 MW are short")
        case 2:
            raise ZeroDivisionError("a mistake of the work")
        case 3:
            os.kill(os.getpid(), signal.SIGKILL)
        case 4:
            return {"table": object()}
    return square(number)


def deadly_once(number: int, mark: str) -> dict[str, Any]:
    """Kill the own process the first time that number 5 is done; the file at `mark` remembers."""
    if number == 5 and not Path(mark).exists():
        Path(mark).touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return square(number)


def slow(number: int, seen: str) -> dict[str, Any]:
    """Leave a mark with the process in the folder `seen`, then take long."""
    Path(seen, f"{number}-{os.getpid()}").touch()
    time.sleep(600)
    return {}


def threads() -> dict[str, Any]:
    """Tell what libraries may use."""
    return {name: os.environ.get(name) for name in ("OMP_NUM_THREADS", "NUMBA_NUM_THREADS")}


def noted(number: int, seen: str) -> dict[str, Any]:
    """Note each start in a file of its own, then compute."""
    Path(seen, f"{number}-{os.getpid()}-{time.monotonic_ns()}").touch()
    return square(number)


def met(number: int, seen: str) -> dict[str, Any]:
    """End only when two processes have come here."""
    Path(seen, str(os.getpid())).touch()
    end = time.monotonic() + 60
    while len(list(Path(seen).iterdir())) < 2:
        if time.monotonic() > end:
            raise TimeoutError("alone")
        time.sleep(0.01)
    return square(number)
