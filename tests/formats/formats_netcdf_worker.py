"""Damaged netCDF files, one after another in a process that may die of one: prints `seed verdict` for each.

    python formats_netcdf_worker.py FILE FIRST LAST

The file is read in this process and not in one of its own, so that many take little time; one that holds it up for a
minute ends it too, as `read_pypsa` ends its reader. Who called goes on behind a seed that was the last to be begun.
"""

import random
import signal
import sys
import tempfile
import warnings
from pathlib import Path

import formats_mutations as m

from holin.errors import BadInput
from holin.formats import read_pypsa
from holin.formats.pypsa import netcdf, network
from holin.formats.pypsa.netcdf_reader import plain_arrays

SECONDS = 60
"""After them a signal ends a process that hangs in the C library, or in what is left of its heap."""

DAMAGES = (m._flip, m._flip, m._flip, m._cut, m._lost, m._sign, m._behead)


def damaged(data: bytes, seed: int) -> bytes:
    dice = random.Random(seed)
    for _ in range(dice.choice((1, 1, 3, 20))):
        data = dice.choice(DAMAGES)(data, dice)
    return data


def in_this_process(path: Path) -> netcdf.Variables:
    try:
        arrays, head = plain_arrays(str(path))
    except Exception as error:
        raise netcdf._refused(path, str(error)) from None
    dims = {name: tuple(of) for name, of in head["dims"].items()}
    return netcdf.Variables(arrays=arrays, dims=dims, attributes=head["attributes"])


def main(file: str, first: str, last: str) -> None:
    warnings.simplefilter("ignore")
    network.read_variables = in_this_process
    data = Path(file).read_bytes()
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "network.nc"
        for seed in range(int(first), int(last)):
            print(seed, end=" ", flush=True)
            signal.alarm(SECONDS)
            source.write_bytes(damaged(data, seed))
            try:
                read_pypsa(source)
                print("whole", flush=True)
            except BadInput as error:
                assert all(f.problem and f.right for f in error.faults)
                print("refused", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:4])
