"""Lines, transformers and links of a PyPSA network.

Source: PyPSA 1.4, network/power_flow.py: calculate_dependent_values, apply_line_types, apply_transformer_types,
apply_transformer_t_model, calculate_Y.
"""

from __future__ import annotations

import math
from typing import Any

from holin.formats.pypsa.making import Making
from holin.formats.pypsa.standard_types import standard_types
from holin.formats.records import Record, as_number
from holin.park import Bus, EquivalentBranch, Generator, Line

PI, T = "pi", "t"


def read_line(record: Record, making: Making) -> None:
    """Its whole r, x, g, b in ohm and siemens; reckoned on the voltage of bus0."""
    id_ = making.id_of(record, "line")
    ends = making.ends(record, id_, "lines")
    r, x, g, b = (record.number(n, 0.0) for n in "rxgb")
    length, s_nom = record.number("length", 0.0, at_least=0), _rating(record, making, id_)
    if record.has("type"):
        r, x, b = _line_of_type(record, making, length)
    if ends is None:
        return
    if r == 0 and x == 0:
        return record.fault("x", "no impedance", "give x in ohm, or a type")
    first, second = ends
    tan = g / b if b > 0 else 0.0
    if r < 0 or b < 0 or not 0 <= tan <= 0.1 or (g and not b) or first.v_nom_kv != second.v_nom_kv:
        square = first.v_nom_kv**2
        making.left_out.name("lines that no line of a park can be became equivalent branches", id_)
        pi = EquivalentBranch(
            id=id_, name=making.name_of(record, id_), bus_from=first.id, bus_to=second.id, r_pu=r / square,
            x_pu=x / square, g_pu=g * square, b_pu=b * square, s_nom_mva=s_nom or None,
        )  # fmt: skip
        return making.add("equivalent_branches", pi)
    km = length or 1.0
    i_nom = s_nom / math.sqrt(3) / first.v_nom_kv
    if not s_nom:
        sentence = "lines without a rating got 99 kA, which nothing overloads"
        making.assumed.figure("line", id_, "i_nom_ka", sentence)
    return making.add(
        "lines",
        Line(
            id=id_, name=making.name_of(record, id_), bus_from=first.id, bus_to=second.id, length_km=km,
            r_ohm_per_km=r / km, x_ohm_per_km=x / km, c_nf_per_km=b / (2 * math.pi * 50.0) * 1e9 / km, tan_delta=tan,
            i_nom_ka=i_nom or 99.0,
        ),
    )  # fmt: skip


def _rating(record: Record, making: Making, id_: str) -> float:
    """What was built, or the optimum where the element was to be extended."""
    rating = record.number("s_nom", 0.0, at_least=0, infinite=True)
    if record.flag("s_nom_extendable", False):
        rating = record.number("s_nom_opt", rating, at_least=0)
        making.left_out.name("extendable elements have the size of the optimum where there is one, else their own", id_)
    return 0.0 if math.isinf(rating) else float(rating)


def _type_of(record: Record, making: Making, table: str) -> dict[str, Any]:
    """Return the type that a branch names: one of the network's own, or a standard one."""
    name = record.text("type")
    known = {r.text("name"): dict(r.values) for r in making.network.lists.get(table, ())}
    found = known.get(name) or standard_types(table).get(name)
    if found is None:
        record.fault("type", "there is no such type", f"export {table}, or give r and x")
        return {}
    return found


def _value(kind: dict[str, Any], name: str, record: Record) -> float:
    number = as_number(kind.get(name)) if kind else 0.0
    if number is None or not math.isfinite(number):
        record.fault("type", f"its type has no {name}", "give r and x")
        return 0.0
    return number


def _line_of_type(record: Record, making: Making, length: float) -> tuple[float, float, float]:
    kind = _type_of(record, making, "line_types")
    parallel = record.number("num_parallel", 1.0, above=0)
    r, x, c, f = (_value(kind, n, record) for n in ("r_per_length", "x_per_length", "c_per_length", "f_nom"))
    b = 2 * math.pi * 1e-9 * f * c * length * parallel
    return r * length / parallel, x * length / parallel, b


def read_transformer(record: Record, making: Making) -> None:
    """In p.u. of its s_nom; the tap at bus0 or bus1; a T model becomes the pi model that is equal to it."""
    id_ = making.id_of(record, "transformer")
    ends = making.ends(record, id_, "transformers")
    s = 1.0 if record.has("type") else record.number("s_nom", above=0)
    if record.flag("s_nom_extendable", False):
        making.left_out.name("extendable transformers keep the size that their impedance is on", id_)
    z, y = (
        complex(record.number("r", 0.0), record.number("x", 0.0)),
        complex(record.number("g", 0.0), record.number("b", 0.0)),
    )
    tap, side = record.number("tap_ratio", 1.0, at_least=0) or 1.0, record.integer("tap_side", 0)
    shift, model = record.number("phase_shift", 0.0), record.text("model", T)
    if record.has("type"):
        s, z, y, tap, side, shift = _transformer_of_type(record, making, s)
    if side not in (0, 1):
        record.fault("tap_side", "neither 0 nor 1", "0 is bus0, 1 is bus1")
    if model not in (PI, T):
        record.fault("model", "no model of a transformer", "pi or t")
    if ends is None:
        return
    if z == 0:
        return record.fault("x", "no impedance", "give x in p.u. of s_nom, or a type")
    if model == T and y:
        z, y = _pi_of_t(z, y)
    (first, second), turned = ends, side == 1
    if turned:
        first, second, shift = second, first, -shift
    making.add(
        "equivalent_branches",
        EquivalentBranch(
            id=id_, name=making.name_of(record, id_), bus_from=first.id, bus_to=second.id, r_pu=z.real / s,
            x_pu=z.imag / s, g_pu=y.real * s, b_pu=y.imag * s, ratio=tap, shift_deg=math.remainder(shift, 360.0),
            s_nom_mva=s,
        ),
    )  # fmt: skip
    return None


def _pi_of_t(z: complex, y: complex) -> tuple[complex, complex]:
    """Half of z at either side of y is, from outside, the pi of z + z^2 y / 4 with y / (1 + z y / 4) to earth."""
    return z + z * z * y / 4, y / (1 + z * y / 4)


def _transformer_of_type(
    record: Record, making: Making, s_nom: float
) -> tuple[float, complex, complex, float, int, float]:
    kind = _type_of(record, making, "transformer_types")
    parallel = record.number("num_parallel", 1.0, above=0)
    names = ("s_nom", "vsc", "vscr", "pfe", "i0", "phase_shift", "tap_side", "tap_neutral", "tap_step")
    s, vsc, vscr, pfe, i0, shift, side, neutral, step = (_value(kind, n, record) for n in names)
    s = s if s > 0 else s_nom
    r, g = vscr / 100, pfe / 1000 / s
    z = complex(r, math.sqrt(max((vsc / 100) ** 2 - r**2, 0.0))) / parallel
    y = complex(g, -math.sqrt(max((i0 / 100) ** 2 - g**2, 0.0))) * parallel
    tap = 1 + (record.integer("tap_position", 0) - neutral) * step / 100
    if tap <= 0:
        record.fault("tap_position", "no ratio is left", "a position of the type's taps")
        tap = 1.0
    return s, z, y, tap, int(side), shift


def read_link(record: Record, making: Making) -> None:
    """A controllable link: two generators of fixed power where it has a power, else it is left out."""
    id_ = making.id_of(record, "link")
    more = [c for c in record.values if c.startswith("bus") and c not in ("bus0", "bus1") and record.has(c)]
    buses = [making.buses.get(record.text(n, "")) for n in ("bus0", "bus1")]
    p, efficiency = making.first("links", "p_set", record, math.nan), making.first("links", "efficiency", record, 1.0)
    for name in ("bus0", "bus1"):
        making.known_bus(record, name)
    if None in buses or math.isnan(p) or more or not record.flag("active", True):
        making.left_out.name("links without a fixed power between two AC buses are left out", id_)
        return
    making.left_out.name("links became two generators of fixed power", id_)
    for bus, power, end in ((buses[0], -p, "from"), (buses[1], p * efficiency, "to")):
        assert isinstance(bus, Bus)
        own = making.ids.new(f"{id_}-{end}", "gen")
        making.add("generators", Generator(id=own, bus=bus.id, p_nom_mw=max(power, 0.0), p_min_mw=power, p_mw=power))
