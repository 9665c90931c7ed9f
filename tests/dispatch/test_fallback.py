"""When the solver fails or is late: the last plan, a priority list, no command; always a schedule, always recounted."""

import dataclasses
import importlib
import threading
import time

import numpy as np
import pytest
from ahead_parks import costs, off, park_of, running, state, unit, window_of
from planted import CATALOGUE
from test_odd_state import RESERVES, SLOW, STORE, outage

from holin.dispatch import ahead as ahead_room
from holin.dispatch import dispatch_ahead
from holin.dispatch import powers as powers_room
from holin.dispatch.fallback import GRID_ONLY, LAST_PLAN, RULES, dispatch_or_fall_back, fallback
from holin.errors import BadInput, SolverFailed
from holin.park import Grid, Storage
from holin.tariff import Tariff

fallback_room = importlib.import_module("holin.dispatch.fallback")  # the package names its function so
TARIFF = Tariff(id="T", energy_price_per_mwh=50.0, demand_charge_per_mw_month=1000.0)
GRID = Grid(id="G", bus="A", sk_max_mva=1e4, import_max_mw=60.0, export_max_mw=10.0, tariff="T")
PARK = park_of(
    unit("C", p_min_mw=40.0, min_up_h=4.0, min_down_h=3.0, start_cost=500.0, cost="c20"),
    unit("Q", p_min_mw=10.0, cost="c90"),
    costs=costs(20.0, 90.0),
    grids=(GRID,),
    tariffs=(TARIFF,),
    storages=(Storage(id="S", bus="A", p_nom_mw=10.0, e_nom_mwh=40.0),),
)
LOAD = [60.0, 80.0, 120.0, 130.0, 90.0, 70.0, 60.0, 50.0]
START = state({"S": 20.0}, C=running(60.0), Q=off())


@pytest.fixture(scope="module")
def plan():
    return dispatch_ahead(window_of(PARK, LOAD, START), mip_gap=0.0)


@pytest.fixture
def no_search(monkeypatch):
    """Any search for a commitment fails, and is counted."""
    asked = []

    def fails(*args, **more):
        asked.append(1)
        raise SolverFailed("the solver is out of order")

    monkeypatch.setattr(ahead_room, "solve_switching", fails)
    return asked


def check_recounted(made):
    assert made.objective_recomputed == pytest.approx(made.objective, rel=1e-6, abs=1e-3)
    assert made.balance_error_mw_max < 1e-4
    net = made.schedule.p_mw.values.sum(axis=1) + made.ahead.missing_mw.values - made.ahead.surplus_mw.values
    assert net == pytest.approx(0.0, abs=1e-4)


def test_a_solver_that_fails_falls_back_on_the_last_plan(plan, no_search):
    window = window_of(PARK, LOAD, START)
    made = dispatch_or_fall_back(window, seconds_max=5.0, last=plan)
    assert made.status == LAST_PLAN and made.reason == "SolverFailed: the solver is out of order"
    assert made.objective == pytest.approx(plan.objective, rel=1e-9)  # the plan itself still stands
    assert np.isneginf(made.bound)
    check_recounted(made)


def test_a_solver_that_answers_is_not_disturbed():
    window = window_of(PARK, LOAD, START)
    made = dispatch_or_fall_back(window, seconds_max=60.0)
    assert made.status == "optimal" and made.reason == ""


def test_a_solver_that_stalls_is_left_alone(monkeypatch):
    released, entered = threading.Event(), threading.Event()

    def hangs(*args, **more):
        entered.set()
        released.wait(60.0)
        raise SolverFailed("ended at last")

    monkeypatch.setattr(ahead_room, "solve_switching", hangs)
    began = time.perf_counter()
    made = dispatch_or_fall_back(window_of(PARK, LOAD, START), seconds_max=0.2, grace_s=0.1)
    print(f"answered after {time.perf_counter() - began:.2f} s")
    assert entered.is_set() and not released.is_set()  # it still hangs, and the answer is there
    released.set()
    assert made.status == RULES and made.reason == "no answer within 0.2 s"
    check_recounted(made)


def test_the_solver_is_told_to_end_when_it_is_late(monkeypatch):
    ended = threading.Event()

    def goes_on(*args, on_progress, **more):
        try:
            while True:
                time.sleep(0.01)
                on_progress("still at it")
        finally:
            ended.set()

    monkeypatch.setattr(ahead_room, "solve_switching", goes_on)
    dispatch_or_fall_back(window_of(PARK, LOAD, START), seconds_max=0.1, grace_s=0.0)
    assert ended.wait(10.0)


def test_what_the_caller_must_mend_is_raised(no_search):
    with pytest.raises(BadInput):
        dispatch_or_fall_back(window_of(PARK, [-1.0, 5.0], START), seconds_max=5.0)
    assert not no_search


def test_the_last_plan_goes_on_without_the_unit_that_tripped(plan, no_search):
    """From hour 2 on: C of the plan is out, Q does what it can, import the rest."""
    tripped = dataclasses.replace(PARK, outages=(outage("C", 2, 9),))
    window = window_of(tripped, LOAD, START)
    made = fallback(window, plan)
    assert made.status == LAST_PLAN and not no_search
    assert made.schedule.committed.sel(thermal_unit="C").values.tolist() == [1, 1] + [0] * 6
    assert made.schedule.committed.sel(thermal_unit="Q").values[2:].tolist() == [1, 1, 1, 1, 1, 0]
    assert plan.schedule.committed.sel(thermal_unit="Q").values.sum() < 5
    assert not any(b.duty for b in made.breaches)
    check_recounted(made)


def test_a_plan_that_began_earlier_is_taken_at_its_times_and_its_end_goes_on(plan, no_search):
    later = window_of(PARK, LOAD, plan.state_after(4))
    time_ = plan.schedule.time.values[4] + np.arange(8) * np.timedelta64(1, "h")
    later = dataclasses.replace(
        later, case=dataclasses.replace(later.case, hours=dataclasses.replace(later.case.hours, time=time_))
    )
    made = fallback(later, plan)
    assert made.status == LAST_PLAN
    wanted = plan.schedule.committed.values[4:].tolist() + [plan.schedule.committed.values[-1].tolist()] * 4
    assert made.schedule.committed.values.tolist() == wanted


def test_the_priority_list_takes_the_cheap_unit_first():
    made = fallback(window_of(PARK, LOAD, START))
    assert made.status == RULES
    assert made.schedule.committed.sel(thermal_unit="C").values.tolist() == [1.0] * 8
    assert made.schedule.committed.sel(thermal_unit="Q").values.max() == 0.0  # C and import carry 160 MW
    check_recounted(made)


def test_without_any_solver_nothing_is_commanded(monkeypatch):
    def refuses(*args, **more):
        raise SolverFailed("no solver here")

    monkeypatch.setattr(powers_room, "solve_linear", refuses)
    made = fallback(window_of(PARK, LOAD, START), reason="storm")
    assert made.status == GRID_ONLY and made.reason == "storm; rules: no solver here"
    assert made.schedule.p_mw.sel(unit="C").values == pytest.approx(60.0)  # as it was
    # the grid connection takes what is left of its 60 MW, exports at most 10, the rest is shed or left over
    assert made.schedule.p_mw.sel(unit="G").values == pytest.approx([0, 20, 60, 60, 30, 10, 0, -10])
    found = {b.kind: b for b in made.breaches}
    assert found["load"].amount == pytest.approx(10.0) and found["load"].at == (3,)
    assert made.cost["demand_charge"] == pytest.approx(60_000.0)
    check_recounted(made)


@pytest.mark.parametrize("seed", range(12))
def test_no_command_is_recounted_in_odd_states_too(seed, monkeypatch):
    """Heat, starts under way, outages, reserves, stocks: its cost and balance are those of its schedule."""
    draw = np.random.default_rng(seed)
    monkeypatch.setattr(fallback_room, "powered", lambda *a, **m: (_ for _ in ()).throw(SolverFailed("none")))
    park = park_of(
        SLOW, unit("Q", p_min_mw=20.0), storages=(STORE,), reserves=RESERVES, outages=(outage("Q", 3, 6),),
        grids=(dataclasses.replace(GRID, tariff=None),),
    )  # fmt: skip
    given = state({"S": float(draw.uniform(0, 40))}, C=off(50.0, synchronised_in_h=1.0), Q=running(50.0))
    window = window_of(park, draw.uniform(0, 150, 8), given, heat=draw.uniform(0, 60, (8, 2)))
    made = fallback(window)
    assert made.status == GRID_ONLY and "not kept" not in made.reason
    check_recounted(made)


@pytest.mark.parametrize("kind", CATALOGUE, ids=[k.__name__ for k in CATALOGUE])
def test_a_planted_infeasibility_has_a_schedule_by_rules_with_its_breach_named(kind, no_search):
    planted = kind(np.random.default_rng(0))
    made = fallback(planted.window)
    assert made.status == RULES and not no_search
    assert planted.kind in {b.kind for b in made.breaches}
    check_recounted(made)


def test_the_last_plan_holds_the_limits_of_branches_and_names_what_is_over():
    planted = next(k for k in CATALOGUE if k.__name__ == "line_beyond_its_limit")(np.random.default_rng(0))
    made = fallback(planted.window)
    over = [b for b in made.breaches if b.kind == "branch"]
    assert [b.element for b in over] == ["AB"] and over[0].amount == pytest.approx(planted.gap, rel=1e-3)
