"""Fresh processes, measured from outside: every figure of a benchmark belongs to one process that did nothing else.

Only the standard library: a process starts out with the peak memory of the one that started it.
"""

from __future__ import annotations

import json
import os
import platform
import resource
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
UV = HERE.parent / "tools" / "bootstrap_uv.py"

ONE_THREAD = {f"{library}_NUM_THREADS": "1" for library in ("OMP", "OPENBLAS", "MKL", "NUMBA")} | {
    "POLARS_MAX_THREADS": "1"
}


class Failed(RuntimeError):
    """A measured process did not end well; the text has its last words."""


def holin_script(name: str, *arguments: str) -> list[str]:
    """Return the command that runs a script of this folder in Holin's environment."""
    return [sys.executable, str(HERE / name), *arguments]


def peer_script(name: str, *arguments: str) -> list[str]:
    """Return the command that runs a peer's script in an environment of its own, which uv keeps in its cache."""
    return [
        sys.executable,
        str(UV),
        "run",
        "--quiet",
        "--no-project",
        "--script",
        str(HERE / "peers" / name),
        *arguments,
    ]


def printed_json(command: Sequence[str]) -> Any:
    """Run a command and return the JSON that it prints. Raises Failed."""
    return json.loads(output_of(command)[0])


def output_of(command: Sequence[str]) -> tuple[str, dict[str, float]]:
    """Run a command on one thread; return what it prints, and its wall time, CPU time and peak memory. Raises Failed.

    The peak is that of the largest process it started so far, so a process should measure one command only.
    """
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, env=os.environ | ONE_THREAD, check=False)
    wall_s, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode != 0:
        raise Failed(f"{' '.join(map(str, command))} ended with {done.returncode}:\n{done.stderr[-2000:]}")
    cpu_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    peak = after.ru_maxrss / 1e6 if sys.platform == "darwin" else after.ru_maxrss * 1024 / 1e6
    return done.stdout, {"wall_s": wall_s, "cpu_s": cpu_s, "peak_memory_mb": peak}


def machine() -> dict[str, Any]:
    """Return what the figures depend on, and nothing that tells whose machine it is."""
    return {
        "cores": os.cpu_count(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
    }
