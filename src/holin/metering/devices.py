"""What a reading can be of: the meters of a park and, by their own ids, its units."""

from __future__ import annotations

from dataclasses import dataclass

from holin.park import Grid, Load, Park, Potline, Source, units_of

MILLIWH_PER_KWH = 1_000_000
MILLIWH_PER_MWH = 1_000_000_000

SOURCE_TOLERANCE = 1.2
"""A source above 1.2 times its nominal power is not believed: turbines and inverters exceed it by a few percent."""

USER_TOLERANCE = 2.0
"""Of a load twice its yearly peak, for that is a figure of planning; of a grid twice what its contract allows."""


@dataclass(frozen=True, kw_only=True)
class MeterOf:
    """A meter and the device (unit) that it measures; `most_mw` is the power above which it is not believed."""

    id: str
    device: str
    device_kind: str
    enterprise: str
    interval_s: int
    register_max_kwh: float | None
    nominal_mw: float
    most_mw: float


def meters_of(park: Park) -> tuple[MeterOf, ...]:
    """Return every meter of the park as it stands, then every unit as the meter of itself (a meter's id goes first)."""
    units = {u.id: u for u in units_of(park)}
    things = {t.id: t for table in _tables(park) for t in table}
    found: dict[str, MeterOf] = {}
    rows = [(m.id, m.element, 60 * m.interval_min, m.register_max_kwh) for m in park.meters]
    rows += [(u, u, 3600, None) for u in units]
    for name, element, interval_s, register_max_kwh in rows:
        if name in found or element not in units:
            continue
        unit = units[element]
        nominal, tolerance = _nominal_mw(things[element])
        found[name] = MeterOf(
            id=name, device=element, device_kind=unit.kind, enterprise=unit.enterprise, interval_s=interval_s,
            register_max_kwh=register_max_kwh, nominal_mw=nominal,
            most_mw=tolerance * nominal if nominal > 0 else float("inf"),
        )  # fmt: skip
    return tuple(found.values())


def _tables(park: Park) -> tuple[tuple[Source | Grid | Load | Potline, ...], ...]:
    return (
        park.wind_farms, park.pv_plants, park.thermal_units, park.generators, park.storages, park.grids, park.loads,
        park.potlines,
    )  # fmt: skip


def _nominal_mw(thing: Source | Grid | Load | Potline) -> tuple[float, float]:
    match thing:
        case Grid():
            return max(thing.import_max_mw, thing.export_max_mw), USER_TOLERANCE
        case Load():
            return thing.load_mw, USER_TOLERANCE
        case Potline():
            return _potline_mw(thing), SOURCE_TOLERANCE
        case _:
            return thing.p_nom_mw, SOURCE_TOLERANCE


def _potline_mw(line: Potline) -> float:
    """Return the power at the AC bus at the highest current: n (E + R I) I / eta (1 + a), as `holin.potline` has it."""
    pot_v = line.back_emf_v + 1e-3 * line.pot_resistance_uohm * line.amperage_max_ka
    return line.pots * pot_v * line.amperage_max_ka / 1000 / line.rectifier_efficiency * (1 + line.auxiliary)
