"""A park as a MATPOWER case."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from holin.formats.admittances import of_loop, of_open_branch
from holin.formats.carried import name_the_rest
from holin.formats.imported import LeftOut
from holin.formats.matpower.sources import CARRIED_SOURCES, GeneratorRow, cost_rows, generator_rows
from holin.formats.nodes import Balance, Nodes, balance_of, nodes_of
from holin.formats.powers import Powers, powers_of, reactive_mvar
from holin.formats.target import write_text
from holin.park import Bus, EquivalentBranch, Load, Park, Potline, equivalents, with_ideal_grids
from holin.thing import Thing

BASE_MVA = 100.0
IDEAL_GRID = ("bus", "v_set_pu", "behind_impedance", "import_max_mw", "export_max_mw")
PQ, PV, REF, ISOLATED = 1, 2, 3, 4
CARRIED: dict[str, tuple[str, ...]] = CARRIED_SOURCES | {
    "bus": ("name", "v_nom_kv", "v_min_pu", "v_max_pu"),
    "line": (
        "bus_from", "bus_to", "length_km", "r_ohm_per_km", "x_ohm_per_km", "c_nf_per_km", "tan_delta", "i_nom_ka",
    ),
    "transformer": (
        "bus_from", "bus_to", "s_nom_mva", "v_from_kv", "v_to_kv", "uk", "pk_kw", "i0", "p0_kw", "vector_group",
        "tap_side", "tap_pos", "tap_neutral", "tap_step",
    ),
    "transformer3": (
        *(f"{name}{k}{unit}" for k in (1, 2, 3) for name, unit in (("bus_", ""), ("s_nom_", "_mva"), ("v_", "_kv"))),
        *(f"{name}{pair}{unit}" for pair in (12, 23, 31) for name, unit in (("uk_", ""), ("pk_", "_kw"))),
        "i0", "p0_kw", "vector_group", "tap_pos", "tap_neutral", "tap_step",
    ),
    "equivalent_branch": (
        "bus_from", "bus_to", "r_pu", "x_pu", "g_pu", "b_pu", "ratio", "shift_deg", "s_nom_mva", "angle_min_deg",
        "angle_max_deg",
    ),
    "switch": ("bus", "element", "closed"),
    "shunt": ("bus", "kind", "q_nom_mvar", "p_nom_mw", "v_set_pu"),
    "load": ("bus", "load_mw", "power_factor", "q_mvar"),
    "potline": ("bus", "pots", "amperage_ka", "back_emf_v", "pot_resistance_uohm", "power_factor"),
}  # fmt: skip


@dataclass(kw_only=True)
class _Node:
    """What stands at one bus of the case; powers in MW and Mvar."""

    number: int
    bus: Bus
    type: int = PQ
    pd: float = 0.0
    qd: float = 0.0
    gs: float = 0.0
    bs: float = 0.0
    v_set_pu: float = 1.0
    users: list[str] = field(default_factory=list)


def write_matpower(
    park: Park, path: str | Path, *, p_mw: Powers | None = None, q_mvar: Powers | None = None
) -> list[str]:
    """Write a park, frozen at a stage, as a MATPOWER case of format version 2; return what it leaves out, in words.

    `p_mw`, `q_mvar` give each unit's power into the network (`powers_of`, `reactive_mvar` say what stands without
    them; what holds a voltage needs no reactive power in a case). Buses that closed switches
    join become one; lines and transformers become branches in p.u. of 100 MVA, what they lead to earth beside their
    charging the Gs of their buses. Source: MATPOWER 8.1 User's Manual, chapter 3 and appendix B.
    """
    left_out = LeftOut()
    network = equivalents(with_ideal_grids(park))
    nodes = nodes_of(network)
    power = powers_of(network, p_mw, left_out)
    at = _numbered(network, nodes)
    branches = [r for b in network.equivalent_branches if (r := _branch(b, nodes, at, left_out)) is not None]
    bus_of = {node.number: name for name, node in at.items()}
    in_service = [(bus_of[int(row[0])], bus_of[int(row[1])]) for row in branches if row[10]]
    balance = balance_of(network, nodes.node, in_service)
    _add_shunts(network, nodes, at)
    _add_users(network, nodes, at, power, q_mvar or {}, left_out)
    rows = generator_rows(network, nodes.node, balance.anchor, power, q_mvar or {}, left_out)
    sources = _with_types(rows, at, balance, left_out)
    _name_lost(park, nodes, at, left_out)
    write_text(Path(path), _text(Path(path).stem, park, list(at.values()), sources, branches))
    return list(left_out.sentences())


def _numbered(park: Park, nodes: Nodes) -> dict[str, _Node]:
    """Return the nodes in order; where all are named after their numbers in a case they keep them."""
    kept = [b for b in park.buses if nodes.node[b.id] == b.id]
    said = [re.fullmatch(r"bus-([1-9]\d{0,8})", b.id) for b in kept]
    numbers = [int(m[1]) for m in said if m]
    if len(set(numbers)) < len(kept):
        numbers = list(range(1, len(kept) + 1))
    return {b.id: _Node(number=n, bus=b) for b, n in zip(kept, numbers, strict=True)}


def _branch(b: EquivalentBranch, nodes: Nodes, at: dict[str, _Node], left_out: LeftOut) -> list[float] | None:
    """Return one row of mpc.branch; conductances, and the charging of a branch open at one end, go to its buses.

    A branch whose ends are one node is none of the case: what it leads to earth goes to that node.
    """
    first, second = at[nodes.node[b.bus_from]], at[nodes.node[b.bus_to]]
    closed = ((b.id, b.bus_from) not in nodes.opened, (b.id, b.bus_to) not in nodes.opened)
    if closed[0] != closed[1]:
        node, y = first if closed[0] else second, of_open_branch(b, at_from=closed[0])
        node.gs, node.bs = node.gs + y.real, node.bs + y.imag
        left_out.name("branches open at one end are out of service, their charging stands in Bs of the other", b.id)
    elif all(closed) and first is second:
        y = of_loop(b)
        first.gs, first.bs = first.gs + y.real, first.bs + y.imag
    elif all(closed) and b.g_pu:
        first.gs += b.g_pu / 2 / b.ratio**2
        second.gs += b.g_pu / 2
        left_out.name("conductances of branches to earth stand in Gs of their buses", b.id)
    if first is second:
        left_out.name("branches whose ends closed switches join are left out", b.id)
        return None
    plain = b.ratio == 1 and b.shift_deg == 0 and first.bus.v_nom_kv == second.bus.v_nom_kv
    row: list[float] = [first.number, second.number, b.r_pu * BASE_MVA, b.x_pu * BASE_MVA, b.b_pu / BASE_MVA]
    row += [b.s_nom_mva or 0.0, 0.0, 0.0, 0.0 if plain else b.ratio, b.shift_deg]
    low = -360.0 if b.angle_min_deg is None else b.angle_min_deg
    high = 360.0 if b.angle_max_deg is None else b.angle_max_deg
    return [*row, float(all(closed)), low, high]


def _add_shunts(park: Park, nodes: Nodes, at: dict[str, _Node]) -> None:
    for shunt in park.shunts:
        if shunt.v_set_pu is None:
            node = at[nodes.node[shunt.bus]]
            node.gs, node.bs = node.gs + shunt.p_nom_mw, node.bs + shunt.q_nom_mvar


def _add_users(
    park: Park, nodes: Nodes, at: dict[str, _Node], power: Powers, q_mvar: Powers, left_out: LeftOut
) -> None:
    loads: tuple[Load | Potline, ...] = (*park.loads, *park.potlines)
    for user in loads:
        node = at[nodes.node[user.bus]]
        node.pd -= power[user.id]
        node.qd -= reactive_mvar(user, power[user.id], q_mvar)
        node.users.append(user.id)
    many = [node for node in at.values() if len(node.users) > 1]
    left_out.names("users of one bus are one Pd, Qd", (f"{' + '.join(n.users)} at {n.bus.id}" for n in many))
    left_out.names("potlines are loads of the power that they take", _ids(park.potlines))


def _with_types(
    rows: Sequence[GeneratorRow], at: dict[str, _Node], balance: Balance, left_out: LeftOut
) -> list[tuple[_Node, GeneratorRow]]:
    """Set the buses' types and return the rows of generators.

    A source that holds no voltage at a bus where another does, or gives a fixed power, is a load below 0.
    """
    for row in rows:
        if row.v_set_pu is not None:
            at[row.node].type, at[row.node].v_set_pu = PV, row.v_set_pu
    for name in balance.anchor:
        at[name].type = REF
    dead = [node for name, node in at.items() if name not in balance.fed]
    for node in dead:
        node.type = ISOLATED
    left_out.names(
        "buses that no grid connection or balancing generator reaches are isolated", _ids(n.bus for n in dead)
    )
    written = []
    for row in _balancing_first(rows):
        node = at[row.node]
        if row.v_set_pu is None and (node.type != PQ or row.is_fixed):
            node.pd, node.qd = node.pd - row.p, node.qd - row.q
            if not row.is_fixed:
                left_out.name("sources that hold no voltage beside one that does are loads below 0", row.id)
        else:
            written.append((node, row))
    return written


def _balancing_first(rows: Sequence[GeneratorRow]) -> list[GeneratorRow]:
    """Exchange what balances with the first row of its node, for a reader takes the first of the reference bus."""
    order = list(rows)
    for k, row in enumerate(rows):
        if row.balances:
            first = next(n for n, r in enumerate(order) if r.node == row.node)
            order[first], order[k] = order[k], order[first]
    return order


def _name_lost(park: Park, nodes: Nodes, at: dict[str, _Node], left_out: LeftOut) -> None:
    joined = (f"{' + '.join(buses)} is bus {at[node].number}" for node, buses in nodes.joined().items())
    left_out.names("buses that closed switches join are one bus", joined)
    left_out.names("lines are branches: no length, and one rating in MVA", _ids(park.lines))
    left_out.names("transformers are branches at their tap: no nameplate, no tap changer", _ids(park.transformers))
    left_out.names("three-winding transformers are three branches and an inner bus", _ids(park.transformers3))
    held = (s.id for s in park.shunts if s.v_set_pu is not None)
    left_out.names("shunts that hold a voltage are generators of no power", held)
    left_out.names("switches are not kept, only what they join or open", _ids(park.switches))
    behind = (g.id for g in park.grids if g.behind_impedance)
    left_out.names("grid connections behind an impedance stand at a bus and a branch of their own", behind)
    ideal: dict[str, tuple[str, ...]] = {} if all(g.behind_impedance for g in park.grids) else {"grid": IDEAL_GRID}
    name_the_rest(park, CARRIED | ideal, left_out)


def _ids(things: Iterable[Thing]) -> list[str]:
    return [t.id for t in things]


# ---- text -------------------------------------------------------------------------------------------------------


def _text(
    stem: str,
    park: Park,
    nodes: Sequence[_Node],
    sources: Sequence[tuple[_Node, GeneratorRow]],
    branches: Sequence[Sequence[float]],
) -> str:
    name = re.sub(r"\W", "_", stem, flags=re.ASCII)
    name = name if name[:1].isalpha() else f"case_{name}"
    bus = [
        [n.number, n.type, n.pd, n.qd, n.gs, n.bs, 1, n.v_set_pu, 0, n.bus.v_nom_kv, 1, n.bus.v_max_pu, n.bus.v_min_pu]
        for n in nodes
    ]
    gen = [row.values(node.number, row.v_set_pu or node.v_set_pu, BASE_MVA) for node, row in sources]
    costs = cost_rows([row.cost for _, row in sources])
    parts = [
        f"function mpc = {name}",
        f"%{name.upper()}  {_comment(park.facts.name or park.facts.id)}, written by Holin",
        "mpc.version = '2';",
        f"mpc.baseMVA = {BASE_MVA:g};",
        "%\tbus_i\ttype\tPd\tQd\tGs\tBs\tarea\tVm\tVa\tbaseKV\tzone\tVmax\tVmin",
        _matrix("bus", bus),
        "%\tbus\tPg\tQg\tQmax\tQmin\tVg\tmBase\tstatus\tPmax\tPmin\tPc1 .. apf",
        _matrix("gen", gen),
        "%\tfbus\ttbus\tr\tx\tb\trateA\trateB\trateC\tratio\tangle\tstatus\tangmin\tangmax",
        _matrix("branch", branches),
    ]
    if costs:
        parts += ["%\tmodel\tstartup\tshutdown\tn\tcost", _matrix("gencost", costs)]
    if any(n.bus.name for n in nodes):
        names = "\n".join("\t'" + n.bus.name.replace("'", "''") + "';" for n in nodes)
        parts.append("mpc.bus_name = {\n" + names + "\n};")
    return "\n".join(parts) + "\n"


def _comment(text: str) -> str:
    return " ".join(text.split())


def _matrix(name: str, rows: Sequence[Sequence[float]]) -> str:
    lines = "".join("\t" + "\t".join(_number(x) for x in row) + ";\n" for row in rows)
    return f"mpc.{name} = [\n{lines}];"


def _number(x: float) -> str:
    """Write a number so that it reads back exactly, whole ones without a point."""
    if x in (float("inf"), float("-inf")):
        return "Inf" if x > 0 else "-Inf"
    return str(int(x)) if float(x).is_integer() and abs(x) < 1e15 else repr(float(x))
