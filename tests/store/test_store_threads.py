"""Threads in NetCDF's library at once: it is not made for it, and ended the whole process."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import xarray as xr

from holin.store import write_tables

BY_MANY = """
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from holin.store import open_table, table_outline, write_tables

folder = Path(sys.argv[1])

def work(k):
    name = f"table{k % 4}"
    table = open_table(folder / f"{k % 2}.nc", name)
    if k % 16 == 0:
        write_tables(folder / f"made-{k}.nc", {name: table})
    return float(table["p_mw"].sum()) == table_outline(folder / f"{k % 2}.nc", name).sizes["unit"] * 500 * (k % 4)

with ThreadPoolExecutor(16) as threads:
    print(set(threads.map(work, range(256))))
"""


def test_threads_that_read_and_write_at_once_get_what_they_asked_for(tmp_path: Path) -> None:
    for file in range(2):
        tables = {
            f"table{k}": xr.Dataset(
                {"p_mw": (("time", "unit"), np.full((500, 20), float(k))), "q_mvar": (("time",), np.ones(500))},
                coords={
                    "time": np.arange(500).astype("datetime64[h]").astype("datetime64[ns]"),
                    "unit": list("abcdefghijklmnopqrst"),
                },
            )
            for k in range(4)
        }
        write_tables(tmp_path / f"{file}.nc", tables)
    command = [sys.executable, "-c", BY_MANY, str(tmp_path)]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=300)
    assert (done.returncode, done.stdout) == (0, "{True}\n"), done.stderr[-2000:]
