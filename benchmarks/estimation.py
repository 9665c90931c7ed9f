"""State estimation beside power-grid-model: the same network, the same meters, the same values, one core, in one run.

    python benchmarks/estimation.py [--case radial95 --case huolinguole ...] [--json]

Meters are the voltages of all buses, the powers of all buses with units, the powers of all branches at their first end;
buses without units have exactly none. Both get ready arrays and give voltages; compilation, reading and building lie
outside; the tolerance is 1e-8 for all. Rates are of CPU seconds. For each answer is said how far one more Gauss-Newton
step of the common least squares would move it (`distance_to_optimum_pu`, the gradient in p.u.), the objective and the
voltages' difference. Newton-Raphson minimises the same squares. Iterative linear estimation minimises others (it weighs
powers as currents): where its voltages differ by more than 1e-6 it is no answer to the same question, and its rate is
printed beside, not counted. `whole` is Holin's `estimate` of a park: with observability, bad data, covariances, flows,
and the table.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from processes import ONE_THREAD, machine, peer_script, printed_json

os.environ |= ONE_THREAD

from holin.flow import estimate, flow, measured_flow, network_of, snapshot
from holin.kernel.estimation import Question, solve_estimation
from holin.kernel.estimation_gain import free_directions
from holin.kernel.estimation_model import Meters, Sees, predicted, slopes
from holin.kernel.powerflow import solve_power_flow
from holin.kernel.topology import Topology
from holin.park import Park, at_stage, stage_of
from holin.parkfile import read_park, reference_park

STATES, STATES_OF_PEER, STATES_OF_WHOLE, STATES_OF_DISTANCE = 35_136, 4_000, 2_000, 50
EQUAL_PU = 1e-6
"""Voltages that differ by less answer the same question."""

REPEATS = 5
SIGMA_V_PU, SIGMA_SHARE = 0.003, 0.01
CASES = ("radial95", "huolinguole", "meshed195")


def case_of(name: str, states: int = STATES) -> dict[str, Any]:
    """Return a network, one set of meters and their values in many states."""
    rng = np.random.default_rng(1)
    topology, branches, v_nom_kv, mean = _park_case() if name == "huolinguole" else _feeder(name, rng)
    s = mean * (0.3 + 0.7 * rng.random((states, 1))) * rng.uniform(0.6, 1.0, (states, len(mean)))
    v = solve_power_flow(topology, s).v
    at = np.flatnonzero(mean != 0)
    on = np.arange(len(topology.node_from))
    nodes = np.arange(topology.nodes)
    meters = Meters(
        kind=np.repeat([Sees.V, Sees.P_END, Sees.Q_END, Sees.P_NODE, Sees.Q_NODE],
                       [len(nodes), len(on), len(on), len(at), len(at)]).astype(np.int64),
        at=np.concatenate([nodes, on, on, at, at]),
    )  # fmt: skip
    sigma_s = SIGMA_SHARE * float(np.abs(mean).max())
    sigma = np.where(meters.kind == Sees.V, SIGMA_V_PU, sigma_s)
    zero = np.setdiff1d(nodes, [*at, *topology.slack])
    unknown = np.ones(2 * topology.nodes, dtype=bool)
    unknown[topology.slack] = False
    question = Question(
        topology=topology, meters=meters, sigma=sigma, unknown=unknown,
        constraints=Meters(kind=np.repeat([Sees.P_NODE, Sees.Q_NODE], len(zero)).astype(np.int64),
                           at=np.tile(zero, 2)),
    )  # fmt: skip
    value = predicted(topology, meters, v) + sigma * rng.standard_normal((states, len(sigma)))
    return {"question": question, "value": value, "branches": branches, "v_nom_kv": v_nom_kv, "sigma_s": sigma_s,
            "at": at, "on": on, "v_true": v}  # fmt: skip


Parts = tuple[Topology, dict[str, np.ndarray], np.ndarray, np.ndarray]


def _feeder(name: str, rng: np.random.Generator) -> Parts:
    """A 20 kV tree, or one with a loop for every ten buses; one bus in five has no load."""
    n = int("".join(filter(str.isdigit, name)))
    pairs = [(int(rng.integers(max(0, k - 8), k)), k) for k in range(1, n)]
    if not name.startswith("radial"):
        pairs += [(a, b) for a, b in rng.integers(0, n, (n // 10, 2)) if a != b]
    f, t = np.array(pairs).T
    z = (rng.uniform(0.1, 0.3, len(f)) + 1j * rng.uniform(0.1, 0.35, len(f))) * rng.uniform(0.3, 2, len(f)) / 400
    b = rng.uniform(1e-3, 5e-3, len(f))
    mean = -rng.uniform(0.05, 0.25, n) * (1 + 0.3j)
    mean[0], mean[rng.choice(np.arange(1, n), n // 5, replace=False)] = 0, 0
    branches = {"f": f, "t": t, "y": 1 / z, "m": 1j * b, "ratio": np.ones(len(f), complex)}
    return _topology(n, branches, np.zeros(n, complex), 0, 1.0), branches, np.full(n, 20.0), mean


def _park() -> Park:
    park = read_park(reference_park("huolinguole"))
    return at_stage(park, stage_of(park, "2025"))


def _park_case() -> Parts:
    park = _park()
    network = network_of(park)
    b, t = network.branches, network.topology
    keep = np.flatnonzero(t.y_ft != 0)
    branches = {
        "f": t.node_from[keep], "t": t.node_to[keep], "y": b.y_series[keep], "m": b.y_shunt[keep],
        "ratio": b.ratio[keep],
    }  # fmt: skip
    own = snapshot(park)
    mean = np.zeros(t.nodes, dtype=complex)
    flows = flow(park, own)
    place = network.bus_index()
    for k, (bus, kind) in enumerate(zip(flows.unit_bus.values, flows.kind.values, strict=True)):
        if kind != "grid":
            p, q = float(flows.p_mw[0, k]), float(flows.q_mvar[0, k])
            mean[network.node[place[str(bus)]]] += p + 1j * q if p or q else 20 + 1j
    first = np.unique(network.node, return_index=True)[1]
    topology = _topology(t.nodes, branches, t.y_shunt, int(t.slack[0]), float(t.v_slack[0].real))
    mean[t.slack] = 0
    return topology, branches, network.v_nom_kv[first], mean


def _topology(n: int, branches: dict[str, np.ndarray], y_shunt: np.ndarray, slack: int, v: float) -> Topology:
    y, m, ratio = branches["y"], branches["m"], branches["ratio"]
    return Topology(
        nodes=n, node_from=branches["f"], node_to=branches["t"], y_ff=(y + m / 2) / np.abs(ratio) ** 2,
        y_ft=-y / ratio.conj(), y_tf=-y / ratio, y_tt=y + m / 2, y_shunt=y_shunt,
        slack=np.array([slack]), v_slack=np.array([v], dtype=complex),
    )  # fmt: skip


def measured(name: str) -> dict[str, Any]:
    """Return rates, differences and ratios of one case."""
    case = case_of(name)
    question, value = case["question"], case["value"]
    start = np.abs(case["v_true"][0]) * np.exp(1j * np.angle(case["v_true"].mean(axis=0)))
    seconds, answer = _least(lambda: solve_estimation(question, value, start, residuals=False))
    found: dict[str, Any] = {
        "nodes": question.topology.nodes, "meters": len(question.meters.kind),
        "exact_zeros": len(question.constraints.kind), "states": len(value), "seconds": seconds,
        "states_per_cpu_second": len(value) / seconds, "converged": int(answer.converged.sum()),
        "one_by_one": int(answer.by_damping.sum()), "iterations_mean": float(answer.iterations.mean()),
        "largest_power_at_exact_zero_mva": float(answer.gap_mva.max()),
    }  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        arrays, voltages = Path(folder) / "case.npz", Path(folder) / "v.npz"
        _write(arrays, case)
        peer: dict[str, Any] = printed_json(
            peer_script("pgm_estimation.py", str(arrays), "--voltages", str(voltages), "--states", str(STATES_OF_PEER))
        )
        with np.load(voltages) as theirs:
            for method, figures in peer.items():
                figures |= _compared(question, value, answer.v, theirs[method])
                figures["holin_times_faster"] = found["states_per_cpu_second"] / figures["states_per_cpu_second"]
    return {"case": name, "holin": found, "power-grid-model": peer}


def _compared(question: Question, value: np.ndarray, ours: np.ndarray, theirs: np.ndarray) -> dict[str, float]:
    ours, value = ours[: len(theirs)], value[: len(theirs)]
    objectives = [
        (((value - predicted(question.topology, question.meters, v)) / question.sigma) ** 2).sum(axis=1)
        for v in (ours, theirs)
    ]
    some = range(0, len(theirs), max(1, len(theirs) // STATES_OF_DISTANCE))
    return {
        "v_difference_max_pu": float(np.abs(ours - theirs).max()),
        "distance_to_optimum_pu": max(_distance(question, value[k], theirs[k]) for k in some),
        "distance_to_optimum_pu_holin": max(_distance(question, value[k], ours[k]) for k in some),
        "objective_mean": float(objectives[1].mean()),
        "objective_mean_holin": float(objectives[0].mean()),
    }


def _distance(question: Question, value: np.ndarray, v: np.ndarray) -> float:
    """Return the largest part of the next Gauss-Newton step (p.u. or rad) of one state, constraints kept."""
    t, unknown = question.topology, np.flatnonzero(question.unknown)
    h = slopes(t, question.meters, v)[:, unknown].toarray() / question.sigma[:, None]
    left = (value - predicted(t, question.meters, v[None])[0]) / question.sigma
    c = slopes(t, question.constraints, v)[:, unknown].toarray()
    free = free_directions(c)
    along = np.linalg.lstsq(h @ free, left, rcond=None)[0]
    off = np.linalg.lstsq(c, predicted(t, question.constraints, v[None])[0], rcond=None)[0] if len(c) else np.zeros(1)
    return float(max(np.abs(free @ along).max(), np.abs(off).max()))


def _write(path: Path, case: dict[str, Any]) -> None:
    question, value, b = case["question"], case["value"], case["branches"]
    z = 1 / b["y"]
    n, on, at = question.topology.nodes, len(case["on"]), len(case["at"])
    shunt = np.flatnonzero(question.topology.y_shunt)
    edges = np.cumsum([n, on, on, at])
    v, p, q, p_node, q_node = np.split(value[:STATES_OF_PEER], edges, axis=1)
    np.savez(
        path, f=b["f"], t=b["t"], r=z.real, x=z.imag, g=b["m"].real, b=b["m"].imag, tap=np.abs(b["ratio"]),
        shift=np.angle(b["ratio"]), vn=case["v_nom_kv"], shunt_node=shunt,
        shunt_g=question.topology.y_shunt[shunt].real, shunt_b=question.topology.y_shunt[shunt].imag,
        slack=question.topology.slack[0], at=case["at"], on=case["on"], v=v, s_branch=p + 1j * q,
        s_node=p_node + 1j * q_node, sigma_v=SIGMA_V_PU, sigma_s=case["sigma_s"],
    )  # fmt: skip


def whole() -> dict[str, Any]:
    """Return the rate of the whole estimate of the reference park, values with noise."""
    park, rng = _park(), np.random.default_rng(0)
    own = snapshot(park)
    time_ = own.time.values[0] + np.arange(STATES_OF_WHOLE) * np.timedelta64(15, "m")
    p = own.p_mw.values * rng.uniform(0.4, 1.0, (STATES_OF_WHOLE, own.sizes["unit"]))
    flows = flow(park, own[["p_mw"]].isel(time=0, drop=True).expand_dims(time=time_).assign(p_mw=(("time", "unit"), p)))
    shown = measured_flow(park, flows, seed=1)
    seconds, table = _least(lambda: estimate(park, shown), 2)
    return {
        "meters": shown.sizes["measurement"], "states": STATES_OF_WHOLE, "seconds": seconds,
        "states_per_cpu_second": STATES_OF_WHOLE / seconds, "states_with_flags": int((table.flagged > 0).sum()),
    }  # fmt: skip


def _least(do: Callable[[], Any], repeats: int = REPEATS) -> tuple[float, Any]:
    do()
    seconds = []
    for _ in range(repeats):
        begin = time.process_time()
        answer = do()
        seconds.append(time.process_time() - begin)
    return min(seconds), answer


def sentence(found: dict[str, Any]) -> str:
    """Return one case in words."""
    lines = [
        "{case}: {holin[nodes]} nodes, {holin[meters]} meters, {holin[exact_zeros]} exact zeros; holin "
        "{holin[states_per_cpu_second]:,.0f} states per CPU second".format(**found)
    ]
    for method, figures in found["power-grid-model"].items():
        same = "the same estimate" if figures["v_difference_max_pu"] <= EQUAL_PU else "another estimate"
        lines.append(
            f"  power-grid-model {method}: {figures['states_per_cpu_second']:,.0f}, holin "
            f"{figures['holin_times_faster']:.1f} times faster; {same} (voltages differ by "
            f"{figures['v_difference_max_pu']:.1e}), distance to the optimum {figures['distance_to_optimum_pu']:.1e}, "
            f"holin {figures['distance_to_optimum_pu_holin']:.1e}"
        )
    return "\n".join(lines)


def everything(names: Sequence[str] = CASES) -> dict[str, Any]:
    """Return all figures: what `results/estimation.json` keeps."""
    return {"machine": machine(), "cases": [measured(name) for name in names], "whole": whole()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--case", action="append", choices=CASES)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    found = everything(given.case or CASES)
    if given.json:
        print(json.dumps(found, indent=1))
        return
    for case in found["cases"]:
        print(sentence(case))
    print(f"whole estimate of huolinguole: {found['whole']['states_per_cpu_second']:,.0f} states per CPU second")


if __name__ == "__main__":
    main()
