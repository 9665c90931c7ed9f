"""A window of which nothing is measured: no invented power makes a peak, and no unit is on that is not needed."""

from dataclasses import replace

import numpy as np
import pytest
from ahead_parks import FIRST, costs, off, park_of, running, solved, state, unit, window_of

from holin.dispatch import dispatch_ahead, likely_state, state_as_plain, state_from_plain
from holin.operation import State, ThermalState
from holin.park import Grid
from holin.tariff import Tariff

SLOW = {"ramp_up_mw_per_h": 10.0, "ramp_down_mw_per_h": 10.0, "p_min_mw": 40.0, "min_down_h": 24.0}
UNKNOWN = ThermalState(on=True)


def test_no_ramp_binds_from_a_power_that_is_not_known() -> None:
    """95 MW from the first hour on: from 40 MW the unit could give 50, of an unknown power it gives all."""
    park = park_of(unit("U", **SLOW))
    known = solved(park, [95.0] * 4, state(U=running(40.0)))
    assert known.schedule.gross_mw.values[:, 0] == pytest.approx([50.0, 60.0, 70.0, 80.0])
    free = solved(park, [95.0] * 4, state(U=UNKNOWN))
    assert free.schedule.gross_mw.values[:, 0] == pytest.approx([95.0] * 4) and free.cost["shed"] == 0.0
    down = solved(park, [45.0, 45.0], state(U=UNKNOWN))
    assert down.schedule.gross_mw.values[:, 0] == pytest.approx([45.0] * 2)


def test_the_ramp_binds_from_the_second_step_on() -> None:
    made = solved(park_of(unit("U", **SLOW)), [50.0, 95.0, 95.0], state(U=UNKNOWN))
    assert np.diff(made.schedule.gross_mw.values[:, 0]).max() <= 10.0 + 1e-6
    assert made.schedule.shed_mw.values.sum() > 0 and not made.state_faults


def test_an_invented_power_pays_for_no_peak() -> None:
    """With a charge on the month's peak: 45 MW would be bought in the first hour only because the unit starts at 40."""
    dear = Tariff(id="T", energy_price_per_mwh=50.0, demand_charge_per_mw_month=10_000.0)
    grid = Grid(id="G", bus="A", sk_max_mva=1e4, import_max_mw=100.0, tariff="T")
    park = park_of(unit("U", **SLOW), grids=(grid,), tariffs=(dear,))
    paid = solved(park, [95.0] * 4, state(U=running(40.0))).cost["demand_charge"]
    free = solved(park, [95.0] * 4).cost["demand_charge"]
    assert paid == pytest.approx(45.0 * 10_000.0) and free == pytest.approx(0.0, abs=1e-6)


def two_units():
    units = unit("cheap", **SLOW, cost="c1"), unit("dear", **(SLOW | {"min_down_h": 3.0}), cost="c5", start_cost=1000.0)
    return park_of(*units, costs=costs(1.0, 5.0))


def test_a_unit_that_the_first_hour_does_not_need_was_not_on() -> None:
    park, hours = two_units(), [60.0] * 3 + [130.0] * 2
    window = window_of(park, hours)
    likely = likely_state(window_of(park, hours[:1]))
    assert likely.thermal["cheap"] == UNKNOWN
    assert likely.thermal["dear"] == ThermalState(on=False, in_state_h=3.0)
    made = dispatch_ahead(replace(window, state=likely), mip_gap=0.0)
    assert made.schedule.committed.sel(thermal_unit="dear").values.tolist() == [0, 0, 0, 1, 1]
    assert made.cost["start"] == pytest.approx(1000.0)  # just rested: it may start when it is needed
    both = likely_state(window_of(park, [130.0]))
    assert both.thermal["cheap"].on and both.thermal["dear"].on


def test_what_is_known_of_a_unit_stays() -> None:
    park = two_units()
    given = State(time=FIRST, thermal={"dear": running(50.0, 2.0)})
    likely = likely_state(window_of(park, [60.0], given), given.thermal)
    assert likely.thermal["dear"] == running(50.0, 2.0) and likely.thermal["cheap"] == UNKNOWN


def test_a_state_file_may_leave_the_power_out() -> None:
    park = two_units()
    plain = {"time": "2025-03-03T00:00:00Z", "thermal": {"cheap": {"on": True}, "dear": {"on": True, "gross_mw": None}}}
    read = state_from_plain(plain, park)
    assert read.thermal["cheap"].gross_mw is None and read.thermal["dear"].gross_mw is None
    assert state_from_plain(state_as_plain(read), park) == read
    made = solved(park, [60.0], read)
    assert not [f for f in made.state_faults if "gross_mw" in (f.field or "")]
    was = off().was_mw, running(50.0).was_mw, UNKNOWN.was_mw
    assert was[:2] == (0.0, 50.0) and np.isnan(was[2])
