"""Lines, transformers, switches: their ends, their voltages and their nameplates."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping

from holin.errors import Fault
from holin.parkfile.draft import Draft, Row

RATED_OFF = 0.15
WINDING = r"(yn|y|d|zn|z|auto|a)(\d{1,2})"
GROUP = re.compile(rf"(YN|Y|D|ZN|Z){WINDING}")
GROUP3 = re.compile(rf"(YN|Y|D|ZN|Z){WINDING}{WINDING}")
EARTH_KM = 6371.0


def voltages_of(draft: Draft) -> dict[str, float]:
    """Return the nominal voltage of every bus that has a good one."""
    return {bus.id: bus.get("v_nom_kv") for bus in draft.rows("bus") if bus.has("id", "v_nom_kv")}


def faults_of_lines(draft: Draft) -> list[Fault]:
    """A line joins two buses of one voltage, has an impedance, and is not shorter than the way."""
    voltages = voltages_of(draft)
    places = _places_of(draft)
    faults = []
    for line in draft.rows("line"):
        first, second = line.get("bus_from"), line.get("bus_to")
        if first is not None and first == second:
            faults.append(line.fault("bus_to", "both ends are the same bus", "name the bus at the other end"))
        elif first in voltages and second in voltages and voltages[first] != voltages[second]:
            ends = f"{first} has {voltages[first]:g} kV, {second} has {voltages[second]:g} kV"
            right = "a line joins buses of one voltage; between two voltages use a transformer"
            faults.append(line.fault("bus_to", f"its ends have different voltages: {ends}", right))
        if line.get("r_ohm_per_km") == 0 and line.get("x_ohm_per_km") == 0:
            right = "give x_ohm_per_km (about 0.4 for an overhead line), or use a switch between the buses"
            faults.append(line.fault("x_ohm_per_km", "a line of zero impedance", right))
        faults += _faults_of_length(line, places)
    return faults


def _faults_of_length(line: Row, places: Mapping[str, tuple[float, float]]) -> list[Fault]:
    first, second, length = places.get(line.get("bus_from")), places.get(line.get("bus_to")), line.get("length_km")
    if not first or not second or length is None:
        return []
    straight = distance_km(first, second)
    if straight > 1 and length < 0.9 * straight:
        right = "check the length's unit (km) and the places of both ends"
        return [line.warning("length_km", f"shorter than the straight way of {straight:.1f} km", right)]
    return []


def distance_km(first: tuple[float, float], second: tuple[float, float]) -> float:
    """Return the great-circle distance of two places (latitude, longitude in degrees), by the haversine formula."""
    (a, b), (c, d) = (tuple(map(math.radians, p)) for p in (first, second))
    half = math.sin((c - a) / 2) ** 2 + math.cos(a) * math.cos(c) * math.sin((d - b) / 2) ** 2
    return 2 * EARTH_KM * math.asin(min(1.0, math.sqrt(half)))


def _places_of(draft: Draft) -> dict[str, tuple[float, float]]:
    substations = draft.by_id("substation")
    places = {}
    for bus in draft.rows("bus"):
        for row in (bus, substations.get(bus.get("substation") or "")):
            if row and row.has("latitude", "longitude"):
                places[bus.id] = (row.get("latitude"), row.get("longitude"))
                break
    return places


def faults_of_transformers(draft: Draft) -> list[Fault]:
    """Windings fit their buses, the nameplate its own physics, the tap its range, the vector group its form."""
    voltages = voltages_of(draft)
    faults = []
    for row in draft.rows("transformer"):
        sides = [(row.get("bus_from"), "v_from_kv"), (row.get("bus_to"), "v_to_kv")]
        if sides[0][0] is not None and sides[0][0] == sides[1][0]:
            faults.append(row.fault("bus_to", "both ends are the same bus", "name the low-voltage bus"))
        else:
            faults += _faults_of_sides(row, sides, voltages)
        faults += _faults_of_losses(row, "s_nom_mva", "uk", "pk_kw") + _faults_of_no_load(row, "s_nom_mva")
        faults += _faults_of_taps(row) + _faults_of_group(row, GROUP, "such as YNd11 or Dyn11")
    for row in draft.rows("transformer3"):
        buses = [row.get(f"bus_{i}") for i in (1, 2, 3)]
        if None not in buses and len(set(buses)) < 3:
            faults.append(row.fault("bus_3", "two windings are at the same bus", "name three different buses"))
        else:
            faults += _faults_of_sides(row, [(b, f"v_{i}_kv") for i, b in enumerate(buses, start=1)], voltages)
        for pair in ("12", "23", "31"):
            ratings = [row.get(f"s_nom_{i}_mva") for i in pair]
            smaller = f"s_nom_{pair[0 if None in ratings or ratings[0] <= ratings[1] else 1]}_mva"
            faults += _faults_of_losses(row, smaller, f"uk_{pair}", f"pk_{pair}_kw")
        faults += _faults_of_no_load(row, "s_nom_1_mva")
        faults += _faults_of_taps(row) + _faults_of_group(row, GROUP3, "such as YNyn0d11")
    return faults


def _faults_of_sides(row: Row, sides: list[tuple[str | None, str]], voltages: Mapping[str, float]) -> list[Fault]:
    known = [(bus, name, row.get(name)) for bus, name in sides if bus in voltages and row.has(name)]
    if len(known) == len(sides) and any(_far(v, voltages[str(b)]) for b, _, v in known):
        rated = sorted(v for _, _, v in known)
        nominal = sorted(voltages[str(b)] for b, _, _ in known)
        if not any(_far(v, n) for v, n in zip(rated, nominal, strict=True)):
            text = ", ".join(f"{b} has {voltages[str(b)]:g} kV" for b, _, _ in known)
            right = f"{text}: exchange the buses or the rated voltages"
            return [row.fault(known[0][1], "the sides are swapped", right)]
    faults = []
    for bus, name, value in known:
        nominal_kv = voltages[str(bus)]
        if _far(value, nominal_kv):
            right = f"bus {bus!r} has {nominal_kv:g} kV; a rated voltage lies within {RATED_OFF:.0%} of it"
            faults.append(row.fault(name, "the rated voltage does not fit the bus", right))
    values = [v for _, _, v in known]
    if not faults and len(values) == len(sides) and values != sorted(values, reverse=True):
        right = "name the high-voltage side first: exchange the buses and the rated voltages"
        faults.append(row.fault(sides[0][1], "the first side is not the one of the highest voltage", right))
    return faults


def _far(rated_kv: float, nominal_kv: float) -> bool:
    return abs(rated_kv / nominal_kv - 1) > RATED_OFF


def _faults_of_losses(row: Row, rating: str, voltage: str, loss: str) -> list[Fault]:
    """The resistance pk / s_nom cannot exceed the impedance uk."""
    if not row.has(rating, voltage, loss) or row.get(loss) / 1000 / row.get(rating) <= row.get(voltage):
        return []
    share = row.get(loss) / 1000 / row.get(rating)
    right = f"{loss} / {rating} is {share:.3g} and cannot exceed {voltage} = {row.get(voltage):g}; W instead of kW?"
    return [row.fault(loss, "the copper loss is larger than the short-circuit impedance allows", right)]


def _faults_of_no_load(row: Row, rating: str) -> list[Fault]:
    if not row.has(rating, "i0", "p0_kw"):
        return []
    share = row.get("p0_kw") / 1000 / row.get(rating)
    if row.get("i0") == 0 or share <= row.get("i0"):
        return []
    right = f"p0_kw / {rating} is {share:.3g} and cannot exceed i0 = {row.get('i0'):g}; W instead of kW?"
    return [row.fault("p0_kw", "the no-load loss is larger than the no-load current allows", right)]


def _faults_of_taps(row: Row) -> list[Fault]:
    low, high = row.get("tap_min"), row.get("tap_max")
    if low is None or high is None:
        return []
    if low > high:
        return [row.fault("tap_min", f"above tap_max = {high}", "tap_min is the lowest position")]
    faults = [
        row.fault(name, f"outside the tap range {low} to {high}", "correct the position, or tap_min and tap_max")
        for name in ("tap_pos", "tap_neutral")
        if row.has(name) and not low <= row.get(name) <= high
    ]
    if row.get("tap_step") == 0 and low < high:
        faults.append(row.fault("tap_step", "the taps have no step", "give tap_step, such as 0.0125"))
    band, step = row.get("dead_band_pu"), row.get("tap_step")
    if band is not None and step and band < step / 2:
        right = f"give {0.6 * step:g} or more, or leave it empty; the power flow takes 0.6 of a step"
        faults.append(row.warning("dead_band_pu", f"below half a step of {step:g}: the changer would hunt", right))
    if row.get("v_set_pu") is not None and low == high:
        right = "give tap_min, tap_max and tap_step, or leave v_set_pu empty"
        faults.append(row.fault("v_set_pu", "a voltage is to be kept, but there are no taps to keep it", right))
    return faults


def _faults_of_group(row: Row, form: re.Pattern[str], such: str) -> list[Fault]:
    group = row.get("vector_group")
    if group is None:
        return []
    match = form.fullmatch(group)
    if not match:
        return [row.fault("vector_group", "not a vector group of IEC 60076-1", such)]
    primary, pairs = match[1][0].lower(), match.groups()[1:]
    for letter, clock in zip(pairs[::2], pairs[1::2], strict=True):
        if int(clock) > 11:
            return [row.fault("vector_group", f"the clock number {clock} is above 11", such)]
        alike = (primary == "y") == (letter[0] in "ya")
        if "z" not in (primary, letter[0]) and alike != (int(clock) % 2 == 0):
            right = f"{primary.upper()}{letter[0]} has {'even' if alike else 'odd'} clock numbers; {such}"
            return [row.fault("vector_group", f"the clock number {clock} does not fit the windings", right)]
    return []


def clocks_of(transformer: Row, *, windings: int) -> tuple[int, ...]:
    """Return the clock numbers of all windings but the first, () where the vector group is not good."""
    match = (GROUP if windings == 2 else GROUP3).fullmatch(transformer.get("vector_group") or "")
    return tuple(int(n) for n in match.groups()[2::2]) if match else ()


def faults_of_equivalent_branches(draft: Draft) -> list[Fault]:
    """An equivalent branch joins two buses and has an impedance; its limits of the angle leave room."""
    faults = []
    for row in draft.rows("equivalent_branch"):
        if row.get("bus_from") is not None and row.get("bus_from") == row.get("bus_to"):
            faults.append(row.fault("bus_to", "both ends are the same bus", "name the bus at its other end"))
        if row.get("r_pu") == 0 and row.get("x_pu") == 0:
            faults.append(row.fault("x_pu", "no impedance", "give x_pu, or join the buses by a switch"))
        low, high = row.get("angle_min_deg"), row.get("angle_max_deg")
        if low is not None and high is not None and low > high:
            faults.append(
                row.fault("angle_min_deg", f"above angle_max_deg = {high:g}", "the lower limit is the smaller")
            )
    return faults


def faults_of_switches(draft: Draft) -> list[Fault]:
    """A switch stands between two buses of one voltage, or at one end of a branch."""
    voltages = voltages_of(draft)
    branches = draft.by_id("line", "transformer", "transformer3", "equivalent_branch")
    faults = []
    for row in draft.rows("switch"):
        bus, element = row.get("bus"), row.get("element")
        if bus is None or element is None:
            continue
        if bus == element:
            faults.append(row.fault("element", "both sides are the same bus", "name the other bus or a branch"))
        elif bus in voltages and element in voltages and voltages[bus] != voltages[element]:
            problem = f"joins {voltages[bus]:g} kV with {voltages[element]:g} kV"
            faults.append(row.fault("element", problem, "a switch joins buses of one voltage"))
        elif element in branches and bus not in (ends := ends_of(branches[element])) and len(ends) > 1:
            problem = f"{element!r} does not end at bus {bus!r}"
            faults.append(row.fault("bus", problem, f"name one of its ends: {', '.join(ends)}"))
    return faults


def ends_of(branch: Row) -> list[str]:
    """Return the buses at which a branch ends, as far as they are known."""
    names = ("bus_1", "bus_2", "bus_3") if branch.table == "transformer3" else ("bus_from", "bus_to")
    return [branch.get(n) for n in names if branch.get(n) is not None]
