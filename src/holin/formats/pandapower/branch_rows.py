"""A park's branches and switches as rows of pandapower's tables."""

from __future__ import annotations

import math
from typing import Any

from holin.formats.admittances import of_open_branch
from holin.formats.imported import LeftOut
from holin.park import EquivalentBranch, Line, Park, Side, Switch, Transformer, Transformer3, clocks_of

FREQUENCY_HZ = 50.0
Row = dict[str, Any]


def branch_rows(park: Park, at: dict[str, int], left_out: LeftOut) -> dict[str, list[Row]]:
    """Return the tables line, trafo, trafo3w, impedance, shunt (charging of branches), switch; `at` numbers buses."""
    v_nom = {b.id: b.v_nom_kv for b in park.buses}
    tables: dict[str, list[Row]] = {"line": [_line(x, at) for x in park.lines]}
    tables["trafo"] = [_transformer(t, at) for t in park.transformers]
    tables["trafo3w"] = [_transformer3(t, at) for t in park.transformers3]
    tables["impedance"], tables["shunt"] = [], []
    place = {x.id: ("l", k) for k, x in enumerate(park.lines)}
    place |= {t.id: ("t", k) for k, t in enumerate(park.transformers)}
    place |= {t.id: ("t3", k) for k, t in enumerate(park.transformers3)}
    opened = {(s.element, s.bus) for s in park.switches if not s.closed}
    for b in park.equivalent_branches:
        closed = ((b.id, b.bus_from) not in opened, (b.id, b.bus_to) not in opened)
        ratio = b.ratio != 1 or b.shift_deg != 0
        row, charging = _as_transformer(b, at, v_nom) if ratio else (_impedance(b, at), [])
        if not all(closed):
            row["in_service"] = False
            charging = _open_charging(b, closed, at, v_nom)
            if charging:
                left_out.name("equivalent branches open at one end are out of service, their charging a shunt", b.id)
        tables["trafo" if ratio else "impedance"].append(row)
        tables["shunt"] += charging
    switches = [s for s in park.switches if s.element not in {b.id for b in park.equivalent_branches}]
    tables["switch"] = [_switch(s, at, place) for s in switches]
    return tables


def _open_charging(
    b: EquivalentBranch, closed: tuple[bool, bool], at: dict[str, int], v_nom: dict[str, float]
) -> list[Row]:
    if not any(closed):
        return []
    y, bus = of_open_branch(b, at_from=closed[0]), b.bus_from if closed[0] else b.bus_to
    return [_charging(f"{b.id}-charging", at[bus], v_nom[bus], y)]


def _charging(id_: str, bus: int, v_nom_kv: float, y: complex) -> Row:
    row = {"name": None, "holin_id": id_, "in_service": True, "bus": bus, "q_mvar": -y.imag, "p_mw": y.real}
    return row | {"vn_kv": v_nom_kv, "step": 1, "max_step": 1}


def _common(thing: Any) -> Row:
    return {"name": thing.name or None, "holin_id": thing.id, "in_service": True, "std_type": None}


def _line(x: Line, at: dict[str, int]) -> Row:
    g_us = x.tan_delta * 2 * math.pi * FREQUENCY_HZ * x.c_nf_per_km * 1e-3
    return {
        **_common(x),
        "from_bus": at[x.bus_from],
        "to_bus": at[x.bus_to],
        "length_km": x.length_km,
        "r_ohm_per_km": x.r_ohm_per_km,
        "x_ohm_per_km": x.x_ohm_per_km,
        "c_nf_per_km": x.c_nf_per_km,
        "g_us_per_km": g_us,
        "max_i_ka": x.i_nom_ka,
        "df": 1.0,
        "parallel": 1,
        "type": "cs" if x.cable else "ol",
        "r0_ohm_per_km": x.r0_ohm_per_km,
        "x0_ohm_per_km": x.x0_ohm_per_km,
        "c0_nf_per_km": x.c0_nf_per_km,
    }


def _taps(t: Transformer | Transformer3, side: str) -> Row:
    taps = {"tap_pos": t.tap_pos, "tap_neutral": t.tap_neutral, "tap_min": t.tap_min, "tap_max": t.tap_max}
    step = {"tap_side": side, "tap_step_percent": 100 * t.tap_step, "tap_step_degree": 0.0}
    return taps | step | {"tap_changer_type": "Ratio", "tap_dependency_table": False}


def _letters(group: str) -> str:
    return "".join(c for c in group if not c.isdigit())


def _transformer(t: Transformer, at: dict[str, int]) -> Row:
    return {
        **_common(t),
        "hv_bus": at[t.bus_from],
        "lv_bus": at[t.bus_to],
        "sn_mva": t.s_nom_mva,
        "vn_hv_kv": t.v_from_kv,
        "vn_lv_kv": t.v_to_kv,
        "vk_percent": 100 * t.uk,
        "vkr_percent": t.pk_kw / 10 / t.s_nom_mva,
        "pfe_kw": t.p0_kw,
        "i0_percent": 100 * t.i0,
        "shift_degree": 30.0 * clocks_of(t.vector_group)[0],
        "vector_group": _letters(t.vector_group),
        **_taps(t, "hv" if t.tap_side is Side.FROM else "lv"),
        "parallel": 1,
        "df": 1.0,
        "vk0_percent": None if t.uk0 is None else 100 * t.uk0,
        "vkr0_percent": None if t.pk0_kw is None else t.pk0_kw / 10 / t.s_nom_mva,
    }


def _transformer3(t: Transformer3, at: dict[str, int]) -> Row:
    s = (t.s_nom_1_mva, t.s_nom_2_mva, t.s_nom_3_mva)
    pairs = (
        ("hv", t.uk_12, t.pk_12_kw, min(s[0], s[1])),
        ("mv", t.uk_23, t.pk_23_kw, min(s[1], s[2])),
        ("lv", t.uk_31, t.pk_31_kw, min(s[2], s[0])),
    )
    clocks = clocks_of(t.vector_group)
    row: Row = _common(t)
    for side, bus, v, rating in zip(
        ("hv", "mv", "lv"), (t.bus_1, t.bus_2, t.bus_3), (t.v_1_kv, t.v_2_kv, t.v_3_kv), s, strict=True
    ):
        row |= {f"{side}_bus": at[bus], f"vn_{side}_kv": v, f"sn_{side}_mva": rating}
    for side, uk, pk_kw, base in pairs:
        row |= {f"vk_{side}_percent": 100 * uk, f"vkr_{side}_percent": pk_kw / 10 / base}
    row |= {"pfe_kw": t.p0_kw, "i0_percent": 100 * t.i0, "vector_group": _letters(t.vector_group)}
    row |= {"shift_mv_degree": 30.0 * clocks[0], "shift_lv_degree": 30.0 * clocks[1], "tap_at_star_point": False}
    return row | _taps(t, "hv")


def _impedance(b: EquivalentBranch, at: dict[str, int]) -> Row:
    s = b.s_nom_mva or 1.0
    z = {"rft_pu": b.r_pu * s, "xft_pu": b.x_pu * s, "rtf_pu": b.r_pu * s, "xtf_pu": b.x_pu * s}
    y = {f"{v}{end}_pu": getattr(b, f"{v}_pu") / 2 / s for end in "ft" for v in "gb"}
    return _common(b) | {"from_bus": at[b.bus_from], "to_bus": at[b.bus_to], "sn_mva": s} | z | y


def _as_transformer(b: EquivalentBranch, at: dict[str, int], v_nom: dict[str, float]) -> tuple[Row, list[Row]]:
    """A branch with a ratio is a transformer whose rated voltages make it; its charging stands at its ends."""
    s = b.s_nom_mva or 100.0
    row = {
        **_common(b),
        "hv_bus": at[b.bus_from],
        "lv_bus": at[b.bus_to],
        "sn_mva": s,
        "vn_hv_kv": v_nom[b.bus_from] * b.ratio,
        "vn_lv_kv": v_nom[b.bus_to],
        "vk_percent": math.copysign(100 * s * math.hypot(b.r_pu, b.x_pu), b.x_pu),
        "vkr_percent": 100 * s * b.r_pu,
        "pfe_kw": 0.0,
        "i0_percent": 0.0,
        "shift_degree": b.shift_deg,
        "parallel": 1,
        "df": 1.0,
        "tap_side": None,
        "tap_dependency_table": False,
    }
    ends = ((b.bus_from, b.ratio**2), (b.bus_to, 1.0))
    half = complex(b.g_pu, b.b_pu) / 2
    shunts = [
        _charging(f"{b.id}-charging-{k}", at[bus], v_nom[bus], half / square)
        for k, (bus, square) in enumerate(ends, start=1)
        if half
    ]
    return row, shunts


def _switch(s: Switch, at: dict[str, int], place: dict[str, tuple[str, int]]) -> Row:
    et, element = place.get(s.element, ("b", at.get(s.element, -1)))
    row = {"name": s.name or None, "holin_id": s.id, "bus": at[s.bus], "element": element, "et": et}
    return row | {"type": "CB", "closed": s.closed, "z_ohm": 0.0}
