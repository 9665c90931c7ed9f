"""A park as an input document of power-grid-model."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from holin.formats.carried import name_the_rest
from holin.formats.imported import LeftOut
from holin.formats.power_grid_model.numbering import Numbers, json_text, numbers_of
from holin.formats.power_grid_model.star import impedances_of_voltages
from holin.formats.powers import Powers, powers_of, reactive_powers
from holin.formats.target import write_text
from holin.park import EquivalentBranch, Grid, Line, Load, Park, Side, Switch, Transformer, Transformer3, clocks_of

IDEAL_SK_VA = 1e20
WINDINGS = {"y": 0, "yn": 1, "d": 2, "z": 3, "zn": 4}

_SOURCE = ("bus", "p_nom_mw", "power_factor", "q_min_mvar", "q_max_mvar")
CARRIED: dict[str, tuple[str, ...]] = {
    "bus": ("name", "v_nom_kv"),
    "line": (
        "bus_from", "bus_to", "length_km", "r_ohm_per_km", "x_ohm_per_km", "c_nf_per_km", "tan_delta", "i_nom_ka",
        "r0_ohm_per_km", "x0_ohm_per_km", "c0_nf_per_km",
    ),
    "transformer": (
        "bus_from", "bus_to", "s_nom_mva", "v_from_kv", "v_to_kv", "uk", "pk_kw", "i0", "p0_kw", "vector_group",
        "tap_side", "tap_pos", "tap_neutral", "tap_min", "tap_max", "tap_step", "v_set_pu", "dead_band_pu",
    ),
    "transformer3": (
        *(f"{name}{k}{unit}" for k in (1, 2, 3) for name, unit in (("bus_", ""), ("s_nom_", "_mva"), ("v_", "_kv"))),
        *(f"{name}{pair}{unit}" for pair in (12, 23, 31) for name, unit in (("uk_", ""), ("pk_", "_kw"))),
        "i0", "p0_kw", "vector_group", "tap_pos", "tap_neutral", "tap_min", "tap_max", "tap_step",
    ),
    "equivalent_branch": ("bus_from", "bus_to", "r_pu", "x_pu", "g_pu", "b_pu", "ratio", "shift_deg", "s_nom_mva"),
    "switch": ("bus", "element", "closed"),
    "shunt": ("bus", "kind", "q_nom_mvar", "p_nom_mw"),
    "grid": ("bus", "v_set_pu", "behind_impedance", "rx_ratio", "x0_x1_ratio"),
    "load": ("bus", "load_mw", "power_factor", "q_mvar", "z_share", "i_share"),
    "generator": ("bus", "p_mw", "q_mvar"),
    "wind_farm": ("bus", "power_factor"),
    "pv_plant": ("bus", "power_factor"),
    "thermal_unit": ("bus", "power_factor"),
    "storage": ("bus", "power_factor"),
    "potline": ("bus", "pots", "amperage_ka", "back_emf_v", "pot_resistance_uohm", "power_factor"),
}  # fmt: skip


def write_power_grid_model(
    park: Park, path: str | Path, *, p_mw: Powers | None = None, q_mvar: Powers | None = None
) -> list[str]:
    """Write a park, frozen at a stage, as an input document of power-grid-model; return what it leaves out, in words.

    `p_mw`, `q_mvar` give each unit's power into the network (`powers_of`, `reactive_powers` say what stands without
    them). The ids of the park stand in `extra`. power-grid-model has no bus of constant voltage: generators give their
    reactive power, and the one that balances an island is an ideal source. Source: power-grid-model 1.12, "Components".
    """
    left_out = LeftOut()
    power = powers_of(park, p_mw, left_out)
    q = reactive_powers(park, power, q_mvar, left_out)
    numbers = numbers_of(park)
    opened = {(s.element, s.bus) for s in park.switches if not s.closed}
    data: dict[str, list[dict[str, Any]]] = {
        "node": [{"id": numbers[b.id], "u_rated": b.v_nom_kv * 1e3, "extra": _extra(b)} for b in park.buses],
        "line": [_line(x, numbers, opened) for x in park.lines],
        "link": [_link(s, numbers) for s in park.switches if s.element in {b.id for b in park.buses}],
        "generic_branch": [_generic(b, park, numbers, opened) for b in park.equivalent_branches],
        "transformer": [_transformer(t, numbers, opened) for t in park.transformers],
        "three_winding_transformer": [_transformer3(t, numbers, opened) for t in park.transformers3],
        "source": [_source(g, numbers) for g in park.grids],
        "shunt": _shunts(park, numbers, left_out),
    }
    data["source"] += _balancing(park, numbers, left_out)
    data["sym_load"], data["sym_gen"] = _units(park, numbers, power, q, left_out)
    data["transformer_tap_regulator"] = _regulators(park, numbers)
    _name_lost(park, left_out)
    document = {"version": "1.0", "type": "input", "is_batch": False, "attributes": {}, "data": data}
    write_text(Path(path), json_text(document))
    return list(left_out.sentences())


def _extra(thing: Any) -> dict[str, str]:
    return {"id": thing.id} | ({"name": thing.name} if thing.name else {})


def _ends(
    thing: Line | Transformer | EquivalentBranch, numbers: Numbers, opened: set[tuple[str, str]]
) -> dict[str, Any]:
    return {
        "id": numbers[thing.id],
        "from_node": numbers[thing.bus_from],
        "to_node": numbers[thing.bus_to],
        "from_status": int((thing.id, thing.bus_from) not in opened),
        "to_status": int((thing.id, thing.bus_to) not in opened),
        "extra": _extra(thing),
    }


def _line(x: Line, numbers: Numbers, opened: set[tuple[str, str]]) -> dict[str, Any]:
    row = _ends(x, numbers, opened) | {
        "r1": x.r_ohm_per_km * x.length_km,
        "x1": x.x_ohm_per_km * x.length_km,
        "c1": x.c_nf_per_km * x.length_km * 1e-9,
        "tan1": x.tan_delta,
        "i_n": x.i_nom_ka * 1e3,
    }
    zero = (("r0", x.r0_ohm_per_km, 1.0), ("x0", x.x0_ohm_per_km, 1.0), ("c0", x.c0_nf_per_km, 1e-9))
    return row | {name: value * x.length_km * unit for name, value, unit in zero if value is not None}


def _link(s: Switch, numbers: Numbers) -> dict[str, Any]:
    return {
        "id": numbers[s.id],
        "from_node": numbers[s.bus],
        "to_node": numbers[s.element],
        "from_status": int(s.closed),
        "to_status": int(s.closed),
        "extra": _extra(s),
    }


def _generic(b: EquivalentBranch, park: Park, numbers: Numbers, opened: set[tuple[str, str]]) -> dict[str, Any]:
    square = next(bus.v_nom_kv for bus in park.buses if bus.id == b.bus_to) ** 2
    row = _ends(b, numbers, opened) | {
        "r1": b.r_pu * square,
        "x1": b.x_pu * square,
        "g1": b.g_pu / square,
        "b1": b.b_pu / square,
        "k": b.ratio,
        "theta": math.radians(b.shift_deg),
    }
    return row | ({"sn": b.s_nom_mva * 1e6} if b.s_nom_mva is not None else {})


def _windings(group: str) -> list[int]:
    """Return power-grid-model's numbers of the windings of a vector group such as YNyn0d11."""
    letters = "".join(c for c in group.lower() if not c.isdigit())
    found = []
    while letters:
        name = letters[:2] if letters[:2] in WINDINGS else letters[:1]
        found.append(WINDINGS.get(name, 0))
        letters = letters[len(name) :]
    return found


def _taps(t: Transformer | Transformer3) -> dict[str, Any]:
    return {"tap_pos": t.tap_pos, "tap_min": t.tap_min, "tap_max": t.tap_max, "tap_nom": t.tap_neutral}


def _transformer(t: Transformer, numbers: Numbers, opened: set[tuple[str, str]]) -> dict[str, Any]:
    first, second = _windings(t.vector_group)[:2]
    tapped = t.v_from_kv if t.tap_side is Side.FROM else t.v_to_kv
    return {
        **_ends(t, numbers, opened),
        "u1": t.v_from_kv * 1e3,
        "u2": t.v_to_kv * 1e3,
        "sn": t.s_nom_mva * 1e6,
        "uk": t.uk,
        "pk": t.pk_kw * 1e3,
        "i0": t.i0,
        "p0": t.p0_kw * 1e3,
        "winding_from": first,
        "winding_to": second,
        "clock": clocks_of(t.vector_group)[0],
        "tap_side": int(t.tap_side is Side.TO),
        **_taps(t),
        "tap_size": t.tap_step * tapped * 1e3,
    }


def _transformer3(t: Transformer3, numbers: Numbers, opened: set[tuple[str, str]]) -> dict[str, Any]:
    buses, windings, clocks = (t.bus_1, t.bus_2, t.bus_3), _windings(t.vector_group), clocks_of(t.vector_group)
    row: dict[str, Any] = {"id": numbers[t.id], "extra": _extra(t)}
    for k, (bus, v, s) in enumerate(
        zip(buses, (t.v_1_kv, t.v_2_kv, t.v_3_kv), (t.s_nom_1_mva, t.s_nom_2_mva, t.s_nom_3_mva), strict=True), start=1
    ):
        status = int((t.id, bus) not in opened)
        row |= {f"node_{k}": numbers[bus], f"status_{k}": status, f"u{k}": v * 1e3, f"sn_{k}": s * 1e6}
        row[f"winding_{k}"] = windings[k - 1]
    uk, pk_kw = {"12": t.uk_12, "13": t.uk_31, "23": t.uk_23}, {"12": t.pk_12_kw, "13": t.pk_31_kw, "23": t.pk_23_kw}
    written = impedances_of_voltages(uk, pk_kw, (t.s_nom_1_mva, t.s_nom_2_mva, t.s_nom_3_mva))
    for pair in uk:
        row |= {f"uk_{pair}": written[pair], f"pk_{pair}": pk_kw[pair] * 1e3}
    row |= {"i0": t.i0, "p0": t.p0_kw * 1e3, "clock_12": clocks[0], "clock_13": clocks[1], "tap_side": 0}
    return row | _taps(t) | {"tap_size": t.tap_step * t.v_1_kv * 1e3}


def _source(g: Grid, numbers: Numbers) -> dict[str, Any]:
    row = {"id": numbers[g.id], "node": numbers[g.bus], "status": 1, "u_ref": g.v_set_pu, "extra": _extra(g)}
    row |= {"sk": g.sk_max_mva * 1e6 if g.behind_impedance else IDEAL_SK_VA, "rx_ratio": g.rx_ratio}
    return row | ({"z01_ratio": g.x0_x1_ratio} if g.x0_x1_ratio is not None else {})


def _balancing(park: Park, numbers: Numbers, left_out: LeftOut) -> list[dict[str, Any]]:
    """A generator that balances its island is an ideal source there."""
    made = []
    for g in park.generators:
        if g.balances:
            left_out.name("generators that balance an island are ideal sources", g.id)
            row = {"id": numbers[g.id], "node": numbers[g.bus], "status": 1, "u_ref": g.v_set_pu or 1.0}
            made.append(row | {"sk": IDEAL_SK_VA, "rx_ratio": 0.1, "extra": _extra(g)})
    return made


def _shunts(park: Park, numbers: Numbers, left_out: LeftOut) -> list[dict[str, Any]]:
    v_nom = {b.id: b.v_nom_kv for b in park.buses}
    left_out.names("shunts that hold a voltage are left out", (s.id for s in park.shunts if s.v_set_pu is not None))
    return [
        {
            "id": numbers[s.id],
            "node": numbers[s.bus],
            "status": 1,
            "g1": s.p_nom_mw / v_nom[s.bus] ** 2,
            "b1": s.q_nom_mvar / v_nom[s.bus] ** 2,
            "extra": _extra(s),
        }
        for s in park.shunts
        if s.v_set_pu is None
    ]


def _units(
    park: Park, numbers: Numbers, power: Mapping[str, float], q: Mapping[str, float], left_out: LeftOut
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Users take, sources give; a load of several kinds is one load for each."""
    loads: list[dict[str, Any]] = []
    for x in (*park.loads, *park.potlines):
        for number, kind, share in _parts(x, numbers, left_out):
            loads.append(_unit(x, number, kind, -share * power[x.id], -share * q[x.id], numbers))
    sources = (*park.wind_farms, *park.pv_plants, *park.thermal_units, *park.generators, *park.storages)
    gens = [
        _unit(x, numbers[x.id], 0, power[x.id], q[x.id], numbers) for x in sources if not getattr(x, "balances", False)
    ]
    return loads, gens


def _parts(x: Any, numbers: Numbers, left_out: LeftOut) -> list[tuple[int, int, float]]:
    if not isinstance(x, Load):
        return [(numbers[x.id], 0, 1.0)]
    shares = [(0, 1.0 - x.z_share - x.i_share), (1, x.z_share), (2, x.i_share)]
    kinds = [(kind, share) for kind, share in shares if share > 1e-12] or [(0, 1.0)]
    if len(kinds) > 1:
        left_out.name("loads of several kinds are one load for each kind", x.id)
    return [(numbers[x.id] if k == 0 else numbers.further(), kind, share) for k, (kind, share) in enumerate(kinds)]


def _unit(x: Any, number: int, kind: int, p: float, q: float, numbers: Numbers) -> dict[str, Any]:
    row: dict[str, Any] = {"id": number, "node": numbers[x.bus], "status": 1, "type": kind}
    row |= {"p_specified": p * 1e6, "q_specified": q * 1e6}
    return row | ({"extra": _extra(x)} if number == numbers[x.id] else {})


def _regulators(park: Park, numbers: Numbers) -> list[dict[str, Any]]:
    """The dead band is the transformer's, or 0.6 of a step to either side (as in the flow)."""
    v_nom = {b.id: b.v_nom_kv for b in park.buses}
    return [
        {
            "id": numbers.further(),
            "regulated_object": numbers[t.id],
            "status": 1,
            "control_side": 1,
            "u_set": t.v_set_pu * v_nom[t.bus_to] * 1e3,
            "u_band": 2 * (t.dead_band_pu or 0.6 * t.tap_step) * v_nom[t.bus_to] * 1e3,
        }
        for t in park.transformers
        if t.v_set_pu is not None
    ]


def _name_lost(park: Park, left_out: LeftOut) -> None:
    held = [g.id for g in park.generators if g.v_set_pu is not None and not g.balances]
    sources = (*park.wind_farms, *park.pv_plants, *park.thermal_units, *park.storages)
    held += [s.id for s in sources if s.v_set_pu is not None]
    left_out.names("sources that hold a voltage give the reactive power of the state", held)
    left_out.names("lines have no length, only their whole impedance", (x.id for x in park.lines if x.length_km != 1.0))
    buses = {b.id for b in park.buses}
    at_branches = (s.id for s in park.switches if s.element not in buses)
    left_out.names("switches at branches are the status of their ends", at_branches)
    left_out.names("potlines are loads of the power that they take", (x.id for x in park.potlines))
    name_the_rest(park, CARRIED, left_out)
