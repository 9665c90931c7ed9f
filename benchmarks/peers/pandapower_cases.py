# /// script
# requires-python = ">=3.11"
# dependencies = ["pandapower==3.5.6", "pandas<3", "numba", "numpy>=2.1", "setuptools"]
# ///
"""What pandapower (BSD-3) answers to the questions of grid cases: reads case folders, prints their figures as JSON.

    uv run --script benchmarks/peers/pandapower_cases.py tests/cases/cigre_mv ...

For every question of `expect.json` whose reference names pandapower it prints, under the same keys, what to expect:
flows, losses, N-1 (every outage solved one by one), hosting (bisected), the last level that has a solution. Networks
are built from the tables of the park folder by their documented meaning; nothing of Holin is imported.
Transformers are pi models, voltage angles are reckoned, and tap changers try all their positions.
"""

from __future__ import annotations

import argparse
import csv
import json
import logging
import math
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandapower as pp
import pandapower.topology as topology

Row = dict[str, Any]
Tables = dict[str, list[Row]]
Powers = dict[str, float]

ROOM, WORSE_BY = 1e-4, 1e-3
LEVEL_STEP, LEVEL_STEPS = 0.02, 14


def tables_of(folder: Path, change: dict[str, dict[str, Row]]) -> Tables:
    """Read the tables; `change` is table -> id (or *) -> column -> value."""
    tables = {f.stem: list(csv.DictReader(f.open(encoding="utf-8"))) for f in folder.glob("*.csv")}
    for table, rows in change.items():
        for row in tables[table]:
            told = rows.get("*", {}) | rows.get(row["id"], {})
            row.update({k: str(v).lower() if isinstance(v, bool) else str(v) for k, v in told.items()})
    return tables


def number(row: Row, column: str, default: float = math.nan) -> float:
    return float(row[column]) if row.get(column) not in (None, "") else default


def snapshot(tables: Tables) -> Powers:
    power = {row["id"]: -number(row, "load_mw") for row in tables.get("load", [])}
    return power | {row["id"]: number(row, "p_mw", 0.0) for row in tables.get("generator", [])}


def network(tables: Tables, p_mw: Powers, out: tuple[str, ...] = (), added: dict[str, complex] | None = None) -> Any:
    """Build the network of one state: power into the network, elements out, MVA added at buses."""
    net = pp.create_empty_network(sn_mva=1.0, f_hz=50.0)
    bus = {row["id"]: pp.create_bus(net, number(row, "v_nom_kv"), name=row["id"]) for row in tables["bus"]}
    _branches(net, tables, bus, out)
    for row in tables.get("switch", []):
        if row["element"] in bus and row.get("closed") != "false":
            pp.create_switch(net, bus[row["bus"]], bus[row["element"]], et="b")
    _units(net, tables, bus, p_mw)
    for row in tables.get("shunt", []):
        pp.create_shunt(net, bus[row["bus"]], q_mvar=-number(row, "q_nom_mvar"), p_mw=number(row, "p_nom_mw", 0.0))
    for name, s in (added or {}).items():
        pp.create_sgen(net, bus[name], p_mw=s.real, q_mvar=s.imag)
    _anchors(net, tables, bus, p_mw)
    return net


def _branches(net: Any, tables: Tables, bus: dict[str, int], out: tuple[str, ...]) -> None:
    for row in tables.get("line", []):
        tan, c = number(row, "tan_delta", 0.0), number(row, "c_nf_per_km", 0.0)
        at = pp.create_line_from_parameters(
            net, bus[row["bus_from"]], bus[row["bus_to"]], number(row, "length_km"), number(row, "r_ohm_per_km"),
            number(row, "x_ohm_per_km"), c, number(row, "i_nom_ka"), g_us_per_km=2 * math.pi * 50 * c * tan * 1e-3,
            name=row["id"], in_service=row["id"] not in out,
        )  # fmt: skip
        _open_ends(net, tables, row["id"], bus, at, "l")
    for row in tables.get("transformer", []):
        s, clock = number(row, "s_nom_mva"), "".join(x for x in row.get("vector_group", "YNyn0") if x.isdigit())
        at = pp.create_transformer_from_parameters(
            net, bus[row["bus_from"]], bus[row["bus_to"]], sn_mva=s, vn_hv_kv=number(row, "v_from_kv"),
            vn_lv_kv=number(row, "v_to_kv"), vk_percent=100 * number(row, "uk"),
            vkr_percent=number(row, "pk_kw") / s / 10, pfe_kw=number(row, "p0_kw", 0.0),
            i0_percent=100 * number(row, "i0", 0.0), shift_degree=30 * int(clock or 0),
            tap_side="lv" if row.get("tap_side") == "to" else "hv", tap_neutral=int(number(row, "tap_neutral", 0)),
            tap_pos=int(number(row, "tap_pos", 0)), tap_min=int(number(row, "tap_min", 0)),
            tap_max=int(number(row, "tap_max", 0)), tap_step_percent=100 * number(row, "tap_step", 0.0),
            tap_step_degree=0.0, tap_changer_type="Ratio", name=row["id"], in_service=row["id"] not in out,
        )  # fmt: skip
        _open_ends(net, tables, row["id"], bus, at, "t")
    for row in tables.get("equivalent_branch", []):  # on 1 MVA; one with a ratio is a transformer rated 100 MVA
        v, r, x, ratio = (
            net.bus.vn_kv[bus[row["bus_from"]]],
            number(row, "r_pu", 0),
            number(row, "x_pu"),
            number(row, "ratio", 1),
        )
        s = number(row, "s_nom_mva", 100.0)
        if ratio == 1:
            c_nf = number(row, "b_pu", 0.0) / v**2 / (2 * math.pi * 50) * 1e9
            pp.create_line_from_parameters(
                net, bus[row["bus_from"]], bus[row["bus_to"]], 1.0, r * v**2, x * v**2, c_nf, s / v / 3**0.5,
                name=row["id"], in_service=row["id"] not in out,
            )  # fmt: skip
        else:
            pp.create_transformer_from_parameters(
                net, bus[row["bus_from"]], bus[row["bus_to"]], sn_mva=s, vn_hv_kv=v * ratio,
                vn_lv_kv=net.bus.vn_kv[bus[row["bus_to"]]], vk_percent=100 * s * math.hypot(r, x),
                vkr_percent=100 * s * r, pfe_kw=0.0, i0_percent=0.0, name=row["id"], in_service=row["id"] not in out,
            )  # fmt: skip


def _open_ends(net: Any, tables: Tables, element: str, bus: dict[str, int], at: int, kind: str) -> None:
    for row in tables.get("switch", []):
        if row["element"] == element and row.get("closed", "true").lower() == "false":
            pp.create_switch(net, bus[row["bus"]], at, et=kind, closed=False)


def _units(net: Any, tables: Tables, bus: dict[str, int], p_mw: Powers) -> None:
    for row in tables.get("load", []):
        peak, p = number(row, "load_mw"), -p_mw[row["id"]]
        if row.get("q_mvar"):
            q = number(row, "q_mvar") * (p / peak if peak else 1.0)
        else:
            q = p * math.tan(math.acos(number(row, "power_factor", 0.95)))
        z, i = 100 * number(row, "z_share", 0.0), 100 * number(row, "i_share", 0.0)
        pp.create_load(
            net, bus[row["bus"]], p_mw=p, q_mvar=q, const_z_p_percent=z, const_z_q_percent=z, const_i_p_percent=i,
            const_i_q_percent=i,
        )  # fmt: skip
    for row in tables.get("generator", []):
        if row.get("balances") == "true":
            pp.create_ext_grid(net, bus[row["bus"]], vm_pu=number(row, "v_set_pu"), name=row["id"])
        else:
            limits = {"min_q_mvar": number(row, "q_min_mvar", -1e9), "max_q_mvar": number(row, "q_max_mvar", 1e9)}
            pp.create_gen(
                net, bus[row["bus"]], p_mw=p_mw[row["id"]], vm_pu=number(row, "v_set_pu"), name=row["id"], **limits
            )


def _anchors(net: Any, tables: Tables, bus: dict[str, int], p_mw: Powers) -> None:
    """The first grid connection of an island balances it, a further one keeps its voltage and gives its power."""
    graph = topology.create_nxgraph(net, respect_switches=True)
    taken: set[int] = set()
    for row in tables.get("grid", []):
        at, v = bus[row["bus"]], number(row, "v_set_pu", 1.0)
        if at in taken:
            pp.create_gen(net, at, p_mw=p_mw[row["id"]], vm_pu=v, name=row["id"], min_q_mvar=-1e9, max_q_mvar=1e9)
            continue
        taken |= set(topology.connected_component(graph, at))
        if row.get("behind_impedance") == "true":
            behind = pp.create_bus(net, net.bus.vn_kv[at], name=f"{row['id']} behind")
            x = 1 / number(row, "sk_max_mva") / math.hypot(1, number(row, "rx_ratio", 0.1))
            pp.create_impedance(net, behind, at, rft_pu=number(row, "rx_ratio", 0.1) * x, xft_pu=x, sn_mva=1.0)
            at = behind
        pp.create_ext_grid(net, at, vm_pu=v, name=row["id"])


def solved(net: Any, q_limits: bool = False, start: str = "dc") -> bool:
    try:
        pp.runpp(
            net, trafo_model="pi", calculate_voltage_angles=True, tolerance_mva=1e-9, init=start, max_iteration=60,
            enforce_q_lims=q_limits, voltage_depend_loads=True,
        )  # fmt: skip
    except pp.LoadflowNotConverged:
        return False
    return True


def states_of(tables: Tables, question: Row) -> list[Powers]:
    """The states of a question: the snapshot, all scaled, or with hours of some units."""
    own = {k: p * question.get("scale", 1.0) for k, p in snapshot(tables).items()}
    hours = question.get("p_mw", {})
    count = max((len(v) for v in hours.values()), default=1)
    return [own | {unit: values[h] for unit, values in hours.items()} for h in range(count)]


def with_taps(tables: Tables, p_mw: Powers, q_limits: bool) -> Any:
    """Solve a state; a tap changer (one at most) stands where its voltage is within the dead band."""
    changers = [row for row in tables.get("transformer", []) if row.get("v_set_pu")]
    if not changers:
        net = network(tables, p_mw)
        assert solved(net, q_limits)
        return net
    (changer,) = changers
    found = []
    for position in range(int(number(changer, "tap_min")), int(number(changer, "tap_max")) + 1):
        net = network(
            tables
            | {"transformer": [r if r is not changer else r | {"tap_pos": position} for r in tables["transformer"]]},
            p_mw,
        )
        assert solved(net, q_limits)
        v = net.res_bus.vm_pu[net.bus.index[net.bus.name == changer["bus_to"]][0]]
        if abs(v - number(changer, "v_set_pu")) <= number(changer, "dead_band_pu"):
            found.append(net)
    assert len(found) == 1, f"{len(found)} positions are within the dead band: the case does not say which"
    return found[0]


def columns(net: Any) -> dict[str, dict[str, float]]:
    """What a solved state gives, by element."""
    loading, loss = {}, {}
    for kind, i in (("line", "i_ka"), ("trafo", "loading_percent")):
        table, result = net[kind], net[f"res_{kind}"]
        for k in table.index:
            name = table.name[k]
            of_rated = result.loading_percent[k] / 100 if kind == "trafo" else result[i][k] / table.max_i_ka[k]
            is_off = math.isnan(of_rated)  # open at both ends
            loading[name], loss[name] = 0.0 if is_off else float(of_rated), 0.0 if is_off else float(result.pl_mw[k])
    named = {"v_pu": net.res_bus.vm_pu, "v_angle_deg": net.res_bus.va_degree}
    found = {
        c: {n: float(x) for n, x in zip(net.bus.name, values, strict=True) if not n.endswith("behind")}
        for c, values in named.items()
    }
    p = {n: float(x) for t in ("ext_grid", "gen") for n, x in zip(net[t].name, net[f"res_{t}"].p_mw, strict=True)}
    q = {n: float(x) for t in ("ext_grid", "gen") for n, x in zip(net[t].name, net[f"res_{t}"].q_mvar, strict=True)}
    return found | {"loading": loading, "branch_loss_mw": loss, "p_mw": p, "q_mvar": q}


def flow(tables: Tables, question: Row) -> Row:
    states = [columns(with_taps(tables, p, question.get("q_limits", False))) for p in states_of(tables, question)]
    return {c: {n: [s[c][n] for s in states] for n in states[0][c]} for c in question["columns"]}


def losses(tables: Tables, question: Row) -> Row:
    states = [columns(with_taps(tables, p, False))["branch_loss_mw"] for p in states_of(tables, question)]
    return {name: [s[name] for s in states] for name in states[0]} | {"": [sum(s.values()) for s in states]}


def n1(tables: Tables, question: Row) -> Row:
    """Loadings above 1, voltages outside their limits, load lost: in states that are better with nothing out."""
    states = states_of(tables, question)
    elements = [r["id"] for t in ("line", "transformer", "equivalent_branch") for r in tables.get(t, [])]
    base, found = [_excesses(network(tables, p), tables) for p in states], []
    for outage in elements:
        worst: dict[tuple[str, str], float] = {}
        lost = ("", 0.0)
        for p_mw, before in zip(states, base, strict=True):
            net = network(tables, p_mw, (outage,))
            after = _excesses(net, tables)
            if not after:
                worst["no_solution", ""] = 0.0
                continue
            for key, x in after.items():
                if x > 1e-6 and x > (before[key] + WORSE_BY if before[key] > 0 else 0.0):
                    worst[key] = max(x, worst.get(key, 0.0))
            v = dict(zip(net.bus.name, net.res_bus.vm_pu, strict=True))
            dead = sorted(r["id"] for r in tables.get("load", []) if math.isnan(v[r["bus"]]))
            lost = max(lost, (", ".join(dead), -sum(p_mw[k] for k in dead)), key=lambda pair: pair[1])
        found += [[outage, "lost_load", *lost]] if lost[1] > 1e-9 else []
        found += [[outage, *_said(tables, *key, x)] for key, x in worst.items()]
    return {"violations": found}


def _said(tables: Tables, kind: str, element: str, excess: float) -> list[Any]:
    if kind not in ("low", "high"):
        return [kind, element, 1.0 + excess if kind == "overload" else excess]
    (bus,) = (r for r in tables["bus"] if r["id"] == element)
    return [
        "voltage",
        element,
        number(bus, "v_min_pu", 0.9) - excess if kind == "low" else number(bus, "v_max_pu", 1.1) + excess,
    ]


def _excesses(net: Any, tables: Tables) -> dict[tuple[str, str], float]:
    """How far each branch and bus is beyond its limits, negative within; {} without a solution."""
    if not solved(net, True):
        return {}
    state = columns(net)
    found = {("overload", name): x - 1.0 for name, x in state["loading"].items()}
    for row in tables["bus"]:
        v = state["v_pu"][row["id"]]
        found["low", row["id"]] = number(row, "v_min_pu", 0.9) - v
        found["high", row["id"]] = v - number(row, "v_max_pu", 1.1)
    return {key: x for key, x in found.items() if not math.isnan(x)}


def hosting(tables: Tables, question: Row) -> Row:
    """The largest power at a bus (and at all of `buses` in equal parts) with which no limit is passed in any state."""
    buses = question["buses"]
    nets = [network(tables, p, (), dict.fromkeys(buses, 0j)) for p in states_of(tables, question)]
    sign = -1 if question.get("added") == "load" else 1
    per_mw = sign * complex(1, math.tan(math.acos(question.get("power_factor", 1.0))))
    base = [_excesses(net, tables) for net in nets]

    def passed(mw: float, shares: dict[str, float]) -> tuple[str, str] | None:
        over: dict[tuple[str, str], float] = {}
        for net, before in zip(nets, base, strict=True):
            added = np.array([mw * shares.get(bus, 0.0) * per_mw for bus in buses])
            net.sgen["p_mw"], net.sgen["q_mvar"] = added.real, added.imag
            if not (found := _excesses(net, tables)):
                return "no_solution", ""
            worse = {k: x for k, x in found.items() if x > 1e-6 and x > (before[k] + ROOM if before[k] > 0 else 0.0)}
            over |= {k: max(x, over.get(k, 0.0)) for k, x in worse.items()}
        for kinds in (("overload",), ("low", "high")):
            if of_kind := {k: x for k, x in over.items() if k[0] in kinds}:
                kind, element = max(of_kind, key=lambda k: of_kind[k])
                return kind if kind == "overload" else "voltage", element
        return None

    alone = {bus: {bus: 1.0} for bus in buses} | {"together": dict.fromkeys(buses, 1 / len(buses))}
    return {name: _bisected(lambda mw, shares=shares: passed(mw, shares)) for name, shares in alone.items()}


def _bisected(passed: Callable[[float], tuple[str, str] | None]) -> list[Any]:
    low, high = 0.0, 1.0
    while passed(high) is None:
        low, high = high, 2 * high
    for _ in range(16):
        middle = (low + high) / 2
        low, high = (middle, high) if passed(middle) is None else (low, middle)
    reason = passed(high)
    assert reason is not None
    return [low, *reason]


def why_not(tables: Tables, question: Row) -> Row:
    """The last level of all powers together that has a solution, found upward from the solution before, and its lowest
    bus."""
    (asked,) = states_of(tables, question)
    level, step = 0.0, LEVEL_STEP
    net = network(tables, {k: 0.0 for k in asked})
    assert solved(net)
    for _ in range(LEVEL_STEPS):
        while True:
            trial = network(tables, {k: p * (level + step) for k, p in asked.items()})
            trial.res_bus = net.res_bus.copy()
            if not solved(trial, start="results"):
                break
            level, net = level + step, trial
        step /= 2
    lowest = int(net.res_bus.vm_pu.idxmin())
    return {"level": level, "weakest_bus": [net.bus.name[lowest]]}


ITEMS: dict[str, Callable[[Tables, Row], Row]] = {
    "flow": flow, "losses": losses, "n1": n1, "hosting": hosting, "why_not": why_not,
}  # fmt: skip


def answers(case: Path) -> Row:
    questions = json.loads((case / "expect.json").read_text(encoding="utf-8"))
    return {
        item: {
            name: answer(tables_of(case / "park", question.get("change", {})), question)
            for name, question in questions.get(item, {}).items()
            if question["reference"].startswith("pandapower")
        }
        for item, answer in ITEMS.items()
        if item in questions
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("cases", nargs="+", type=Path)
    asked = parser.parse_args()
    warnings.simplefilter("ignore")
    logging.disable(logging.WARNING)
    print(json.dumps({case.name: answers(case) for case in asked.cases}))


if __name__ == "__main__":
    main()
