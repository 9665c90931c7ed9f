"""Flows after an outage, slopes of voltages, set-points: against flows of parks without the element, and by hand."""

import dataclasses
from datetime import datetime

import numpy as np
import pytest
from flow_parks import grid, line, load, park_of, schedule, transformer

from holin.flow import dc_network, flow, flow_after, n1, setpoints, voltage_sensitivity
from holin.park import Bus, Fuel, Generator, Outage, Shunt, ShuntKind, ThermalUnit

BUSES = tuple(Bus(id=b, v_nom_kv=110.0) for b in "ABC")
RING = (line("AB", "A", "B"), line("BC", "B", "C"), line("AC", "A", "C"))


def ring(**more):
    things = {"buses": BUSES, "lines": RING, "grids": (grid("A"),), "loads": (load("L", "C", 40.0),)}
    return park_of(**(things | more))


def test_a_flow_after_an_outage_is_the_flow_of_the_park_without_it():
    park = ring()
    plan = schedule(park, {"L": [-40.0, -20.0]}, 2)
    after = flow_after(park, plan, ("BC",))
    without = dataclasses.replace(park, lines=(RING[0], RING[2]))
    alone = flow(without, plan)
    assert after.v_pu.values == pytest.approx(alone.v_pu.values, abs=1e-9)
    assert after.loading.sel(branch="AC").values == pytest.approx(alone.loading.sel(branch="AC").values, abs=1e-9)
    assert np.nan_to_num(after.loading.sel(branch="BC").values) == pytest.approx([0.0, 0.0])


def test_the_worst_loading_of_n1_is_found_in_the_flow_after():
    park = ring(loads=(load("L", "C", 120.0),))
    plan = schedule(park, {"L": [-120.0, -110.0]}, 2)
    found = {(v.outage, v.element): v for v in n1(park, plan).violations}
    after = flow_after(park, plan, ("AC",)).loading.sel(branch="BC").values
    assert found["AC", "BC"].value == pytest.approx(after[0], abs=1e-8)
    assert found["AC", "BC"].hours == int((after > 1.0).sum())


def test_a_unit_that_is_out_feeds_nothing_and_the_grid_takes_its_part():
    park = ring(generators=(Generator(id="G", bus="B", p_nom_mw=30.0),))
    plan = schedule(park, {"L": -40.0, "G": 30.0})
    after = flow_after(park, plan, ("G",))
    assert float(after.p_mw.sel(unit="G")[0]) == 0.0
    assert float(after.p_mw.sel(unit="grid")[0]) == pytest.approx(40.0, abs=1.0)


def test_a_load_behind_the_outage_is_without_voltage():
    park = ring(lines=RING[:2])
    after = flow_after(park, schedule(park, {"L": -40.0}), ("BC",))
    assert float(after.converged[0]) == 1.0 and float(after.p_mw.sel(unit="L")[0]) == 0.0
    assert np.isnan(float(after.v_pu.sel(bus="C")[0]))


def test_a_planned_outage_is_out_beside_it():
    gone = Outage(id="o", element="AC", start=datetime(2025, 1, 1, 1), end=datetime(2025, 1, 1, 2))
    park = ring(outages=(gone,))
    shifted = schedule(park, {"L": -40.0}, 10, start="2024-12-31T12")
    after = flow_after(park, shifted, ("BC",))
    out = np.isnan(after.v_pu.sel(bus="C").values)
    assert out.any() and not out.all()


def test_slopes_of_voltages_are_those_of_two_flows():
    """dV/dP of a radial line is about R / (V |V|^2); the bus that the grid holds does not move."""
    park = ring(lines=RING[:2])
    plan = schedule(park, {"L": -40.0})
    slope = voltage_sensitivity(park, plan, ["B", "C"])
    more = flow(park, schedule(park, {"L": -39.0})).v_pu.values - flow(park, plan).v_pu.values
    load_q = park.loads[0]
    assert load_q.power_factor < 1.0  # the load's reactive power goes with it, a slope's does not
    assert 0.0 < float(slope.sel(bus="C", at="C")[0]) < more[0, 2]
    assert float(slope.sel(bus="C", at="C")[0]) == pytest.approx(2.0 / 110.0**2, rel=0.15)
    assert float(slope.sel(bus="C", at="A")[0]) == 0.0
    assert float(slope.sel(bus="B", at="B")[0]) == pytest.approx(float(slope.sel(bus="C", at="B")[0]), rel=0.1)


def test_ptdf_after_an_outage_is_ptdf_and_lodf():
    """PTDF without a branch = PTDF + LODF PTDF of the branch, LODF from the whole network (Wood, Wollenberg, ch. 7)."""
    park = ring(lines=(*RING, line("AC2", "A", "C", x_ohm_per_km=0.7)))
    whole, without = dc_network(park), dc_network(park, out=frozenset({"BC"}))
    k = whole.branches.index("BC")
    ends = [whole.buses.index(b) for b in ("B", "C")]
    through = whole.ptdf[:, ends[0]] - whole.ptdf[:, ends[1]]
    lodf = through / (1.0 - through[k])
    for b, name in enumerate(whole.branches):
        if name != "BC":
            expected = whole.ptdf[b] + lodf[b] * whole.ptdf[k]
            assert without.ptdf[without.branches.index(name)] == pytest.approx(expected, abs=1e-12)


def test_set_points_are_what_the_flow_settles_at():
    """A tap changer, a bank of four steps and a compensator hold voltages; a unit keeps one only while it runs."""
    low = Bus(id="D", v_nom_kv=10.0)
    changer = transformer("T", "C", "D", v_set_pu=1.05, tap_min=-8, tap_max=8, tap_step=0.0125)
    bank = Shunt(id="BANK", bus="B", q_nom_mvar=40.0, steps=4, v_set_pu=1.0)
    svc = Shunt(id="SVC", bus="C", kind=ShuntKind.SVC, q_nom_mvar=60.0, v_set_pu=0.99)
    plain = Shunt(id="C0", bus="D", q_nom_mvar=3.0, steps=3)
    coal = ThermalUnit(
        id="U", bus="B", p_nom_mw=50.0, p_min_mw=20.0, heat_rate_points=((1.0, 9.0),), fuel="coal", v_set_pu=1.0,
        ramp_up_mw_per_h=50.0, ramp_down_mw_per_h=50.0,
    )  # fmt: skip
    park = ring(
        buses=(*BUSES, low), transformers=(changer,), shunts=(bank, svc, plain), thermal_units=(coal,),
        loads=(load("L", "D", 30.0),), fuels=(Fuel(id="coal", price_per_gj=1.0, emission_factor_t_per_gj=0.1),),
    )  # fmt: skip
    plan = schedule(park, {"L": -30.0, "U": [0.0, 30.0]}, 2)
    flows, set_ = flow(park, plan), setpoints(park, plan)
    assert set_.p_mw.values == pytest.approx(flows.p_mw.values) and set_.q_mvar.values == pytest.approx(
        flows.q_mvar.values
    )
    assert np.isnan(float(set_.v_set_pu.sel(unit="U")[0])) and float(set_.v_set_pu.sel(unit="U")[1]) == 1.0
    assert float(set_.v_set_pu.sel(unit="grid")[0]) == 1.0 and np.isnan(float(set_.v_set_pu.sel(unit="L")[0]))
    at_d = flows.v_pu.sel(bus="D").values
    assert (np.abs(at_d - 1.05) <= 0.6 * 0.0125 + 1e-9).all() and (set_.tap_pos.sel(transformer="T") != 0).all()
    steps = set_.steps.sel(shunt="BANK").values
    assert set(steps) <= {0.0, 1.0, 2.0, 3.0, 4.0}
    assert set_.shunt_mvar.sel(shunt="BANK").values == pytest.approx(steps * 10.0 * flows.v_pu.sel(bus="B").values ** 2)
    assert np.isnan(set_.steps.sel(shunt="SVC")).all() and (np.abs(set_.shunt_mvar.sel(shunt="SVC")) > 0.1).all()
    assert set_.steps.sel(shunt="C0").values == pytest.approx([3.0, 3.0])
    assert set_.shunt_mvar.sel(shunt="C0").values == pytest.approx(3.0 * at_d**2)
    # the whole of it balances: what is fed into B over its lines is what stands there
    into = flows.q_to_mvar.sel(branch="AB") + flows.q_from_mvar.sel(branch="BC")
    stands = set_.shunt_mvar.sel(shunt="BANK") + set_.q_mvar.sel(unit="U")
    assert into.values == pytest.approx(stands.values, abs=1e-4)


def test_what_is_out_has_no_set_point():
    gone = Outage(
        id="o", element="C0", start=np.datetime64("2024-12-31T00").item(), end=np.datetime64("2025-01-02").item()
    )
    park = ring(shunts=(Shunt(id="C0", bus="B", q_nom_mvar=3.0),), outages=(gone,))
    set_ = setpoints(park, schedule(park, {"L": -40.0}))
    assert np.isnan(set_.shunt_mvar.values).all() and np.isnan(set_.steps.values).all()
