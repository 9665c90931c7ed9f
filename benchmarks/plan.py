"""Plans of the synthetic park of peers/park_data.py: solved, certified, and beside PyPSA.

    python benchmarks/plan.py park.npz [--solver staged] [--json]
    python benchmarks/plan.py [--hours 168,744,2190,4380,8760] [--full] [--no-peer] [--json]

With a park that `peers/pypsa_park.py --export-data` wrote: its plan through `Park`, candidates and the blocks
(`plan_park.py`), with the objective as PyPSA counts it. Without one: growing horizons beside PyPSA with HiGHS's HiPO in
the same run, each solve in a process of its own on one thread; `--full` adds a year of quarter-hours and a hundred
buses. `cpu_seconds` hold the tables' way into problems, solving with all rounds of branch limits, certificate and
check; not the import of the libraries, reading the file, nor what Numba compiles once per installation.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from processes import HERE, Failed, holin_script, machine, peer_script, printed_json

RESULTS = HERE / "results" / "plan.json"
HOURS = (168, 744, 2190, 4380, 8760)
SPRING_H = 2160
"""Horizons shorter than a year begin on 1 April: January alone cannot be half green."""

LINE = (
    "{name}: {objective:,.2f}, bound {bound:,.2f}, {cpu_seconds:.1f} CPU s, {peak_memory_mb:.0f} MB, {solver}, "
    "{rounds} rounds"
)


def solved(path: Path, solver: str, threads: int) -> dict[str, Any]:
    """Return the plan of an exported park in figures; compiled code is loaded before the clock starts."""
    import plan_park

    from holin import __version__
    from holin.plan import plan_problem, solve_plan

    data = plan_park.read_exported(path)
    _load_once()
    began = time.process_time()
    stage, watch = plan_park.plan_stage(data)
    staged = time.process_time() - began
    plan = solve_plan([stage], [watch], solver=solver, threads=threads)
    cpu = time.process_time() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.process_time()
    plan_problem(plan.stages)
    again = time.process_time() - began
    (sizes,) = plan.sizes.values()
    rows, columns = plan.problem.linear.matrix.shape
    return {
        "objective": plan.objective, "bound": plan.bound, "gap": plan.gap, "cpu_seconds": cpu,
        "peak_memory_mb": (peak if sys.platform == "darwin" else peak * 1024) / 1e6, "solver": plan.solver,
        "build_cpu_seconds": staged + again, "iterations": plan.iterations, "rounds": plan.solves,
        "row_error": plan.row_error, "balance_error_mw": plan.balance_error_mw_max,
        "shed_mwh": float(plan.value(f"{stage.prefix}shed").sum() * stage.case.hours.step_h),
        "sizes_mw": dict(sizes.mw), "sizes_mwh": dict(sizes.mwh), "rows": rows, "columns": columns,
        "steps": stage.case.hours.count, "threads": threads, "version": __version__,
    }  # fmt: skip


def _load_once() -> None:
    """Make a table and solve two days of a small problem, so that what is imported or compiled once is not measured."""
    import numpy as np
    import xarray as xr

    from holin.kernel.linear import ProblemBuilder
    from holin.kernel.staged import solve_staged

    xr.Dataset({"value": ("unit", np.zeros(1))}, coords={"unit": ["a"]})
    builder = ProblemBuilder()
    held = builder.add_variables("held", (48,), upper=5.0)
    bought = builder.add_variables("bought", (48,), upper=9.0, cost=1.0 + np.arange(48.0) % 24)
    builder.add_rows("kept", [(held, 1.0), (np.roll(held, 1), -1.0), (bought, -1.0)], lower=-3.0, upper=-3.0)
    solve_staged(builder.built(), 48)


def case_of(hours: int, *, start: int | None = None, buses: int = 20, quarters: bool = False) -> dict[str, Any]:
    """Return what the peer is asked for: hours, first hour, buses, resolution."""
    first = start if start is not None else (0 if hours == 8760 else SPRING_H)
    return {"hours": hours, "start": first, "buses": buses, "resolution": "15min" if quarters else "1h"}


def name_of(case: dict[str, Any]) -> str:
    """Return a case in words."""
    steps = f"{4 * case['hours']:,} quarter-hours" if case["resolution"] == "15min" else f"{case['hours']:,} h"
    return f"{case['buses']} buses, {steps}"


def paired(case: dict[str, Any], *, peer: bool, time_limit_s: float) -> dict[str, Any]:
    """Return the figures of one case: Holin's, and PyPSA's or why there are none."""
    said = [part for name, value in case.items() for part in (f"--{name}", str(value))]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "park.npz"
        exported = peer_script("pypsa_park.py", *said, "--export-data", str(path), "--no-solve")
        printed_json(exported)
        found: dict[str, Any] = {"case": case, "holin": printed_json(holin_script("plan.py", str(path), "--json"))}
    print(LINE.format(name=name_of(case), **found["holin"]), file=sys.stderr, flush=True)
    if not peer:
        return found
    try:
        theirs = printed_json(
            peer_script("pypsa_park.py", *said, "--solver", "hipo", "--time-limit", str(time_limit_s))
        )
    except Failed as error:
        return found | {"pypsa": {"status": f"failed: {str(error)[-300:]}"}}
    kept = ("objective", "status", "total_cpu", "build_cpu", "solve_cpu", "peak_rss_mb", "n_vars", "n_cons", "versions")
    found["pypsa"] = {name: theirs.get(name) for name in kept}
    if theirs.get("status") == "optimal":
        found["relative_difference"] = abs(found["holin"]["objective"] / theirs["objective"] - 1.0)
        found["ratio_cpu"] = theirs["total_cpu"] / found["holin"]["cpu_seconds"]
        found["ratio_memory"] = theirs["peak_rss_mb"] * 1.048576 / found["holin"]["peak_memory_mb"]
    return found


def measured(cases: Sequence[dict[str, Any]], *, peer: bool, time_limit_s: float) -> dict[str, Any]:
    """Return all cases, and the machine that they ran on."""
    return {"machine": machine(), "cases": [paired(case, peer=peer, time_limit_s=time_limit_s) for case in cases]}


def sentence(found: dict[str, Any]) -> str:
    """Return one case in a line."""
    line = LINE.format(name=name_of(found["case"]), **found["holin"])
    if "ratio_cpu" not in found:
        return line if "pypsa" not in found else f"{line}; PyPSA: {found['pypsa']['status']}"
    return (
        f"{line}; PyPSA {found['relative_difference']:.1e} apart, {found['ratio_cpu']:.1f} times the CPU seconds, "
        f"{found['ratio_memory']:.1f} times the memory"
    )


def main() -> None:
    """Solve the park that the command line names, or measure growing horizons."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("case", type=Path, nargs="?", help="park of pypsa_park.py --export-data")
    parser.add_argument("--solver", default="staged", choices=("staged", "simplex", "ipx", "hipo"), help="of the plan")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--hours", default=",".join(map(str, HOURS)), help="horizons, without a park")
    parser.add_argument("--full", action="store_true", help="also quarter-hours of a year, and 50 and 100 buses")
    parser.add_argument("--no-peer", action="store_true", help="do not run PyPSA")
    parser.add_argument("--time-limit", type=float, default=7200.0, help="seconds that PyPSA's solver may take")
    parser.add_argument("--keep", action="store_true", help="write results/plan.json")
    parser.add_argument("--json", action="store_true", help="print JSON")
    a = parser.parse_args()
    if a.case is not None:
        try:
            found = solved(a.case, a.solver, a.threads)
        except (ValueError, OSError) as error:
            sys.exit(str(error))
        print(json.dumps(found) if a.json else LINE.format(name=a.case.name, **found))
        return
    cases = [case_of(int(hours)) for hours in a.hours.split(",")]
    if a.full:
        cases += [case_of(8760, buses=50), case_of(8760, buses=100), case_of(8760, quarters=True)]
    try:
        results = measured(cases, peer=not a.no_peer, time_limit_s=a.time_limit)
    except Failed as error:
        sys.exit(f"SKIPPED, NOT MEASURED. {error}")
    if a.keep:
        RESULTS.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(results, indent=2) if a.json else "\n".join(map(sentence, results["cases"])))
    apart = [sentence(c) for c in results["cases"] if c.get("relative_difference", 0.0) > 1e-6]
    if apart:
        sys.exit("objectives differ by more than 1e-6:\n" + "\n".join(apart))


if __name__ == "__main__":
    main()
