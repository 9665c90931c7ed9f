"""The snapshot: the one state that a park's own figures give."""

import dataclasses
from datetime import date

import numpy as np
import pytest
from flow_parks import grid, line, load, park_of

from holin.flow import flow, snapshot
from holin.flow.snapshot import nominal_ac_mw
from holin.park import Bus, Generator, Park, Potline, PvPlant, Stage, ThermalUnit
from holin.tables import SCHEDULE, checked


def park() -> Park:
    potline = Potline(
        id="pots", bus="b", enterprise="firm", pots=100, amperage_ka=300, back_emf_v=1.7, pot_resistance_uohm=8,
        current_efficiency=0.94, amperage_min_ka=280, amperage_max_ka=320, heat_window_h=1,
    )  # fmt: skip
    unit = ThermalUnit(
        id="coal", bus="b", p_nom_mw=200, p_min_mw=30, ramp_up_mw_per_h=50, ramp_down_mw_per_h=50, auxiliary=0.1,
        heat_rate_points=((1.0, 9.5),), fuel="lignite",
    )  # fmt: skip
    return park_of(
        stages=(Stage(name="a", as_of=date(2024, 12, 31)), Stage(name="b", as_of=date(2025, 12, 31))),
        buses=(Bus(id="a", v_nom_kv=110.0), Bus(id="b", v_nom_kv=110.0)),
        lines=(line("ab", "a", "b"),),
        grids=(grid("a", "g1", import_max_mw=30.0), grid("a", "g2", import_max_mw=10.0)),
        generators=(Generator(id="gen", bus="b", p_nom_mw=50, p_mw=12, v_set_pu=1.0),),
        pv_plants=(PvPlant(id="pv", bus="b", p_nom_mw=20, p_dc_mw=25),),
        thermal_units=(unit,),
        loads=(load("x", "b", 40.0),),
        potlines=(potline,),
    )


def test_every_unit_has_its_own_figure() -> None:
    """12 MW come from the generator, 40 MW from the grid connections (3 : 1), the rest of the load from the unit."""
    table = checked(SCHEDULE, snapshot(park()))
    p = dict(zip(table["unit"].values.tolist(), table["p_mw"].values[0].tolist(), strict=True))
    pots = nominal_ac_mw(park().potlines[0])
    assert p == pytest.approx(
        {"pv": 0, "coal": 40 + pots - 12 - 40, "gen": 12, "g1": 30, "g2": 10, "x": -40, "pots": -pots}
    )
    assert table["gross_mw"].values[0] == pytest.approx([(pots - 12) / 0.9])
    assert table["committed"].values.tolist() == [[1.0]]
    assert table["time"].values[0] == np.datetime64("2025-12-30T16:00")
    assert sum(p.values()) == pytest.approx(0)


def test_the_flow_takes_it() -> None:
    alone = dataclasses.replace(park(), thermal_units=(), potlines=())
    state = flow(alone, snapshot(alone)).isel(time=0)
    assert float(state["converged"]) == 1
    assert float(state["p_mw"].sel(unit=["g1", "g2"]).sum()) == pytest.approx(28, abs=0.5)


def test_what_nobody_decided_is_not_zero() -> None:
    table = snapshot(park())
    for name in ("available_mw", "soc_mwh", "shadow_price_per_mwh", "loss_mw", "deviation_mwh", "heat_mw"):
        assert np.isnan(table[name].values).all(), name
