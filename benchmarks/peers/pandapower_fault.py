# /// script
# requires-python = ">=3.11"
# dependencies = ["pandapower==3.5.6", "pandas<3", "numba", "numpy>=2.1", "setuptools"]
# ///
"""Short circuits of parks in pandapower (BSD-3): reads parks as JSON tables, prints currents and times as JSON.

    uv run --script benchmarks/peers/pandapower_fault.py parks.json --repeat 5

`parks.json` is a list of objects: tables by name, each a list of rows with the columns of the park folder, and
`wanted`, a list of [fault, case]. For each park it prints `results`: by "fault case" the buses' ikss_ka and ip_ka, and
`seconds`, the best of `--repeat` calls of calc_sc for each of them, with the network already built.

Its vector groups have no clock numbers, its zero sequence knows no tap and takes a magnetising impedance, set here so
large that it does not count. These files know nothing of Holin but the tables.
"""

from __future__ import annotations

import argparse
import json
import logging
import re
import time
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pandapower as pp
import pandapower.shortcircuit as sc

Rows = list[dict[str, Any]]


def network_of(tables: dict[str, Rows]) -> Any:
    net = pp.create_empty_network(sn_mva=1.0)
    bus = {row["id"]: pp.create_bus(net, vn_kv=row["v_nom_kv"], name=row["id"]) for row in tables["bus"]}
    for row in tables.get("switch", []):
        if row["element"] in bus and row["closed"]:
            pp.create_switch(net, bus[row["bus"]], bus[row["element"]], et="b")
    for row in tables.get("grid", []):
        x0, r0 = row["x0_x1_ratio"] or 1e12, row["r0_x0_ratio"]
        pp.create_ext_grid(
            net, bus[row["bus"]], s_sc_max_mva=row["sk_max_mva"], s_sc_min_mva=row["sk_min_mva"] or row["sk_max_mva"],
            rx_max=row["rx_ratio"], rx_min=row["rx_ratio"], x0x_max=x0, x0x_min=x0, r0x0_max=r0, r0x0_min=r0,
        )  # fmt: skip
    for row in tables.get("line", []):
        at = pp.create_line_from_parameters(
            net, bus[row["bus_from"]], bus[row["bus_to"]], length_km=row["length_km"],
            r_ohm_per_km=row["r_ohm_per_km"], x_ohm_per_km=row["x_ohm_per_km"], c_nf_per_km=row["c_nf_per_km"],
            max_i_ka=row["i_nom_ka"], r0_ohm_per_km=number(row["r0_ohm_per_km"]),
            x0_ohm_per_km=number(row["x0_ohm_per_km"]), c0_nf_per_km=0.0, endtemp_degree=80.0,
        )  # fmt: skip
        open_ends(net, tables, row["id"], bus, at, "l")
    for row in tables.get("transformer", []):
        at = pp.create_transformer_from_parameters(
            net, bus[row["bus_from"]], bus[row["bus_to"]], sn_mva=row["s_nom_mva"], vn_hv_kv=row["v_from_kv"],
            vn_lv_kv=row["v_to_kv"], vk_percent=100 * row["uk"], vkr_percent=row["pk_kw"] / row["s_nom_mva"] / 10,
            pfe_kw=0.0, i0_percent=0.0, vector_group=re.sub(r"\d+", "", row["vector_group"]),
            vk0_percent=100 * (row["uk0"] or row["uk"]), vkr0_percent=row["pk_kw"] / row["s_nom_mva"] / 10,
            mag0_percent=1e12, mag0_rx=0.0, si0_hv_partial=0.5, xn_ohm=row["xn_from_ohm"] or row["xn_to_ohm"],
            oltc=row["on_load_taps"], power_station_unit=units(tables).get(row["id"]) is not None,
        )  # fmt: skip
        open_ends(net, tables, row["id"], bus, at, "t")
    for row in tables.get("transformer3", []):
        s = {(a, b): min(row[f"s_nom_{a}_mva"], row[f"s_nom_{b}_mva"]) for a, b in ((1, 2), (2, 3), (3, 1))}
        pp.create_transformer3w_from_parameters(
            net, bus[row["bus_1"]], bus[row["bus_2"]], bus[row["bus_3"]], vn_hv_kv=row["v_1_kv"],
            vn_mv_kv=row["v_2_kv"], vn_lv_kv=row["v_3_kv"], sn_hv_mva=row["s_nom_1_mva"],
            sn_mv_mva=row["s_nom_2_mva"], sn_lv_mva=row["s_nom_3_mva"], vk_hv_percent=100 * row["uk_12"],
            vk_mv_percent=100 * row["uk_23"], vk_lv_percent=100 * row["uk_31"],
            vkr_hv_percent=row["pk_12_kw"] / s[1, 2] / 10, vkr_mv_percent=row["pk_23_kw"] / s[2, 3] / 10,
            vkr_lv_percent=row["pk_31_kw"] / s[3, 1] / 10, pfe_kw=0.0, i0_percent=0.0,
            vk0_hv_percent=100 * (row["uk0_12"] or row["uk_12"]), vkr0_hv_percent=row["pk_12_kw"] / s[1, 2] / 10,
            vk0_mv_percent=100 * (row["uk0_23"] or row["uk_23"]), vkr0_mv_percent=row["pk_23_kw"] / s[2, 3] / 10,
            vk0_lv_percent=100 * (row["uk0_31"] or row["uk_31"]), vkr0_lv_percent=row["pk_31_kw"] / s[3, 1] / 10,
            vector_group=re.sub(r"\d+", "", row["vector_group"]),
        )  # fmt: skip
    transformer = {row["id"]: k for k, row in enumerate(tables.get("transformer", []))}
    for row in tables.get("generator", []):
        v = row["v_nom_kv"] or net.bus.vn_kv[bus[row["bus"]]]
        pp.create_gen(
            net, bus[row["bus"]], p_mw=0.0, vn_kv=v, sn_mva=row["s_nom_mva"], xdss_pu=row["xd_subtransient_pu"],
            rdss_ohm=row["r_stator_pu"] * v**2 / row["s_nom_mva"], cos_phi=row["p_nom_mw"] / row["s_nom_mva"],
            pg_percent=100 * row["voltage_range"],
            power_station_trafo=transformer[row["unit_transformer"]] if row["unit_transformer"] else np.nan,
        )  # fmt: skip
    for row in tables.get("motor", []):
        for _ in range(row["count"]):
            pp.create_motor(
                net, bus[row["bus"]], pn_mech_mw=row["p_nom_mw"], cos_phi=row["power_factor"],
                cos_phi_n=row["power_factor"], efficiency_n_percent=100 * row["efficiency"],
                vn_kv=row["v_nom_kv"] or net.bus.vn_kv[bus[row["bus"]]], rx=row["rx_ratio"], lrc_pu=row["start_ratio"],
            )  # fmt: skip
    return net


def number(value: float | None) -> float:
    return np.nan if value is None else value


def units(tables: dict[str, Rows]) -> dict[str, str]:
    return {g["unit_transformer"]: g["id"] for g in tables.get("generator", []) if g["unit_transformer"]}


def open_ends(net: Any, tables: dict[str, Rows], element: str, bus: dict[str, int], at: int, kind: str) -> None:
    for row in tables.get("switch", []):
        if row["element"] == element and not row["closed"]:
            pp.create_switch(net, bus[row["bus"]], at, et=kind, closed=False)


def solved(net: Any, fault: str, case: str, repeat: int) -> tuple[dict[str, Any], float]:
    best = np.inf
    for _ in range(repeat):
        before = time.perf_counter()
        sc.calc_sc(net, fault=fault, case=case, ip=True, tk_s=0.1, kappa_method="C")
        best = min(best, time.perf_counter() - before)
    result = net.res_bus_sc
    columns = {"ikss_ka": result.ikss_ka, "ip_ka": result.ip_ka}
    return {name: dict(zip(net.bus.name, values.tolist(), strict=True)) for name, values in columns.items()}, best


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parks", type=Path)
    parser.add_argument("--repeat", type=int, default=1)
    asked = parser.parse_args()
    warnings.simplefilter("ignore")
    logging.disable(logging.WARNING)
    answers = []
    for tables in json.loads(asked.parks.read_text()):
        net, results, seconds = network_of(tables), {}, {}
        for fault, case in tables["wanted"]:
            results[f"{fault} {case}"], seconds[f"{fault} {case}"] = solved(net, fault, case, asked.repeat)
        answers.append({"results": results, "seconds": seconds})
    print(json.dumps({"pandapower": pp.__version__, "answers": answers}))


if __name__ == "__main__":
    main()
