"""Load that cannot be served: shed bus after bus in the order of the table, told by bus and hour, its price told."""

import dataclasses

import numpy as np
import pytest
from ahead_parks import park_of, running, solved, state, unit, window_of
from planted import LINE, POTLINE

from holin.dispatch import dispatch_ahead
from holin.dispatch.explanations import explanations_of, in_full
from holin.dispatch.window import duty_scale, shed_prices
from holin.dispatch.wishes import wishes_by_kind
from holin.park import Bus, Fuel, Grid, Load, ParkFacts
from holin.tariff import Tariff

BUSES = "ABD"
ASKED = np.array([40.0, 30.0, 20.0])
SHORT = np.array([10.0, 35.0, 15.0, 55.0, 5.0, 35.0, 0.0, 25.0])


def three(**more):
    """Three loads of 40, 30 and 20 MW in one network, C gives what is not short."""
    things = {
        "buses": tuple(Bus(id=b, v_nom_kv=110.0) for b in BUSES),
        "lines": tuple(dataclasses.replace(LINE, id=f"A{b}", bus_from="A", bus_to=b) for b in BUSES[1:]),
        "loads": tuple(Load(id=f"L{b}", bus=b, enterprise="E", load_mw=50.0) for b in BUSES),
        "tariffs": (Tariff(id="T", energy_price_per_mwh=300.0, demand_charge_per_mw_month=40_000.0),),
        "grids": (Grid(id="G", bus="A", sk_max_mva=1e4, import_max_mw=0.0, tariff="T"),),
        "facts": ParkFacts(id="tiny", time_zone="UTC", voll_per_mwh=50_000.0),
    }
    return park_of(unit("C", p_nom_mw=90.0), **(things | more))


def made_short(step_h: float = 0.25):
    """The load of each bus grows in part of the steps by what C lacks."""
    load = np.tile(ASKED, (len(SHORT), 1))
    load[:, 0] += SHORT
    return dispatch_ahead(window_of(three(), load, state(C=running(90.0)), step_h=step_h))


def test_the_last_bus_of_the_table_is_shed_first_and_the_next_when_it_has_nothing_left():
    shed = made_short().schedule.shed_mw.sel(load=["LA", "LB", "LD"]).values
    last = np.minimum(SHORT, ASKED[2])
    middle = np.minimum(SHORT - last, ASKED[1])
    assert shed == pytest.approx(np.column_stack([SHORT - last - middle, middle, last]), abs=1e-6)


def test_shed_load_is_told_bus_by_bus_with_its_hours_and_its_price():
    made = made_short()
    (told,) = explanations_of(made, cures=False)
    assert {b.element for b in told.parts} == {"A", "B", "D"}
    text = in_full(made.window, told)
    assert "B up to 30 MW (16.25 MWh) at 2025-03-03 00:15-00:30, 00:45-01:00, 01:15-01:30, 01:45-02:00" in text
    assert "D up to 20 MW" in text and "A up to 5 MW (1.25 MWh) at 2025-03-03 00:45-01:00" in text
    scale = duty_scale(made.window)
    assert scale > 1.0 and f"at {scale * 50_000:.0f} CNY/MWh, {scale:.4g} times the value of lost load" in text
    assert f"失负荷价值的 {scale:.4g} 倍" in in_full(made.window, told, "zh")


def test_all_that_shed_load_costs_is_told_its_value_and_what_it_is_raised_by():
    made = made_short()
    beyond = wishes_by_kind(made.window, made.problem, made.solution.linear.values, made.limits)
    assert sum(beyond.values()) == pytest.approx(made.wishes_cost)
    assert made.cost["shed"] == pytest.approx(50_000.0 * SHORT.sum() * 0.25)
    loads = sum(b.cost for b in made.breaches if b.kind == "load")
    assert made.cost["shed"] + beyond["load"] == pytest.approx(loads)
    prices = shed_prices(made.window)
    assert (np.diff(prices) < 0).all() and prices[-1] == pytest.approx(duty_scale(made.window) * 50_000.0)
    assert prices[0] < 1.001 * prices[-1]


def test_metal_that_is_short_of_coal_says_so_with_what_a_tonne_would_cost():
    """C alone feeds the line, and its yard lasts for some hours less than the window."""
    park = park_of(
        unit("C", p_nom_mw=200.0), potlines=(POTLINE,),
        fuels=(Fuel(id="coal", price_per_gj=1.0, emission_factor_t_per_gj=0.0, stock_gj=12 * 135.0),),
    )  # fmt: skip
    made = solved(park, [10.0] * 12, state(C=running(140.0)))
    (told,) = [x for x in explanations_of(made, cures=False) if x.breach.kind == "metal"]
    assert ("fuel_out", "coal") in {(h.kind, h.element) for h in told.holds}
    text = in_full(made.window, told)
    assert "fuel coal is used up" in text and "one t more of it would cost over 12000 CNY" in text
    assert "1 t " in in_full(made.window, told, "zh")
