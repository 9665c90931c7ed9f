"""Connections to the public grid: import at the tariff's price with a charge on each month's peak, export."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

from holin.calendar import Times
from holin.carbon import import_t_per_mwh
from holin.errors import BadInput, Fault
from holin.kernel.linear import Columns, Floats, ProblemBuilder
from holin.operation.block import Block, Hours, Injection, Quantity, in_service
from holin.park import Grid, Park, by_id
from holin.tariff import import_price_parts


def import_price(park: Park, grid: Grid, hours: Hours) -> Floats:
    """Return what an imported MWh costs at each step, of shape (time,): the sum of the tariff's parts."""
    if grid.tariff is None:
        return np.zeros(hours.count)
    tariff = by_id(park.tariffs)[grid.tariff]

    def price(time: Times) -> Floats:
        parts = import_price_parts(tariff, park.tariff_periods, time, park.facts.time_zone)
        total: Floats = np.sum(list(parts.values()), axis=0)
        return total

    return _step_mean(price, hours)


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


def add_grids(builder: ProblemBuilder, hours: Hours, park: Park) -> Block:
    """Add import, export and the months' peaks of every grid connection.

    A month that lies in the horizon only in part carries that part of its demand charge.
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
        taken = builder.add_variables(
            f"import.{grid.id}", shape, upper=grid.import_max_mw * service[:, k], cost=price * hours.step_h
        )
        injections.append(Injection(bus=grid.bus, columns=taken, factor=1.0))
        imported.append((taken, hours.step_h))
        if grid.emission_factor:
            emitted.append((taken, _step_mean(partial(import_t_per_mwh, park, grid), hours) * hours.step_h))
        if grid.export_max_mw > 0:
            income = tariff.export_price_per_mwh if tariff else 0.0
            _no_wash_trade(grid, income, price)
            given = builder.add_variables(
                f"export.{grid.id}", shape, upper=grid.export_max_mw * service[:, k], cost=-income * hours.step_h
            )
            injections.append(Injection(bus=grid.bus, columns=given, factor=-1.0))
            exported.append((given, hours.step_h))
        if tariff and tariff.demand_charge_per_mw_month > 0:
            charge = tariff.demand_charge_per_mw_month * hours.month_share
            peak = builder.add_variables(f"peak.{grid.id}", charge.shape, upper=grid.import_max_mw, cost=charge)
            builder.add_rows(f"peak.{grid.id}", [(taken, 1.0), (peak[hours.month], -1.0)], upper=0.0)
    return Block(
        injections=tuple(injections),
        quantities={
            "import_mwh": Quantity(terms=tuple(imported)),
            "export_mwh": Quantity(terms=tuple(exported)),
            "co2_t": Quantity(terms=tuple(emitted)),
        },
    )
