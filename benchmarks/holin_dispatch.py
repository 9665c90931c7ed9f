"""Solve one dispatch with Holin in this process and print the objective, times and memory as JSON.

    python benchmarks/holin_dispatch.py huolinguole case.npz --stage 2025

The case gives the losses that the optimum carries, all else comes from the park; it must have been written by
`export_case.py` with the same arguments.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.metadata
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import xarray as xr
from case_file import read_case
from export_case import Inputs, add_wanted_arguments, inputs_of, wanted_of

import holin
from holin.dispatch import dispatch
from holin.errors import Mismatch
from holin.store import peak_memory_mb


def losses_in(path: Path, inputs: Inputs) -> xr.DataArray:
    """Return the losses (time, bus) of a case. Raises Mismatch when its hours are not those of the inputs."""
    tables, arrays = read_case(path)
    time_of_run = inputs.available.time.values
    if len(arrays["time"]) != len(time_of_run) or (arrays["time"] != time_of_run).any():
        raise Mismatch(f"{path.name} has other hours than the run; export it with the same arguments")
    buses = [bus["id"] for bus in tables["buses"]]
    return xr.DataArray(arrays["loss_mw"], dims=("time", "bus"), coords={"time": time_of_run, "bus": buses})


@contextmanager
def watched_solver(spent: dict[str, float]) -> Iterator[None]:
    """Sum the wall and CPU time of every solve: handing the problem to HiGHS, and its run."""
    module = importlib.import_module("holin.dispatch.dispatch")
    solve = module.solve_linear

    def watched(*arguments: Any, **options: Any) -> Any:
        wall, cpu = time.perf_counter(), time.process_time()
        try:
            return solve(*arguments, **options)
        finally:
            spent["wall_s"] += time.perf_counter() - wall
            spent["cpu_s"] += time.process_time() - cpu

    vars(module)["solve_linear"] = watched
    try:
        yield
    finally:
        vars(module)["solve_linear"] = solve


def solved(inputs: Inputs, losses: xr.DataArray) -> dict[str, Any]:
    """Dispatch once: `build` is all but the solves: assembling, reading back, and checking the answer."""
    before_mb, spent = peak_memory_mb(), {"wall_s": 0.0, "cpu_s": 0.0}
    wall, cpu = time.perf_counter(), time.process_time()
    with watched_solver(spent):
        found = dispatch(inputs.park, inputs.available, inputs.demand, losses=losses, limits_mw=inputs.limits_mw)
    wall_s, cpu_s = time.perf_counter() - wall, time.process_time() - cpu
    return {
        "status": "optimal",
        "objective": found.objective,
        "objective_recomputed": found.objective_recomputed,
        "balance_error_mw_max": found.balance_error_mw_max,
        "wall_s": {"build": wall_s - spent["wall_s"], "solve": spent["wall_s"]},
        "cpu_s": {"build": cpu_s - spent["cpu_s"], "solve": spent["cpu_s"]},
        "solves": found.solves,
        "limits_in_the_optimum": int(sum(len(hours) for hours in found.watched.values())),
        "memory_before_mb": before_mb,
        "peak_memory_mb": peak_memory_mb(),
        "solver": found.solver,
        "versions": {"holin": holin.__version__}
        | {p: importlib.metadata.version(p) for p in ("highspy", "numpy", "scipy", "xarray", "pandas")},
    }


def main() -> None:
    """Solve what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("park")
    parser.add_argument("case", type=Path)
    add_wanted_arguments(parser)
    arguments = parser.parse_args()
    inputs = inputs_of(wanted_of(arguments))
    print(json.dumps(solved(inputs, losses_in(arguments.case, inputs)), indent=2))


if __name__ == "__main__":
    main()
