# /// script
# requires-python = ">=3.11"
# dependencies = ["power-grid-model==1.12.110", "numpy>=2.1"]
# ///
"""State estimation in power-grid-model (MPL-2.0): reads one set of meters and its values, prints times as JSON.

    uv run --script benchmarks/peers/pgm_estimation.py case.npz --voltages v.npz --states 4000 --repeat 3

`case.npz` holds branches as pi models (`f`, `t`, `r`, `x`, `g`, `b`, `tap`, `shift` in p.u. on 1 MVA, rad), `vn` in kV,
shunts (`shunt_node`, `shunt_g`, `shunt_b`, p.u.), the `slack`, the nodes whose power is metered (`at`), the branches
metered at their first end (`on`), values in p.u. and MVA (`v`, `s_node`, `s_branch`; state first) and sigmas. It writes
the voltages of both methods to `--voltages`; `seconds` is the least CPU time of the batch call.
"""

from __future__ import annotations

import argparse
import json
import time
from typing import Any

import numpy as np
from power_grid_model import PowerGridModel, initialize_array


def model_of(case: Any) -> dict[str, np.ndarray]:
    vn = case["vn"] * 1e3
    n, m = len(vn), len(case["f"])
    node = initialize_array("input", "node", n)
    node["id"], node["u_rated"] = np.arange(n), vn
    branch = initialize_array("input", "generic_branch", m)
    base = vn[case["t"]] ** 2 / 1e6
    branch["id"] = n + np.arange(m)
    branch["from_node"], branch["to_node"], branch["from_status"], branch["to_status"] = case["f"], case["t"], 1, 1
    branch["r1"], branch["x1"] = case["r"] * base, case["x"] * base
    branch["g1"], branch["b1"] = case["g"] / base, case["b"] / base
    branch["k"], branch["theta"], branch["sn"] = case["tap"], case["shift"], 1e6
    first = n + m
    shunt = initialize_array("input", "shunt", len(case["shunt_node"]))
    shunt["id"], shunt["node"], shunt["status"] = first + np.arange(len(shunt)), case["shunt_node"], 1
    shunt["g1"] = case["shunt_g"] / (vn[case["shunt_node"]] ** 2 / 1e6)
    shunt["b1"] = case["shunt_b"] / (vn[case["shunt_node"]] ** 2 / 1e6)
    first += len(shunt)
    load = initialize_array("input", "sym_load", len(case["at"]))
    load["id"], load["node"], load["status"], load["type"] = first + np.arange(len(load)), case["at"], 1, 0
    first += len(load)
    source = initialize_array("input", "source", 1)
    source["id"], source["node"], source["status"], source["u_ref"] = first, case["slack"], 1, 1.0
    volts = initialize_array("input", "sym_voltage_sensor", n)
    volts["id"], volts["measured_object"] = first + 1 + np.arange(n), np.arange(n)
    volts["u_sigma"], volts["u_measured"] = case["sigma_v"] * vn, vn
    first += 1 + n
    watts = initialize_array("input", "sym_power_sensor", len(case["at"]) + len(case["on"]))
    watts["id"] = first + np.arange(len(watts))
    watts["measured_object"] = np.concatenate([case["at"], n + case["on"]])
    watts["measured_terminal_type"] = np.concatenate([np.full(len(case["at"]), 9), np.zeros(len(case["on"]))])
    watts["p_sigma"] = watts["q_sigma"] = case["sigma_s"] * 1e6
    watts["p_measured"] = watts["q_measured"] = 0.0
    data = {"node": node, "generic_branch": branch, "sym_load": load, "source": source}
    if len(shunt):
        data["shunt"] = shunt
    return data | {"sym_voltage_sensor": volts, "sym_power_sensor": watts}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("case")
    parser.add_argument("--voltages", required=True)
    parser.add_argument("--states", type=int, default=4000)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--tolerance", type=float, default=1e-8)
    given = parser.parse_args()
    with np.load(given.case) as file:
        case = {name: file[name] for name in file.files}
    data = model_of(case)
    states = slice(0, given.states)
    s = np.concatenate([case["s_node"][states], case["s_branch"][states]], axis=1) * 1e6
    update = {
        "sym_voltage_sensor": {"u_measured": np.ascontiguousarray(case["v"][states] * case["vn"] * 1e3)},
        "sym_power_sensor": {"p_measured": np.ascontiguousarray(s.real), "q_measured": np.ascontiguousarray(s.imag)},
    }
    model, found, voltages = PowerGridModel(data), {}, {}
    for method in ("newton_raphson", "iterative_linear"):
        seconds = []
        for _ in range(given.repeat):
            begin = time.process_time()
            out = model.calculate_state_estimation(
                update_data=update, calculation_method=method, threading=-1, error_tolerance=given.tolerance,
                max_iterations=200, output_component_types={"node": ["u_pu", "u_angle"]},
            )  # fmt: skip
            seconds.append(time.process_time() - begin)
        v = out["node"]["u_pu"] * np.exp(1j * out["node"]["u_angle"])
        voltages[method] = v * np.exp(-1j * np.angle(v[:, [int(case["slack"])]]))
        found[method] = {"states": len(v), "seconds": min(seconds), "states_per_cpu_second": len(v) / min(seconds)}
    np.savez(given.voltages, **voltages)
    print(json.dumps(found))


if __name__ == "__main__":
    main()
