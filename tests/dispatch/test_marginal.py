"""Marginal emissions by the optimal basis, by hand and against the optimum solved again with a little more load."""

import dataclasses
from typing import Any

import numpy as np
import pytest
import xarray as xr
from dispatch_parks import tables_of, with_
from marginal_park import COAL, FUEL, GRID, PLAIN

from holin.carbon import emissions
from holin.dispatch import dispatch, marginal
from holin.errors import SolverFailed
from holin.kernel.highs import solve_linear
from holin.kernel.linear import ProblemBuilder
from holin.kernel.vertex import vertex_of
from holin.park import Grid, Park, Storage
from holin.tariff import Period, Tariff, TariffPeriod


def at(found: xr.Dataset, column: str = "marginal_t_per_mwh", bus: str = "B") -> list[float]:
    values: list[float] = found[column].sel(bus=bus).values.tolist()
    return values


def test_the_last_unit_decides_by_hand() -> None:
    # Wind left over: 0. Load above wind: coal at 200 before import at 300: 1 t. Above 20 MW of coal: import, 0.6 t.
    park = with_(PLAIN, thermal_units=(COAL,))
    made = marginal(park, *tables_of(park, [[60.0], [10.0], [10.0]], [[30.0], [25.0], [45.0]]))
    np.testing.assert_allclose(at(made.table), [0.0, 1.0, 0.6], atol=1e-9)
    np.testing.assert_allclose(at(made.table, "shadow_price_per_mwh"), [0.0, 200.0, 300.0], atol=1e-6)
    assert at(made.table, "one_more") == [1, 1, 1] and at(made.table, "one_less") == [1, 1, 1]
    assert made.emitted_t == pytest.approx(15 + 20 + 15 * 0.6)
    assert made.ties == 0


def test_a_stored_mwh_emits_in_the_hour_that_fills_the_store() -> None:
    # Wind is left over in the first hour, and none blows in the second: the store (0.8 of what it takes comes back)
    # is not full, so a MWh more in the second hour is 1.25 MWh less curtailed, 0 t. A full store leaves it to import.
    tank = Storage(id="S", bus="B", p_nom_mw=50.0, e_nom_mwh=100.0, efficiency_charge=0.8, efficiency_discharge=1.0)
    park = with_(PLAIN, storages=(tank,))
    hours = tables_of(park, [[60.0], [0.0]], [[10.0], [20.0]])
    np.testing.assert_allclose(at(marginal(park, *hours).table), [0.0, 0.0], atol=1e-9)
    small = with_(PLAIN, storages=(dataclasses.replace(tank, e_nom_mwh=10.0),))
    np.testing.assert_allclose(at(marginal(small, *hours).table), [0.0, 0.6], atol=1e-9)


def test_a_store_filled_from_the_grid_emits_more_than_the_grid() -> None:
    # Night at 100, day at 300: the store fills at night (0.8 comes back). A MWh more by day is 1.25 MWh more bought at
    # night: 0.75 t, not the 0.6 t of the grid.
    night = TariffPeriod(id="n", tariff="T", period=Period.VALLEY, hour_from=0, hour_to=1, factor=1 / 3)
    tank = Storage(id="S", bus="B", p_nom_mw=50.0, e_nom_mwh=100.0, efficiency_charge=0.8, efficiency_discharge=1.0)
    park = with_(PLAIN, storages=(tank,), tariff_periods=(night,))
    made = marginal(park, *tables_of(park, [[0.0], [0.0]], [[10.0], [20.0]]))
    np.testing.assert_allclose(at(made.table), [0.6, 0.75], atol=1e-9)


def test_a_kink_is_told() -> None:
    # The wind is used to the last: one MWh more is bought, 0.6 t; one less is curtailed, 0 t. A basis is one of both.
    made = marginal(PLAIN, *tables_of(PLAIN, [[30.0]], [[30.0]]))
    more, less, found = at(made.table, "one_more")[0], at(made.table, "one_less")[0], at(made.table)[0]
    assert more + less == 1
    assert found == pytest.approx(0.6 if more else 0.0)


def test_behind_a_full_branch() -> None:
    # Import reaches B over a line that is full at 10 MW; coal stands at B.
    near = with_(PLAIN, thermal_units=(dataclasses.replace(COAL, bus="B"),))
    hours = tables_of(near, [[0.0]], [[25.0]])
    made = marginal(near, *hours, limits_mw={"AB": np.array([10.0])}, watched={(0, "AB"): np.array([0])})
    # Coal is the cheaper: it runs full at 20, 5 come over the line. With dear coal the line is full and coal decides.
    assert at(made.table) == [pytest.approx(0.6)] and at(made.table, bus="A") == [pytest.approx(0.6)]
    dear = with_(near, fuels=(dataclasses.replace(FUEL, price_per_gj=100.0),))
    made = marginal(dear, *hours, limits_mw={"AB": np.array([10.0])}, watched={(0, "AB"): np.array([0])})
    assert at(made.table) == [pytest.approx(1.0)] and at(made.table, bus="A") == [pytest.approx(0.6)]
    assert at(made.table, "one_more") == [1] and at(made.table, "one_more", bus="A") == [1]


def test_export_saves_only_where_that_is_declared() -> None:
    # Wind beyond the load is exported at 200 (export_max 50): a MWh more of load is one exported less.
    park = with_(PLAIN, grids=(dataclasses.replace(GRID, export_max_mw=50.0),))
    hours = tables_of(park, [[40.0]], [[10.0]])
    assert at(marginal(park, *hours).table) == [pytest.approx(0.0)]
    assert at(marginal(park, *hours, exported_t_per_mwh=0.6).table) == [pytest.approx(0.6)]


def rich_park() -> tuple[Park, list[list[float]], list[list[float]]]:
    """Two days of two coal units with bent fuel curves and starts, a store, a tariff of the day and a monthly peak."""
    rng = np.random.default_rng(7)
    unit = dataclasses.replace(
        COAL, p_nom_mw=30.0, p_min_mw=12.0, ramp_up_mw_per_h=10.0, ramp_down_mw_per_h=10.0, start_cost=2000.0,
        heat_rate_points=((0.4, 11.0), (0.7, 10.0), (1.0, 9.8)), auxiliary=0.08,
    )  # fmt: skip
    other = dataclasses.replace(unit, id="D", heat_rate_points=((0.4, 11.5), (1.0, 10.4)), p_nom_mw=25.0, p_min_mw=10.0)
    periods = (
        TariffPeriod(id="n", tariff="T", period=Period.VALLEY, hour_from=0, hour_to=6, factor=0.48),
        TariffPeriod(id="p", tariff="T", period=Period.PEAK, hour_from=17, hour_to=22, factor=1.68),
    )
    tariff = Tariff(
        id="T", energy_price_per_mwh=260.0, export_price_per_mwh=0.0, demand_charge_per_mw_month=30_000.0
    )  # fmt: skip
    store = Storage(id="S", bus="B", p_nom_mw=10.0, e_nom_mwh=25.0, efficiency_charge=0.93, efficiency_discharge=0.93)
    park = with_(
        PLAIN, thermal_units=(unit, other), storages=(store,), tariffs=(tariff,), tariff_periods=periods,
        grids=(Grid(id="G", bus="A", sk_max_mva=5000.0, import_max_mw=100.0, tariff="T", emission_factor="F"),),
    )  # fmt: skip
    wind = (40 * rng.random(48)).reshape(-1, 1).round(1).tolist()
    load = (45 + 15 * np.sin(np.arange(48) / 24 * 2 * np.pi) + 5 * rng.random(48)).reshape(-1, 1).round(1).tolist()
    return park, wind, load


def emitted(park: Park, available: xr.Dataset, demand: xr.Dataset) -> float:
    """Return the CO2 of the least-cost operation, from its schedule alone."""
    schedule = dispatch(park, available, demand).schedule
    return float(emissions(park, schedule, schedule).sum())


def test_against_the_optimum_solved_again() -> None:
    park, wind, load = rich_park()
    may, must = tables_of(park, wind, load)
    made = marginal(park, may, must)
    base = emitted(park, may, must)
    assert made.emitted_t == pytest.approx(base, rel=1e-7)
    assert made.ties == 0
    step, found, agreed = 1e-3, at(made.table), 0
    for hour in range(48):
        for sign, holds in ((1, "one_more"), (-1, "one_less")):
            if not at(made.table, holds)[hour]:
                continue
            changed: Any = [list(row) for row in load]
            changed[hour][0] += sign * step
            moved = (emitted(park, *tables_of(park, wind, changed)) - base) / (sign * step)
            assert moved == pytest.approx(found[hour], abs=2e-4), (hour, sign)
            agreed += 1
    assert agreed >= 60
    assert len({round(f, 3) for f in found}) > 5  # not one figure for all hours


def test_a_tenth_of_a_mw_more_where_the_basis_holds_that_far() -> None:
    park, wind, load = rich_park()
    may, must = tables_of(park, wind, load)
    made, base = marginal(park, may, must), emitted(park, may, must)
    near = []
    for hour in range(0, 48, 4):
        changed = [list(row) for row in load]
        changed[hour][0] += 0.1
        near.append((emitted(park, *tables_of(park, wind, changed)) - base) / 0.1)
    assert np.median(np.abs(np.array(near) - np.array(at(made.table))[::4])) < 1e-4


def test_prices_and_flags_of_buses_without_voltage_are_missing() -> None:
    park = with_(PLAIN, lines=())
    made = marginal(park, *tables_of(park, [[0.0]], [[0.0]]))
    for column in made.table.data_vars:
        assert np.isnan(at(made.table, str(column))[0])


def test_an_interior_point_has_no_vertex() -> None:
    builder = ProblemBuilder()
    x = builder.add_variables("x", (2,), cost=[1.0, 2.0])
    builder.add_rows("sum", [(x[:1], 1.0), (x[1:], 1.0)], lower=1.0)
    problem = builder.built()
    with pytest.raises(SolverFailed, match="no basis"):
        vertex_of(problem, solve_linear(problem, algorithm="ipx"))
