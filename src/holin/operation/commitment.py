"""Captive thermal units switched on and off: whole-number commitment that begins in a state.

The three-binary form with minimum up and down times as facets (Rajan and Takriti 2005), starts by time off and start
trajectories before synchronisation (Morales-España, Latorre and Ramos 2013). Only `on` needs to be a whole number: the
minimum times make `start` and `stop` so.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from holin.kernel.linear import Columns, Floats, ProblemBuilder, Term
from holin.kernel.on_off import Switch
from holin.operation.block import Block, Hours, Injection, Quantity, before, in_service
from holin.operation.on_bounds import on_bounds, start_powers_mw, steps_down, steps_in, unbroken
from holin.operation.state import ThermalState
from holin.operation.thermal import add_extra_fuel, cost_per_gj, running_costs
from holin.park import Fuel, Park, ThermalUnit, by_id, fuel_curve, fuel_gj_per_h


@dataclass(frozen=True, kw_only=True)
class ThermalWishes:
    """What it costs to leave a heat duty unmet (currency/MWh) and to burn more than a yard holds (currency/GJ)."""

    heat_short_per_mwh: float = 20_000.0
    fuel_short_per_gj: float = 1_000.0


@dataclass(frozen=True, kw_only=True)
class StartKind:
    """A start after `off_from_h` <= time off < `off_to_h`, and its cost."""

    name: str
    off_from_h: float
    off_to_h: float
    cost: float


def start_kinds(unit: ThermalUnit) -> tuple[StartKind, ...]:
    """Return the starts of a unit by time off, hot first; kinds of equal cost are one."""
    warm = unit.start_cost if unit.start_cost_warm is None else unit.start_cost_warm
    cold = warm if unit.start_cost_cold is None else unit.start_cost_cold
    kinds = [
        StartKind(name="hot", off_from_h=0.0, off_to_h=unit.warm_after_h, cost=unit.start_cost),
        StartKind(name="warm", off_from_h=unit.warm_after_h, off_to_h=unit.cold_after_h, cost=warm),
        StartKind(name="cold", off_from_h=unit.cold_after_h, off_to_h=math.inf, cost=cold),
    ]
    kept = [kinds[0]]
    for kind in kinds[1:]:
        last = kept[-1]
        if kind.cost > last.cost:
            kept.append(kind)
        else:  # a colder start is never cheaper in truth: it is taken to cost as much
            kept[-1] = StartKind(
                name=last.name, off_from_h=last.off_from_h, off_to_h=kind.off_to_h, cost=last.cost
            )  # fmt: skip
    return tuple(kept)


def switches_of(
    park: Park, hours: Hours, states: Mapping[str, ThermalState], variables: Mapping[str, Columns]
) -> tuple[Switch, ...]:
    """Return the on/off sequences of a problem with committed units, for `switching.solve_switching`."""
    return tuple(
        Switch(
            on=variables[f"on.{unit.id}"],
            up_steps=steps_in(unit.min_up_h, hours.step_h),
            down_steps=steps_down(unit, hours.step_h),
            on_before=states[unit.id].on,
            steps_before=int(min(states[unit.id].in_state_h / hours.step_h + 1e-9, 1e6)),
        )
        for unit in park.thermal_units
    )


def add_committed_units(
    builder: ProblemBuilder,
    hours: Hours,
    park: Park,
    heat_mw: Floats,
    states: Mapping[str, ThermalState],
    stock_gj: Mapping[str, float],
    wishes: ThermalWishes | None = None,
    *,
    held_on: Mapping[str, Floats] | None = None,
) -> Block:
    """Add every thermal unit, on or off in whole steps, as its state finds it; `heat_mw` (time, unit) is its heat duty.

    gross = p_min on + above + power of starting;  on[t] - on[t-1] = start[t] - stop[t]

    Columns of unit U: `on.U` (0 or 1), `above.U`, `start.U`, `stop.U`, `start_hot.U` and so on where starts differ,
    `starting.U` (gross power before synchronisation), `heat.U`, `heat_stored.U`, `heat_short.U`. Fuel with a stock has
    `stock.F` and `fuel_short.F`. Heat duty and stock may be missed at the prices of `wishes`. `held_on` (unit ->
    (time,)) is 1 or 0 where a unit is on or off already, NaN elsewhere.
    """
    wishes = wishes or ThermalWishes()
    injections: list[Injection] = []
    emitted: list[Term] = []
    service = in_service(hours, [u.id for u in park.thermal_units])
    fuels = by_id(park.fuels)
    burnt: dict[str, list[Term]] = {}
    for k, unit in enumerate(park.thermal_units):
        state, fuel = states[unit.id], fuels[unit.fuel]
        _add_switching(builder, hours, unit, service[:, k], state, (held_on or {}).get(unit.id))
        _add_power(builder, hours, park, unit, fuel, service[:, k], state)
        _add_heat(builder, hours, unit, heat_mw[:, k], state, wishes)
        _add_ramps(builder, hours, unit, state)
        net = 1.0 - unit.auxiliary
        on, above, starting = (builder.columns(f"{name}.{unit.id}") for name in ("on", "above", "starting"))
        injections += [
            Injection(bus=unit.bus, columns=on, factor=net * unit.p_min_mw, unit=unit.id),
            Injection(bus=unit.bus, columns=above, factor=net, unit=unit.id),
            Injection(bus=unit.bus, columns=starting, factor=net, unit=unit.id),
        ]
        terms = _fuel_terms(builder, hours, unit)
        emitted += [(c, np.asarray(v) * fuel.emission_factor_t_per_gj) for c, v in terms]
        burnt.setdefault(fuel.id, []).extend(terms)
    for fuel in park.fuels:
        if fuel.id in burnt and (fuel.stock_gj is not None or fuel.id in stock_gj):
            _add_stock(builder, hours, fuel, burnt[fuel.id], stock_gj[fuel.id], wishes)
    return Block(injections=tuple(injections), quantities={"co2_t": Quantity(terms=tuple(emitted))})


def _add_switching(
    builder: ProblemBuilder,
    hours: Hours,
    unit: ThermalUnit,
    service: Floats,
    state: ThermalState,
    held: Floats | None,
) -> None:
    """Add on, start and stop with their minimum times and the kinds of start."""
    count, step_h = hours.count, hours.step_h
    bounds = on_bounds(unit, service, state, step_h)
    lower, upper = bounds.lower, bounds.upper
    if held is not None:
        lower = np.where(np.isnan(held), lower, np.minimum(held, upper))
        upper = np.where(np.isnan(held), upper, np.maximum(held, lower))
    on = builder.add_variables(f"on.{unit.id}", (count,), lower=lower, upper=upper, integer=True)
    kinds = start_kinds(unit)
    single = kinds[0].cost if len(kinds) == 1 else 0.0
    start = builder.add_variables(f"start.{unit.id}", (count,), upper=bounds.start_upper, cost=single)
    stop = builder.add_variables(f"stop.{unit.id}", (count,), upper=1.0, cost=unit.stop_cost)
    was_on = before(builder, f"on.{unit.id}", on, float(state.on))
    builder.add_rows(f"switch.{unit.id}", [(on, 1.0), (was_on, -1.0), (start, -1.0), (stop, 1.0)], lower=0.0, upper=0.0)
    up, always = max(1, steps_in(unit.min_up_h, step_h)), np.ones(count)
    _add_recent(builder, f"min_up.{unit.id}", start, up, service, [(on, -1.0)], 0.0)
    _add_recent(builder, f"min_down.{unit.id}", stop, steps_down(unit, step_h), always, [(on, 1.0)], 1.0)
    if len(kinds) > 1:
        _add_start_kinds(builder, hours, unit, kinds, start, stop, state)


def _add_recent(
    builder: ProblemBuilder,
    name: str,
    switched: Columns,
    window: int,
    service: Floats,
    terms: list[Term],
    upper: float,
) -> None:
    """Add sum of `switched` over the last `window` steps + terms <= upper, one row per step; outages forget."""
    recent: list[Term] = [
        (np.roll(switched, lag), unbroken(service, lag)) for lag in range(min(window, len(switched)))
    ]  # fmt: skip
    builder.add_rows(name, [*recent, *terms], upper=upper)


def _add_start_kinds(
    builder: ProblemBuilder,
    hours: Hours,
    unit: ThermalUnit,
    kinds: tuple[StartKind, ...],
    start: Columns,
    stop: Columns,
    state: ThermalState,
) -> None:
    """Split each start among its kinds: one that is warmer than the coldest needs a stop that lies so far back."""
    count, chosen = hours.count, []
    since = np.arange(count) * hours.step_h + (math.inf if state.on else state.in_state_h)
    for kind in kinds:
        columns = builder.add_variables(f"start_{kind.name}.{unit.id}", (count,), upper=1.0, cost=kind.cost)
        chosen.append((columns, -1.0))
        if math.isinf(kind.off_to_h):
            continue
        first, last = steps_in(kind.off_from_h, hours.step_h), steps_in(kind.off_to_h, hours.step_h)
        back: list[Term] = []
        for lag in range(max(first, 1), min(last, count)):
            weight = np.zeros(count)
            weight[lag:] = -1.0
            back.append((np.roll(stop, lag), weight))
        known = ((since >= kind.off_from_h) & (since < kind.off_to_h)).astype(float)
        builder.add_rows(f"start_{kind.name}.{unit.id}", [(columns, 1.0), *back], upper=known)
    builder.add_rows(f"start_kind.{unit.id}", [(start, 1.0), *chosen], lower=0.0, upper=0.0)


def _add_power(
    builder: ProblemBuilder,
    hours: Hours,
    park: Park,
    unit: ThermalUnit,
    fuel: Fuel,
    service: Floats,
    state: ThermalState,
) -> None:
    """Add the power above lowest load and that of starting, with their fuel cost."""
    count, step_h, span = hours.count, hours.step_h, unit.p_nom_mw - unit.p_min_mw
    on_cost, above_cost = running_costs(park, unit, fuel)
    on, start = builder.columns(f"on.{unit.id}"), builder.columns(f"start.{unit.id}")
    stop = builder.columns(f"stop.{unit.id}")
    builder.add_cost(on, on_cost * step_h)
    above = builder.add_variables(f"above.{unit.id}", (count,), upper=span * service, cost=above_cost * step_h)
    add_extra_fuel(builder, hours, park, unit, on, above, 1)
    powers = start_powers_mw(unit, step_h)
    per_mwh = _starting_gj_per_mwh(unit) * cost_per_gj(park, fuel) + _other_per_mwh(park, unit)
    starting = builder.add_variables(f"starting.{unit.id}", (count,), cost=per_mwh * step_h)
    terms: list[Term] = [(starting, 1.0)]
    for k, power in enumerate(powers):
        ahead = len(powers) - k  # steps until it is synchronised
        weight = np.zeros(count)
        weight[: max(count - ahead, 0)] = -power
        terms.append((np.roll(start, -ahead), weight))
    builder.add_rows(f"starting.{unit.id}", terms, lower=0.0, upper=0.0)
    if unit.start_max_mw is not None and unit.start_max_mw < unit.p_nom_mw:
        room = unit.p_nom_mw - max(unit.start_max_mw, unit.p_min_mw)
        builder.add_rows(f"first_load.{unit.id}", [(above, 1.0), (on, -span), (start, room)], upper=0.0)
    if unit.stop_max_mw is not None and unit.stop_max_mw < unit.p_nom_mw:
        room = unit.p_nom_mw - max(unit.stop_max_mw, unit.p_min_mw)
        weight = room * np.append(service[1:], 0.0)  # an outage stops it from any load
        builder.add_rows(f"last_load.{unit.id}", [(above, 1.0), (on, -span), (np.roll(stop, -1), weight)], upper=0.0)


def _starting_gj_per_mwh(unit: ThermalUnit) -> float:
    """Fuel of a MWh made before synchronisation: as at full load, which is how the carbon room counts it."""
    full = fuel_gj_per_h(fuel_curve(unit), np.array(unit.p_nom_mw), np.array(1.0))
    return float(full) / unit.p_nom_mw if unit.p_nom_mw > 0 else 0.0


def _other_per_mwh(park: Park, unit: ThermalUnit) -> float:
    return by_id(park.costs)[unit.cost].marginal_cost_per_mwh * (1.0 - unit.auxiliary) if unit.cost else 0.0


def _add_heat(
    builder: ProblemBuilder,
    hours: Hours,
    unit: ThermalUnit,
    duty_mw: Floats,
    state: ThermalState,
    wishes: ThermalWishes,
) -> None:
    """Add the heat given and stored, and what it asks of power.

    full load falls by power_loss_per_heat x heat, and gross >= power_per_heat x heat
    """
    count, step_h, span = hours.count, hours.step_h, unit.p_nom_mw - unit.p_min_mw
    on, above = builder.columns(f"on.{unit.id}"), builder.columns(f"above.{unit.id}")
    if not duty_mw.any() and unit.heat_store_mwh == 0:
        builder.add_rows(f"full_load.{unit.id}", [(above, 1.0), (on, -span)], upper=0.0)
        return
    heat = builder.add_variables(f"heat.{unit.id}", (count,), upper=unit.heat_nom_mw)
    short = builder.add_variables(
        f"heat_short.{unit.id}", (count,), upper=duty_mw, cost=wishes.heat_short_per_mwh * step_h
    )
    terms: list[Term] = [(heat, step_h), (short, step_h)]
    if unit.heat_store_mwh > 0:
        stored = builder.add_variables(f"heat_stored.{unit.id}", (count,), upper=unit.heat_store_mwh)
        kept = (1.0 - unit.heat_store_loss_per_h) ** step_h
        held = before(builder, f"heat_stored.{unit.id}", stored, min(state.heat_stored_mwh, unit.heat_store_mwh))
        terms += [(stored, -1.0), (held, kept)]
    builder.add_rows(f"heat.{unit.id}", terms, lower=duty_mw * step_h, upper=duty_mw * step_h)
    builder.add_rows(f"heat_on.{unit.id}", [(heat, 1.0), (on, -unit.heat_nom_mw)], upper=0.0)
    lost = unit.power_loss_per_heat
    builder.add_rows(f"full_load.{unit.id}", [(above, 1.0), (on, -span), (heat, lost)], upper=0.0)
    if unit.power_per_heat > 0:
        led = [(on, unit.p_min_mw), (above, 1.0), (heat, -unit.power_per_heat)]
        builder.add_rows(f"heat_led.{unit.id}", led, lower=0.0)


def _add_ramps(builder: ProblemBuilder, hours: Hours, unit: ThermalUnit, state: ThermalState) -> None:
    """Limit the change of power above lowest load; the first and the last step on have limits of their own.

    above[t] - above[t-1] <= ramp_up on[t-1] + span start[t], and its mirror image
    """
    span = unit.p_nom_mw - unit.p_min_mw
    on, above = builder.columns(f"on.{unit.id}"), builder.columns(f"above.{unit.id}")
    start, stop = builder.columns(f"start.{unit.id}"), builder.columns(f"stop.{unit.id}")
    if state.on and state.gross_mw is None:  # whatever it was
        was_above = np.concatenate([builder.add_variables(f"above.{unit.id}.before", (1,), upper=span), above[:-1]])
    else:
        began = min(max(state.was_mw - unit.p_min_mw, 0.0), span) if state.on else 0.0
        was_above = before(builder, f"above.{unit.id}", above, began)
    was_on = before(builder, f"on.{unit.id}", on, float(state.on))
    rise, fall = unit.ramp_up_mw_per_h * hours.step_h, unit.ramp_down_mw_per_h * hours.step_h
    if rise < span:
        terms = [(above, 1.0), (was_above, -1.0), (was_on, -rise), (start, -span)]
        builder.add_rows(f"ramp_up.{unit.id}", terms, upper=0.0)
    if fall < span:
        terms = [(above, -1.0), (was_above, 1.0), (on, -fall), (stop, -span)]
        builder.add_rows(f"ramp_down.{unit.id}", terms, upper=0.0)


def _fuel_terms(builder: ProblemBuilder, hours: Hours, unit: ThermalUnit) -> list[Term]:
    """Return the fuel in GJ of a step, term by term."""
    curve, step_h = fuel_curve(unit), hours.step_h
    at_min = float(curve.idle_gj_per_h[0] + curve.gj_per_mwh[0] * unit.p_min_mw)
    terms: list[Term] = [
        (builder.columns(f"on.{unit.id}"), at_min * step_h),
        (builder.columns(f"above.{unit.id}"), float(curve.gj_per_mwh[0]) * step_h),
        (builder.columns(f"starting.{unit.id}"), _starting_gj_per_mwh(unit) * step_h),
    ]
    if len(curve.gj_per_mwh) > 1:
        terms.append((builder.columns(f"extra.{unit.id}"), step_h))
    return terms


def _add_stock(
    builder: ProblemBuilder, hours: Hours, fuel: Fuel, burnt: list[Term], held_gj: float, wishes: ThermalWishes
) -> None:
    """Add the yard: stock[t] = stock[t-1] + delivery - burnt >= 0, in thousands of GJ.

    What is missing costs a millionth less each step, so that it is missing when the yard is empty and not before.
    """
    late = 1.0 + 1e-6 * np.arange(hours.count)[::-1]
    stock = builder.add_variables(f"stock.{fuel.id}", (hours.count,))
    short = builder.add_variables(f"fuel_short.{fuel.id}", (hours.count,), cost=1e3 * wishes.fuel_short_per_gj * late)
    was = before(builder, f"stock.{fuel.id}", stock, held_gj / 1e3)
    came = fuel.delivery_gj_per_day * hours.step_h / 24e3
    terms: list[Term] = [(stock, 1.0), (was, -1.0), (short, -1.0)]
    terms += [(columns, np.asarray(values) / 1e3) for columns, values in burnt]
    builder.add_rows(f"stock.{fuel.id}", terms, lower=came, upper=came)
