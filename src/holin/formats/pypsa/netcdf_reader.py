"""Reads a netCDF file in a process of its own: `python -P netcdf_reader.py SOURCE TARGET SECONDS`.

The C library below dies of some damaged files; whatever becomes of this process, its caller lives and says what
happened. TARGET is an archive of NumPy arrays without Python objects. Reading may use so many SECONDS of the processor,
however busy the machine is. It imports nothing of Holin, to begin quickly.
"""

from __future__ import annotations

import json
import math
import sys
import time
from typing import Any

import numpy as np
from numpy.typing import NDArray


def plain_arrays(source: str) -> tuple[dict[str, NDArray[Any]], dict[str, Any]]:
    """Return the variables of a file as arrays of numbers, times or texts, and their dimensions and the attributes.

    A damaged file makes it raise any of many errors, or ends the process.
    """
    import xarray as xr

    with xr.open_dataset(source, decode_timedelta=False) as dataset:
        data = dataset.load()
    arrays = {}
    for name in map(str, data.variables):
        values = np.asarray(data[name].values)
        arrays[name] = values if values.dtype.kind in "biufM" else values.astype(str)
    dims = {name: [str(d) for d in data[name].dims] for name in arrays}
    return arrays, {"dims": dims, "attributes": {str(k): str(v) for k, v in data.attrs.items()}}


def limit_processor(seconds: float) -> None:
    """Let the system end this process when it has used so much more; where it cannot, the caller's clock does."""
    try:
        import resource
    except ImportError:
        return
    end = math.ceil(time.process_time() + seconds)
    resource.setrlimit(resource.RLIMIT_CPU, (end, end + 5))  # at the first the signal, at the second the end


def main(source: str, target: str, seconds: str) -> None:
    """Read one file and write its arrays; an error becomes one line."""
    import xarray as xr  # noqa: F401 - what takes its time to begin is not the file's

    limit_processor(float(seconds))
    try:
        arrays, head = plain_arrays(source)
    except Exception as error:  # the libraries below raise many kinds
        print(f"{type(error).__name__}: {' '.join(str(error).split())}", file=sys.stderr)
        sys.exit(1)
    numbered: dict[str, Any] = {f"v{k}": a for k, a in enumerate(arrays.values())}
    with open(target, "wb") as file:
        np.savez(file, head=np.array(json.dumps(head)), **numbered)


if __name__ == "__main__":
    main(*sys.argv[1:4])
