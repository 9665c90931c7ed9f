"""Lines, transformers and switches of a SimBench folder.

Source: SimBench documentation EN 1.1.0; the converter of simbench 1.6 (csv_pp_converter.py) for units.
"""

from __future__ import annotations

import dataclasses
import math
import re
from typing import Any

from holin.formats.nameplates import Nameplate, Nameplate3, is_vector_group
from holin.formats.records import Record
from holin.formats.simbench.making import Making
from holin.park import EquivalentBranch, Generator, Line, Switch, Transformer, clocks_of

Types = dict[str, Record]
LETTERS = re.compile(r"(?<![A-Za-z0-9])[YDZ]N?[ydz]n?\d{1,2}(?:[ydz]n?\d{1,2})?(?![A-Za-z0-9])")
"""A vector group in the id of a type, as in `25 MVA 110/20 kV YNd5`."""


def read_line(record: Record, making: Making, types: Types, dc_types: Types) -> None:
    """Its length times its type in ohm, ohm and microsiemens per kilometre, rated in ampere."""
    id_ = making.id_of(record, "line")
    if record.text("type", "") in dc_types:
        return _dc_line(record, id_, making, dc_types[record.text("type")])
    first, second = making.end(record, "nodeA", id_), making.end(record, "nodeB", id_)
    kind = record.one_of("type", types, "type of LineType.csv")
    length = record.number("length", above=0)
    if kind is None:
        return None
    r, x, b = kind.number("r"), kind.number("x"), kind.number("b", 0.0)
    i_max = kind.number("iMax", 0.0, at_least=0, infinite=True) / 1e3
    if r == 0 and x == 0:
        kind.fault("x", "no impedance", "give x in ohm/km")
        return None
    if first.v_nom_kv != second.v_nom_kv:
        problem = f"joins {first.v_nom_kv:g} and {second.v_nom_kv:g} kV"
        return record.fault("nodeB", problem, "a line joins nodes of one vmR")
    _name_loading(record, id_, making)
    rated = 0 < i_max < math.inf
    if r < 0 or b < 0:
        square = first.v_nom_kv**2
        making.left_out.name("lines that no line of a park can be became equivalent branches", id_)
        pi = EquivalentBranch(
            id=id_, name=making.name_of(record, id_), bus_from=first.id, bus_to=second.id, r_pu=r * length / square,
            x_pu=x * length / square, b_pu=b * 1e-6 * length * square,
            s_nom_mva=math.sqrt(3) * first.v_nom_kv * i_max if rated else None,
        )  # fmt: skip
        return making.add("equivalent_branches", pi)
    if not rated:
        sentence = "lines without a rated current got 99 kA, which nothing overloads"
        making.assumed.figure("line", id_, "i_nom_ka", sentence)
    return making.add(
        "lines",
        Line(
            id=id_, name=making.name_of(record, id_), bus_from=first.id, bus_to=second.id, length_km=length,
            r_ohm_per_km=r, x_ohm_per_km=x, c_nf_per_km=b * 1e3 / (2 * math.pi * 50.0),
            i_nom_ka=i_max if rated else 99.0, cable=kind.text("type", "") == "cable",
        ),
    )  # fmt: skip


def _name_loading(record: Record, id_: str, making: Making) -> None:
    loading = record.number("loadingMax", 100.0)
    if loading != 100:
        making.left_out.name("loadingMax other than 100 % is left out", f"{id_} ({loading:g} %)")


def _dc_line(record: Record, id_: str, making: Making, kind: Record) -> None:
    """Two generators: one takes the power, the other gives what its losses leave; below 0 it flows backwards."""
    p = kind.number("pDCLine", 0.0)
    arrives = abs(p) * (1 - kind.number("relPLosses", 0.0) / 100) - kind.number("fixPLosses", 0.0)
    powers = (-p, arrives) if p > 0 else (arrives, p)
    making.left_out.name("DC lines became two generators of fixed power", id_)
    for column, power, end in zip(("nodeA", "nodeB"), powers, "AB", strict=True):
        own = making.ids.new(f"{id_}-{end}", "gen")
        bus, v_set = making.bus(record, column), making.set_point(record, column)
        low, high = (kind.number(f"q{m}{end}", None) for m in ("Min", "Max"))
        if low is not None and high is not None and low > high:
            kind.fault(f"qMin{end}", f"above qMax{end} = {high:g}", "the lower limit is not above the upper")
        making.add(
            "generators",
            Generator(
                id=own, bus=bus.id, p_nom_mw=max(power, 0.0), p_min_mw=power, p_mw=power, v_set_pu=v_set,
                q_min_mvar=low, q_max_mvar=high,
            ),
        )  # fmt: skip


# ---- transformers -----------------------------------------------------------------------------------------------


def read_transformer(record: Record, making: Making, types: Types) -> None:
    """The nameplate of its type at its tap; an automatic one keeps the voltage that is set at its low-voltage node."""
    id_ = making.id_of(record, "transformer")
    high, low = making.end(record, "nodeHV", id_), making.end(record, "nodeLV", id_)
    kind = record.one_of("type", types, "type of TransformerType.csv")
    if kind is None:
        return
    s = kind.number("sR", above=0)
    taps = _taps(record, kind, id_, making)
    group, rest = _group(kind, ["va0"], id_, making)
    uk, pk = kind.number("vmImp", above=0) / 100, kind.number("pCu", 0.0, at_least=0)
    _name_loading(record, id_, making)
    plate = Nameplate(
        id=id_, name=making.name_of(record, id_), buses=(high, low),
        v_kv=(kind.number("vmHV", above=0), kind.number("vmLV", above=0)), s_nom_mva=s, uk=uk, pk_kw=pk,
        i0=kind.number("iNoLoad", 0.0, at_least=0) / 100, p0_kw=kind.number("pFe", 0.0, at_least=0),
        vector_group=group, shift_deg=rest, **taps,
    )  # fmt: skip
    made, turned = plate.made(making.left_out)
    if isinstance(made, EquivalentBranch):
        return making.add("equivalent_branches", made)
    return making.add("transformers", _regulated(made, record, turned, making))


def _regulated(made: Transformer, record: Record, turned: bool, making: Making) -> Transformer:
    if not record.flag("autoTap", False):
        return made
    v_set = None
    if record.text("autoTapSide", "LV").upper() == "LV" and not turned and made.tap_min < made.tap_max:
        v_set = making.set_point_behind(record, "nodeLV")
    if v_set is None:
        making.left_out.name("automatic taps without a voltage set at their low-voltage node are left out", made.id)
        return made
    return dataclasses.replace(made, v_set_pu=v_set)


def _taps(record: Record, kind: Record, id_: str, making: Making) -> dict[str, Any]:
    none = {"tap_side": 0, "tap_step": 0.0, "tap_pos": 0, "tap_neutral": 0, "tap_min": 0, "tap_max": 0}
    step, turns = kind.number("dVm", 0.0) / 100, kind.number("dVa", 0.0)
    neutral = kind.integer("tapNeutr", 0)
    position = record.integer("tappos", neutral)
    if turns and position != neutral:
        making.left_out.name("angles of taps (dVa) are left out", id_)
    side = kind.one_of("tapside", {"HV": 0, "LV": 1, "hv": 0, "lv": 1}, "side (HV, LV)", None)
    if side is None or not step:
        return none
    low, high = kind.integer("tapMin", neutral), kind.integer("tapMax", neutral)
    if not kind.flag("tapable", True):
        low = high = neutral
    if low > high:
        kind.fault("tapMin", f"above tapMax = {high}", "tapMin is the lowest position")
    if step < 0:
        step, position, neutral, low, high = -step, -position, -neutral, -high, -low
    if 1 + (position - neutral) * step <= 0:
        record.fault("tappos", "no ratio is left", f"a position of the type's taps, {low} to {high}")
    taps = {"tap_pos": position, "tap_neutral": neutral, "tap_min": low, "tap_max": high}
    return taps | {"tap_side": side, "tap_step": step}


def _group(kind: Record, shifts: list[str], id_: str, making: Making) -> tuple[str, float]:
    """Return a vector group with the clock numbers of the shifts, and what is left of the first one.

    Its letters are those in the id of the type, where the clock numbers are the same.
    """
    degrees = [kind.number(s, 0.0) for s in shifts]
    clocks = [round(d / 30) for d in degrees]
    rest = degrees[0] - 30 * clocks[0] if len(shifts) == 1 else 0.0
    if len(shifts) > 1 and any(d % 30 for d in degrees):
        making.left_out.name("angles of three-winding transformers beside their clock numbers are left out", id_)
    for said in LETTERS.findall(kind.text("id")):
        if is_vector_group(said) and list(clocks_of(said)) == [c % 12 for c in clocks]:
            return said, rest
    making.left_out.name("vector groups have no letters in SimBench: these are by their clock numbers", id_)
    if len(shifts) == 1:
        return f"{'D' if clocks[0] % 2 else 'YN'}yn{clocks[0] % 12}", rest
    return "YN" + "".join(f"{'d' if c % 2 else 'yn'}{c % 12}" for c in clocks), rest


def read_transformer3(record: Record, making: Making, types: Types) -> None:
    """Short-circuit voltages on the smaller rating of each pair, copper losses of each winding at its own rating."""
    id_, sides = making.id_of(record, "transformer3"), ("HV", "MV", "LV")
    buses = [making.end(record, f"node{side}", id_) for side in sides]
    kind = record.one_of("type", types, "type of Transformer3WType.csv")
    if kind is None:
        return
    if len({b.id for b in buses}) < 3 and all(record.has(f"node{side}") for side in sides):
        return record.fault("nodeLV", "two windings are at one node", "name three nodes")
    s = tuple(kind.number(f"sR{side}", above=0) for side in sides)
    v = [kind.number(f"vm{side}", above=0) for side in sides]
    r = [kind.number(f"pCu{side}", 0.0) / rating**2 for side, rating in zip(sides, s, strict=True)]
    uk = {p: kind.number(f"vmImp{n}", above=0) / 100 for p, n in (("12", "HVMV"), ("13", "HVLV"), ("23", "MVLV"))}
    pk = {p: (r[i] + r[j]) * min(s[i], s[j]) ** 2 for p, (i, j) in PAIRS.items()}
    if min(pk.values()) < 0:
        kind.fault("pCuHV", "two windings have copper losses below 0", "give each winding its losses in kW")
    group, _ = _group(kind, ["vaHVMV", "vaHVLV"], id_, making)
    neutral = kind.integer("tapNeutrHV", 0)
    position = record.integer("tapposHV", neutral)
    step = kind.number("dVmHV", 0.0, at_least=0) / 100
    if 1 + (position - neutral) * step <= 0:
        record.fault("tapposHV", "no ratio is left", "a position of the type's taps")
    making.left_out.name("three-winding transformers: voltages on the smaller rating of a pair, losses by winding", id_)
    _name_loading(record, id_, making)
    if record.flag("autoTap", False):
        making.left_out.name("automatic taps of three-winding transformers are left out", id_)
    if any(record.number(f"tappos{side}", 0.0) for side in ("MV", "LV")):
        making.left_out.name("taps of three-winding transformers at another winding than the first are left out", id_)
    plate = Nameplate3(
        id=id_, name=making.name_of(record, id_), buses=(buses[0], buses[1], buses[2]), v_kv=(v[0], v[1], v[2]),
        s_nom_mva=s, uk=uk, pk_kw=pk, i0=kind.number("iNoLoad", 0.0, at_least=0) / 100,
        p0_kw=kind.number("pFe", 0.0, at_least=0), vector_group=group, tap_side=0,
        tap_step=step, tap_pos=position, tap_neutral=neutral,
        tap_min=kind.integer("tapMinHV", neutral), tap_max=kind.integer("tapMaxHV", neutral),
    )  # fmt: skip
    made = plate.made(making.left_out)
    making.add_transformer3(made)
    if isinstance(made, tuple):  # its switches stand at the branches of its star
        at = {branch.bus_from: branch.id for branch in made[1]}
        for name in (record.text(f"node{side}", "") for side in sides):
            if name in making.inner:
                making.at_end[name] = at[making.buses[making.inner[name]].id]
    return None


PAIRS = {"12": (0, 1), "13": (0, 2), "23": (1, 2)}

# ---- switches ---------------------------------------------------------------------------------------------------


def read_switch(record: Record, making: Making) -> None:
    """It stands between two nodes, or between a node and the end of a branch."""
    id_, closed = making.id_of(record, "switch"), record.flag("cond")
    for column, other in (("nodeA", "nodeB"), ("nodeB", "nodeA")):
        inner = record.text(column, "")
        if inner in making.at_end and making.inner[inner] == record.text(other, ""):
            bus, element = making.bus(record, other).id, making.at_end[inner]
            return making.add("switches", _switch(record, id_, making, bus, element, closed))
    first, second = making.bus(record, "nodeA"), making.bus(record, "nodeB")
    if first is second:
        return making.left_out.name("switches from a node to itself are left out", id_)
    if first.v_nom_kv != second.v_nom_kv:
        problem = f"joins {first.v_nom_kv:g} and {second.v_nom_kv:g} kV"
        return record.fault("nodeB", problem, "a switch joins nodes of one vmR")
    return making.add("switches", _switch(record, id_, making, first.id, second.id, closed))


def _switch(record: Record, id_: str, making: Making, bus: str, element: str, closed: bool) -> Switch:
    return Switch(id=id_, name=making.name_of(record, id_), bus=bus, element=element, closed=closed)
