"""Grids that all engines solve alike: SimBench and CIGRE, switches resolved once, one admittance model, one year.

Every bus has one column of power in p.u. of 1 MVA; loads are of constant power; the slack is ideal.
"""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import numpy as np

SIMBENCH = {
    "mv_rural": "1-MV-rural--0-sw",
    "mv_rural_loop": "1-MV-rural--0-sw",
    "hv_urban": "1-HV-urban--0-sw",
    "hvmv_urban": "1-HVMV-urban-2.203-0-sw",
}
GRIDS = ("cigre_mv", *SIMBENCH)
ARRAYS = ("Y", "S", "slack", "v_slack", "f", "t", "r", "x", "b", "g", "tap", "shift", "nline", "ref_steps", "Vref")

Case = dict[str, Any]


def case_of(name: str, cache: Path) -> Case:
    """Return a grid with its year, built at the first time and kept in `cache`."""
    file = cache / f"{name}.pkl"
    if not file.exists():
        cache.mkdir(parents=True, exist_ok=True)
        file.write_bytes(pickle.dumps(_built(name), protocol=4))
    case: Case = pickle.loads(file.read_bytes())
    return case


def write_arrays(case: Case, path: Path) -> None:
    """Write what an engine without pandapower needs: admittances, powers, branches, the reference solution."""
    arrays = {name: case[name] for name in ARRAYS}
    np.savez(path, **(arrays | {"Y": case["Y"].toarray(), "n": len(case["net"].bus)}))


def _built(name: str) -> Case:
    import simbench

    if name == "cigre_mv":
        net, loads, gens = _cigre()
    else:
        net = simbench.get_simbench_net(SIMBENCH[name])
        profiles = simbench.get_absolute_values(net, profiles_instead_of_study_cases=True)
        loads = profiles[("load", "p_mw")].to_numpy() + 1j * profiles[("load", "q_mvar")].to_numpy()
        gens = profiles[("sgen", "p_mw")].to_numpy()
        of_load, of_gen = net.load.index, net.sgen.index
        net.profiles = {}
        net = _cleaned(net, close_ties=name.endswith("_loop"))
        loads, gens = loads[:, of_load.isin(net.load.index)], gens[:, of_gen.isin(net.sgen.index)]
    return _case(_renumbered(net), loads, gens)


def _cigre() -> tuple[Any, Any, Any]:
    import pandapower.networks as networks
    import simbench

    net = _cleaned(networks.create_cigre_network_mv(with_der="pv_wind"), close_ties=False)
    source = simbench.get_simbench_net(SIMBENCH["mv_rural"])
    profiles = simbench.get_absolute_values(source, profiles_instead_of_study_cases=True)
    unit = profiles[("load", "p_mw")].to_numpy()
    unit = unit / unit.max(0)
    chosen = unit[:, np.arange(len(net.load)) % unit.shape[1]]
    loads = chosen * (net.load.p_mw.to_numpy() + 1j * net.load.q_mvar.to_numpy())
    made = profiles[("sgen", "p_mw")].to_numpy()
    made = made / made.max(0)
    wind = np.flatnonzero(source.sgen.profile.str.startswith("WP").to_numpy())
    sun = np.flatnonzero(~source.sgen.profile.str.startswith("WP").to_numpy())
    of = [(wind if k == "WP" else sun)[i % len(wind if k == "WP" else sun)] for i, k in enumerate(net.sgen.type)]
    return net, loads, made[:, of] * net.sgen.p_mw.to_numpy()


def _cleaned(net: Any, close_ties: bool) -> Any:
    """Join closed couplers, take open-ended branches out, drop dead buses."""
    import pandapower
    import pandapower.topology
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    switch = net.switch
    if close_ties:
        switch.loc[switch.et == "l", "closed"] = True
    for kind, table in (("l", "line"), ("t", "trafo")):
        opened = switch[(~switch.closed) & (switch.et == kind)].element.unique()
        net[table].loc[opened, "in_service"] = False
    couplers = switch[(switch.et == "b") & switch.closed]
    size = int(net.bus.index.max()) + 1
    graph = coo_matrix((np.ones(len(couplers)), (couplers.bus, couplers.element)), (size, size))
    label, first = connected_components(graph, False)[1], {}
    for bus in net.bus.index:
        first.setdefault(label[bus], bus)
    to = {bus: first[label[bus]] for bus in net.bus.index}
    ends = {"line": ("from_bus", "to_bus"), "trafo": ("hv_bus", "lv_bus")}
    for table in ("line", "trafo", "load", "sgen", "ext_grid", "shunt", "gen"):
        for column in ends.get(table, ("bus",)):
            if len(net[table]):
                net[table][column] = net[table][column].map(to)
    for table in (net.switch, net.measurement):
        table.drop(table.index, inplace=True)
    net.line.drop(net.line.index[~net.line.in_service], inplace=True)
    net.bus.drop(list(set(net.bus.index) - set(first.values())), inplace=True)
    if dead := list(pandapower.topology.unsupplied_buses(net)):
        pandapower.drop_buses(net, dead)
    net.ext_grid.drop_duplicates("bus", inplace=True)
    net.res_bus.drop(net.res_bus.index, inplace=True)
    return net


def _renumbered(net: Any) -> Any:
    import pandapower.toolbox as toolbox

    net.sgen["q_mvar"], net.sgen["scaling"], net.load["scaling"], net.sn_mva = 0.0, 1.0, 1.0, 1.0
    for table in ("gen", "sgen", "load", "ext_grid"):  # SimBench leaves object columns that some tools reject
        for column in ("min_p_mw", "max_p_mw", "min_q_mvar", "max_q_mvar"):
            if column in net[table]:
                net[table][column] = net[table][column].astype(float)
    toolbox.reindex_buses(net, {bus: k for k, bus in enumerate(net.bus.index)})
    for table in ("line", "trafo", "load", "sgen", "ext_grid"):
        if len(net[table]):
            toolbox.reindex_elements(net, table, list(range(len(net[table]))))
    return net


def _case(net: Any, loads: Any, gens: Any) -> Case:
    import pandapower
    from pandapower.pypower import idx_brch as i

    pandapower.runpp(net, lightsim2grid=False, tolerance_mva=1e-10, calculate_voltage_angles=True)
    internal, look = net._ppc["internal"], net._pd2ppc_lookups["bus"]
    branch, buses = internal["branch"], len(net.bus)
    back = np.empty(buses, int)
    back[look[np.arange(buses)]] = np.arange(buses)
    order = look[np.arange(buses)]
    power = np.zeros((len(loads), buses), complex)
    np.add.at(power.T, net.load.bus.to_numpy(), -loads.T)
    np.add.at(power.T, net.sgen.bus.to_numpy(), gens.T)
    turns = branch[:, i.TAP].real
    angle = np.radians(net.ext_grid.va_degree.to_numpy())
    case: Case = {
        "net": net, "P": loads.real.copy(), "Q": loads.imag.copy(), "G": gens, "S": power,
        "Y": internal["Ybus"].tocsr()[order][:, order].tocsc(), "slack": net.ext_grid.bus.to_numpy(),
        "v_slack": net.ext_grid.vm_pu.to_numpy() * np.exp(1j * angle), "nline": len(net.line),
        "f": back[branch[:, i.F_BUS].real.astype(int)], "t": back[branch[:, i.T_BUS].real.astype(int)],
        "r": branch[:, i.BR_R].real, "x": branch[:, i.BR_X].real, "b": branch[:, i.BR_B].real,
        "g": branch[:, i.BR_G].real, "tap": np.where(turns == 0, 1, turns), "shift": branch[:, i.SHIFT].real,
        "vn": net.bus.vn_kv.to_numpy(),
    }  # fmt: skip
    case["ref_steps"] = np.linspace(0, len(loads) - 1, 96).astype(int)
    case["Vref"] = np.array([_newton(case, power[k]) for k in case["ref_steps"]])
    return case


def no_load(case: Case) -> Any:
    """Return the voltages at no load: a flat start fails behind vector groups of 150 degrees."""
    from scipy.sparse.linalg import spsolve

    y, slack = case["Y"], case["slack"]
    rest = np.setdiff1d(np.arange(y.shape[0]), slack)
    v = np.ones(y.shape[0], complex)
    v[slack] = case["v_slack"]
    v[rest] = spsolve(y[rest][:, rest], -y[rest][:, slack] @ case["v_slack"])
    return v


def _newton(case: Case, power: Any, tolerance: float = 1e-12) -> Any:
    """Newton in polar form with a dense Jacobian: the reference that every engine is held against."""
    y, slack = case["Y"].toarray(), case["slack"]
    rest = np.setdiff1d(np.arange(len(y)), slack)
    v = no_load(case)
    for _ in range(30):
        current = y @ v
        gap = (v * current.conj() - power)[rest]
        if np.abs(gap).max() < tolerance:
            break
        size = v[:, None] * (y * (v / abs(v))[None, :]).conj() + np.diag(current.conj() * v / abs(v))
        angle = 1j * v[:, None] * (np.diag(current) - y * v[None, :]).conj()
        size, angle = size[np.ix_(rest, rest)], angle[np.ix_(rest, rest)]
        d = np.linalg.solve(np.block([[angle.real, size.real], [angle.imag, size.imag]]), -np.r_[gap.real, gap.imag])
        turned, long = np.angle(v), abs(v)
        turned[rest] += d[: len(rest)]
        long[rest] += d[len(rest) :]
        v = long * np.exp(1j * turned)
        if np.abs(d).max() < 1e-15:
            break
    return v


def residual_mva(case: Case, steps: Any, v: Any) -> float:
    """Return the largest mismatch of power at the buses without the slack, over the given steps."""
    rest = np.setdiff1d(np.arange(v.shape[1]), case["slack"])
    current = (case["Y"] @ v.T).T
    return float(np.abs((v * current.conj() - case["S"][steps])[:, rest]).max())
