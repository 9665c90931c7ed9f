"""The park in a scenario: the same things with some figures changed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from holin.columns import Column, columns_of
from holin.errors import ARGUMENT, BadInput, Fault
from holin.park import Park
from holin.scenarios.drawing import Change, How, Scenario, ScenarioSpec
from holin.scenarios.quantities import FACTS, QUANTITIES, Quantity, kind_of, names_that_exist, rows_of

DIGITS = 6


def changed_park(park: Park, scenario: Scenario) -> Park:
    """Return the park with the scenario's changes made one after the other; everything else is the same object.

    `tariff.energy` also changes the series of spot prices of its tariffs, `tariff.demand` their charges on some hours,
    `load` the reactive power that belongs to a load. Raises BadInput for names that the park does not have, a change
    that has no effect (a factor on 0, a yield without full-load hours), and a value that its column may not hold.
    """
    faults = []
    for change in scenario.changes:
        found = _faults_of(park, change.quantity, change.how, ARGUMENT, None) or _faults_of_values(park, change)
        if not found:
            park = _with(park, change)
        faults += found
    if faults:
        raise BadInput(faults)
    return park


def faults_of_quantities(spec: ScenarioSpec, park: Park) -> list[Fault]:
    """Return what is wrong with the factors' names and ways for this park, before anything is drawn; `[]` is good."""
    return [fault for f in spec.factors for fault in _faults_of(park, f.quantity, f.how, spec.file, f.row)]


def new_value(old: float, change: Change) -> float:
    """Return a figure as a change makes it."""
    match change.how:
        case "times":
            return old * change.value
        case "plus":
            return old + change.value
        case "to":
            return change.value


def _with(park: Park, change: Change) -> Park:
    quantity, id = _kind(change.quantity)
    if quantity.attribute == FACTS:
        return replace(park, facts=_row_with(park.facts, quantity, change))
    rows = getattr(park, quantity.attribute)
    new = tuple(_row_with(row, quantity, change) if id in (None, row.id) else row for row in rows)
    also = ALSO.get(quantity.columns[0])
    tables: dict[str, Any] = {quantity.attribute: new}
    changed = replace(park, **tables)
    return also(changed, [r.id for r in rows if id in (None, r.id)], change) if also else changed


def _kind(name: str) -> tuple[Quantity, str | None]:
    found = kind_of(name)
    assert found is not None, name  # its faults were looked for
    return found


def _row_with(row: Any, quantity: Quantity, change: Change) -> Any:
    return replace(row, **{c.name: _typed(c, v) for c, v in _new_values(row, quantity, change)})


def _new_values(row: Any, quantity: Quantity, change: Change) -> list[tuple[Column, float]]:
    """The columns of a row that have a value, with their new ones."""
    columns = [c for c in columns_of(row.__class__) if c.name in quantity.columns]
    old = [(c, getattr(row, c.name)) for c in columns]
    return [(c, new_value(v, change)) for c, v in old if v is not None]


def _typed(column: Column, value: float) -> float | int:
    return int(value) if column.core_type is int else float(value)


def _spot_prices_with(park: Park, tariffs: list[str], change: Change) -> Park:
    """Spot prices stand for the energy part where a tariff has them: they change with it, each series once."""
    spot = {t.energy_series for t in park.tariffs if t.id in tariffs}
    series = tuple(
        replace(s, values=new_value(s.values, change)) if s.id in spot else s  # type: ignore[arg-type]  # element by element
        for s in park.series
    )
    return replace(park, series=series)


def _demand_charges_with(park: Park, tariffs: list[str], change: Change) -> Park:
    demands = tuple(
        replace(d, charge_per_mw_month=new_value(d.charge_per_mw_month, change)) if d.tariff in tariffs else d
        for d in park.tariff_demands
    )
    return replace(park, tariff_demands=demands)


ALSO: dict[str, Callable[[Park, list[str], Change], Park]] = {
    "energy_price_per_mwh": _spot_prices_with,
    "demand_charge_per_mw_month": _demand_charges_with,
}
"""What changes along with a column of a tariff."""


def _faults_of(park: Park, name: str, how: How, file: str, row: int | None) -> list[Fault]:
    def fault(field: str, value: str, problem: str, right: str) -> list[Fault]:
        return [Fault(file=file, row=row, field=field, value=value, problem=problem, right=right)]

    found = kind_of(name)
    rows = rows_of(park, *found) if found else []
    if found is None or not rows:
        return fault("quantity", name, "no such quantity", names_that_exist(name, park))
    quantity, _ = found
    if how not in quantity.hows:
        return fault("how", how, f"{name} cannot be changed so", f"give {' or '.join(quantity.hows)}")
    if quantity is QUANTITIES["wind_yield"] or quantity is QUANTITIES["pv_yield"]:
        free = [r.id for r in rows if r.full_load_hours is None or r.series]
        if free:
            problem = f"{', '.join(free[:10])} have no full_load_hours, or a measured series that stands above them"
            return fault("quantity", name, problem, "give full_load_hours, or name the units that have them")
    if quantity is QUANTITIES["tariff.energy"]:
        spot = {t.energy_series for t in rows if t.energy_series}
        others = [t.id for t in park.tariffs if t.energy_series in spot and t not in rows]
        if others:
            problem = f"its spot prices are those of {', '.join(others[:10])} too, which would change along"
            return fault("quantity", name, problem, "change tariff.energy, or give each tariff a series of its own")
    if how == "times" and not any(_figures(park, quantity, rows)):
        return fault("quantity", name, "is 0 in this park: a factor on it changes nothing", "add to it, or set it")
    return []


def _figures(park: Park, quantity: Quantity, rows: Iterable[Any]) -> list[float]:
    """All figures that a change of these rows acts on."""
    ids = {getattr(r, "id", "") for r in rows}
    figures = [getattr(r, c) or 0.0 for r in rows for c in quantity.columns]
    if quantity is QUANTITIES["tariff.energy"]:
        figures += [1.0 for t in park.tariffs if t.id in ids and t.energy_series]
    if quantity is QUANTITIES["tariff.demand"]:
        figures += [d.charge_per_mw_month for d in park.tariff_demands if d.tariff in ids]
    return figures


def _faults_of_values(park: Park, change: Change) -> list[Fault]:
    """Return where a changed value is none that its column may hold."""
    quantity, id = _kind(change.quantity)
    return [
        Fault(
            file=ARGUMENT,
            field=change.quantity,
            value=f"{change.how} {change.value:.{DIGITS}g}",
            problem=f"gives {c.name} = {value:.{DIGITS}g} for {getattr(row, 'id', 'the park')}",
            right=f"it must be {_bounds_of(c)}: draw narrower",
        )
        for row in rows_of(park, quantity, id)
        for c, value in _new_values(row, quantity, change)
        if not _holds(c, value)
    ]


def _holds(column: Column, value: float) -> bool:
    return (
        abs(value) < float("inf")
        and (column.ge is None or value >= column.ge)
        and (column.gt is None or value > column.gt)
        and (column.le is None or value <= column.le)
        and (column.lt is None or value < column.lt)
        and (column.core_type is not int or value == int(value))
    )


def _bounds_of(column: Column) -> str:
    ends = {">=": column.ge, ">": column.gt, "<=": column.le, "<": column.lt}
    said = [f"{sign} {end:g}" for sign, end in ends.items() if end is not None]
    return " and ".join((["a whole number"] if column.core_type is int else []) + said) or "a finite number"
