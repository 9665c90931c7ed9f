# /// script
# requires-python = ">=3.11"
# dependencies = ["pypsa==1.4.0", "linopy==0.10.1", "highspy[extras]==1.15.1", "numpy>=2.1"]
# ///
"""Solve a case of `export_case.py` with PyPSA and print the objective, times and memory as JSON.

    uv run --script benchmarks/peers/pypsa_dispatch.py case.npz --solver simplex

PyPSA's own components wherever it has them: Bus, Line and Transformer with Kirchhoff's laws by cycles, Load, Generator
(wind, PV, import, export, shed load, committable thermal units with the linear relaxation), Store and Link (storages,
potlines). `extra_functionality` adds what it has no component for: the charge on each month's peak, the potlines'
production duty and ramps, the heat duty, commitment and ramps from the last step back to the first, planned outages
of branches, and the rules. These files know nothing of
Holin but the exported data.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import json
import logging
import os
import resource
import sys
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from pypsa_network import Arrays, Tables, network_of
from pypsa_rest import add_the_rest


def read(path: Path) -> tuple[Tables, Arrays]:
    with np.load(path, allow_pickle=False) as file:
        return json.loads(str(file["tables"])), {name: file[name] for name in file.files if name != "tables"}


def clocks() -> tuple[float, float]:
    return time.perf_counter(), time.process_time()


def peak_memory_mb() -> float:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1e6 if sys.platform == "darwin" else peak * 1024 / 1e6


@contextmanager
def quiet() -> Iterator[None]:
    """HiGHS prints its banner before it has read that it should not: standard output is for the JSON alone."""
    sys.stdout.flush()
    kept = os.dup(1)
    os.dup2(2, 1)
    try:
        yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)


def solved(path: Path, solver: str) -> dict[str, Any]:
    imported_mb = peak_memory_mb()
    tables, arrays = read(path)
    marks = [clocks()]
    n = network_of(tables, arrays)
    marks.append(clocks())
    n.optimize.create_model(linearized_unit_commitment=True, include_objective_constant=False, consistency_check=False)
    add_the_rest(n, tables, arrays)
    marks.append(clocks())
    options = {"solver": solver, "threads": 1, "log_to_console": False, "output_flag": False}
    if solver != "simplex":
        options["run_crossover"] = "off"
    status, condition = n.model.solve(solver_name="highs", io_api="direct", set_names=False, **options)
    marks.append(clocks())
    if status == "ok":
        n.optimize.assign_solution()
    marks.append(clocks())
    steps = ("network", "model", "solve", "read_back")
    spans = {s: [b - a for a, b in zip(marks[k], marks[k + 1], strict=True)] for k, s in enumerate(steps)}
    return {
        "status": condition,
        "objective": float(n.model.objective.value) if status == "ok" else None,
        "wall_s": {step: span[0] for step, span in spans.items()},
        "cpu_s": {step: span[1] for step, span in spans.items()},
        "memory_after_import_mb": imported_mb,
        "peak_memory_mb": peak_memory_mb(),
        "rows": int(n.model.ncons),
        "columns": int(n.model.nvars),
        "versions": {p: importlib.metadata.version(p) for p in ("pypsa", "linopy", "highspy", "numpy", "pandas")},
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("case", type=Path)
    parser.add_argument("--solver", choices=("simplex", "ipx", "hipo"), default="simplex")
    arguments = parser.parse_args()
    logging.disable(logging.WARNING)
    warnings.simplefilter("ignore")
    with quiet():
        result = solved(arguments.case, arguments.solver)
    print(json.dumps(result, indent=2))


if __name__ == "__main__":
    main()
