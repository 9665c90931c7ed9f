"""The same network with every branch given by its pi model, as formats without nameplates write it.

The formulas are those of `docs/math.md` (lines, transformers); the flow room has them for whole columns.
"""

from __future__ import annotations

import dataclasses
import math
from typing import Any

from holin.park.facts import Outage
from holin.park.network import Bus, EquivalentBranch, Line, Side, Transformer, Transformer3
from holin.park.park import Park
from holin.park.vector_group import clocks_of

FREQUENCY_HZ = 50.0
SQRT3 = math.sqrt(3)


def equivalents(park: Park) -> Park:
    """Return the park with lines and transformers as equivalent branches on 1 MVA, ids and all else kept.

    A three-winding transformer T becomes three branches T.1, T.2, T.3 that meet in a bus T.star, on the rated voltage
    of its first winding; switches and outages of T become those of its branches. The nameplates must give an
    impedance, as `holin check` demands.
    """
    v_nom = {b.id: b.v_nom_kv for b in park.buses}
    stars = {t.id: star_pi(t, v_nom) for t in park.transformers3}
    ends = {(t.id, bus): f"{t.id}.{k}" for t in park.transformers3 for k, bus in enumerate(windings_of(t), start=1)}
    switches = tuple(
        dataclasses.replace(s, element=ends[s.element, s.bus]) if (s.element, s.bus) in ends else s
        for s in park.switches
    )
    return dataclasses.replace(
        park,
        buses=(*park.buses, *(star_bus_of(t, v_nom) for t in park.transformers3)),
        equivalent_branches=(
            *(line_pi(line, v_nom[line.bus_from]) for line in park.lines),
            *(transformer_pi(t, v_nom[t.bus_from], v_nom[t.bus_to]) for t in park.transformers),
            *(branch for star in stars.values() for branch in star),
            *park.equivalent_branches,
        ),
        lines=(),
        transformers=(),
        transformers3=(),
        switches=switches,
        outages=tuple(o for outage in park.outages for o in _outages(outage, stars)),
    )


def with_ideal_grids(park: Park) -> Park:
    """Return the park with each grid connection behind an impedance as an ideal one at a bus G.source of its own.

    The branch between is its short-circuit impedance: |z| = 1 / S_k in p.u. on 1 MVA, R / X as given.
    """
    finite = [g for g in park.grids if g.behind_impedance]
    v_nom = {b.id: b.v_nom_kv for b in park.buses}
    buses, branches = [], []
    for g in finite:
        x = 1 / g.sk_max_mva / math.hypot(1.0, g.rx_ratio)
        buses.append(Bus(id=f"{g.id}.source", built=g.built, retired=g.retired, v_nom_kv=v_nom[g.bus]))
        branches.append(
            EquivalentBranch(
                id=f"{g.id}.z", built=g.built, retired=g.retired, bus_from=f"{g.id}.source", bus_to=g.bus,
                r_pu=x * g.rx_ratio, x_pu=x,
            )
        )  # fmt: skip
    return dataclasses.replace(
        park,
        buses=(*park.buses, *buses),
        equivalent_branches=(*park.equivalent_branches, *branches),
        grids=tuple(
            dataclasses.replace(g, bus=f"{g.id}.source", behind_impedance=False) if g.behind_impedance else g
            for g in park.grids
        ),
    )


def windings_of(t: Transformer3) -> tuple[str, str, str]:
    """Return the buses of the windings, in order."""
    return t.bus_1, t.bus_2, t.bus_3


def _outages(outage: Outage, stars: dict[str, tuple[EquivalentBranch, ...]]) -> tuple[Outage, ...]:
    if outage.element not in stars:
        return (outage,)
    parts = enumerate(stars[outage.element], start=1)
    return tuple(dataclasses.replace(outage, id=f"{outage.id}.{k}", element=b.id) for k, b in parts)


def line_pi(line: Line, v_nom_kv: float) -> EquivalentBranch:
    """Return a line's pi model: z = (r + jx) l / Z_b, b = 2 pi f c l Z_b, g = b tan delta, Z_b = V^2 / 1 MVA."""
    z_base = v_nom_kv**2
    b = 2 * math.pi * FREQUENCY_HZ * line.c_nf_per_km * 1e-9 * line.length_km * z_base
    return EquivalentBranch(
        **_common(line),
        bus_from=line.bus_from,
        bus_to=line.bus_to,
        r_pu=line.r_ohm_per_km * line.length_km / z_base,
        x_pu=line.x_ohm_per_km * line.length_km / z_base,
        g_pu=b * line.tan_delta,
        b_pu=b,
        s_nom_mva=SQRT3 * v_nom_kv * line.i_nom_ka,
    )


def transformer_pi(t: Transformer, v_1_nom_kv: float, v_2_nom_kv: float) -> EquivalentBranch:
    """Return a transformer's pi model on its second side: r = pk / S^2, |z| = uk / S, g = p0, |y| = i0 S."""
    tap = 1 + (t.tap_pos - t.tap_neutral) * t.tap_step
    v_1 = t.v_from_kv * (tap if t.tap_side is Side.FROM else 1.0)
    v_2 = t.v_to_kv * (1.0 if t.tap_side is Side.FROM else tap)
    square = (v_2 / v_2_nom_kv) ** 2
    r, x = impedance(t.uk, t.pk_kw, t.s_nom_mva)
    g, b = magnetising(t.i0, t.p0_kw, t.s_nom_mva)
    return EquivalentBranch(
        **_common(t),
        bus_from=t.bus_from,
        bus_to=t.bus_to,
        r_pu=r * square,
        x_pu=x * square,
        g_pu=g / square,
        b_pu=b / square,
        ratio=(v_1 / v_2) / (v_1_nom_kv / v_2_nom_kv),
        shift_deg=30.0 * clocks_of(t.vector_group)[0],
        s_nom_mva=t.s_nom_mva,
    )


def impedance(uk: float, pk_kw: float, s_mva: float) -> tuple[float, float]:
    """Return r, x in p.u. on 1 MVA and rated voltage: r = pk / S^2, x = sqrt((uk / S)^2 - r^2)."""
    r = pk_kw * 1e-3 / s_mva**2
    return r, math.sqrt(max((uk / s_mva) ** 2 - r**2, 0.0))


def magnetising(i0: float, p0_kw: float, s_mva: float) -> tuple[float, float]:
    """Return g, b in p.u. on 1 MVA and rated voltage: g = p0, b = -sqrt((i0 S)^2 - g^2)."""
    g = p0_kw * 1e-3
    return g, -math.sqrt(max((i0 * s_mva) ** 2 - g**2, 0.0))


def star_bus_of(t: Transformer3, v_nom: dict[str, float]) -> Bus:
    """Return the inner bus in which the three branches meet."""
    return Bus(
        id=f"{t.id}.star", name=t.name, name_zh=t.name_zh, built=t.built, retired=t.retired, v_nom_kv=v_nom[t.bus_1]
    )


def star_pi(t: Transformer3, v_nom: dict[str, float]) -> tuple[EquivalentBranch, ...]:
    """Return the three branches, z_1 = (z_12 + z_31 - z_23) / 2 and cyclically, on the rated voltage of winding 1.

    Source: IEC 60909-0:2016, 6.3.2.
    """
    s = (t.s_nom_1_mva, t.s_nom_2_mva, t.s_nom_3_mva)
    z_12 = complex(*impedance(t.uk_12, t.pk_12_kw, min(s[0], s[1])))
    z_23 = complex(*impedance(t.uk_23, t.pk_23_kw, min(s[1], s[2])))
    z_31 = complex(*impedance(t.uk_31, t.pk_31_kw, min(s[2], s[0])))
    star = ((z_12 + z_31 - z_23) / 2, (z_12 + z_23 - z_31) / 2, (z_23 + z_31 - z_12) / 2)
    inner = t.v_1_kv / v_nom[t.bus_1]
    tap = 1 + (t.tap_pos - t.tap_neutral) * t.tap_step
    rated = (t.v_1_kv * tap, t.v_2_kv, t.v_3_kv)
    clocks = (0, *clocks_of(t.vector_group))
    g, b = magnetising(t.i0, t.p0_kw, s[0])
    return tuple(
        EquivalentBranch(
            **_common(t) | {"id": f"{t.id}.{k + 1}"},
            bus_from=bus,
            bus_to=f"{t.id}.star",
            r_pu=star[k].real * inner**2,
            x_pu=star[k].imag * inner**2,
            g_pu=g / inner**2 if k == 0 else 0.0,
            b_pu=b / inner**2 if k == 0 else 0.0,
            ratio=rated[k] / v_nom[bus] / inner,
            shift_deg=-30.0 * clocks[k],
            s_nom_mva=s[k],
        )
        for k, bus in enumerate(windings_of(t))
    )


def _common(thing: Line | Transformer | Transformer3) -> dict[str, Any]:
    """What an equivalent branch takes over from a nameplate as it is."""
    names = ("id", "name", "name_zh", "built", "retired", "basis", "reference")
    return {name: getattr(thing, name) for name in names}
