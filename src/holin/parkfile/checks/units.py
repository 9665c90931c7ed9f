"""Sources, storage, loads, potlines and buses: values that must fit each other."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator

from holin.errors import Fault
from holin.park import UNIT_KINDS, fuel_chain
from holin.parkfile.checks.branches import voltages_of
from holin.parkfile.draft import Draft, Row
from holin.rules import RuleKind, value_most

ORDERED: tuple[tuple[str, str, str, bool], ...] = (
    ("storage", "soc_min", "soc_max", True),
    ("thermal_unit", "p_min_mw", "p_nom_mw", False),
    ("thermal_unit", "warm_after_h", "cold_after_h", True),
    ("generator", "p_min_mw", "p_nom_mw", False),
    ("potline", "amperage_min_ka", "amperage_ka", False),
    ("potline", "amperage_ka", "amperage_max_ka", False),
    ("turbine", "restart_m_per_s", "cut_out_m_per_s", True),
    ("turbine", "temp_stop_c", "temp_restart_c", True),
    ("grid", "sk_min_mva", "sk_max_mva", False),
    ("bus", "v_min_pu", "v_max_pu", True),
    ("wind_farm", "q_min_mvar", "q_max_mvar", False),
    ("pv_plant", "q_min_mvar", "q_max_mvar", False),
    ("thermal_unit", "q_min_mvar", "q_max_mvar", False),
    ("generator", "q_min_mvar", "q_max_mvar", False),
    ("storage", "q_min_mvar", "q_max_mvar", False),
)
"""Table, lower and upper column, and whether they must differ."""

BUSBAR_KA = {"thermal_unit": 40.0, "generator": 40.0}
BUSBAR_OTHERS_KA = 8.0
STORAGE_H = (0.1, 200.0)
DC_PER_AC = (0.8, 2.0)
LEAST_HEAT_GJ_PER_MWH = 3.6
BEND = 0.02
DIP = 0.02
PARK_KM = 300.0
KM_PER_DEGREE = 111.2


def faults_of_order(draft: Draft) -> list[Fault]:
    """Lower bounds lie below upper ones, such as soc_min < soc_max."""
    faults = []
    for table, low, high, strictly in ORDERED:
        for row in draft.rows(table):
            if not row.has(low, high):
                continue
            a, b = row.get(low), row.get(high)
            if a > b or (strictly and a == b):
                sign = "<" if strictly else "<="
                right = f"{low} {sign} {high}; correct one of the two"
                faults.append(row.fault(low, f"not {'below' if strictly else 'at most'} {high} = {b:g}", right))
    return faults


ANODE_EFFECTS = ("anode_effects_per_pot_day", "anode_effect_min")


def faults_of_anode_effects(draft: Draft) -> list[Fault]:
    """Anode effects are counted by their number and their length together."""
    faults = []
    for row in draft.rows("potline"):
        known = [name for name in ANODE_EFFECTS if row.get(name) is not None]
        if len(known) == 1:
            missing = next(name for name in ANODE_EFFECTS if name not in known)
            right = (
                f"give both, or leave both empty: then pfc_t_per_t counts; {known[0]} = {row.get(known[0]):g} stands"
            )
            faults.append(row.fault(missing, "is missing beside the other figure of the anode effects", right))
    return faults


def faults_of_curves(draft: Draft) -> list[Fault]:
    """The points of power curves and heat-rate curves rise along their first number, and are physical."""
    faults = []
    for row in draft.rows("turbine"):
        curve = row.get("power_curve")
        if curve is None:
            continue
        faults += faults_of_points(row, "power_curve", curve, 2, "wind speeds")
        if (top := max(p for _, p in curve)) > 1.1:
            right = "powers are ratios of nominal power, 0..1; divide them by the nominal power"
            faults.append(row.fault("power_curve", f"the power reaches {top:g} of nominal", right))
        elif top < 0.5:
            right = "the curve's highest point is 1; was it divided by another power?"
            faults.append(row.warning("power_curve", f"the power reaches only {top:g} of nominal", right))
        faults += _faults_of_dip(row, curve)
    for row in draft.rows("thermal_unit"):
        curve = row.get("heat_rate_points")
        if curve is None:
            continue
        faults += faults_of_points(row, "heat_rate_points", curve, 1, "loads")
        if any(load > 1.2 for load, _ in curve):
            right = "loads are ratios of p_nom_mw, such as 0.4:10.9;1:9.9"
            faults.append(row.fault("heat_rate_points", "a load is above 1.2 of nominal", right))
        if any(heat <= LEAST_HEAT_GJ_PER_MWH for _, heat in curve):
            right = "a MWh is 3.6 GJ; heat rates lie between 7 and 14 GJ/MWh"
            faults.append(row.fault("heat_rate_points", "less heat than the electricity made of it", right))
        elif any(not 5 <= heat <= 20 for _, heat in curve):
            right = "heat rates lie between 7 and 14 GJ/MWh; kJ/kWh is the same unit times 1000"
            faults.append(row.warning("heat_rate_points", "an unusual heat rate", right))
        faults += _faults_of_falling_fuel(row, curve) or _faults_of_bends(row)
    return faults


def _faults_of_dip(row: Row, curve: tuple[tuple[float, float], ...]) -> list[Fault]:
    """A turbine's power rises to its nominal one and stays, or falls for good in a storm."""
    powers = [power for _, power in curve]
    for k, (speed, power) in enumerate(curve):
        if power < min(max(powers[: k + 1]), max(powers[k:])) - DIP:
            right = "correct the point; power rises up to nominal and falls only for good, at cut-out"
            return [row.warning("power_curve", f"dips to {power:g} at {speed:g} m/s and rises again", right)]
    return []


def _faults_of_falling_fuel(row: Row, curve: tuple[tuple[float, float], ...]) -> list[Fault]:
    """More power takes more fuel, whatever the heat rate."""
    fuel = [(load, load * heat) for load, heat in curve]
    for (low, less), (high, more) in itertools.pairwise(fuel):
        if high > low and more <= less:
            problem = f"fuel does not rise with power: {less:.4g} at load {low:g}, {more:.4g} at {high:g} (load x rate)"
            right = "correct one of the two heat rates; they fall with load, but more slowly than load rises"
            return [row.fault("heat_rate_points", problem, right)]
    return []


def _faults_of_bends(row: Row) -> list[Fault]:
    """Fuel that rises more slowly at higher power: no linear problem can follow it, and a large bend is a slip."""
    if not row.has("heat_rate_points", "p_nom_mw", "p_min_mw"):
        return []
    points, low, high = row.get("heat_rate_points"), row.get("p_min_mw"), row.get("p_nom_mw")
    loads = [load for load, _ in points]
    if not points or low > high or loads != sorted(set(loads)):
        return []
    curve = fuel_chain(points, p_min_mw=low, p_nom_mw=high)
    if not len(curve.bend):
        return []
    where = ", ".join(f"{power / high:.2g}" for power in curve.bent_mw)
    problem = f"fuel bends downwards at load {where}: it is reckoned up to {curve.bend.max():.2%} lower there"
    right = "heat rate x load must rise ever faster with load; correct or leave out these points"
    make = row.fault if curve.bend.max() > BEND else row.warning
    return [make("heat_rate_points", problem, right)]


def faults_of_points(row: Row, name: str, curve: tuple[tuple[float, float], ...], least: int, what: str) -> list[Fault]:
    """A curve has so many points at least, and their first numbers (`what` they are) rise."""
    if len(curve) < least:
        return [row.fault(name, f"a curve needs {least} points at least", "write them as 3:0;12:1;25:1")]
    firsts = [x for x, _ in curve]
    for before, after in itertools.pairwise(firsts):
        if after <= before:
            problem = f"the {what} do not rise: {after:g} follows {before:g}"
            return [row.fault(name, problem, "list the points by rising first number, each once")]
    return []


def faults_of_months(draft: Draft) -> list[Fault]:
    """The climate's monthly lists have twelve values, the wind factors a mean of about 1."""
    faults = []
    for row in draft.rows("climate"):
        for name in ("monthly_wind_factor", "monthly_temp_c", "monthly_clearness"):
            values = row.get(name)
            if values is not None and len(values) != 12:
                right = "twelve values separated by semicolons, January first"
                faults.append(row.fault(name, f"{len(values)} values instead of 12", right))
            elif values is not None and name == "monthly_wind_factor" and not 0.8 <= sum(values) / 12 <= 1.2:
                right = "the factors spread the year's yield over the months; divide each by their mean"
                faults.append(row.warning(name, f"their mean is {sum(values) / 12:.2f}, not about 1", right))
    return faults


def faults_of_grids(draft: Draft) -> list[Fault]:
    """Imported energy has a price and a carbon factor."""
    faults = []
    for row in draft.rows("grid"):
        if row.get("tariff") is None and "tariff" in row.values:
            faults.append(row.warning("tariff", "import is free", "name a tariff of tariff.csv"))
        if row.get("emission_factor") is None and "emission_factor" in row.values:
            faults.append(
                row.fault("emission_factor", "the carbon of import is unknown", "name a row of emission_factor.csv")
            )
    return faults


def faults_of_rules(draft: Draft) -> list[Fault]:
    """The value of a rule on a share is a ratio, not a percentage."""
    faults = []
    for row in draft.rows("rule"):
        kind, value = row.get("kind"), row.get("value")
        if kind is None or value is None or value <= 1:
            continue
        if value_most(kind) == 1.0:
            faults.append(row.fault("value", "a share above 1", f"ratios are 0..1: write {value / 100:g}"))
        elif kind is RuleKind.STORAGE_POWER_MIN:
            right = f"write {value / 100:g} for a percentage"
            faults.append(row.warning("value", "more storage than wind and PV", right))
    return faults


def faults_of_sources(draft: Draft) -> list[Fault]:
    """Wind farms have a turbine or a series; power factors, PV modules and storage have thinkable ratios."""
    faults = []
    for row in draft.rows("wind_farm"):
        if not row.get("turbine") and not row.get("series") and {"turbine", "series"} <= set(row.values):
            right = "name a turbine of turbine.csv, or a measured series of series.csv"
            faults.append(row.fault("turbine", "neither turbine nor series", right))
    for row in draft.rows("wind_farm", "pv_plant", "thermal_unit", "storage"):
        factor = row.get("power_factor")
        if factor is not None and abs(factor) < 0.01:
            faults.append(row.fault("power_factor", "no active power at cos phi 0", "write 1, or such as 0.95"))
        elif factor is not None and abs(factor) < 0.5:
            faults.append(row.warning("power_factor", "an unusually low cos phi", "mostly 0.8 to 1"))
    for row in draft.rows("pv_plant"):
        if row.has("p_dc_mw", "p_nom_mw"):
            ratio = row.get("p_dc_mw") / row.get("p_nom_mw")
            if not DC_PER_AC[0] <= ratio <= DC_PER_AC[1]:
                right = f"modules are mostly {DC_PER_AC[0]:g} to {DC_PER_AC[1]:g} times p_nom_mw; kW instead of MW?"
                faults.append(row.warning("p_dc_mw", f"{ratio:.3g} times the inverters' power", right))
    for row in draft.rows("load"):
        if row.has("z_share", "i_share") and row.get("z_share") + row.get("i_share") > 1 + 1e-9:
            faults.append(row.fault("z_share", "z_share and i_share are more than 1 together", "shares of one load"))
    faults += [f for row in draft.rows("generator") for f in _faults_of_cost(row)]
    faults += [
        f
        for row in draft.rows("wind_farm", "pv_plant", "storage")
        for name, what in (("q_v_curve", "voltages"), ("power_factor_curve", "powers"))
        if row.get(name)
        for f in faults_of_points(row, name, row.get(name), 2, what)
    ]
    for row in draft.rows("storage"):
        if row.has("e_nom_mwh", "p_nom_mw"):
            hours = row.get("e_nom_mwh") / row.get("p_nom_mw")
            if not STORAGE_H[0] <= hours <= STORAGE_H[1]:
                right = "mostly 1 to 10 h at nominal power; kWh instead of MWh, or kW instead of MW?"
                faults.append(row.warning("e_nom_mwh", f"lasts {hours:.3g} h at nominal power", right))
    return faults


def _faults_of_cost(row: Row) -> list[Fault]:
    """A piecewise cost rises ever faster: a least-cost problem would else use its pieces in the wrong order."""
    points = row.get("cost_points")
    if not points:
        return []
    if faults := faults_of_points(row, "cost_points", points, 2, "powers"):
        return faults
    slopes = [(b[1] - a[1]) / (b[0] - a[0]) for a, b in itertools.pairwise(points)]
    if any(after < before - 1e-6 * abs(before) for before, after in itertools.pairwise(slopes)):
        right = "give points whose marginal costs rise; leave out those above the line between their neighbours"
        return [row.fault("cost_points", "the marginal cost falls at higher power", right)]
    return []


def faults_of_power_at_voltage(draft: Draft) -> list[Fault]:
    """No unit draws more current than the busbars of its voltage carry: a slip of kW and MW otherwise."""
    voltages = voltages_of(draft)
    faults = []
    for row in draft.rows(*(k for k in UNIT_KINDS if k not in ("grid", "potline"))):
        name = "load_mw" if row.table == "load" else "p_nom_mw"
        if row.get("bus") not in voltages or not row.has(name):
            continue
        current_ka = row.get(name) / math.sqrt(3) / voltages[row.get("bus")]
        if current_ka > BUSBAR_KA.get(row.table, BUSBAR_OTHERS_KA):
            problem = f"{current_ka:.3g} kA at {voltages[row.get('bus')]:g} kV is more than busbars carry"
            right = f"kW instead of MW? Then write {row.get(name) / 1000:g}; or the wrong bus?"
            faults.append(row.warning(name, problem, right))
    return faults


def faults_of_bus_levels(draft: Draft) -> list[Fault]:
    """A bus has one of the voltage levels of its substation, where that names any."""
    levels = {s.id: s.get("v_levels_kv") for s in draft.rows("substation")}
    faults = []
    for bus in draft.rows("bus"):
        known = levels.get(bus.get("substation") or "")
        if known and bus.has("v_nom_kv") and bus.get("v_nom_kv") not in known:
            right = f"substation {bus.get('substation')!r} has {', '.join(f'{v:g}' for v in known)} kV"
            faults.append(bus.warning("v_nom_kv", "not a voltage level of its substation", right))
    return faults


def faults_of_places(draft: Draft) -> list[Fault]:
    """Latitude and longitude come together, and the park lies in one region."""
    faults = []
    placed = [row for row in draft.rows() if row.has("latitude", "longitude")]
    for row in draft.rows():
        if row.get("latitude") is row.get("longitude") is None:
            continue
        for there, missing in (("latitude", "longitude"), ("longitude", "latitude")):
            if row.has(there) and missing in row.values and row.get(missing) is None:
                faults.append(row.warning(there, f"{missing} is missing", "give both, or neither"))
    if len(placed) < 3:
        return faults
    middle = [sorted(row.get(n) for row in placed)[len(placed) // 2] for n in ("latitude", "longitude")]
    for row in placed:
        north, east = row.get("latitude") - middle[0], row.get("longitude") - middle[1]
        away_km = KM_PER_DEGREE * math.hypot(north, east * math.cos(math.radians(middle[0])))
        if away_km > PARK_KM:
            right = "check the coordinates; are latitude and longitude swapped?"
            faults.append(row.warning("latitude", f"{away_km:.0f} km away from the rest of the park", right))
    return faults


def all_unit_checks(draft: Draft) -> Iterator[Fault]:
    """Yield the faults of every check of this subject."""
    for check in (
        faults_of_order,
        faults_of_anode_effects,
        faults_of_curves,
        faults_of_months,
        faults_of_grids,
        faults_of_rules,
        faults_of_sources,
        faults_of_power_at_voltage,
        faults_of_bus_levels,
        faults_of_places,
    ):
        yield from check(draft)
