"""Storage in the hours ahead: it begins at a content, ages by the depth of its cycles, and never does both at once.

Ageing after Xu, Zhao, Zheng, Litvinov and Kirschen, "Factoring the cycle aging cost of batteries participating in
electricity markets" (IEEE Transactions on Power Systems 33(2), 2018): the content is split into slices of depth, each
dearer than the one before. Where life falls with depth faster than in proportion, filling and emptying the cheap slices
first is optimal, and the cost is that of counting the cycles by rainflow.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from holin.kernel.linear import Columns, Floats, ProblemBuilder, Term
from holin.operation.block import Block, Hours, Injection, Quantity, before, in_service
from holin.park import Park, Storage, by_id

SLICES = 8
"""Slices of depth by which ageing is counted."""

REST_H = 24.0
"""So long after the end of a window standing loss alone shall not take a storage below its least content."""

REST_MAX = 0.01
"""What is kept above the least content for standing loss takes no more than this part of the nominal content."""

REST_PER_MWH_H = 100.0
"""What a MWh that standing loss has taken of it costs in an hour: it comes back within hours, at no month's peak."""


def slice_costs_per_mwh(unit: Storage, slices: int = SLICES) -> Floats:
    """Return the ageing of a MWh taken out of each slice of depth (currency per MWh at the bus), shallow first.

    cost_j = replacement cost / (efficiency_discharge / slices) x (wear(j / slices) - wear((j - 1) / slices)), where
    wear(d) = 1 / cycles(d), 0 at no depth, log-log between the points of `cycle_life_points`. A unit without points has
    one slice at `cycle_cost_per_mwh`. Costs that would fall with depth are evened out (a chord), so that they rise.
    """
    if not unit.cycle_life_points:
        return np.array([unit.cycle_cost_per_mwh])
    edges = np.arange(slices + 1) / slices
    wear = wear_of_depth(unit, edges)
    costs = unit.replacement_cost_per_mwh * np.diff(wear) * slices / unit.efficiency_discharge
    for k in range(1, len(costs)):  # the greatest convex curve below: pool what falls
        start = k
        while start > 0 and costs[start - 1] > costs[k] + 1e-12:
            start -= 1
        costs[start : k + 1] = costs[start : k + 1].mean()
    return np.asarray(costs)


def wear_of_depth(unit: Storage, depth: Floats) -> Floats:
    """Return the share of life that one full cycle of a depth (0..1 of nominal content) takes: 1 / cycles(depth)."""
    points = sorted(unit.cycle_life_points)
    at, cycles = np.log(np.array(points, dtype=np.float64)).T
    slope = (cycles[-1] - cycles[0]) / (at[-1] - at[0]) if len(at) > 1 else -1.0
    with np.errstate(divide="ignore"):
        log_depth = np.log(np.maximum(depth, 0.0))
    inside = np.interp(log_depth, at, cycles)
    beyond = np.where(log_depth < at[0], cycles[0] + slope * (log_depth - at[0]), inside)
    return np.asarray(np.where(depth > 0, np.exp(-beyond), 0.0))


def add_steered_storages(
    builder: ProblemBuilder,
    hours: Hours,
    park: Park,
    soc_mwh: Mapping[str, float],
    *,
    end_per_mwh: Mapping[str, float],
    apart: Mapping[str, NDArray[np.int64]] | None = None,
    low_per_mwh: float = 10_000.0,
) -> Block:
    """Add every storage from its content `soc_mwh` on.

        soc[t] = (1 - standing_loss)^step soc[t-1] + step (efficiency_charge charge - discharge / efficiency_discharge)

    In the steps of `apart` (storage -> positions) a whole-number column `charging.S` lets it do one or the other. Both
    at once pays only where power has no value (prices at or below 0); the caller names the steps where it did. A
    content outside the allowed range at the start comes back into it (`soc_low.S`, `soc_high.S` at `low_per_mwh`).
    Above its least content a storage keeps what standing loss will take until a day after the end (`rested_mwh`): only
    the loss may take it (`soc_rest.S`), so that no window begins with a content that falls below the least by itself.
    Content missing at the end from the wish `soc_end` costs `end_per_mwh`.
    """
    injections: list[Injection] = []
    service = in_service(hours, [s.id for s in park.storages])
    for k, unit in enumerate(park.storages):
        charge, discharge = _add_storage(builder, hours, park, unit, service[:, k], soc_mwh[unit.id], low_per_mwh)
        steps = (apart or {}).get(unit.id, np.zeros(0, dtype=np.int64))
        if len(steps):
            _add_one_way(builder, unit, charge[steps], discharge[steps])
        _add_power_by_content(builder, hours, unit, charge, discharge, soc_mwh[unit.id])
        wished = wished_end_mwh(unit)
        soc = builder.columns(f"soc.{unit.id}")
        short = builder.add_variables(f"soc_short.{unit.id}", (1,), cost=end_per_mwh[unit.id])
        builder.add_rows(f"soc_end.{unit.id}", [(soc[-1:], 1.0), (short, 1.0)], lower=wished)
        injections.append(Injection(bus=unit.bus, columns=charge, factor=-1.0, unit=unit.id))
        injections.append(Injection(bus=unit.bus, columns=discharge, factor=1.0, unit=unit.id))
    nominal = {
        "storage_mw": Quantity(constant=float(np.sum([s.p_nom_mw for s in park.storages]))),
        "storage_mwh": Quantity(constant=float(np.sum([s.e_nom_mwh for s in park.storages]))),
    }
    return Block(injections=tuple(injections), quantities=nominal)


def wished_end_mwh(unit: Storage) -> float:
    """Return the content wished for at the end of a schedule."""
    share = (unit.soc_min + unit.soc_max) / 2 if unit.soc_end is None else unit.soc_end
    return float(np.clip(share, unit.soc_min, unit.soc_max) * unit.e_nom_mwh)


def rested_mwh(unit: Storage, hours: Hours) -> float:
    """Return the content from which standing loss alone reaches the least content `REST_H` after the hours."""
    low, most = unit.soc_min * unit.e_nom_mwh, unit.soc_max * unit.e_nom_mwh
    lost = low * ((1.0 - unit.standing_loss_per_h) ** -(hours.count * hours.step_h + REST_H) - 1.0)
    return float(min(low + lost, low + REST_MAX * unit.e_nom_mwh, most))


def _add_storage(
    builder: ProblemBuilder,
    hours: Hours,
    park: Park,
    unit: Storage,
    service: Floats,
    start_mwh: float,
    low_per_mwh: float,
) -> tuple[Columns, Columns]:
    shape, step_h = (hours.count,), hours.step_h
    costs = slice_costs_per_mwh(unit)
    other = by_id(park.costs)[unit.cost].marginal_cost_per_mwh if unit.cost else 0.0
    power = unit.p_nom_mw * service
    charge = builder.add_variables(f"charge.{unit.id}", shape, upper=power)
    discharge = builder.add_variables(f"discharge.{unit.id}", shape, upper=power, cost=other * step_h)
    low, high = unit.soc_min * unit.e_nom_mwh, unit.soc_max * unit.e_nom_mwh
    kept = (1.0 - unit.standing_loss_per_h) ** step_h
    soc = builder.add_variables(f"soc.{unit.id}", shape, upper=max(high, start_mwh))
    held = rested_mwh(unit, hours)
    left = min(start_mwh, held) * kept ** np.arange(1, hours.count + 1)  # where it cannot be charged
    under = builder.add_variables(
        f"soc_low.{unit.id}", shape, upper=np.maximum(low - left, 0.0), cost=low_per_mwh * step_h
    )
    content: list[Term] = [(soc, 1.0), (under, 1.0)]
    if held > low:
        upper = held - np.maximum(left, low)
        rest = builder.add_variables(f"soc_rest.{unit.id}", shape, upper=upper, cost=REST_PER_MWH_H * step_h)
        content.append((rest, 1.0))
    builder.add_rows(f"soc_low.{unit.id}", content, lower=held)
    if start_mwh > high:
        over = builder.add_variables(f"soc_high.{unit.id}", shape, upper=start_mwh - high, cost=low_per_mwh * step_h)
        builder.add_rows(f"soc_high.{unit.id}", [(soc, 1.0), (over, -1.0)], upper=high)
    slices = len(costs)
    if slices == 1:
        builder.add_cost(discharge, costs[0] * step_h)
    else:
        _add_slices(builder, hours, unit, costs, charge, discharge, start_mwh)
    was = before(builder, f"soc.{unit.id}", soc, start_mwh)
    terms = [
        (soc, 1.0),
        (was, -kept),
        (charge, -step_h * unit.efficiency_charge),
        (discharge, step_h / unit.efficiency_discharge),
    ]
    builder.add_rows(f"soc.{unit.id}", terms, lower=0.0, upper=0.0)
    return charge, discharge


def _add_one_way(builder: ProblemBuilder, unit: Storage, charge: Columns, discharge: Columns) -> None:
    """Let a storage charge or discharge in some steps, not both."""
    charging = builder.add_variables(f"charging.{unit.id}", charge.shape, upper=1.0, integer=True)
    builder.add_rows(f"charging.{unit.id}", [(charge, 1.0), (charging, -unit.p_nom_mw)], upper=0.0)
    builder.add_rows(f"discharging.{unit.id}", [(discharge, 1.0), (charging, unit.p_nom_mw)], upper=unit.p_nom_mw)


def _add_slices(
    builder: ProblemBuilder,
    hours: Hours,
    unit: Storage,
    costs: Floats,
    charge: Columns,
    discharge: Columns,
    start_mwh: float,
) -> None:
    """Split charge, discharge and content into slices of depth; the content that there is fills the shallow ones.

    Standing losses are left to the whole content: they take part in no cycle.
    """
    shape, step_h, size = (hours.count, len(costs)), hours.step_h, unit.e_nom_mwh / len(costs)
    into = builder.add_variables(f"charge_slice.{unit.id}", shape)
    out = builder.add_variables(f"discharge_slice.{unit.id}", shape, cost=costs[None, :] * step_h)
    held = builder.add_variables(f"soc_slice.{unit.id}", shape, upper=size)
    builder.add_rows(
        f"charge_slices.{unit.id}",
        [(charge, -1.0), *((into[:, j], 1.0) for j in range(shape[1]))],
        lower=0.0,
        upper=0.0,
    )
    builder.add_rows(
        f"discharge_slices.{unit.id}",
        [(discharge, -1.0), *((out[:, j], 1.0) for j in range(shape[1]))],
        lower=0.0,
        upper=0.0,
    )
    full = np.clip(start_mwh - size * np.arange(shape[1]), 0.0, size)
    first = builder.add_variables(f"soc_slice.{unit.id}.before", (1, shape[1]), lower=full, upper=full)
    was = np.concatenate([first, held[:-1]])
    terms: list[Term] = [
        (held, 1.0),
        (was, -1.0),
        (into, -step_h * unit.efficiency_charge),
        (out, step_h / unit.efficiency_discharge),
    ]
    builder.add_rows(f"soc_slices.{unit.id}", terms, upper=0.0)


def _add_power_by_content(
    builder: ProblemBuilder, hours: Hours, unit: Storage, charge: Columns, discharge: Columns, start_mwh: float
) -> None:
    """Limit power by the content at the end of the step, chord by chord of a concave curve.

    Doing nothing is always allowed: where the content at the start lies beyond the curve's points, as a meter may
    report it, and a chord would be below 0 there, it is raised to 0 at that content.
    """
    soc = builder.columns(f"soc.{unit.id}")
    kept = (1.0 - unit.standing_loss_per_h) ** hours.step_h
    idle = start_mwh * kept ** np.arange(1, hours.count + 1) / unit.e_nom_mwh
    for name, points, column in (
        ("charge_power", unit.charge_power_points, charge),
        ("discharge_power", unit.discharge_power_points, discharge),
    ):
        if len(points) < 2:
            continue
        at, share = np.array(points, dtype=np.float64).T
        slope = np.diff(share) / np.diff(at)
        for k, rise in enumerate(slope):
            level = share[k] - rise * at[k]
            limit = unit.p_nom_mw * (level + np.maximum(-(level + rise * idle), 0.0))
            terms: list[Term] = [(column, 1.0), (soc, -unit.p_nom_mw * float(rise) / unit.e_nom_mwh)]
            builder.add_rows(f"{name}.{unit.id}.{k}", terms, upper=limit)
