"""Captive thermal units with relaxed commitment: on between 0 and 1, minimum load, ramps, heat duty, start cost."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from holin.kernel.linear import Columns, Floats, ProblemBuilder, Term
from holin.operation.block import Block, Hours, Injection, Quantity, in_service, leaders, previous
from holin.park import Fuel, Park, ThermalUnit, by_id, fuel_curve


def add_thermal_units(
    builder: ProblemBuilder,
    hours: Hours,
    park: Park,
    heat_mw: Floats,
    *,
    places: Mapping[str, bytes] | None = None,
    apart: frozenset[str] = frozenset(),
    ring: bool = True,
) -> Block:
    """Add every thermal unit; `heat_mw` (time, unit) is its heat duty. Identical units of one place run alike
    (`leaders`, `places_of`), but those in `apart`. In a `ring` the last step stands before the first; without it the
    units were on before the first step, at any power.

    Columns: `on` in 0..1, `above` = gross power beyond minimum load, `start`; gross = p_min on + above. A unit whose
    fuel curve has more than one line also has `extra`, the fuel (GJ/h) above the first line.
    """
    injections: list[Injection] = []
    emitted: list[tuple[Columns, Floats]] = []
    service = in_service(hours, [u.id for u in park.thermal_units])
    fuels = by_id(park.fuels)
    heat = heat_mw * service
    leader = leaders(park.thermal_units, service, heat, places=places, apart=apart)
    columns: dict[int, tuple[Columns, Columns]] = {}
    for k, unit in enumerate(park.thermal_units):
        first = park.thermal_units[leader[k]]
        if leader[k] == k:
            columns[k] = _add_unit(builder, hours, park, unit, service[:, k], heat[:, k], leader.count(k), ring)
        for name in ("on", "above", "start", "extra"):
            builder.share_variables(f"{name}.{unit.id}", f"{name}.{first.id}")
        on, above = columns[leader[k]]
        net = 1.0 - unit.auxiliary
        injections.append(Injection(bus=unit.bus, columns=on, factor=net * unit.p_min_mw, unit=unit.id))
        injections.append(Injection(bus=unit.bus, columns=above, factor=net, unit=unit.id))
        curve, t_per_gj = fuel_curve(unit), fuels[unit.fuel].emission_factor_t_per_gj * hours.step_h
        emitted.append((on, np.asarray((curve.idle_gj_per_h[0] + curve.gj_per_mwh[0] * unit.p_min_mw) * t_per_gj)))
        emitted.append((above, np.asarray(curve.gj_per_mwh[0] * t_per_gj)))
        if len(curve.gj_per_mwh) > 1:
            emitted.append((builder.columns(f"extra.{unit.id}"), np.asarray(t_per_gj)))
    return Block(injections=tuple(injections), quantities={"co2_t": Quantity(terms=tuple(emitted))})


def add_must_run(
    builder: ProblemBuilder, hours: Hours, park: Park, must_run_mw: float, *, shortfall_per_mwh: float | None = None
) -> None:
    """Keep the gross power of all thermal units together at or above a level, as far as units are in service.

    With `shortfall_per_mwh` it may be missed at that price: units may be off, or too slow, or lose power to heat.
    """
    units = park.thermal_units
    if must_run_mw <= 0.0 or not units:
        return
    service = in_service(hours, [u.id for u in units])
    terms: list[Term] = []
    for unit in units:
        terms.append((builder.columns(f"on.{unit.id}"), unit.p_min_mw))
        terms.append((builder.columns(f"above.{unit.id}"), 1.0))
    if shortfall_per_mwh is not None:
        price = shortfall_per_mwh * hours.step_h
        terms.append((builder.add_variables("must_run_short", (hours.count,), cost=price), 1.0))
    floor = np.minimum(must_run_mw, service @ np.array([u.p_nom_mw for u in units]))
    builder.add_rows("must_run", terms, lower=floor)


def _add_unit(
    builder: ProblemBuilder,
    hours: Hours,
    park: Park,
    unit: ThermalUnit,
    service: Floats,
    heat: Floats,
    twins: int,
    ring: bool,
) -> tuple[Columns, Columns]:
    """Add the columns and rows of one unit, which `twins` identical ones share: each bears its cost."""
    on_cost, above_cost = running_costs(park, unit, by_id(park.fuels)[unit.fuel])
    on = builder.add_variables(
        f"on.{unit.id}",
        (hours.count,),
        lower=service if unit.must_run else 0.0,
        upper=service,
        cost=twins * on_cost * hours.step_h,
    )
    span = unit.p_nom_mw - unit.p_min_mw
    above = builder.add_variables(
        f"above.{unit.id}", (hours.count,), upper=span * service, cost=twins * above_cost * hours.step_h
    )
    add_extra_fuel(builder, hours, park, unit, on, above, twins)
    builder.add_rows(f"full_load.{unit.id}", [(above, 1.0), (on, -span)], upper=-unit.power_loss_per_heat * heat)
    if unit.start_cost > 0:
        start = builder.add_variables(f"start.{unit.id}", (hours.count,), upper=1.0, cost=twins * unit.start_cost)
        was_on, is_on = _before_and_now(on, ring)
        builder.add_rows(f"start.{unit.id}", [(start[-len(is_on) :], 1.0), (is_on, -1.0), (was_on, 1.0)], lower=0.0)
    led = heat > 0
    if led.any() and unit.power_per_heat == 0:
        builder.add_rows(f"heat_on.{unit.id}", [(on[led], 1.0)], lower=heat[led] / unit.heat_nom_mw)
    if led.any() and unit.power_per_heat > 0:
        terms = [(on[led], unit.p_min_mw), (above[led], 1.0)]
        builder.add_rows(f"heat_led.{unit.id}", terms, lower=unit.power_per_heat * heat[led])
    _add_ramps(builder, hours, unit, on, above, ring)
    return on, above


def _before_and_now(columns: Columns, ring: bool) -> tuple[Columns, Columns]:
    """Return the columns of the steps that have one before them: that one's, and their own."""
    return (previous(columns), columns) if ring else (columns[:-1], columns[1:])


def running_costs(park: Park, unit: ThermalUnit, fuel: Fuel) -> tuple[float, float]:
    """Return the cost per hour of being on at minimum load and per MWh of gross power above it.

    Fuel by the first line of its curve, CO2 price and variable operation (per net MWh).
    """
    curve, per_gj = fuel_curve(unit), cost_per_gj(park, fuel)
    other = by_id(park.costs)[unit.cost].marginal_cost_per_mwh * (1.0 - unit.auxiliary) if unit.cost else 0.0
    per_mwh = float(curve.gj_per_mwh[0]) * per_gj + other
    return float(curve.idle_gj_per_h[0]) * per_gj + per_mwh * unit.p_min_mw, per_mwh


def cost_per_gj(park: Park, fuel: Fuel) -> float:
    """Return what a GJ of fuel costs with its CO2."""
    return fuel.price_per_gj + park.facts.co2_price_per_t * fuel.emission_factor_t_per_gj


def add_extra_fuel(
    builder: ProblemBuilder, hours: Hours, park: Park, unit: ThermalUnit, on: Columns, above: Columns, twins: int
) -> None:
    """Add the fuel above the first line of the unit's curve: at least what every further line asks for.

    extra >= (idle_k - idle_0) on + (slope_k - slope_0) gross
    """
    curve = fuel_curve(unit)
    if len(curve.gj_per_mwh) == 1:
        return
    per_gj = cost_per_gj(park, by_id(park.fuels)[unit.fuel])
    extra = builder.add_variables(f"extra.{unit.id}", (hours.count,), cost=twins * per_gj * hours.step_h)
    idle, slope = curve.idle_gj_per_h - curve.idle_gj_per_h[0], curve.gj_per_mwh - curve.gj_per_mwh[0]
    for k in range(1, len(slope)):
        when_on = -float(idle[k] + slope[k] * unit.p_min_mw)
        terms: list[Term] = [(extra, 1.0), (above, -float(slope[k])), (on, when_on)]
        builder.add_rows(f"fuel.{unit.id}.{k}", terms, lower=0.0)


def _add_ramps(
    builder: ProblemBuilder, hours: Hours, unit: ThermalUnit, on: Columns, above: Columns, ring: bool
) -> None:
    """Limit the change of gross power; a start or a stop may use the whole range, or what the unit says.

        g[t] - g[t-1] <= ramp_up on[t-1] + start_max (on[t] - on[t-1]), and its mirror image with stop_max.

    Left out where minimum and full load already imply it: ramp >= p_nom - p_min, and no limit of the start.
    """
    low, high = unit.p_min_mw, unit.p_nom_mw
    (on_before, on), (above_before, above) = _before_and_now(on, ring), _before_and_now(above, ring)
    rise, fall = unit.ramp_up_mw_per_h * hours.step_h, unit.ramp_down_mw_per_h * hours.step_h
    first, last = (max(low, min(high, high if mw is None else mw)) for mw in (unit.start_max_mw, unit.stop_max_mw))
    if rise < high - low or first < high:
        terms = [(above, 1.0), (above_before, -1.0), (on, low - first), (on_before, first - low - rise)]
        builder.add_rows(f"ramp_up.{unit.id}", terms, upper=0.0)
    if fall < high - low or last < high:
        terms = [(above, -1.0), (above_before, 1.0), (on_before, low - last), (on, last - low - fall)]
        builder.add_rows(f"ramp_down.{unit.id}", terms, upper=0.0)
