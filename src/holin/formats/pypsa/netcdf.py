"""A netCDF file as plain arrays, read in a process of its own (`netcdf_reader.py`)."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from holin.errors import BadInput, Fault
from holin.formats.source_file import bytes_of_file

READER = Path(__file__).with_name("netcdf_reader.py")
NETCDF_BYTES = 1_000_000_000
PROCESSOR_S, PROCESSOR_S_PER_BYTE = 4.0, 1e-6
"""What reading may use of a processor; a damaged file can hold the C library up for ever."""

BUSY = 15.0
"""So many times longer may it take by the clock, on a machine that does other work."""

TOO_LONG = "the file cannot be read in reasonable time"
RIGHT = "is the file complete, and written by export_to_netcdf?"


@dataclass(frozen=True, kw_only=True)
class Variables:
    """All variables of a file by name, their dimensions, and the attributes of the file."""

    arrays: dict[str, NDArray[Any]]
    dims: dict[str, tuple[str, ...]]
    attributes: dict[str, str]


def read_variables(path: Path) -> Variables:
    """Read a netCDF file; raises BadInput where it is none, is damaged, or takes longer than any good one."""
    size = len(bytes_of_file(path, NETCDF_BYTES))
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "arrays.npz"
        seconds = PROCESSOR_S + size * PROCESSOR_S_PER_BYTE
        command = [sys.executable, "-P", str(READER), str(path.resolve()), str(target), str(seconds)]
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=BUSY * seconds, check=False)
        except subprocess.TimeoutExpired:
            raise _refused(path, TOO_LONG) from None
        if done.returncode == -getattr(signal, "SIGXCPU", 0):
            raise _refused(path, TOO_LONG)
        if done.returncode != 0 or not target.exists():
            said = done.stderr.strip().splitlines()[-1][:160] if done.stderr.strip() else "its reader crashed"
            raise _refused(path, f"not a netCDF file that can be read: {said}")
        with np.load(target, allow_pickle=False) as archive:
            head = json.loads(str(archive["head"]))
            arrays = {name: archive[f"v{k}"] for k, name in enumerate(head["dims"])}
    return Variables(arrays=arrays, dims={n: tuple(d) for n, d in head["dims"].items()}, attributes=head["attributes"])


def _refused(path: Path, problem: str) -> BadInput:
    return BadInput([Fault(file=path.name, problem=problem, right=RIGHT)])
