"""Works for the tests of the desk: they write, tell how far they are, fail, die, or do not hear."""

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from holin.errors import BadInput, Fault

Tell = Callable[[str, float], None]


def counting(*, folder: Path, on_progress: Tell, steps: int, pause_s: float = 0.0) -> dict[str, Any]:
    """Write a line a step."""
    with (folder / "lines.txt").open("w") as file:
        for step in range(steps):
            file.write(f"{step}\n")
            file.flush()
            on_progress("count", (step + 1) / steps)
            time.sleep(pause_s)
    return {"steps": steps, "process": os.getpid()}


def faulty(*, folder: Path, on_progress: Tell) -> dict[str, Any]:
    """Write something, then find what was asked wrong."""
    (folder / "half.txt").write_text("half")
    raise BadInput([Fault(file="argument", field="mw", value="-1", problem="below 0", right="give 0 or more")])


def mistaken(*, folder: Path, on_progress: Tell) -> dict[str, Any]:
    """Fail as nobody foresaw."""
    raise ZeroDivisionError("a mistake of the work")


def dying(*, folder: Path, on_progress: Tell) -> dict[str, Any]:
    """Kill the process, as the system does for want of memory."""
    os.kill(os.getpid(), signal.SIGKILL)
    return {}


def deaf(*, folder: Path, on_progress: Tell) -> dict[str, Any]:
    """Hear no interrupt, as a solver deep in its own code."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    on_progress("deaf", 0.5)
    (folder / "half.txt").write_text("half")
    while True:
        time.sleep(0.05)
