"""Tracing of a year beside its peers: the same flows, one core, in one run, results held against each other.

    python benchmarks/tracing.py [--grid mv_rural_loop ...] [--json]

Holin's flows of a year's hours are traced by Holin, by the dense inverse of textbooks, by batched dense solves, by a
sparse LU an hour (all NumPy and SciPy, in this process, taking turns with Holin) and by netallocation (in its own
environment).
Six kinds of sources; every bus is a sink of its own. Figures are medians of paired runs, in CPU seconds; compilation,
reading and the power flow lie outside for all.
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

for library in ("OMP", "OPENBLAS", "MKL", "NUMBA"):
    os.environ[f"{library}_NUM_THREADS"] = "1"

import numpy as np  # noqa: E402
from processes import HERE, Failed, machine, output_of, peer_script  # noqa: E402
from textbook import Flows, dense_batched, dense_inverse, sent, sparse_lu  # noqa: E402

from flow import topology_of  # noqa: E402
from holin.kernel.powerflow import prepared as prepared_flow  # noqa: E402
from holin.kernel.powerflow import solve_power_flow  # noqa: E402
from holin.kernel.sharing import Network, Shared, share  # noqa: E402

GRIDS = ("mv_rural_loop", "hv_urban", "hvmv_urban")
PAIRS = 7
HOURS = {"dense inverse": 300, "batched dense": 1000, "sparse LU": 300}
"""So many hours of each peer a pair; per hour they take the same in all."""

PEERS: dict[str, Callable[[Flows], Any]] = {
    "dense inverse": dense_inverse, "batched dense": dense_batched, "sparse LU": sparse_lu,
}  # fmt: skip
ENTERPRISES = 10
NETALLOCATION_HOURS = 40
CACHE = HERE.parent / ".cache" / "benchmarks"


def measured(grid: str) -> dict[str, Any]:
    """Return the figures of all engines on one grid."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    flows = _flows(grid)
    network, source = _network(flows)

    def trace(of: Network = network) -> Shared:
        return share(of, flows.p_from, flows.p_to, source, flows.sink, threads=1)

    joined = Network(**{**vars(network), "sink_group": np.arange(network.nodes) % ENTERPRISES})
    trace(), trace(joined)  # compiles
    engines: dict[str, Any] = {}
    own: list[float] = []
    by_enterprise: list[float] = []
    for name, peer in PEERS.items():
        part, theirs = flows.first(HOURS[name]), []
        for _ in range(PAIRS):
            theirs.append(_cpu(lambda part=part, peer=peer: peer(part)) / HOURS[name])
            own.append(_cpu(trace) / len(source))
            by_enterprise.append(_cpu(lambda: trace(joined)) / len(source))
        beside, summed = np.array(theirs) / own[-PAIRS:], np.array(theirs) / by_enterprise[-PAIRS:]
        engines[name] = {
            "hours_per_cpu_second": float(1 / np.median(theirs)),
            "holin_times_faster": float(np.median(beside)),
            "holin_by_enterprise_times_faster": float(np.median(summed)),
        }
    found, reference = trace(), dense_inverse(flows.first(HOURS["dense inverse"]))
    own_s = float(np.median(own))
    gross = (found.energy + found.loss).transpose(0, 2, 1)
    engines["holin"] = {
        "hours_per_cpu_second": 1 / own_s,
        "hours_per_cpu_second_by_enterprise": float(1 / np.median(by_enterprise)),
        "year_cpu_seconds": own_s * len(source),
        "distance_to_dense_inverse_mw": float(np.abs(gross[: len(reference)] - reference).max()),
        "closure_mw": _closure(found, flows),
    }
    engines["netallocation"] = _netallocation(flows, own_s)
    return {
        "grid": grid, "buses": network.nodes, "branches": len(flows.node_from), "hours": len(source),
        "kinds": flows.made.shape[2], "hours_with_circulation": _circulating(flows), "engines": engines,
    }  # fmt: skip


def _flows(grid: str) -> Flows:
    """Solve the grid's year and return its flows; the slack imports as kind 0, or draws what is exported."""
    with tempfile.TemporaryDirectory() as folder:
        arrays = Path(folder) / "case.npz"
        output_of(peer_script("tracing_grid.py", grid, "--arrays", str(arrays), "--cache", str(CACHE)))
        with np.load(arrays) as found:
            case = dict(found)
    topology = topology_of(case)
    s = np.ascontiguousarray(case["S"])
    s[:, topology.slack] = 0
    v = solve_power_flow(prepared_flow(topology), s, tolerance_mva=1e-9, threads=1).v
    assert np.isfinite(v).all()
    v_from, v_to = v[:, topology.node_from], v[:, topology.node_to]
    p_from = (v_from * (topology.y_ff * v_from + topology.y_ft * v_to).conj()).real
    p_to = (v_to * (topology.y_tf * v_from + topology.y_tt * v_to).conj()).real
    load, made, slack = case["load"], case["made"], int(topology.slack[0])
    out = np.zeros_like(load)
    np.add.at(out.T, topology.node_from, p_from.T)
    np.add.at(out.T, topology.node_to, p_to.T)
    taken = out[:, slack] - made[:, slack].sum(axis=1) + load[:, slack]
    made[:, slack, 0] += np.maximum(taken, 0)
    load[:, slack] += np.maximum(-taken, 0)
    return Flows(
        node_from=topology.node_from, node_to=topology.node_to, p_from=np.ascontiguousarray(p_from),
        p_to=np.ascontiguousarray(p_to), made=np.ascontiguousarray(made), sink=np.ascontiguousarray(load),
    )  # fmt: skip


def _network(flows: Flows) -> tuple[Network, Any]:
    """Return the network with one source for each bus and kind that ever feeds in, and their power."""
    bus, kind = np.nonzero(flows.made.any(axis=0))
    buses = flows.sink.shape[1]
    network = Network(
        nodes=buses, node_from=flows.node_from, node_to=flows.node_to, source_node=bus, source_group=kind,
        sink_node=np.arange(buses),
    )  # fmt: skip
    return network, np.ascontiguousarray(flows.made[:, bus, kind])


def _cpu(do: Callable[[], Any]) -> float:
    before = time.process_time()
    do()
    return time.process_time() - before


def _closure(found: Shared, flows: Flows) -> float:
    """Return the largest gap of any hour: kinds against what they feed in, sinks against what they draw."""
    given = (found.energy + found.loss).sum(axis=2) + found.stranded - flows.made.sum(axis=1)
    drawn = found.energy.sum(axis=1) + found.unfed - flows.sink
    return float(max(np.abs(given).max(), np.abs(drawn).max()))


def _circulating(flows: Flows) -> int:
    """Return in how many hours power goes round in a loop: where no order of the buses is that of the flow."""
    forward, backward, _ = sent(flows)
    count = 0
    for hour in range(len(forward)):
        ends = [(a, b) for a, b, x in zip(flows.node_from, flows.node_to, forward[hour], strict=True) if x > 0]
        ends += [(b, a) for a, b, x in zip(flows.node_from, flows.node_to, backward[hour], strict=True) if x > 0]
        into = np.zeros(flows.sink.shape[1], dtype=int)
        onward: dict[int, list[int]] = {}
        for a, b in ends:
            into[b] += 1
            onward.setdefault(a, []).append(b)
        free = np.flatnonzero(into == 0).tolist()
        while free:
            for b in onward.pop(free.pop(), []):
                into[b] -= 1
                if into[b] == 0:
                    free.append(b)
        count += bool(into.any())
    return count


def _netallocation(flows: Flows, own_s: float) -> dict[str, Any]:
    """Allocate the lossless gross flows bus to bus by netallocation, and hold Holin's shares against it."""
    hours = NETALLOCATION_HOURS
    part = flows.first(hours)
    buses = np.arange(part.sink.shape[1])
    by_bus = Network(
        nodes=len(buses), node_from=part.node_from, node_to=part.node_to, source_node=buses, sink_node=buses
    )
    source = part.made.sum(axis=2)
    found = share(by_bus, part.p_from, part.p_to, source, part.sink, with_gross=True)
    forward, backward, passing = sent(part)
    per_mw = np.divide(found.gross, passing, out=np.zeros_like(passing), where=passing > 0)
    flow = forward * per_mw[:, part.node_from] - backward * per_mw[:, part.node_to]
    gross_sink = part.sink * per_mw
    with tempfile.TemporaryDirectory() as folder:
        given, allocated = Path(folder) / "flows.npz", Path(folder) / "allocated.npy"
        np.savez(given, f=part.node_from, t=part.node_to, flow=flow, source=source - found.stranded, sink=gross_sink)
        try:
            told, _ = output_of(
                peer_script("netallocation_tracing.py", str(given), "--hours", str(hours), "--out", str(allocated))
            )
        except Failed as error:
            return {"failed": str(error).splitlines()[0]}
        answer, theirs = json.loads(told.splitlines()[-1]), np.load(allocated)  # old packages talk before
    return {
        "hours_per_cpu_second": 1 / answer["cpu_seconds_per_hour"],
        "holin_times_faster": answer["cpu_seconds_per_hour"] / own_s,
        "distance_to_holin_mw": float(np.abs(theirs - (found.energy + found.loss)).max()),
    }


def sentence(found: dict[str, Any]) -> str:
    """Return one grid's figures as a line."""
    engines = found["engines"]
    own = engines["holin"]
    parts = [
        f"{found['grid']} ({found['buses']} buses): {own['hours_per_cpu_second'] / 1e3:.0f}k hours/CPU s, summed "
        f"by enterprise {own['hours_per_cpu_second_by_enterprise'] / 1e3:.0f}k, closure {own['closure_mw']:.0e} MW"
    ]
    for name in (*PEERS, "netallocation"):
        peer = engines[name]
        parts.append(f"{name} {peer['holin_times_faster']:,.0f}x" if "failed" not in peer else f"{name} FAILED")
    return "; ".join(parts)


def main() -> None:
    """Measure the grids of the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--grid", action="append", help="may be repeated; without: " + ", ".join(GRIDS))
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
