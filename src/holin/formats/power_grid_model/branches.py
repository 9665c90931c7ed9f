"""Branches of power-grid-model: lines, links, generic branches, transformers of two and three windings, regulators."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from holin.formats.assumed import I_NOM_KA
from holin.formats.nameplates import Nameplate, Nameplate3
from holin.formats.power_grid_model.making import Reading
from holin.formats.power_grid_model.star import voltages_of_impedances
from holin.formats.records import Record
from holin.park import Bus, EquivalentBranch, Line, Switch

WINDINGS = {0: "Y", 1: "YN", 2: "D", 3: "Z", 4: "ZN"}


def _ends(record: Record, id_: str, reading: Reading) -> tuple[Bus, Bus]:
    """Return both buses; an end out of service stands open by a switch."""
    first, second = reading.node(record, "from_node"), reading.node(record, "to_node")
    for bus, name in ((first, "from_status"), (second, "to_status")):
        if not record.flag(name):
            reading.open_end(id_, bus.id)
    return first, second


def _line(record: Record, id_: str, reading: Reading) -> None:
    """Its whole impedance is that of one kilometre."""
    first, second = _ends(record, id_, reading)
    r, x, c = record.number("r1"), record.number("x1"), record.number("c1", at_least=0)
    tan, i_n = record.number("tan1", at_least=0), record.number("i_n", math.inf, above=0, infinite=True)
    if r == 0 and x == 0:
        record.fault("x1", "no impedance", "give x1, or use a link")
    if first.v_nom_kv != second.v_nom_kv:
        record.fault("to_node", "joins two voltages", "a line joins nodes of one u_rated")
    zero = {name: record.number(name, None) for name in ("r0", "x0", "c0")}
    if math.isinf(i_n):
        sentence = f"lines without a rated current got {I_NOM_KA:g} kA, which nothing overloads"
        reading.assumed.figure("line", id_, "i_nom_ka", sentence)
    if r < 0 or tan > 0.1:
        return _as_pi(id_, first, second, (r, x, c, tan), reading)
    return reading.add(
        "lines",
        Line(
            id=id_, bus_from=first.id, bus_to=second.id, length_km=1.0, r_ohm_per_km=r, x_ohm_per_km=x,
            c_nf_per_km=c * 1e9, tan_delta=tan, i_nom_ka=I_NOM_KA if math.isinf(i_n) else i_n / 1e3,
            r0_ohm_per_km=zero["r0"], x0_ohm_per_km=zero["x0"],
            c0_nf_per_km=None if zero["c0"] is None else zero["c0"] * 1e9,
        ),
    )  # fmt: skip


def _asym_line(record: Record, id_: str, reading: Reading) -> None:
    """Four conductors or three: its positive sequence z_1 = z_s - z_m, the neutral eliminated."""
    first, second = _ends(record, id_, reading)
    z = [[complex(_entry(record, "r", a, b), _entry(record, "x", a, b)) for b in PHASES] for a in PHASES]
    if record.has("r_nn"):
        to_n = [complex(_entry(record, "r", "n", a), _entry(record, "x", "n", a)) for a in PHASES]
        own = complex(record.number("r_nn"), record.number("x_nn"))
        if own:
            z = [[z[i][j] - to_n[i] * to_n[j] / own for j in range(3)] for i in range(3)]
    c = record.number("c1", None)
    if c is None:
        c = _positive([[_entry(record, "c", a, b) for b in PHASES] for a in PHASES]).real
    z_1 = 1j
    try:
        z_1 = 1 / _positive(np.linalg.inv(np.array(z)).tolist())  # of the admittances, as power-grid-model takes it
    except (np.linalg.LinAlgError, ZeroDivisionError):
        record.fault("x_aa", "no impedance", "give its matrix, or use a link")
    if first.v_nom_kv != second.v_nom_kv:
        record.fault("to_node", "joins two voltages", "a line joins nodes of one u_rated")
    square, b = first.v_nom_kv**2, 2 * math.pi * 50.0 * c * first.v_nom_kv**2
    i_n = record.number("i_n", math.inf, above=0, infinite=True)
    rating = None if math.isinf(i_n) else math.sqrt(3) * first.v_nom_kv * i_n / 1e3
    reading.left_out.name("asymmetric lines became branches of their positive sequence", id_)
    pi = EquivalentBranch(
        id=id_, bus_from=first.id, bus_to=second.id, r_pu=z_1.real / square, x_pu=z_1.imag / square, b_pu=b,
        s_nom_mva=rating,
    )  # fmt: skip
    reading.add("equivalent_branches", pi)


PHASES = ("a", "b", "c")
ASYMMETRIC = {f"{v}_{a}{b}" for v in "rx" for a, b in ("aa", "ba", "bb", "ca", "cb", "cc", "na", "nb", "nc", "nn")}
ASYMMETRIC |= {f"c_{pair}" for pair in ("aa", "ba", "bb", "ca", "cb", "cc")}


def _entry(record: Record, value: str, a: str, b: str) -> float:
    """One entry of a symmetric matrix, of which the lower half is given."""
    first, second = max(a, b), min(a, b)
    return float(record.number(f"{value}_{first}{second}"))


def _positive(matrix: list[list[complex]]) -> complex:
    """Return the mean of the diagonal less the mean of the rest: the positive sequence of a transposed line."""
    own = sum(matrix[k][k] for k in range(3)) / 3
    mutual = (matrix[0][1] + matrix[0][2] + matrix[1][2]) / 3
    return own - mutual


def _as_pi(id_: str, first: Bus, second: Bus, data: tuple[float, float, float, float], reading: Reading) -> None:
    """A line whose resistance is below 0, or tan delta above 0.1, is no line of a park: its pi model stands."""
    r, x, c, tan = data
    square = first.v_nom_kv**2
    b = 2 * math.pi * 50.0 * c * square
    reading.left_out.name("lines that no line of a park can be became equivalent branches without a rating", id_)
    pi = EquivalentBranch(
        id=id_, bus_from=first.id, bus_to=second.id, r_pu=r / square, x_pu=x / square, g_pu=b * tan, b_pu=b
    )
    reading.add("equivalent_branches", pi)


def _link(record: Record, id_: str, reading: Reading) -> None:
    first, second = reading.node(record, "from_node"), reading.node(record, "to_node")
    closed = [record.flag("from_status"), record.flag("to_status")]
    if first is second:
        return reading.left_out.name("links from a node to itself are left out", id_)
    if first.v_nom_kv != second.v_nom_kv:
        record.fault("to_node", "joins two voltages", "a link joins nodes of one u_rated")
    return reading.add("switches", Switch(id=id_, bus=first.id, element=second.id, closed=all(closed)))


def _generic_branch(record: Record, id_: str, reading: Reading) -> None:
    """Its pi model stands at the to-side, in ohm and siemens; the ratio k at the from-side."""
    first, second = _ends(record, id_, reading)
    square = second.v_nom_kv**2
    r, x = record.number("r1"), record.number("x1")
    if r == 0 and x == 0:
        record.fault("x1", "no impedance", "give x1, or use a link")
    theta = math.degrees(record.number("theta", 0.0))
    reading.add(
        "equivalent_branches",
        EquivalentBranch(
            id=id_,
            bus_from=first.id,
            bus_to=second.id,
            r_pu=r / square,
            x_pu=x / square,
            g_pu=record.number("g1", 0.0) * square,
            b_pu=record.number("b1", 0.0) * square,
            ratio=record.number("k", 1.0, above=0),
            shift_deg=math.remainder(theta, 360.0),
            s_nom_mva=record.number("sn") / 1e6 if record.has("sn") else None,
        ),
    )


def _group(record: Record, first: str, others: Iterable[tuple[str, str]]) -> str:
    """Return the vector group of windings and clock numbers, such as YNd11."""
    group = record.one_of(first, WINDINGS, "winding (0 Y, 1 YN, 2 D, 3 Z, 4 ZN)")
    for winding, clock in others:
        number = record.integer(clock)
        if not -12 <= number <= 12:
            record.fault(clock, "no clock number", "0 to 11")
        group += record.one_of(winding, WINDINGS, "winding (0 Y, 1 YN, 2 D, 3 Z, 4 ZN)").lower() + str(number % 12)
    return str(group)


def _taps(record: Record) -> dict[str, Any]:
    """Return position, neutral, lowest and highest; where tap_min lies above tap_max all are counted the other way."""
    low, high = record.integer("tap_min"), record.integer("tap_max")
    neutral = record.integer("tap_nom", 0)
    position = record.integer("tap_pos", neutral)
    if low > high:
        low, high, neutral, position = -low, -high, -neutral, -position
    if not low <= position <= high:
        record.fault("tap_pos", "outside tap_min to tap_max", "correct the position or the range")
    return {"tap_pos": position, "tap_neutral": neutral, "tap_min": low, "tap_max": high}


def _transformer(record: Record, id_: str, reading: Reading) -> None:
    first, second = _ends(record, id_, reading)
    u = [record.number(name, above=0) / 1e3 for name in ("u1", "u2")]
    side = record.one_of("tap_side", {0: 0, 1: 1}, "side (0 from, 1 to)")
    plate = Nameplate(
        id=id_,
        buses=(first, second),
        v_kv=(u[0], u[1]),
        s_nom_mva=record.number("sn", above=0) / 1e6,
        uk=record.number("uk", above=0),
        pk_kw=record.number("pk", at_least=0) / 1e3,
        i0=record.number("i0", at_least=0),
        p0_kw=record.number("p0", at_least=0) / 1e3,
        vector_group=_group(record, "winding_from", (("winding_to", "clock"),)),
        tap_side=side,
        tap_step=record.number("tap_size", at_least=0) / 1e3 / u[side],
        **_taps(record),
    )
    made, turned = plate.made(reading.left_out)
    if isinstance(made, EquivalentBranch):
        return reading.add("equivalent_branches", made)
    reading.transformers[record.integer("id")] = (made, turned)
    return reading.add("transformers", made)


def _transformer3(record: Record, id_: str, reading: Reading) -> None:
    buses = tuple(reading.node(record, f"node_{k}") for k in (1, 2, 3))
    for k, bus in enumerate(buses, start=1):
        if not record.flag(f"status_{k}"):
            reading.open_end(id_, bus.id)
    if len({b.id for b in buses}) < 3 and all(record.has(f"node_{k}") for k in (1, 2, 3)):
        record.fault("node_3", "two windings are at one node", "name three nodes")
    u = [record.number(f"u{k}", above=0) / 1e3 for k in (1, 2, 3)]
    side = record.one_of("tap_side", {0: 0, 1: 1, 2: 2}, "side (0, 1 or 2)")
    s_nom_mva = tuple(record.number(f"sn_{k}", above=0) / 1e6 for k in (1, 2, 3))
    uk = {p: record.number(f"uk_{p}", above=0, at_most=0.999) for p in ("12", "13", "23")}
    pk_kw = {p: record.number(f"pk_{p}", at_least=0) / 1e3 for p in ("12", "13", "23")}
    plate = Nameplate3(
        id=id_,
        buses=(buses[0], buses[1], buses[2]),
        v_kv=(u[0], u[1], u[2]),
        s_nom_mva=s_nom_mva,
        uk=voltages_of_impedances(uk, pk_kw, s_nom_mva),
        pk_kw=pk_kw,
        i0=record.number("i0", at_least=0, at_most=0.999),
        p0_kw=record.number("p0", at_least=0) / 1e3,
        vector_group=_group(record, "winding_1", (("winding_2", "clock_12"), ("winding_3", "clock_13"))),
        tap_side=side,
        tap_step=record.number("tap_size", at_least=0) / 1e3 / u[side],
        **_taps(record),
    )
    reading.add_transformer3(plate.made(reading.left_out))


BRANCH_READERS: dict[str, Callable[[Record, str, Any], None]] = {
    "line": _line,
    "asym_line": _asym_line,
    "link": _link,
    "generic_branch": _generic_branch,
    "transformer": _transformer,
    "three_winding_transformer": _transformer3,
}


def add_regulators(records: Iterable[Record], reading: Reading) -> None:
    """A tap regulator of a transformer's low-voltage side keeps `v_set_pu` there; others are named."""
    for record in records:
        number, u_set = record.integer("regulated_object"), record.number("u_set", above=0)
        band, side = record.number("u_band", at_least=0), record.integer("control_side")
        id_ = reading.id_of.get(record.integer("id"), "?")
        made, turned = reading.transformers.get(number, (None, False))
        if not record.flag("status") or made is None:
            reading.left_out.name("tap regulators out of service, or of other objects, are left out", id_)
            continue
        at_low = (side == 1) != turned
        buses = {b.id: b for b in reading.nodes.values()}
        v_nom = buses[made.bus_to].v_nom_kv * 1e3
        fits = at_low and made.tap_min < made.tap_max and made.tap_step > 0 and 0.8 < u_set / v_nom < 1.2
        if not fits or not 0 < band / 2 / v_nom < 0.1:
            reading.left_out.name("tap regulators that no transformer of a park can have are left out", id_)
            continue
        regulated = dataclasses.replace(made, v_set_pu=u_set / v_nom, dead_band_pu=band / 2 / v_nom)
        place = next(k for k, t in enumerate(reading.tables["transformers"]) if t is made)
        reading.tables["transformers"][place] = regulated
        if record.number("line_drop_compensation_r", 0.0) or record.number("line_drop_compensation_x", 0.0):
            reading.left_out.name("line-drop compensation of tap regulators is left out", id_)
