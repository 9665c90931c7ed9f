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
from holin.tariff import DemandBand, PriceParts, demand_bands, import_price_parts


def import_price(park: Park, grid: Grid, hours: Hours) -> Floats:
    """Return what an imported MWh costs at each step, of shape (time,): the sum of the tariff's parts."""
    return sum(import_parts(park, grid, hours).values(), start=np.zeros(hours.count))


def import_parts(park: Park, grid: Grid, hours: Hours) -> PriceParts:
    """Return what an imported MWh costs at each step by part, each of shape (time,); nothing without a tariff."""
    if grid.tariff is None:
        return {}
    tariff = by_id(park.tariffs)[grid.tariff]

    def parts(time: Times) -> PriceParts:
        spot = values_at(by_id(park.series)[tariff.energy_series], time) if tariff.energy_series else None
        return import_price_parts(tariff, park.tariff_periods, time, park.facts.time_zone, spot_per_mwh=spot)

    of_shifts = [parts(time) for time in _shifted(hours)]
    return {name: np.mean([each[name] for each in of_shifts], axis=0) for name in of_shifts[0]}


def export_price(park: Park, grid: Grid, hours: Hours) -> Floats:
    """Return what an exported MWh earns at each step, of shape (time,)."""
    tariff = by_id(park.tariffs)[grid.tariff] if grid.tariff else None
    if tariff is None or tariff.export_series is None:
        return np.full(hours.count, tariff.export_price_per_mwh if tariff else 0.0)
    series = by_id(park.series)[tariff.export_series]
    return _step_mean(partial(values_at, series), hours)


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
    mean: Floats = np.mean([of(time) for time in _shifted(hours)], axis=0)
    return mean


def _shifted(hours: Hours) -> list[Times]:
    """Return the starts of the first, the second and so on hour of every step."""
    return [hours.time + shift for shift in np.arange(0, max(1, round(hours.step_h)), dtype="timedelta64[h]")]


def _no_wash_trade(grid: Grid, income: Floats, price: Floats) -> None:
    """Raise BadInput where a MWh sells dearer than it buys in some step: the optimum would do both at once, without
    limit."""
    worst = int(np.argmax(income - price))
    if income[worst] > price[worst] + 1e-9:
        problem = f"above the import price of {grid.id} then, {price[worst]:g}: buying to sell at once would pay"
        fault = Fault(
            file="tariff.csv",
            field="export_price_per_mwh",
            value=f"{income[worst]:g}",
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
        shape = (hours.count,)
        price = import_price(park, grid, hours)
        limit = import_limit_mw(park, grid, hours) * service[:, k]
        taken = builder.add_variables(f"import.{grid.id}", shape, upper=limit, cost=price * hours.step_h)
        injections.append(Injection(bus=grid.bus, columns=taken, factor=1.0))
        imported.append((taken, hours.step_h))
        if grid.emission_factor:
            emitted.append((taken, _step_mean(partial(import_t_per_mwh, park, grid), hours) * hours.step_h))
        if grid.export_max_mw > 0:
            income = export_price(park, grid, hours)
            _no_wash_trade(grid, income, price)
            most = grid.export_max_mw * service[:, k]
            given = builder.add_variables(f"export.{grid.id}", shape, upper=most, cost=-income * hours.step_h)
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


def _add_peak(
    builder: ProblemBuilder, hours: Hours, grid: Grid, band: DemandBand, taken: Columns, counted: Floats | None
) -> None:
    """Add the month's highest draw in a band's hours and its charge."""
    name = f"peak.{grid.id}" + (f".{band.id}" if band.id else "")
    share = hours.month_share if counted is None else np.ones(len(hours.month_share))
    charge = band.charge_per_mw_month * share
    floor = np.zeros(len(share)) if counted is None else counted
    asked = np.isin(np.arange(len(share)), hours.month[band.counts])
    highest = np.where(asked, np.maximum(grid.import_max_mw, floor), floor)
    peak = builder.add_variables(name, charge.shape, lower=floor, upper=highest, cost=charge)
    builder.constant -= float(charge @ floor)
    steps = np.flatnonzero(band.counts)
    builder.add_rows(name, [(taken[steps], 1.0), (peak[hours.month[steps]], -1.0)], upper=0.0)
