"""The year's least-cost operation by stages in time, beside HiGHS on the same arrays.

python benchmarks/staged.py [--park huolinhe-2023] [--solvers simplex,ipx] [--json]

CPU seconds of one thread and the peak of memory, each solver in a process of its own: the staged interior point
(`holin.kernel.staged`), HiGHS's dual simplex, and its interior points (without crossover). The staged optimum comes
with a bound that holds whatever its duals are; the others' duals are put to the same test.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from typing import Any

from holin.dispatch import case_of, dispatch_problem, islands_of, topologies_of
from holin.kernel.highs import solve_linear
from holin.kernel.linear import LinearProblem
from holin.kernel.staged import certified_bound, solve_staged
from holin.park import at_stage, stage_of
from holin.parkfile import read_park, reference_park
from holin.resource import available, demand
from holin.twin.run import hours_of_run, weather_of

PARKS = ("huolinguole-2025", "huolinhe-2023", "huolinhe-2026")
SOLVERS = ("staged", "simplex", "ipx")
LINE = "{park:18} {solver:28} {cpu_seconds:8.1f} CPU s {peak_memory_mb:6.0f} MB  {objective:.9g}  bound {bound:.9g}"


def year_problem(name: str) -> tuple[LinearProblem, int]:
    """Return the year of a park's stage, without branch limits, and its number of hours."""
    folder, _, stage = name.rpartition("-")
    park = read_park(reference_park(folder))
    at = stage_of(park, stage)
    frozen = at_stage(park, at)
    hours = hours_of_run(frozen, at, None, None)
    sky = weather_of(frozen, hours, None, None)
    islands = islands_of(topologies_of(frozen, hours), len(hours))
    case = case_of(frozen, available(frozen, sky), demand(frozen, hours, sky), islands=islands)
    return dispatch_problem(case), len(hours)


def measured(name: str, solver: str) -> dict[str, Any]:
    """Return what one solver took and gave; compiled code is loaded before the clock starts."""
    problem, hours = year_problem(name)
    if solver == "staged":
        solve_staged(*year_problem(name))
    began = time.process_time()
    linear = solve_staged(problem, hours).linear if solver == "staged" else solve_linear(problem, algorithm=solver)
    cpu = time.process_time() - began
    bound = certified_bound(problem, linear.row_duals)
    return {
        "park": name, "asked": solver, "solver": linear.solver, "rows": problem.matrix.shape[0],
        "columns": problem.matrix.shape[1], "objective": linear.objective, "bound": bound, "cpu_seconds": cpu,
        "iterations": linear.iterations, "peak_memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--park", action="append", choices=PARKS)
    parser.add_argument("--solvers", default=",".join(SOLVERS))
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--one", nargs=2, metavar=("PARK", "SOLVER"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(json.dumps(measured(*options.one)))
        return
    rows = []
    for name in options.park or PARKS:
        for solver in options.solvers.split(","):
            command = [sys.executable, __file__, "--one", name, solver]
            told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
            rows.append(json.loads(told.splitlines()[-1]))
            if not options.json:
                print(LINE.format(**rows[-1]))
    if options.json:
        print(json.dumps(rows, indent=1))


if __name__ == "__main__":
    main()
