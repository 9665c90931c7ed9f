"""Branches and switches of a pandapower net.

Source: pandapower 3.5, build_branch.py (pi model of lines, transformers, impedances), build_bus.py (switches).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import Any

from holin.formats.ids import clean_name
from holin.formats.nameplates import Nameplate, Nameplate3, is_vector_group
from holin.formats.pandapower.making import Reading
from holin.formats.records import Record
from holin.park import Bus, EquivalentBranch, Line, Shunt, Switch

PARALLEL_MAX = 100
SWITCH_RX = 2.0
"""R/X that pandapower gives to the impedance of a switch (switch_rx_ratio)."""

RATIO, SYMMETRICAL, IDEAL = "Ratio", "Symmetrical", "Ideal"


def _parallel(record: Record, reading: Reading, table: str, *ends: str) -> tuple[list[str], list[Bus]]:
    """Return an id for each of an element's parallel branches, out of service open at all ends, and their buses."""
    count = record.integer("parallel", 1)
    if not 1 <= count <= PARALLEL_MAX:
        record.fault("parallel", "not a number of parallel elements", f"1 to {PARALLEL_MAX}")
        count = 1
    buses = [reading.bus(record, end) for end in ends]
    ids = [reading.id_of(record, table) for _ in range(count)]
    if len(ids) > 1:
        reading.left_out.name("parallel elements became elements of their own", f"{ids[0]} ({len(ids)})")
    dead = not record.flag("in_service", True) or any(b.id in reading.dead for b in buses)
    for id_ in ids if dead else ():
        for bus in dict.fromkeys(b.id for b in buses):
            reading.open_end(id_, bus)
    return ids, buses


def _line(record: Record, reading: Reading) -> None:
    ids, (first, second) = _parallel(record, reading, "line", "from_bus", "to_bus")
    c = record.number("c_nf_per_km", 0.0) * reading.frequency_hz / 50.0
    g_us, length = record.number("g_us_per_km", 0.0), record.number("length_km", above=0)
    r, x = record.number("r_ohm_per_km"), record.number("x_ohm_per_km")
    i_nom = record.number("max_i_ka", math.inf, at_least=0, infinite=True) * record.number("df", 1.0, above=0)
    zero = {f"{n}_ohm_per_km": record.number(f"{n}_ohm_per_km", None) for n in ("r0", "x0")}
    if r == 0 and x == 0:
        record.fault("x_ohm_per_km", "no impedance", "give x_ohm_per_km, or use a switch")
        return
    charging = 2 * math.pi * 50.0 * c * 1e-3  # microsiemens
    tan = g_us / charging if charging > 0 else 0.0
    no_rating = math.isinf(i_nom) or i_nom == 0
    if c < 0 or r < 0 or not 0 <= tan <= 0.1 or (g_us and not charging) or first.v_nom_kv != second.v_nom_kv:
        _line_as_pi(ids, first, second, length, complex(r, x), complex(g_us, charging), i_nom, reading)
        return
    for id_ in ids:
        if no_rating:
            sentence = "lines without a rated current got 99 kA, which nothing overloads"
            reading.assumed.figure("line", id_, "i_nom_ka", sentence)
        reading.add(
            "lines",
            Line(
                id=id_, name=_name(record), bus_from=first.id, bus_to=second.id, length_km=length, r_ohm_per_km=r,
                x_ohm_per_km=x, c_nf_per_km=c, tan_delta=tan, i_nom_ka=99.0 if no_rating else i_nom,
                c0_nf_per_km=record.number("c0_nf_per_km", None), cable=record.text("type", "") == "cs", **zero,
            ),
        )  # fmt: skip


def _line_as_pi(
    ids: list[str],
    first: Bus,
    second: Bus,
    length: float,
    z_ohm: complex,
    y_us: complex,
    i_nom: float,
    reading: Reading,
) -> None:
    """pandapower reckons a line on the voltage of its first bus."""
    square = first.v_nom_kv**2
    z, y = z_ohm * length / square, y_us * 1e-6 * length * square
    rating = None if math.isinf(i_nom) or i_nom == 0 else math.sqrt(3) * first.v_nom_kv * i_nom
    for id_ in ids:
        reading.left_out.name("lines that no line of a park can be became equivalent branches", id_)
        pi = EquivalentBranch(
            id=id_, bus_from=first.id, bus_to=second.id, r_pu=z.real, x_pu=z.imag, g_pu=y.real, b_pu=y.imag,
            s_nom_mva=rating,
        )  # fmt: skip
        reading.add("equivalent_branches", pi)


def _name(record: Record) -> str:
    return clean_name(record.text("name", ""))


# ---- transformers -----------------------------------------------------------------------------------------------


def _taps(record: Record, reading: Reading, id_: str, sides: dict[str, int]) -> tuple[dict[str, Any], float]:
    """Return tap side, step and positions, and the angle in degrees by which the taps turn.

    Since pandapower 3 a tap without a tap_changer_type counts for nothing in its power flow.
    """
    none = {"tap_side": 0, "tap_step": 0.0, "tap_pos": 0, "tap_neutral": 0, "tap_min": 0, "tap_max": 0}
    side = record.one_of("tap_side", sides, f"side ({', '.join(sides)})", None)
    position = record.number("tap_pos", None)
    if side is None or position is None:
        return none, 0.0
    kind = record.text("tap_changer_type", "")
    if not kind and (reading.tap_types or record.values.get("tap_changer_type") is not None):
        if position != record.number("tap_neutral", 0.0):
            reading.left_out.name("taps without a tap_changer_type do not count in pandapower, nor here", id_)
        return none, 0.0
    if kind not in ("", RATIO, SYMMETRICAL, IDEAL):
        reading.left_out.name("tabular tap changers are left out", id_)
        return none, 0.0
    neutral = record.number("tap_neutral", 0.0)
    low, high = record.number("tap_min", min(position, neutral)), record.number("tap_max", max(position, neutral))
    step, degree = record.number("tap_step_percent", 0.0) / 100, record.number("tap_step_degree", 0.0)
    steps = position - neutral
    turned = 0.0
    sign = 1 if side == 0 else -1
    if kind == IDEAL or (not kind and record.flag("tap_phase_shifter", False)):
        turned = sign * steps * (degree or math.degrees(2 * math.asin(min(abs(step) / 2, 1.0))))
        step = 0.0
    elif degree and step:
        tap = complex(1 + steps * step * math.cos(math.radians(degree)), steps * step * math.sin(math.radians(degree)))
        turned = sign * math.degrees(math.atan2(tap.imag, tap.real))
        step = (abs(tap) - 1) / steps if steps else step
    if step < 0:
        step, low, high, neutral, position = -step, -high, -low, -neutral, -position
    if not all(float(n).is_integer() for n in (low, high, neutral, position)) or low > high:
        whole = step * (position - neutral)  # between two positions: one step of just this turn
        low, high, neutral, position, step = (min(0, whole), max(0, whole), 0, 1 if whole > 0 else -1, abs(whole))
        low, high = (0, 1) if position > 0 else (-1, 0)
        reading.left_out.name("taps between two positions are one step of their own", id_)
    if 1 + (position - neutral) * step <= 0:
        record.fault("tap_pos", "no ratio is left", "a position of its taps, tap_min to tap_max")
    taps = {"tap_pos": int(position), "tap_neutral": int(neutral), "tap_min": int(low), "tap_max": int(high)}
    return taps | {"tap_side": side, "tap_step": step}, turned


def _group(record: Record, shifts: list[float], reading: Reading, id_: str) -> tuple[str, float]:
    """Return the vector group, and what is left of a two-winding shift that no clock number can say."""
    said = record.text("vector_group", "").rstrip("0123456789")
    clocks = [round(s / 30) for s in shifts]
    rest = shifts[0] - 30 * clocks[0] if len(shifts) == 1 else 0.0
    letters = _letters(said, len(shifts) + 1)
    group = letters[0].upper() + "".join(f"{w.lower()}{c % 12}" for w, c in zip(letters[1:], clocks, strict=True))
    if said and is_vector_group(group):
        return group, rest
    first = "D" if len(shifts) == 1 and clocks[0] % 2 else "YN"
    if len(shifts) == 1:
        group = f"{first}yn{clocks[0] % 12}"
    else:
        group = "YN" + "".join(f"{'d' if c % 2 else 'yn'}{c % 12}" for c in clocks)
    reading.left_out.name("vector groups without fitting letters got letters by their clock number", id_)
    return group, rest


def _letters(said: str, windings: int) -> list[str]:
    """Split YNyn into YN and yn; as many parts as windings, or a placeholder that is no vector group."""
    parts: list[str] = []
    rest = said.lower()
    while rest:
        length = 2 if rest[:2] in ("yn", "zn") else 1
        parts.append(rest[:length])
        rest = rest[length:]
    return parts if len(parts) == windings else ["?"] * windings


def _transformer(record: Record, reading: Reading) -> None:
    ids, (high, low) = _parallel(record, reading, "trafo", "hv_bus", "lv_bus")
    s, vk = record.number("sn_mva", above=0), record.number("vk_percent") / 100
    vkr, pfe, i0 = (
        record.number("vkr_percent") / 100,
        record.number("pfe_kw", 0.0),
        record.number("i0_percent", 0.0) / 100,
    )
    v = (record.number("vn_hv_kv", above=0), record.number("vn_lv_kv", above=0))
    taps, turned = _taps(record, reading, ids[0], {"hv": 0, "lv": 1})
    group, rest = _group(record, [record.number("shift_degree", 0.0)], reading, ids[0])
    vk0, vkr0 = (record.number(n, None) for n in ("vk0_percent", "vkr0_percent"))
    if i0 < 0:
        reading.left_out.name("no-load currents below 0 are inductive, as in pandapower's power flow", ids[0])
    if vk == 0 and vkr == 0:
        record.fault("vk_percent", "no impedance", "give vk_percent")
        return
    for id_ in ids:
        plate = Nameplate(
            id=id_, name=_name(record), buses=(high, low), v_kv=v, s_nom_mva=s, uk=abs(vk), pk_kw=vkr * s * 1e3,
            i0=abs(i0), p0_kw=pfe, vector_group=group, shift_deg=rest + turned, sign_of_x=math.copysign(1.0, vk),
            uk0=None if vk0 is None else vk0 / 100, pk0_kw=None if vkr0 is None else vkr0 / 100 * s * 1e3, **taps,
        )  # fmt: skip
        made, _ = plate.made(reading.left_out)
        reading.add("equivalent_branches" if isinstance(made, EquivalentBranch) else "transformers", made)


def _transformer3(record: Record, reading: Reading) -> None:
    sides = ("hv", "mv", "lv")
    ids, buses = _parallel(record, reading, "trafo3w", *(f"{s}_bus" for s in sides))
    if len({b.id for b in buses}) < 3 and all(record.has(f"{s}_bus") for s in sides):
        record.fault("lv_bus", "two windings are at one bus", "name three buses")
        return
    s = tuple(record.number(f"sn_{side}_mva", above=0) for side in sides)
    vk = [record.number(f"vk_{side}_percent", above=0) / 100 for side in sides]
    vkr = [record.number(f"vkr_{side}_percent", at_least=0) / 100 for side in sides]
    v = [record.number(f"vn_{side}_kv", above=0) for side in sides]
    pairs = {"12": (0, min(s[0], s[1])), "23": (1, min(s[1], s[2])), "13": (2, min(s[0], s[2]))}
    taps, turned = _taps(record, reading, ids[0], {"hv": 0, "mv": 1, "lv": 2})
    shifts = [record.number(f"shift_{side}_degree", 0.0) for side in ("mv", "lv")]
    group, _ = _group(record, shifts, reading, ids[0])
    if turned or any(shift % 30 for shift in shifts):
        reading.left_out.name("angles of three-winding transformers beside their clock numbers are left out", ids[0])
    i0 = record.number("i0_percent", 0.0, at_least=0) / 100
    plate = Nameplate3(
        id=ids[0], name=_name(record), buses=(buses[0], buses[1], buses[2]), v_kv=(v[0], v[1], v[2]), s_nom_mva=s,
        uk={p: vk[k] for p, (k, _) in pairs.items()}, pk_kw={p: vkr[k] * base * 1e3 for p, (k, base) in pairs.items()},
        i0=i0, p0_kw=record.number("pfe_kw", 0.0, at_least=0), vector_group=group, **taps,
    )  # fmt: skip
    reading.add_transformer3(plate.made(reading.left_out))


def _impedance(record: Record, reading: Reading) -> None:
    """In p.u. of its own rating; what differs by direction is the mean of both, what differs by end a shunt."""
    ids, (first, second) = _parallel(record, reading, "impedance", "from_bus", "to_bus")
    s = record.number("sn_mva", above=0)
    z = complex(record.number("rft_pu"), record.number("xft_pu"))
    back = complex(record.number("rtf_pu", z.real), record.number("xtf_pu", z.imag))
    y = [complex(record.number(f"g{e}_pu", 0.0), record.number(f"b{e}_pu", 0.0)) * s for e in "ft"]
    if z == 0 or z + back == 0:
        record.fault("xft_pu", "no impedance", "give xft_pu, or use a switch")
        return
    if back != z:
        reading.left_out.name("impedances that differ by direction are the mean of both", ids[0])
    mean = (z + back) / 2 / s
    least = y[0] if abs(y[0]) <= abs(y[1]) else y[1]
    pi = EquivalentBranch(
        id=ids[0], name=_name(record), bus_from=first.id, bus_to=second.id, r_pu=mean.real, x_pu=mean.imag,
        g_pu=2 * least.real, b_pu=2 * least.imag, s_nom_mva=s,
    )  # fmt: skip
    reading.add("equivalent_branches", pi)
    for bus, own in zip((first, second), y, strict=True):
        if own != least:
            id_, rest = reading.ids.new(f"{ids[0]}-shunt", "shunt"), own - least
            reading.add("shunts", Shunt(id=id_, bus=bus.id, q_nom_mvar=rest.imag, p_nom_mw=rest.real))
            reading.left_out.name("admittances at one end of impedances became shunts", ids[0])


BRANCH_READERS: dict[str, Callable[[Record, Any], None]] = {
    "line": _line,
    "trafo": _transformer,
    "trafo3w": _transformer3,
    "impedance": _impedance,
}

# ---- switches ---------------------------------------------------------------------------------------------------

ELEMENTS = {"b": "bus", "l": "line", "t": "trafo", "t3": "trafo3w"}


def read_switches(records: Iterable[Record], reading: Reading) -> None:
    """Read the switches: between buses, or at one end of a branch; a closed one with an impedance is a branch."""
    ends = _ends(reading)
    known = {t: {key[1]: ids for key, ids in reading.elements.items() if key[0] == t} for t in ELEMENTS.values()}
    for record in records:
        id_ = reading.id_of(record, "switch")
        bus, closed = reading.bus(record, "bus"), record.flag("closed")
        table = record.one_of("et", ELEMENTS, "kind of element (b, l, t, t3)")
        if table == "bus" or not record.has("et"):
            _between_buses(record, id_, bus, closed, reading)
            continue
        for k, element in enumerate(record.one_of("element", known[table], table) or ()):
            inner = ends.get((element, bus.id))
            if inner is None:
                record.fault("element", f"does not end at {bus.id}", "name a branch that ends at the bus")
            else:
                own = id_ if k == 0 else reading.ids.new(f"{id_}.{k + 1}", "switch")
                reading.add("switches", Switch(id=own, name=_name(record), bus=bus.id, element=inner, closed=closed))


def _between_buses(record: Record, id_: str, bus: Bus, closed: bool, reading: Reading) -> None:
    other = record.one_of("element", reading.buses, "bus")
    z = record.number("z_ohm", 0.0, at_least=0)
    if other is None or bus is other:
        return reading.left_out.name("switches from a bus to itself are left out", id_)
    if not z and bus.v_nom_kv != other.v_nom_kv:
        return record.fault("element", f"joins {bus.v_nom_kv:g} and {other.v_nom_kv:g} kV", "join buses of one voltage")
    if not z or not closed:
        if {bus.id, other.id} & reading.dead:
            return reading.left_out.name("elements at buses out of service are left out: switch", id_)
        return reading.add("switches", Switch(id=id_, name=_name(record), bus=bus.id, element=other.id, closed=closed))
    x = z / math.hypot(1.0, SWITCH_RX) / bus.v_nom_kv**2
    reading.left_out.name("closed switches with an impedance became branches", id_)
    pi = EquivalentBranch(id=id_, bus_from=bus.id, bus_to=other.id, r_pu=SWITCH_RX * x, x_pu=x)
    return reading.add("equivalent_branches", pi)


def _ends(reading: Reading) -> dict[tuple[str, str], str]:
    """Return (element, bus) -> the branch that ends there: the element, or the part of its star."""
    ends: dict[tuple[str, str], str] = {}
    for table in ("equivalent_branches", "lines", "transformers"):
        for branch in reading.tables.get(table, ()):
            for bus in (branch.bus_from, branch.bus_to):
                ends[branch.id, bus] = branch.id
                ends.setdefault((branch.id.rpartition(".")[0], bus), branch.id)
    for branch in reading.tables.get("transformers3", ()):
        for bus in (branch.bus_1, branch.bus_2, branch.bus_3):
            ends[branch.id, bus] = branch.id
    return ends
