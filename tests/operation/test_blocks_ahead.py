"""The blocks of the hours ahead as the linear problems they write, compared with golden LP files (see test_blocks)."""

import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest

from holin.calendar import hours_between
from holin.kernel.highs import written_lp
from holin.kernel.linear import ProblemBuilder
from holin.operation import (
    Hours,
    ThermalState,
    add_committed_units,
    add_grids,
    add_renewables,
    add_reserves,
    add_steered_storages,
    hours_of,
)
from holin.park import Fuel, Grid, Park, ParkFacts, Reserve, ReserveKind, Storage, ThermalUnit, WindFarm
from holin.tariff import Tariff, TariffDemand

GOLDEN = Path(__file__).parent / "golden"

CHP = ThermalUnit(
    id="C", bus="A", p_nom_mw=100.0, p_min_mw=40.0, ramp_up_mw_per_h=30.0, ramp_down_mw_per_h=50.0, min_up_h=2.0,
    min_down_h=2.0, start_cost=5000.0, start_cost_warm=8000.0, start_cost_cold=12_000.0, warm_after_h=2.0,
    cold_after_h=3.0, stop_cost=700.0, start_points=((0.0, 0.0), (1.0, 40.0)), start_max_mw=60.0, stop_max_mw=70.0,
    heat_rate_points=((0.4, 11.0), (1.0, 10.0)), auxiliary=0.1, fuel="lignite", heat_nom_mw=50.0, power_per_heat=0.9,
    power_loss_per_heat=0.2, heat_store_mwh=30.0, heat_store_loss_per_h=0.02,
)  # fmt: skip
"""On for one hour at 65 MW, so it stays on for another. Fuel 440 GJ/h at 40 MW, 1000 at 100: 9.333 GJ a MWh between."""

COLD = ThermalUnit(
    id="D", bus="A", p_nom_mw=20.0, p_min_mw=8.0, ramp_up_mw_per_h=99.0, ramp_down_mw_per_h=99.0, min_down_h=3.0,
    start_cost=300.0, heat_rate_points=((1.0, 12.0),), fuel="lignite", must_run=True,
)  # fmt: skip
"""Off for two hours: it stays off for one more, then it must run, but for its outage in the last hour."""

CELLS = Storage(
    id="S", bus="B", p_nom_mw=5.0, e_nom_mwh=16.0, efficiency_charge=0.95, efficiency_discharge=0.9,
    standing_loss_per_h=0.01, soc_min=0.25, soc_max=0.9, cycle_life_points=((0.5, 8000.0), (1.0, 2000.0)),
    replacement_cost_per_mwh=900_000.0, charge_power_points=((0.25, 1.0), (0.75, 1.0), (1.0, 0.5)),
    discharge_power_points=((0.25, 0.4), (0.4, 1.0), (1.0, 1.0)), soc_end=0.5,
)  # fmt: skip
"""wear = depth^2 / 2000, so slice j of 8 costs 62.5 (2 j - 1) a MWh at the bus."""

PARK = Park(
    facts=ParkFacts(id="tiny", co2_price_per_t=50.0, voll_per_mwh=20_000.0),
    fuels=(
        Fuel(
            id="lignite", price_per_gj=16.0, emission_factor_t_per_gj=0.1, stock_gj=9000.0, delivery_gj_per_day=2400.0
        ),
    ),
    thermal_units=(CHP, COLD),
    wind_farms=(WindFarm(id="W", bus="A", p_nom_mw=30.0),),
    storages=(CELLS, Storage(id="F", bus="B", p_nom_mw=2.0, e_nom_mwh=4.0, soc_max=0.95, cycle_cost_per_mwh=30.0)),
    grids=(
        Grid(id="G", bus="A", sk_max_mva=1000.0, import_max_mw=80.0, export_max_mw=20.0, inertia_mw_s=50.0, tariff="T"),
    ),
    tariffs=(Tariff(id="T", energy_price_per_mwh=300.0, demand_charge_per_mw_month=9e3, export_price_per_mwh=200.0),),
    tariff_demands=(TariffDemand(id="E", tariff="T", hour_from=2, hour_to=4, charge_per_mw_month=7000.0),),
    reserves=(
        Reserve(id="fast", kind=ReserveKind.PRIMARY, fixed_mw=3.0, hold_h=0.25),
        Reserve(id="spin", kind=ReserveKind.UP, fixed_mw=2.0, load_share=0.1, renewable_share=0.2, largest_unit=True),
        Reserve(id="down", kind=ReserveKind.DOWN, load_share=0.05, short_per_mwh=500.0),
        Reserve(id="turn", kind=ReserveKind.INERTIA, fixed_mw=600.0, short_per_mwh=10.0),
    ),
)

STATES = {
    "C": ThermalState(on=True, in_state_h=1.0, gross_mw=65.0, heat_stored_mwh=10.0),
    "D": ThermalState(on=False, in_state_h=2.0),
}
CONTENT = {"S": 3.0, "F": 3.9}
"""S begins a MWh below its range, F 0.1 MWh above."""


def four_hours() -> Hours:
    time = hours_between(datetime(2025, 1, 1, 0), datetime(2025, 1, 1, 4), "Asia/Shanghai")
    return hours_of(time, "Asia/Shanghai", out={"D": np.array([False, False, False, True])})


def _committed(builder: ProblemBuilder) -> None:
    heat = np.array([[50.0, 0.0], [40.0, 0.0], [30.0, 0.0], [0.0, 0.0]])
    add_committed_units(builder, four_hours(), PARK, heat, STATES, {"lignite": 9000.0})


def _storages(builder: ProblemBuilder) -> None:
    apart = {"S": np.array([1, 2])}
    add_steered_storages(builder, four_hours(), PARK, CONTENT, end_per_mwh={"S": 400.0, "F": 300.0}, apart=apart)


def _reserves(builder: ProblemBuilder) -> None:
    hours = four_hours()
    _committed(builder)
    _storages(builder)
    add_grids(builder, hours, PARK, counted={("G", ""): np.array([10.0]), ("G", "E"): np.array([0.0])})
    add_renewables(builder, hours, PARK, np.full((4, 1), 30.0))
    load, spread = np.array([100.0, 90.0, 80.0, 70.0]), np.array([0.0, 1.0, 2.0, 3.0])
    add_reserves(builder, hours, PARK, builder.columns("renewable"), load, forecast_up_mw=spread)


BLOCKS: dict[str, Callable[[ProblemBuilder], object]] = {
    "committed": _committed,
    "steered_storage": _storages,
    "reserve": _reserves,
}


@pytest.mark.parametrize("name", BLOCKS)
def test_block_ahead_writes_its_golden_lp(name: str, tmp_path: Path) -> None:
    builder = ProblemBuilder()
    BLOCKS[name](builder)
    written_lp(builder.built(), str(tmp_path / "block.lp"))
    text = (tmp_path / "block.lp").read_text()
    golden = GOLDEN / f"{name}.lp"
    if os.environ.get("HOLIN_GOLDEN") == "write":
        golden.write_text(text)
    assert text == golden.read_text()
