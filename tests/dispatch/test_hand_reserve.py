"""What is kept in hand in the hours ahead, and what a unit's own limits allow at a window's seam, by hand."""

import dataclasses

import numpy as np
import pytest
from ahead_parks import costs, off, park_of, running, solved, state, unit

from holin.operation import ThermalState
from holin.park import Grid, Reserve, ReserveKind, Storage
from holin.tariff import Tariff

CELLS = Storage(id="S", bus="A", p_nom_mw=10.0, e_nom_mwh=20.0, efficiency_charge=1.0, efficiency_discharge=1.0)


def test_a_storage_that_gives_no_reserve_may_be_emptied():
    """5 MW of reserve stand at the unit; the storage serves the last hour down to nothing, which needs no content."""
    spin = Reserve(id="up", kind=ReserveKind.UP, fixed_mw=5.0)
    park = park_of(unit("C", cost="c50"), costs=costs(50.0), storages=(CELLS,), reserves=(spin,))
    made = solved(park, [10.0, 10.0], state(soc={"S": 20.0}, C=running(10.0)), end_per_mwh=0.0)
    assert made.schedule.soc_mwh.values[:, 0] == pytest.approx([10.0, 0.0])
    assert made.status == "optimal" and all(b.kind != "reserve" for b in made.breaches)
    assert made.ahead.reserve_held_mw.values[:, 0].min() >= 5.0 - 1e-9


def test_all_that_there_is_in_hand_counts_and_not_only_what_is_asked_for():
    """Asked for 10: C at 60 of 100 MW could add 40, but in its ramp of 60 MW/h and half an hour 30; the storage charges
    nothing and holds 4 of 20 MWh: 8 MW for half an hour; the tie has 50 - 0 left. Down: C may fall by 30 as well."""
    up = Reserve(id="up", kind=ReserveKind.UP, fixed_mw=10.0, hold_h=0.5)
    down = Reserve(id="down", kind=ReserveKind.DOWN, fixed_mw=5.0, hold_h=0.5, storage_counts=False)
    c = unit("C", ramp_up_mw_per_h=60.0, ramp_down_mw_per_h=60.0)
    tie = Grid(id="G", bus="A", sk_max_mva=1e4, import_max_mw=50.0, tariff="T")
    park = park_of(
        c, storages=(dataclasses.replace(CELLS, soc_min=0.0),), reserves=(up, down), grids=(tie,),
        tariffs=(Tariff(id="T", energy_price_per_mwh=90.0),),
    )  # fmt: skip
    made = solved(park, [60.0], state(soc={"S": 4.0}, C=running(60.0)), end_per_mwh=1e3)
    table = made.ahead.isel(time=0)
    assert table.reserve_asked_mw.values.tolist() == [10.0, 5.0]
    assert made.schedule.gross_mw.values[0, 0] == pytest.approx(60.0 + made.schedule.charge_mw.values[0, 0])
    charged = made.schedule.charge_mw.values[0, 0]
    stored = 2 * made.schedule.soc_mwh.values[0, 0] + charged
    assert table.reserve_held_mw.values.tolist() == pytest.approx([30.0 + min(stored, 10.0 + charged) + 50.0, 30.0])


def test_against_the_loss_of_a_unit_its_own_room_does_not_count():
    """C at 70 of 100 MW, Q at 40 of 100: without C there are 60 MW for its 70, all together 90 beside the 10 asked."""
    largest = Reserve(id="n1", kind=ReserveKind.UP, largest_unit=True, short_per_mwh=1.0)
    park = park_of(unit("C", p_min_mw=70.0, must_run=True), unit("Q", cost="c1"), costs=costs(1.0), reserves=(largest,))
    made = solved(park, [110.0], state(C=running(70.0), Q=running(40.0)))
    short = made.solution.linear.values[made.problem.variables["short.n1"]][0]
    gross = made.schedule.gross_mw.values[0]
    spare = min(100.0 - gross[1] - gross[0], 100.0 - gross[0] - gross[1])
    assert short == pytest.approx(-spare)
    assert made.ahead.reserve_held_mw.values[0, 0] == pytest.approx(gross.max() + spare)


def test_primary_response_is_in_hand_beside_what_the_spinning_reserve_sets_aside():
    """C at 60 of 100 MW: 40 to its limit, of which 10 are set aside for spin and 5 for primary response."""
    both = (
        Reserve(id="spin", kind=ReserveKind.UP, fixed_mw=10.0),
        Reserve(id="fast", kind=ReserveKind.PRIMARY, fixed_mw=5.0),
    )
    made = solved(park_of(unit("C", primary_response=0.5), reserves=both), [60.0], state(C=running(60.0)))
    values = made.solution.linear.values
    spin, fast = (float(values[made.problem.variables[n]][0]) for n in ("up.spin.C", "primary.fast.C"))
    assert spin >= 10.0 - 1e-9 and fast >= 5.0 - 1e-9
    assert made.ahead.reserve_held_mw.values[0].tolist() == pytest.approx([40.0 - fast, 40.0 - spin])


def test_a_storage_gives_as_much_as_its_content_lasts():
    """2 MWh at the end of the hour last half an hour at 4 MW; what charging stops needs no content."""
    spin = Reserve(id="up", kind=ReserveKind.UP, fixed_mw=30.0)
    park = park_of(costs=costs(), storages=(CELLS,), reserves=(spin,))
    made = solved(park, [0.0], state(soc={"S": 2.0}))
    assert {b.kind: b.amount for b in made.breaches}["reserve"] == pytest.approx(26.0)


def test_a_storage_takes_what_has_room_in_it():
    """18 of 20 MWh: 2 MWh of room are 4 MW for half an hour, whatever it takes in this hour."""
    down = Reserve(id="down", kind=ReserveKind.DOWN, fixed_mw=30.0)
    park = park_of(unit("C"), storages=(CELLS,), reserves=(down,))
    made = solved(park, [0.0], state(soc={"S": 18.0}, C=off()), end_per_mwh=0.0)
    assert {b.kind: b.amount for b in made.breaches}["reserve"] == pytest.approx(26.0)


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_primary_response_stands_beside_the_spinning_reserve_in_whatever_order(order):
    """One unit at 80 of 100 MW: 16 MW of spin leave 4 of the 6 MW of primary response. A storage alike: 10 of 12."""
    both = (
        Reserve(id="spin", kind=ReserveKind.UP, fixed_mw=16.0, short_per_mwh=9000.0),
        Reserve(id="fast", kind=ReserveKind.PRIMARY, fixed_mw=6.0, short_per_mwh=50.0),
    )
    reserves = tuple(both[k] for k in order)
    alone = park_of(unit("C", primary_response=0.1), reserves=reserves)
    made = solved(alone, [80.0], state(C=running(80.0)))
    assert [(b.element, b.amount) for b in made.breaches] == [("fast", pytest.approx(2.0))]
    smaller = tuple(dataclasses.replace(r, fixed_mw=6.0) for r in reserves)
    stored = solved(park_of(storages=(CELLS,), reserves=smaller), [0.0], state(soc={"S": 20.0}))
    assert [(b.element, b.amount) for b in stored.breaches] == [("fast", pytest.approx(2.0))]


def test_what_a_unit_that_is_being_started_gives_is_replaced_as_well():
    """C rises through 10 and 30 MW; the storage, the only other one, can replace 10 of them."""
    slow = unit("C", p_min_mw=40.0, start_points=((0.0, 0.0), (2.0, 40.0)), cost="c1")
    largest = Reserve(id="n1", kind=ReserveKind.UP, largest_unit=True, short_per_mwh=1.0)
    park = park_of(slow, costs=costs(1.0), storages=(CELLS,), reserves=(largest,))
    coming = ThermalState(on=False, in_state_h=50.0, gross_mw=10.0, synchronised_in_h=1.0)
    made = solved(park, [35.0, 40.0], state(soc={"S": 20.0}, C=coming))
    assert made.schedule.gross_mw.values[:, 0] == pytest.approx([30.0, 40.0])
    assert made.ahead.reserve_asked_mw.values[:, 0] == pytest.approx([30.0, 40.0])
    short = made.solution.linear.values[made.problem.variables["short.n1"]]
    given = made.ahead.reserve_held_mw.values[:, 0]
    assert short[0] == pytest.approx(30.0 - 5.0)  # 5 MW of its 10 serve the load
    assert (given + short)[0] >= 30.0 - 1e-9


def test_a_unit_above_its_last_load_does_not_stop_at_the_seam():
    """At 90 MW it falls by 40 an hour to its last load of 50: stopping is possible from the second hour on."""
    falls = unit("C", p_min_mw=20.0, ramp_down_mw_per_h=40.0, stop_max_mw=50.0, cost="c9")
    park = park_of(falls, unit("Q"), costs=costs(9.0))
    made = solved(park, [90.0, 90.0, 90.0], state(C=running(90.0), Q=off()))
    assert made.schedule.committed.sel(thermal_unit="C").values.tolist() == [1.0, 0.0, 0.0]
    assert made.schedule.gross_mw.sel(thermal_unit="C").values == pytest.approx([50.0, 0.0, 0.0])


def test_discharge_follows_its_curve_down_to_the_lowest_content():
    """4 MW of 10 at 5 of 20 MWh, all 10 from 8 MWh on: content at the end of the hour counts."""
    weak = dataclasses.replace(CELLS, soc_min=0.25, discharge_power_points=((0.25, 0.4), (0.4, 1.0), (1.0, 1.0)))
    made = solved(park_of(storages=(weak,)), [10.0, 10.0], state(soc={"S": 17.0}), end_per_mwh=0.0)
    assert made.schedule.discharge_mw.values.sum() == pytest.approx(12.0)
    last, content = made.schedule.discharge_mw.values[-1, 0], made.schedule.soc_mwh.values[-1, 0]
    assert content == pytest.approx(5.0) and last <= 10.0 * 0.4 + 1e-6


def test_a_start_whose_first_step_gives_no_power_is_carried_over_the_seam():
    """An hour of turning before synchronising: cut after it, the continuation still begins at the planned step."""
    slow = unit("C", p_min_mw=40.0, start_points=((0.0, 0.0), (1.0, 0.0), (2.0, 40.0)))
    park = park_of(slow, unit("Q", cost="c99"), costs=costs(99.0))
    begun = state(C=off(), Q=running(80.0))
    made = solved(park, [80.0] * 4, begun)
    assert made.schedule.gross_mw.sel(thermal_unit="C").values == pytest.approx([0.0, 20.0, 80.0, 80.0])
    after = made.state_after(1)
    assert after.thermal["C"].synchronised_in_h == 1.0
    rest = solved(park, [80.0] * 3, dataclasses.replace(after, time=np.datetime64("2025-03-03T00", "ns")))
    assert rest.schedule.gross_mw.sel(thermal_unit="C").values == pytest.approx([20.0, 80.0, 80.0])
