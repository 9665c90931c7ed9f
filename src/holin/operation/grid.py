"""Connections to the public grid: import at the tariff's price with a charge on each month's peak, export."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

import numpy as np

from holin.calendar import Times
from holin.carbon import import_t_per_mwh
from holin.errors import BadInput, Fault
from holin.kernel.linear import Columns, Floats, ProblemBuilder
from holin.operation.block import Block, Hours, Injection, Quantity, in_service
from holin.park import Grid, Park, by_id, values_at
from holin.tariff import DemandBand, Tariff, demand_bands, import_price_parts


def import_price(park: Park, grid: Grid, hours: Hours) -> Floats:
    """Return what an imported MWh costs at each step, of shape (time,): the sum of the tariff's parts."""
    if grid.tariff is None:
        return np.zeros(hours.count)
    tariff = by_id(park.tariffs)[grid.tariff]

    def price(time: Times) -> Floats:
        spot = values_at(by_id(park.series)[tariff.energy_series], time) if tariff.energy_series else None
        parts = import_price_parts(tariff, park.tariff_periods, time, park.facts.time_zone, spot_per_mwh=spot)
        total: Floats = np.sum(list(parts.values()), axis=0)
        return total

    return _step_mean(price, hours)


def bands_of(park: Park, grid: Grid, hours: Hours) -> tuple[DemandBand, ...]:
    """Return the demand charges of a grid connection, each with the steps whose draw it counts."""
    if grid.tariff is None:
        return ()
    return demand_bands(by_id(park.tariffs)[grid.tariff], park.tariff_demands, hours.time, park.facts.time_zone)


def import_limit_mw(park: Park, grid: Grid, hours: Hours) -> Floats:
    """Return what may be imported at each step (time,): the contract's limit, and its series where it has one."""
    limit = np.full(hours.count, grid.import_max_mw)
    if grid.import_max_series is not None:
        limit *= np.clip(values_at(by_id(park.series)[grid.import_max_series], hours.time), 0.0, 1.0)
    return limit


Peaks = Mapping[tuple[str, str], Floats]
"""(grid connection, demand band) -> MW of each month of the horizon (month,)."""


def _step_mean(of: Callable[[Times], Floats], hours: Hours) -> Floats:
    """Return an hourly quantity as the mean over each step, of shape (time,): a step may be longer than an hour."""
    shifts = np.arange(0, max(1, round(hours.step_h)), dtype="timedelta64[h]")
    mean: Floats = np.mean([of(hours.time + shift) for shift in shifts], axis=0)
    return mean


def _no_wash_trade(grid: Grid, income_per_mwh: float, price: Floats) -> None:
    """Raise BadInput where a MWh sells dearer than it buys: the optimum would do both at once, without limit."""
    if income_per_mwh > price.min() + 1e-9:
        problem = f"above the cheapest import price of {grid.id}, {price.min():g}: buying to sell at once would pay"
        fault = Fault(
            file="tariff.csv",
            field="export_price_per_mwh",
            value=f"{income_per_mwh:g}",
            problem=problem,
            right="lower the export price, or set export_max_mw to 0",
        )
        raise BadInput([fault])


def add_grids(builder: ProblemBuilder, hours: Hours, park: Park, *, counted: Peaks | None = None) -> Block:
    """Add import, export and the months' peaks of every grid connection.

    Without `counted` a month that lies in the horizon only in part carries that part of its demand charge. With it only
    a draw above what counts already is charged, in full: the month's peak so far, or what it is expected to become.
    """
    service = in_service(hours, [g.id for g in park.grids])
    injections: list[Injection] = []
    imported: list[tuple[Columns, float]] = []
    exported: list[tuple[Columns, float]] = []
    emitted: list[tuple[Columns, Floats]] = []
    for k, grid in enumerate(park.grids):
        tariff = by_id(park.tariffs)[grid.tariff] if grid.tariff else None
        shape = (hours.count,)
        price = import_price(park, grid, hours)
        limit = import_limit_mw(park, grid, hours) * service[:, k]
        taken = builder.add_variables(f"import.{grid.id}", shape, upper=limit, cost=price * hours.step_h)
        injections.append(Injection(bus=grid.bus, columns=taken, factor=1.0))
        imported.append((taken, hours.step_h))
        if grid.emission_factor:
            emitted.append((taken, _step_mean(partial(import_t_per_mwh, park, grid), hours) * hours.step_h))
        if grid.export_max_mw > 0:
            given = _add_export(builder, hours, grid, tariff, price, service[:, k])
            injections.append(Injection(bus=grid.bus, columns=given, factor=-1.0))
            exported.append((given, hours.step_h))
        for band in bands_of(park, grid, hours):
            _add_peak(builder, hours, grid, band, taken, None if counted is None else counted[grid.id, band.id])
    return Block(
        injections=tuple(injections),
        quantities={
            "import_mwh": Quantity(terms=tuple(imported)),
            "export_mwh": Quantity(terms=tuple(exported)),
            "co2_t": Quantity(terms=tuple(emitted)),
        },
    )


def _add_export(
    builder: ProblemBuilder, hours: Hours, grid: Grid, tariff: Tariff | None, price: Floats, service: Floats
) -> Columns:
    income = tariff.export_price_per_mwh if tariff else 0.0
    _no_wash_trade(grid, income, price)
    return builder.add_variables(
        f"export.{grid.id}", (hours.count,), upper=grid.export_max_mw * service, cost=-income * hours.step_h
    )


def _add_peak(
    builder: ProblemBuilder, hours: Hours, grid: Grid, band: DemandBand, taken: Columns, counted: Floats | None
) -> None:
    """Add the month's highest draw in a band's hours and its charge."""
    name = f"peak.{grid.id}" + (f".{band.id}" if band.id else "")
    share = hours.month_share if counted is None else np.ones(len(hours.month_share))
    charge = band.charge_per_mw_month * share
    floor = np.zeros(len(share)) if counted is None else counted
    highest = np.maximum(grid.import_max_mw, floor)
    peak = builder.add_variables(name, charge.shape, lower=floor, upper=highest, cost=charge)
    builder.constant -= float(charge @ floor)
    steps = np.flatnonzero(band.counts)
    builder.add_rows(name, [(taken[steps], 1.0), (peak[hours.month[steps]], -1.0)], upper=0.0)
