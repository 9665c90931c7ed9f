"""AC power flow beside lightsim2grid and power-grid-model: the same grids, the same year, one core, in one run.

    python benchmarks/flow.py [--grid mv_rural ...] [--json]

Everyone solves 35,136 quarter-hours to a mismatch of 1e-8 p.u. on 1 MVA, and every line out in 96 of them. Compilation,
reading and building lie outside for all. Ratios are of CPU seconds; the voltages are held against each other.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from ceilings import gbyte_per_cpu_second, gflop_per_cpu_second
from controls import controlled
from phases import outage_parts, phases
from processes import machine, peer_script, printed_json

from holin.kernel.contingency import Ratings, extremes_of_outages
from holin.kernel.powerflow import prepared, solve_power_flow
from holin.kernel.topology import Topology, admittance

GRIDS = ("mv_rural", "mv_rural_loop", "hv_urban", "hvmv_urban", "cigre_mv")
TOLERANCE_MVA = 1e-8
N1_STEPS = 96
REPEATS = 5
LEAST_CPU_S = 1.0
"""Of all repeats together, for the peers too: many where one takes milliseconds."""
CACHE = Path(__file__).resolve().parent.parent / ".cache" / "benchmarks"


def measured(grid: str) -> dict[str, Any]:
    """Return the figures of all engines on one grid, and the ratios of Holin to each peer."""
    core = min(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else -1
    with tempfile.TemporaryDirectory() as folder:
        arrays, voltages = Path(folder) / "case.npz", Path(folder) / "n1.npy"
        found: dict[str, Any] = printed_json(
            peer_script(
                "powerflow.py", grid, "--arrays", str(arrays), "--n1-voltages", str(voltages), "--cache", str(CACHE),
                "--core", str(core), "--n1-steps", str(N1_STEPS),
            )
        )  # fmt: skip
        if core >= 0:
            os.sched_setaffinity(0, {core})
        with np.load(arrays) as case:
            found["holin"] = _holin(case, np.load(voltages))
    for peer in ("power-grid-model", "lightsim2grid"):
        year = found["holin"]["year"]["steps_per_cpu_second"] / found[peer]["year"]["steps_per_cpu_second"]
        solved = found[peer]["n1"]["solved_per_cpu_second"]
        n1 = found["holin"]["n1"]["solved_per_cpu_second"] / solved if solved else None
        found[peer] |= {"holin_times_faster": {"year": year, "n1": n1}}
    return found


def topology_of(case: Any) -> Topology:
    """Return the case as a topology; what its matrix has beside the branches stands in the shunts."""
    y, half = 1 / (case["r"] + 1j * case["x"]), (case["g"] + 1j * case["b"]) / 2
    ratio = case["tap"] * np.exp(1j * np.radians(case["shift"]))
    bare = Topology(
        nodes=int(case["n"]),
        node_from=case["f"].astype(np.int64),
        node_to=case["t"].astype(np.int64),
        y_ff=(y + half) / np.abs(ratio) ** 2,
        y_ft=-y / ratio.conj(),
        y_tf=-y / ratio,
        y_tt=y + half,
        y_shunt=np.zeros(int(case["n"]), dtype=np.complex128),
        slack=case["slack"].astype(np.int64),
        v_slack=case["v_slack"].astype(np.complex128),
    )
    return Topology(**{**vars(bare), "y_shunt": np.diag(case["Y"] - admittance(bare)).copy()})


def _holin(case: Any, n1_reference: np.ndarray) -> dict[str, Any]:
    topology = topology_of(case)
    s = np.ascontiguousarray(case["S"])
    s[:, topology.slack] = 0
    steps, lines, branches = len(s), int(case["nline"]), len(topology.node_from)
    unlimited = Ratings(i_from=np.ones(branches), i_to=np.ones(branches))
    outages, day = [[k] for k in range(lines)], s[:N1_STEPS]

    def year() -> Any:
        return solve_power_flow(prepared(topology), s, tolerance_mva=TOLERANCE_MVA, threads=1)

    def n1() -> Any:
        return extremes_of_outages(
            prepared(topology), day, unlimited, outages, keep_v=True, tolerance_mva=TOLERANCE_MVA, threads=1
        )

    solve_power_flow(topology, s[:64], tolerance_mva=TOLERANCE_MVA, threads=1)  # compiles
    year_s, flow = _timed(year)
    n1_s, found = _timed(n1)
    cases, below = found.solved.size, len(prepared(topology).pattern.columns)
    unknowns, iterations = topology.nodes - len(topology.slack), float(flow.iterations.mean())
    flop = (16 * below + 30 * unknowns) * (iterations + 1) + 16 * below + 20 * unknowns
    moved = (96 * below + 112 * unknowns) * (iterations + 1) + 48 * below + 64 * unknowns
    ceilings = {"gflop": gflop_per_cpu_second(), "gbyte": gbyte_per_cpu_second(unknowns)}
    rows = np.linspace(0, steps - 1, min(steps, 500)).astype(int)
    mismatch = np.abs(flow.v[rows] * (flow.v[rows] @ case["Y"].T).conj() - s[rows])
    mismatch[:, topology.slack] = 0
    same = np.abs(found.v - n1_reference).max(axis=(1, 2))
    return {
        "year": {
            "cpu_seconds": year_s,
            "steps_per_cpu_second": steps / year_s,
            "residual_mva": float(mismatch.max()),
            "iterations": iterations,
            "by_newton": int(flow.by_newton.sum()),
            "distance_to_reference_pu": float(np.abs(flow.v[case["ref_steps"]] - case["Vref"]).max()),
            "flop_per_step": flop,
            "gflop_per_cpu_second": flop * steps / year_s / 1e9,
            "byte_per_step": moved,
            "gbyte_per_cpu_second": moved * steps / year_s / 1e9,
            "of_most": {
                "gflop": flop * steps / year_s / 1e9 / ceilings["gflop"],
                "gbyte": moved * steps / year_s / 1e9 / ceilings["gbyte"],
            },
        },
        "ceilings_per_cpu_second": ceilings,
        "phases_ns": phases(prepared(topology), s, iterations, year_s / steps),
        "outage_parts_us": outage_parts(prepared(topology), day, outages, n1_s),
        "controls": controlled(case, topology, s, flow, year_s, _timed, TOLERANCE_MVA),
        "n1": {
            "cpu_seconds": n1_s,
            "cases": cases,
            "solved": int(found.solved.sum()),
            "solved_per_cpu_second": float(found.solved.sum() / n1_s),
            "islanding_outages": int(found.dead.any(axis=1).sum()),
            "distance_to_power_grid_model_pu": float(same.max()),
        },
    }


def _timed(do: Callable[[], Any]) -> tuple[float, Any]:
    best, result, done, spent = float("inf"), None, 0, 0.0
    while done < REPEATS or spent < LEAST_CPU_S:
        before = time.process_time()
        result = do()
        took = time.process_time() - before
        best, done, spent = min(best, took), done + 1, spent + took
    return best, result


def sentence(found: dict[str, Any]) -> str:
    """Return one grid's figures as a line."""
    holin = found["holin"]
    parts = [
        f"{found['grid']} ({found['buses']} buses): year {holin['year']['steps_per_cpu_second'] / 1e3:.0f}k/CPU s, "
        f"N-1 {holin['n1']['solved_per_cpu_second'] / 1e3:.0f}k/CPU s"
    ]
    for peer in ("power-grid-model", "lightsim2grid"):
        times = found[peer]["holin_times_faster"]
        n1 = "it solves none" if times["n1"] is None else f"{times['n1']:.1f}x"
        parts.append(f"{peer}: year {times['year']:.1f}x, N-1 {n1}")
    return "; ".join(parts)


def main() -> None:
    """Measure the grids of the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--grid", action="append", choices=GRIDS, help="may be repeated; without: all")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    results = []
    for grid in arguments.grid or GRIDS:
        results.append(measured(grid))
        if not arguments.json:
            print(sentence(results[-1]), flush=True)
    if arguments.json:
        print(json.dumps({"machine": machine(), "grids": results}, indent=2))


if __name__ == "__main__":
    main()
