"""A park's branches and switches as rows of SimBench's tables."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from holin.formats.ids import Ids
from holin.formats.imported import LeftOut
from holin.park import Bus, EquivalentBranch, Line, Park, Side, Transformer, Transformer3, clocks_of
from holin.thing import Thing

Row = dict[str, Any]
FREQUENCY_HZ = 50.0
BASE_MVA = 100.0
"""Rating of a branch with a ratio that has none of its own: its impedance is on it."""


@dataclass(kw_only=True)
class Rows:
    """The tables on the way to a folder, the ids of things as they stand there, and the buses."""

    left_out: LeftOut
    buses: dict[str, Bus]
    substations: dict[str, str]
    subnet: str
    tables: dict[str, list[Row]] = field(default_factory=dict)
    v_set: dict[str, float] = field(default_factory=dict)
    ends: dict[tuple[str, str], str] = field(default_factory=dict)
    _types: dict[tuple[str, tuple[Any, ...]], str] = field(default_factory=dict)
    _names: set[tuple[str, str]] = field(default_factory=set)

    def add(self, table: str, row: Row, at: str | int | None = None) -> None:
        """Add a row; `at` is the bus that gives its voltage level, or the level."""
        if at is not None:
            row |= {"subnet": self.subnet, "voltLvl": at if isinstance(at, int) else level(self.buses[at].v_nom_kv)}
        self.tables.setdefault(table, []).append(row)

    def node(self, bus: str) -> str:
        """Return the id of a bus's node."""
        return said(self.buses[bus])

    def substation_of(self, bus: str) -> str | None:
        """Return the id of the substation in which a bus stands."""
        return self.substations.get(self.buses[bus].substation or "")

    def end(self, branch: str, bus: str) -> str:
        """Return the node at which a branch ends: the bus's, or an auxiliary one behind the switch there."""
        return self.ends.get((branch, bus)) or self.node(bus)

    def type_of(self, table: str, wanted: str, values: Row) -> str:
        """Return the id of a type with these values, added where there is none yet."""
        key = (table, tuple(values.values()))
        if key not in self._types:
            name, number = wanted, 2
            while (table, name) in self._names:
                name, number = f"{wanted} {number}", number + 1
            self._names.add((table, name))
            self._types[key] = name
            self.add(table, {"id": name} | values)
        return self._types[key]

    def hold(self, bus: str, v_pu: float, who: str) -> bool:
        """Set the voltage of a node; named and False where another one is set there."""
        if self.v_set.setdefault(bus, v_pu) != v_pu:
            self.left_out.name("a node has one voltage that is set: of these it is another's", who)
            return False
        return True


def said(thing: Thing) -> str:
    """Return the id of a thing in SimBench: its name where that tells its id, as after an import, else its id."""
    return thing.name if thing.name and Ids().new(thing.name, "x") == thing.id else thing.id


def level(v_nom_kv: float) -> int:
    """Return SimBench's number of a voltage level: 1, 3, 5, 7 for extra-high, high, medium, low voltage."""
    return 1 if v_nom_kv > 145 else 3 if v_nom_kv > 60 else 5 if v_nom_kv > 1 else 7


def add_branches(park: Park, rows: Rows) -> None:
    """Add lines, transformers and switches; a switch at the end of a branch gets an auxiliary node there."""
    _add_switches(park, rows)
    adders: Iterable[tuple[tuple[Any, ...], Callable[[Any, Rows], None]]] = (
        (park.lines, _line), (park.equivalent_branches, _equivalent), (park.transformers, _transformer),
        (park.transformers3, _transformer3),
    )  # fmt: skip
    for branches, add in adders:
        for branch in branches:
            add(branch, rows)


def _add_switches(park: Park, rows: Rows) -> None:
    taken = {said(b) for b in park.buses}
    for s in park.switches:
        bus = rows.buses[s.bus]
        other = said(rows.buses[s.element]) if s.element in rows.buses else _auxiliary(s.element, bus, rows, taken)
        first = other[0] if isinstance(other, tuple) else said(bus)
        second = other[1] if isinstance(other, tuple) else other
        row = {"id": said(s), "nodeA": first, "nodeB": second, "type": "CB", "cond": int(s.closed)}
        rows.add("Switch", row | {"substation": rows.substation_of(s.bus)}, s.bus)


def _auxiliary(branch: str, bus: Bus, rows: Rows, taken: set[str]) -> tuple[str, str]:
    """Add an auxiliary node between a bus, or the node of a switch there before, and a branch; return both."""
    before, wanted = rows.end(branch, bus.id), f"{branch} at {said(bus)}"
    name = next(n for n in (wanted, *(f"{wanted} {k}" for k in range(2, 10_000))) if n not in taken)
    taken.add(name)
    row = {"id": name, "type": "auxiliary", "vmR": bus.v_nom_kv, "vmMin": bus.v_min_pu, "vmMax": bus.v_max_pu}
    rows.add("Node", row | {"substation": rows.substation_of(bus.id)}, bus.id)
    rows.ends[branch, bus.id] = name
    return before, name


def _line(x: Line, rows: Rows) -> None:
    b = 2 * math.pi * FREQUENCY_HZ * x.c_nf_per_km * 1e-3
    kind = {"r": x.r_ohm_per_km, "x": x.x_ohm_per_km, "b": b, "iMax": 1e3 * x.i_nom_ka}
    _add_line(x, x.length_km, kind | {"type": "cable" if x.cable else "ohl"}, rows)


def _add_line(x: Line | EquivalentBranch, length: float, kind: Row, rows: Rows) -> None:
    row = {"id": said(x), "nodeA": rows.end(x.id, x.bus_from), "nodeB": rows.end(x.id, x.bus_to)}
    type_ = rows.type_of("LineType", f"{said(x)}_type", kind)
    rows.add("Line", row | {"type": type_, "length": length, "loadingMax": 100.0}, x.bus_from)


def _equivalent(b: EquivalentBranch, rows: Rows) -> None:
    """A line of 1 km, or a transformer where there is a ratio; what it leads to earth beside that is shunts."""
    first, second = rows.buses[b.bus_from], rows.buses[b.bus_to]
    if b.ratio == 1 and b.shift_deg == 0 and first.v_nom_kv == second.v_nom_kv:
        square = first.v_nom_kv**2
        amperes = 1e3 * b.s_nom_mva / math.sqrt(3) / first.v_nom_kv if b.s_nom_mva else None
        kind: Row = {
            "r": b.r_pu * square,
            "x": b.x_pu * square,
            "b": b.b_pu / square * 1e6,
            "iMax": amperes,
            "type": "ohl",
        }
        rows.left_out.name("equivalent branches without a ratio are lines of 1 km", b.id)
        _add_line(b, 1.0, kind, rows)
        return _add_halves(b, complex(b.g_pu, 0.0), rows)
    if b.x_pu < 0 or b.r_pu < 0:
        sentence = (
            "equivalent branches with a ratio and a resistance or reactance below 0 have no place and are left out"
        )
        return rows.left_out.name(sentence, b.id)
    s = b.s_nom_mva or BASE_MVA
    kind = {
        "sR": s, "vmHV": first.v_nom_kv * b.ratio, "vmLV": second.v_nom_kv, "va0": b.shift_deg,
        "vmImp": 100 * s * math.hypot(b.r_pu, b.x_pu), "pCu": b.r_pu * s**2 * 1e3, "pFe": 0.0, "iNoLoad": 0.0,
    } | _taps(0.0, Side.FROM, 0, 0, 0)  # fmt: skip
    rows.left_out.name("equivalent branches with a ratio are transformers, their charging is shunts", b.id)
    _add_transformer(b, rows.type_of("TransformerType", f"{said(b)}_type", kind), 0, False, rows)
    return _add_halves(b, complex(b.g_pu, b.b_pu), rows)


def _add_halves(b: EquivalentBranch, y: complex, rows: Rows) -> None:
    """The halves of a branch's admittance to earth as shunts at its ends, that before the ratio at its own voltage."""
    for k, (bus, square) in enumerate(((b.bus_from, b.ratio**2), (b.bus_to, 1.0)), start=1):
        if y:
            row = {"id": f"{b.id}-charging-{k}", "node": rows.end(b.id, bus), "p0": y.real / 2 / square}
            rows.add("Shunt", row | {"q0": -y.imag / 2 / square, "vmR": rows.buses[bus].v_nom_kv, "step": 1}, bus)


def _taps(step: float, side: Side, neutral: int, low: int, high: int) -> Row:
    row = {"tapable": int(low < high), "tapside": "HV" if side is Side.FROM else "LV", "dVm": 100 * step, "dVa": 0.0}
    return row | {"tapNeutr": neutral, "tapMin": low, "tapMax": high}


def _transformer(t: Transformer, rows: Rows) -> None:
    """Its vector group stands in the name of its type, as in SimBench's own types."""
    kind = {
        "sR": t.s_nom_mva, "vmHV": t.v_from_kv, "vmLV": t.v_to_kv, "va0": 30.0 * clocks_of(t.vector_group)[0],
        "vmImp": 100 * t.uk, "pCu": t.pk_kw, "pFe": t.p0_kw, "iNoLoad": 100 * t.i0,
    } | _taps(t.tap_step, t.tap_side, t.tap_neutral, t.tap_min, t.tap_max)  # fmt: skip
    wanted = f"{t.s_nom_mva:g} MVA {t.v_from_kv:g}/{t.v_to_kv:g} kV {t.vector_group}"
    regulated = t.v_set_pu is not None and rows.hold(t.bus_to, t.v_set_pu, t.id)
    _add_transformer(t, rows.type_of("TransformerType", wanted, kind), t.tap_pos, regulated, rows)


def _add_transformer(t: Transformer | EquivalentBranch, type_: str, tap: int, regulated: bool, rows: Rows) -> None:
    row: Row = {"id": said(t), "nodeHV": rows.end(t.id, t.bus_from), "nodeLV": rows.end(t.id, t.bus_to), "type": type_}
    row |= {"tappos": tap, "autoTap": int(regulated), "autoTapSide": "LV" if regulated else None, "loadingMax": 100.0}
    row["substation"] = rows.substation_of(t.bus_from)
    rows.add("Transformer", row, level(rows.buses[t.bus_from].v_nom_kv) + 1)


def _transformer3(t: Transformer3, rows: Rows) -> None:
    """Losses of each winding at its own rating: those of a pair are of both, at the smaller rating of the two."""
    s = (t.s_nom_1_mva, t.s_nom_2_mva, t.s_nom_3_mva)
    r12, r23, r31 = (
        pk / min(s[i], s[k]) ** 2 for pk, i, k in ((t.pk_12_kw, 0, 1), (t.pk_23_kw, 1, 2), (t.pk_31_kw, 2, 0))
    )
    r = ((r12 + r31 - r23) / 2, (r12 + r23 - r31) / 2, (r23 + r31 - r12) / 2)
    sides, clocks = ("HV", "MV", "LV"), clocks_of(t.vector_group)
    v, buses = (t.v_1_kv, t.v_2_kv, t.v_3_kv), (t.bus_1, t.bus_2, t.bus_3)
    kind: Row = {f"sR{a}": b for a, b in zip(sides, s, strict=True)}
    kind |= {f"vm{a}": b for a, b in zip(sides, v, strict=True)}
    kind |= {"vaHVMV": 30.0 * clocks[0], "vaHVLV": 30.0 * clocks[1]}
    kind |= {"vmImpHVMV": 100 * t.uk_12, "vmImpHVLV": 100 * t.uk_31, "vmImpMVLV": 100 * t.uk_23}
    kind |= {f"pCu{a}": x * rating**2 for a, x, rating in zip(sides, r, s, strict=True)}
    kind |= {"pFe": t.p0_kw, "iNoLoad": 100 * t.i0, "tapable": int(t.tap_min < t.tap_max), "tapside": "HV"}
    kind |= {f"dVm{a}": 100 * t.tap_step if a == "HV" else 0.0 for a in sides} | {f"dVa{a}": 0.0 for a in sides}
    for name, value in (("Neutr", t.tap_neutral), ("Min", t.tap_min), ("Max", t.tap_max)):
        kind |= {f"tap{name}{a}": value if a == "HV" else 0 for a in sides}
    wanted = f"{s[0]:g} MVA {v[0]:g}/{v[1]:g}/{v[2]:g} kV {t.vector_group}"
    row: Row = {"id": said(t)} | {f"node{a}": rows.end(t.id, bus) for a, bus in zip(sides, buses, strict=True)}
    row |= {
        "type": rows.type_of("Transformer3WType", wanted, kind),
        "tapposHV": t.tap_pos,
        "tapposMV": 0,
        "tapposLV": 0,
    }
    row |= {"autoTap": 0, "autoTapSide": None, "loadingMax": 100.0, "substation": rows.substation_of(t.bus_1)}
    rows.add("Transformer3W", row, level(rows.buses[t.bus_1].v_nom_kv) + 1)
