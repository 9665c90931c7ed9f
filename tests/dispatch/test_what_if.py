"""What if: differences that are known by hand."""

import numpy as np
import pytest
from ahead_parks import costs, park_of, running, solved, state, unit
from test_odd_state import outage

from holin.dispatch.trips import next_cycle
from holin.dispatch.what_if import Change, changed, what_if
from holin.errors import BadInput
from holin.park import Grid, WindFarm
from holin.tariff import Tariff

PARK = park_of(
    unit("C", cost="c10"),
    unit("Q", cost="c30"),
    costs=costs(10.0, 30.0),
    wind_farms=(WindFarm(id="W", bus="A", p_nom_mw=90.0),),
    grids=(Grid(id="G", bus="A", sk_max_mva=1e4, import_max_mw=20.0, tariff="T"),),
    tariffs=(Tariff(id="T", energy_price_per_mwh=100.0),),
)
MADE = solved(PARK, [120.0] * 6, state(C=running(80.0), Q=running(0.0)), available=[[40.0]] * 6)


def test_wind_that_halves_is_made_up_for_by_the_next_unit():
    """From hour 2 on 20 MW less wind: C is at 80 of 100 MW, so it gives them at 11 a MWh."""
    made = what_if(MADE, [Change(what="available", element="W", factor=0.5, first=2)])
    assert made.cost == pytest.approx(4 * 20.0 * 11.0, rel=1e-3)
    assert made.p_mw.sel(unit="W").values == pytest.approx([0, 0, -20, -20, -20, -20])
    assert made.p_mw.sel(unit="C").values == pytest.approx([0, 0, 20, 20, 20, 20])
    assert made.new == () and made.gone == ()


def test_more_load_costs_what_the_next_units_cost():
    """30 MW more in hours 1 and 2: 20 from C at 11, 10 from Q at 31."""
    made = what_if(MADE, [Change(what="load", element="L", more_mw=30.0, first=1, last=2)])
    assert made.cost == pytest.approx(2 * (20 * 11 + 10 * 31), rel=1e-3)
    assert made.p_mw.sel(unit="Q").values == pytest.approx([0, 10, 10, 0, 0, 0])


def test_a_unit_that_trips_leaves_what_the_others_cannot_give():
    made = what_if(MADE, [outage("C", 3, 6), Change(what="load", more_mw=50.0, first=3)])
    assert made.committed.sel(thermal_unit="C").values.tolist() == [0, 0, 0, -1, -1, -1]
    # 170 MW asked, 40 wind, 100 Q, 20 import
    assert [(b.kind, b.amount, b.at) for b in made.new] == [("load", pytest.approx(10.0), (3, 4, 5))]


def test_a_dearer_import_changes_nothing_while_none_is_bought():
    assert what_if(MADE, [Change(what="price", factor=3.0)]).cost == pytest.approx(0.0, abs=1e-6)
    wider = changed(MADE.window, [Change(what="import", element="G", more_mw=30.0)])
    assert wider.case.park.grids[0].import_max_mw == 50.0


def test_what_the_window_does_not_have_is_named_all_at_once():
    with pytest.raises(BadInput) as raised:
        changed(MADE.window, [Change(what="load", element="X"), Change(what="moon"), Change(what="price", element="H")])
    assert [(f.field, f.value) for f in raised.value.faults] == [("element", "X"), ("what", "moon"), ("element", "H")]
    assert np.all(MADE.window.case.load_mw == 120.0)


def test_a_trip_of_nothing_is_named_before_anything_is_solved():
    """Of what the park has not, and of a time that is not in the window: both would change nothing, without a word."""
    with pytest.raises(BadInput) as raised:
        what_if(MADE, [outage("hj-3", 3, 6), outage("C", 8, 9), Change(what="moon")])
    faults = raised.value.faults
    assert [(f.field, f.value) for f in faults] == [
        ("element", "hj-3"), ("start", "2025-03-03 08:00 to 2025-03-03 09:00"), ("what", "moon")
    ]  # fmt: skip
    assert "such as" in faults[0].right and "2025-03-03 05:00" in faults[1].right
    with pytest.raises(BadInput):
        next_cycle(MADE, 2, [outage("hj-3", 3, 6)])
