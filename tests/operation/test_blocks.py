"""Each block as the linear problem it writes, compared with a golden LP file that a person has read.

A changed block shows as a changed file: read it, and when it is right, write it anew with HOLIN_GOLDEN=write.
"""

import dataclasses
import os
import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest

from holin.calendar import hours_between
from holin.flow import DcBranches, DcModel
from holin.kernel.highs import written_lp
from holin.kernel.linear import ProblemBuilder
from holin.operation import (
    BranchLimit,
    Hours,
    Islands,
    add_angle_limits,
    add_angles,
    add_balance,
    add_branch_limits,
    add_flow_limits,
    add_generators,
    add_grids,
    add_heated_potlines,
    add_must_run,
    add_node_balances,
    add_potlines,
    add_renewables,
    add_rules,
    add_shedding,
    add_storages,
    add_thermal_units,
    first_potline_state,
    hours_of,
)
from holin.park import (
    Cost,
    EmissionFactor,
    Fuel,
    Generator,
    Grid,
    HeatControl,
    Load,
    Park,
    ParkFacts,
    Potline,
    PvPlant,
    Storage,
    ThermalUnit,
    WindFarm,
)
from holin.rules import Rule, RuleKind
from holin.tariff import Period, Tariff, TariffPeriod

GOLDEN = Path(__file__).parent / "golden"

PARK = Park(
    facts=ParkFacts(id="tiny", co2_price_per_t=50.0, voll_per_mwh=20_000.0),
    wind_farms=(WindFarm(id="W", bus="A", p_nom_mw=30.0, cost="wind"),),
    pv_plants=(PvPlant(id="V", bus="B", p_nom_mw=10.0, p_dc_mw=12.0),),
    costs=(Cost(id="wind", marginal_cost_per_mwh=5.0), Cost(id="coal", marginal_cost_per_mwh=10.0)),
    fuels=(Fuel(id="lignite", price_per_gj=16.0, emission_factor_t_per_gj=0.1),),
    thermal_units=(
        ThermalUnit(
            id="C", bus="A", p_nom_mw=100.0, p_min_mw=40.0, ramp_up_mw_per_h=30.0, ramp_down_mw_per_h=90.0,
            start_cost=5000.0, heat_rate_points=((0.4, 11.0), (1.0, 10.0)), auxiliary=0.08, fuel="lignite", cost="coal",
            heat_nom_mw=50.0, power_per_heat=0.9, power_loss_per_heat=0.2,
        ),
    ),
    storages=(
        Storage(
            id="S", bus="B", p_nom_mw=5.0, e_nom_mwh=20.0, efficiency_charge=0.95, efficiency_discharge=0.9,
            standing_loss_per_h=0.01, soc_min=0.1, soc_max=0.9, cycle_cost_per_mwh=30.0,
        ),
    ),
    potlines=(
        Potline(
            id="P", bus="B", enterprise="E", pots=10, amperage_ka=500.0, back_emf_v=2.16, pot_resistance_uohm=3.58,
            current_efficiency=0.94, amperage_min_ka=475.0, amperage_max_ka=525.0, heat_window_h=0.5,
            heat_leak_per_h=0.02, production_duty=1.0,
        ),
    ),
    loads=(
        Load(id="L1", bus="B", enterprise="E", load_mw=8.0),
        Load(id="L2", bus="B", enterprise="E", load_mw=4.0),
    ),
    grids=(
        Grid(
            id="G", bus="A", sk_max_mva=1000.0, import_max_mw=80.0, export_max_mw=20.0, tariff="T", emission_factor="F"
        ),
    ),
    emission_factors=(EmissionFactor(id="F", t_per_mwh=0.7),),
    tariffs=(
        Tariff(
            id="T", energy_price_per_mwh=300.0, transmission_per_mwh=60.0, levies_per_mwh=20.0,
            demand_charge_per_mw_month=74_400.0, export_price_per_mwh=200.0,
        ),
    ),
    tariff_periods=(TariffPeriod(id="T1", tariff="T", period=Period.VALLEY, hour_from=0, hour_to=1, factor=0.5),),
    rules=(Rule(id="R", kind=RuleKind.GREEN_SHARE_MIN, value=0.3, enforced=True),),
)  # fmt: skip

BENT = dataclasses.replace(
    PARK,
    thermal_units=(
        dataclasses.replace(
            PARK.thermal_units[0], heat_rate_points=((0.4, 10.0), (0.7, 664 / 70), (1.0, 9.9)), heat_nom_mw=0.0,
            power_per_heat=0.0, power_loss_per_heat=0.0, start_cost=0.0, ramp_up_mw_per_h=90.0,
        ),
    ),
)  # fmt: skip

EDGED = dataclasses.replace(
    BENT,
    thermal_units=(dataclasses.replace(BENT.thermal_units[0], start_max_mw=55.0, stop_max_mw=20.0, start_cost=5000.0),),
)
"""A unit with limits of its first and last step on; one below its lowest load counts as that."""

AVAILABLE = np.array([[30.0, 0.0], [12.0, 4.0], [0.0, 9.0]])
LOAD = np.array([[8.0, 4.0], [7.0, 4.0], [6.0, 3.0]])
HEAT = np.array([[50.0], [40.0], [0.0]])


def three_hours() -> Hours:
    """Three of the 744 hours of a January, so that a month's demand charge counts 3/744."""
    return hours_of(hours_between(datetime(2025, 1, 1, 0), datetime(2025, 1, 1, 3), "Asia/Shanghai"), "Asia/Shanghai")


def _limits(builder: ProblemBuilder) -> None:
    blocks = [add_renewables(builder, three_hours(), PARK, AVAILABLE)]
    limit = BranchLimit(
        branch="AB",
        hours=np.array([0, 2]),
        share={"A": 0.75, "B": -0.25},
        base_mw=np.array([1.0, 2.0]),
        limit_mw=np.array([10.0, 10.0]),
    )
    add_branch_limits(builder, blocks, [limit])


def _balance(builder: ProblemBuilder) -> None:
    hours = three_hours()
    blocks = [add_renewables(builder, hours, PARK, AVAILABLE), add_storages(builder, hours, PARK)]
    islands = Islands(buses=("A", "B"), number=np.array([[0, 0], [0, 0], [0, 1]]))
    fixed = np.column_stack([np.zeros(3), LOAD.sum(axis=1)])
    add_balance(builder, blocks, islands, fixed)


def _rules(builder: ProblemBuilder) -> None:
    hours = three_hours()
    blocks = [
        add_renewables(builder, hours, PARK, AVAILABLE),
        add_grids(builder, hours, PARK),
        add_shedding(builder, hours, PARK, LOAD),
    ]
    add_rules(builder, PARK.rules, blocks)


def _must_run(builder: ProblemBuilder) -> None:
    add_thermal_units(builder, three_hours(), PARK, HEAT)
    add_must_run(builder, three_hours(), PARK, 70.0)


GENERATORS = Park(
    facts=ParkFacts(id="generators"),
    generators=(
        Generator(id="squared", bus="A", p_nom_mw=100.0, p_min_mw=20.0, cost_c2=0.05, cost_c1=12.0, cost_c0=30.0),
        Generator(id="points", bus="A", p_nom_mw=60.0, cost_points=((0, 0), (20, 100), (60, 700))),
        Generator(id="plain", bus="B", p_nom_mw=50.0, p_min_mw=-50.0, cost_c1=8.0),
    ),
)

TRIANGLE = DcBranches(
    model=DcModel.MATPOWER,
    buses=("A", "B", "C", "dead"),
    node=np.array([0, 1, 2, 3]),
    island=np.array([0, 0, 0, -1]),
    island_of_node=np.array([0, 0, 0, -1]),
    slack=np.array([0]),
    branches=("AB", "BC", "CA", "open"),
    elements=("AB", "BC", "CA", "open"),
    kinds=("line",) * 4,
    bus_from=("A", "B", "C", "C"),
    bus_to=("B", "C", "A", "dead"),
    node_from=np.array([0, 1, 2, 2]),
    node_to=np.array([1, 2, 0, 3]),
    susceptance=np.array([100.0, 200.0, 400.0, 0.0]),
    shift_rad=np.array([0.0, 0.1, 0.0, 0.0]),
    rating_mva=np.array([30.0, 50.0, np.inf, 10.0]),
    angle_min_rad=np.array([-np.inf, -0.5, -np.inf, -1.0]),
    angle_max_rad=np.array([0.3, 0.5, np.inf, 1.0]),
)
"""b of 100, 200 and 400 MW/rad, a shift of 0.1 rad on BC, which moves 20 MW; C takes 9 MW, A gives what W may."""


def _node_balances(builder: ProblemBuilder) -> None:
    hours = three_hours()
    add_angles(builder, hours, TRIANGLE)
    fixed = np.column_stack([np.zeros((3, 2)), [9.0, 8.0, 7.0], np.zeros(3)])
    add_node_balances(builder, [add_renewables(builder, hours, PARK, AVAILABLE)], TRIANGLE, fixed)


def _network_limits(builder: ProblemBuilder) -> None:
    add_angles(builder, three_hours(), TRIANGLE)
    add_flow_limits(builder, TRIANGLE)
    add_angle_limits(builder, TRIANGLE)


STEERED = dataclasses.replace(
    PARK,
    potlines=(
        dataclasses.replace(
            PARK.potlines[0], heat_control=HeatControl.SHELL_HEAT_EXCHANGER, amperage_min_ka=400.0,
            amperage_max_ka=590.0, ramp_ka_per_min=2.0, changes_max_per_day=6, anode_effect_cost_per_mw=300.0,
        ),
    ),
)  # fmt: skip


def _heated_potline(builder: ProblemBuilder, park: Park) -> None:
    """From a power and with some metal owed."""
    (line,) = park.potlines
    state = dataclasses.replace(first_potline_state(line), power_mw=20.0, metal_owed_t=8.4, changes_today=1)
    add_heated_potlines(builder, three_hours(), park, {line.id: state})


BLOCKS: dict[str, Callable[[ProblemBuilder], object]] = {
    "renewables": lambda b: add_renewables(b, three_hours(), PARK, AVAILABLE),
    "thermal": lambda b: add_thermal_units(b, three_hours(), PARK, HEAT),
    "thermal_curve": lambda b: add_thermal_units(b, three_hours(), BENT, 0 * HEAT),
    "thermal_edges": lambda b: add_thermal_units(b, three_hours(), EDGED, 0 * HEAT, ring=False),
    "storage": lambda b: add_storages(b, three_hours(), PARK),
    "potline": lambda b: add_potlines(b, three_hours(), PARK),
    "heated_potline": lambda b: _heated_potline(b, PARK),
    "heated_potline_steered": lambda b: _heated_potline(b, STEERED),
    "grid": lambda b: add_grids(b, three_hours(), PARK),
    "shedding": lambda b: add_shedding(b, three_hours(), PARK, LOAD),
    "balance": _balance,
    "branch_limits": _limits,
    "rules": _rules,
    "must_run": _must_run,
    "generators": lambda b: add_generators(b, three_hours(), GENERATORS, exact=True),
    "node_balances": _node_balances,
    "network_limits": _network_limits,
}


# Modes come from an eigenvalue routine whose last digits differ from machine to machine.
ROUNDED = ("heated_potline", "heated_potline_steered")
NUMBER = re.compile(r"(?<![\w.])[+-]?\d+\.\d{9,}(?:e[+-]?\d+)?")


@pytest.mark.parametrize("name", BLOCKS)
def test_block_writes_its_golden_lp(name: str, tmp_path: Path) -> None:
    builder = ProblemBuilder()
    BLOCKS[name](builder)
    written_lp(builder.built(), str(tmp_path / "block.lp"))
    text = (tmp_path / "block.lp").read_text()
    if name in ROUNDED:
        text = NUMBER.sub(lambda m: f"{float(m[0]):+.9g}", text)
    golden = GOLDEN / f"{name}.lp"
    if os.environ.get("HOLIN_GOLDEN") == "write":
        golden.write_text(text)
    assert text == golden.read_text()
