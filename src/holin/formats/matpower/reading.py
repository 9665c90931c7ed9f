"""A MATPOWER case as a park."""

from __future__ import annotations

import math
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np

from holin.columns import Basis
from holin.formats.ids import Ids, clean_name
from holin.formats.imported import Faults, Imported, LeftOut
from holin.formats.matpower.case import Case, Table, read_case
from holin.formats.matpower.generators import generators_of
from holin.formats.surroundings import V_NOM_KV, park_around, users, without_unfed
from holin.park import Bus, EquivalentBranch, Generator, Load, LoadShape, Provenance, Shunt, ShuntKind, Switch

ISOLATED = 4
RESULTS = {
    "bus": ("LAM_P", "LAM_Q", "MU_VMAX", "MU_VMIN"),
    "gen": ("MU_PMAX", "MU_PMIN", "MU_QMAX", "MU_QMIN"),
    "branch": ("PF", "QF", "PT", "QT", "MU_SF", "MU_ST", "MU_ANGMIN", "MU_ANGMAX"),
}


def read_matpower(path: str | Path) -> Imported:
    """Read a MATPOWER case (a `.m` file of case format version 2) as a park.

    Branches become equivalent branches on 1 MVA, generators `Generator`s with their costs, the first of the reference
    bus balances; loads below 0 become generators of fixed power. Raises BadInput with every fault, each with its line
    and column. Source: MATPOWER 8.1 User's Manual, chapter 3 and appendix B.
    """
    case = read_case(Path(path))
    left_out, ids, faults = LeftOut(), Ids(), Faults(Path(path).name)
    bus_id = {int(n): ids.new(f"bus-{int(n)}", "bus") for n in case.bus.column("BUS_I")}
    isolated = {int(n) for n, kind in zip(*_columns(case.bus, "BUS_I", "BUS_TYPE"), strict=True) if kind == ISOLATED}
    left_out.names(
        "isolated buses (type 4) stand without what was connected to them", (bus_id[n] for n in sorted(isolated))
    )
    buses, assumed = _buses(case, bus_id, left_out)
    enterprise = users(ids)
    loads, infeeds = _loads(case, bus_id, isolated, enterprise.id, ids)
    generators = generators_of(case, bus_id, isolated, ids, left_out, faults)
    branches, switches = _branches(case, bus_id, isolated, ids, left_out, faults)
    faults.stop()
    _name_the_rest(case, left_out)
    provenance = (
        (Provenance(table="bus", row_id="*", field="v_nom_kv", basis=Basis.ASSUMED, reference="the case has baseKV 0"),)
        if assumed
        else ()
    )
    park = park_around(
        name=case.name,
        origin=f"imported from the MATPOWER case {Path(path).name}",
        ids=ids,
        buses=buses,
        equivalent_branches=branches,
        switches=switches,
        shunts=_shunts(case, bus_id, isolated, ids),
        generators=(*generators, *infeeds),
        enterprises=(enterprise,) if loads else (),
        loads=loads,
        provenance=provenance,
    )
    return Imported(park=without_unfed(park, left_out), left_out=left_out.sentences())


def _columns(table: Table, *names: str) -> list[list[float]]:
    return [table.column(name).tolist() for name in names]


def _buses(case: Case, bus_id: dict[int, str], left_out: LeftOut) -> tuple[tuple[Bus, ...], bool]:
    names = ("BUS_I", "BASE_KV", "VMIN", "VMAX")
    buses, unknown, odd = [], [], []
    for number, v_nom, v_min, v_max, name in zip(*_columns(case.bus, *names), case.bus_name, strict=True):
        id_ = bus_id[int(number)]
        limits: dict[str, Any] = {"v_min_pu": v_min, "v_max_pu": v_max}
        if not (0 < v_min <= 1 <= v_max and v_min < v_max):
            limits = {}
            odd.append(f"{id_} ({v_min:g} to {v_max:g})")
        if v_nom == 0:
            unknown.append(id_)
        buses.append(Bus(id=id_, name=clean_name(name), v_nom_kv=v_nom or V_NOM_KV, **limits))
    left_out.names("voltage limits that do not lie around 1 p.u. are replaced by 0.9 to 1.1", odd)
    left_out.names(f"buses without a nominal voltage (baseKV 0) got {V_NOM_KV:g} kV, for the flow in p.u.", unknown)
    return tuple(buses), bool(unknown)


def _loads(
    case: Case, bus_id: dict[int, str], isolated: set[int], enterprise: str, ids: Ids
) -> tuple[tuple[Load, ...], tuple[Generator, ...]]:
    """Pd and Qd: a load where Pd is not below 0, else a generator of that fixed power."""
    loads, infeeds = [], []
    for number, p, q in zip(*_columns(case.bus, "BUS_I", "PD", "QD"), strict=True):
        n = int(number)
        if n in isolated or (p == 0 and q == 0):
            continue
        if p >= 0:
            loads.append(
                Load(
                    id=ids.new(f"load-{n}", "load"),
                    bus=bus_id[n],
                    enterprise=enterprise,
                    load_mw=p,
                    q_mvar=q,
                    load_factor=1.0,
                    shape=LoadShape.FLAT,
                )
            )
        else:
            infeeds.append(
                Generator(
                    id=ids.new(f"infeed-{n}", "infeed"),
                    name="load below 0",
                    bus=bus_id[n],
                    p_nom_mw=-p,
                    p_min_mw=-p,
                    p_mw=-p,
                    q_mvar=-q,
                )
            )
    return tuple(loads), tuple(infeeds)


def _shunts(case: Case, bus_id: dict[int, str], isolated: set[int], ids: Ids) -> tuple[Shunt, ...]:
    """Gs is taken, Bs given, both at 1 p.u."""
    return tuple(
        Shunt(
            id=ids.new(f"shunt-{int(n)}", "shunt"),
            bus=bus_id[int(n)],
            kind=ShuntKind.REACTOR if b < 0 else ShuntKind.CAPACITOR,
            q_nom_mvar=b,
            p_nom_mw=g,
        )
        for n, g, b in zip(*_columns(case.bus, "BUS_I", "GS", "BS"), strict=True)
        if int(n) not in isolated and (g != 0 or b != 0)
    )


def _branches(
    case: Case, bus_id: dict[int, str], isolated: set[int], ids: Ids, left_out: LeftOut, faults: Faults
) -> tuple[tuple[EquivalentBranch, ...], tuple[Switch, ...]]:
    """Impedances in p.u. of the base power become those on 1 MVA; a branch out of service is open at both ends."""
    names = ("F_BUS", "T_BUS", "BR_R", "BR_X", "BR_B", "RATE_A", "TAP", "SHIFT", "BR_STATUS")
    branches, switches, gone = [], [], []
    limits = _angle_limits(case.branch, faults)
    for k, (f, t, r, x, b, rating, ratio, shift, status) in enumerate(zip(*_columns(case.branch, *names), strict=True)):
        id_ = ids.new(f"branch-{int(f)}-{int(t)}", "branch")
        in_service = status > 0
        if {int(f), int(t)} & isolated:
            gone.append(id_)
            continue
        if r == 0 and x == 0:
            if in_service:
                right = "give BR_X, or join the buses"
                faults.add("no impedance", right, row=case.branch.lines[k], field="branch BR_X", value=0)
            else:
                left_out.name("branches out of service without impedance are left out", id_)
            continue
        branches.append(
            EquivalentBranch(
                id=id_,
                bus_from=bus_id[int(f)],
                bus_to=bus_id[int(t)],
                r_pu=r / case.base_mva,
                x_pu=x / case.base_mva,
                b_pu=b * case.base_mva,
                ratio=ratio or 1.0,
                shift_deg=math.remainder(shift, 360) if abs(shift) > 360 else shift,
                s_nom_mva=rating if rating > 0 else None,
                angle_min_deg=limits[k][0],
                angle_max_deg=limits[k][1],
            )
        )
        if not in_service:
            for end in (f, t):
                switch = ids.new(f"{id_}-at-{int(end)}", "switch")
                switches.append(Switch(id=switch, bus=bus_id[int(end)], element=id_, closed=False))
    left_out.names("branches at isolated buses are left out", gone)
    return tuple(branches), tuple(switches)


def _angle_limits(branch: Table, faults: Faults) -> list[tuple[float | None, float | None]]:
    """Return ANGMIN and ANGMAX of each branch, None where there is no limit: beyond 360 degrees, or both 0.

    Source: MATPOWER 8.1, makeAang.m.
    """
    limits = []
    for k, (low, high) in enumerate(zip(*_columns(branch, "ANGMIN", "ANGMAX"), strict=True)):
        if low > high:
            right = "ANGMIN is not above ANGMAX"
            faults.add(f"above ANGMAX = {high:g}", right, row=branch.lines[k], field="branch ANGMIN", value=low)
        none = low == high == 0
        limits.append((None if none or low <= -360 else low, None if none or high >= 360 else high))
    return limits


def _name_the_rest(case: Case, left_out: LeftOut) -> None:
    """Say what of the case's tables and further fields the park cannot carry; what says nothing is not mentioned."""
    bus, branch = case.bus, case.branch
    for name, word in (("BUS_AREA", "areas"), ("ZONE", "loss zones")):
        counts = Counter(bus.column(name).tolist())
        if len(counts) > 1:
            left_out.names(
                f"{word} of the buses are left out", (f"{n:g}: {c} buses" for n, c in sorted(counts.items()))
            )
    angles = bus.column("VA") - bus.column("VA")[0]
    if (bus.column("VM") != 1).any() or (angles != 0).any():
        left_out.say("the voltages of the case (Vm, Va of its buses) are left out: a park has no starting point")
    for name in ("RATE_B", "RATE_C"):
        other = (branch.column(name) != 0) & (branch.column(name) != branch.column("RATE_A"))
        names = (f"{int(f)}-{int(t)}" for f, t in zip(*(c[other] for c in _ends(branch)), strict=True))
        left_out.names(f"short-term ratings {name} of branches are left out", names)
    for table, results in RESULTS.items():
        if any(getattr(case, table).column(n).any() for n in results):
            left_out.say(f"results of a solved case in mpc.{table} (flows, multipliers) are left out")
        most = {"bus": 17, "gen": 25, "branch": 21}[table]
        if getattr(case, table).values.shape[1] > most:
            left_out.say(f"columns of mpc.{table} beyond the {most} of MATPOWER are left out")
    for name, value in case.rest.items():
        if np.size(value):
            left_out.say(_sentence_of_field(name, value))


def _ends(branch: Table) -> tuple[Any, Any]:
    return branch.column("F_BUS"), branch.column("T_BUS")


def _sentence_of_field(name: str, value: Any) -> str:
    what = {
        "dcline": "DC lines",
        "areas": "price areas",
        "gentype": "types of generators",
        "genfuel": "fuels of generators",
        "bus_name": "names of buses, not one for each bus,",
    }.get(name, "further field")
    count = f", {len(value)} rows," if isinstance(value, np.ndarray | list) and len(value) > 1 else ""
    return f"{what} mpc.{name}{count} left out"
