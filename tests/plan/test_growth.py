"""Load growth as things of the park: each load ends at a planned year and a larger one goes on."""

import dataclasses
from datetime import date, datetime

import pytest
from plan_parks import PARK

from holin.park import Load, Meter, Outage, Park, Stage, at_stage
from holin.plan import PlanWishes, grown_park, with_growth

STAGES = tuple(Stage(name=str(year), as_of=date(year, 12, 31)) for year in (2025, 2027, 2030))
L = Load(id="L", bus="B", enterprise="E", load_mw=50.0, q_mvar=10.0)
MORE = (
    dataclasses.replace(L, id="late", built=date(2028, 6, 1), load_mw=8.0, q_mvar=None),
    dataclasses.replace(L, id="gone", retired=date(2026, 6, 1), load_mw=4.0),
    dataclasses.replace(L, id="dated", built=date(2030, 12, 31), load_mw=2.0),
)
METERS = (
    Meter(id="m", enterprise="E", element="L"),
    Meter(id="m-old", enterprise="E", element="L", retired=date(2026, 1, 1)),
    Meter(id="m-new", enterprise="E", element="L", built=date(2029, 1, 1)),
    Meter(id="m-grid", enterprise="E", element="G"),
)
OUTAGE = Outage(id="o", element="L", start=datetime(2027, 5, 1), end=datetime(2027, 5, 2))


def park() -> Park:
    return dataclasses.replace(PARK, stages=STAGES, loads=(L, *MORE), meters=METERS, outages=(OUTAGE,))


def grown() -> Park:
    """2025 stands; 10 % a year: x 1.21 in 2027, x 1.1^5 in 2030."""
    return with_growth(park(), PlanWishes(years=(2025, 2027, 2030), base="2025", load_growth=0.1))


@pytest.mark.parametrize(
    ("stage", "loads"),
    [
        (STAGES[0], {"L": 50.0, "gone": 4.0}),
        (STAGES[1], {"L-2027": 60.5}),
        (STAGES[2], {"L-2030": 50 * 1.1**5, "late": 8 * 1.1**5, "dated": 2 * 1.1**5}),
    ],
)
def test_each_stage_has_the_load_of_its_year_by_hand(stage: Stage, loads: dict[str, float]) -> None:
    found = at_stage(grown(), stage)
    assert {load.id: load.load_mw for load in found.loads} == pytest.approx(loads)


def test_a_load_that_first_stands_later_begins_grown_and_reactive_power_grows_too() -> None:
    loads = {load.id: load for load in grown().loads}
    assert loads["late"] == dataclasses.replace(
        MORE[0], load_mw=8 * 1.1**5, basis=loads["late"].basis, reference=loads["late"].reference
    )
    assert "x 1.61051 from stage 2030 on" in loads["late"].reference
    assert loads["L-2027"].q_mvar == pytest.approx(12.1)
    assert loads["gone"] == MORE[1]
    assert {loads[i].shape_key for i in ("L-2027", "L-2030")} == {"L"} and loads["L"].shape_key is None


def test_no_part_stands_at_no_stage() -> None:
    after = grown()
    for thing in (*after.loads, *after.meters, *after.outages):
        assert any(thing.stands_at(stage.as_of) for stage in STAGES), thing.id


def test_meters_and_outages_go_on_with_it() -> None:
    after = grown()
    times = {m.id: (m.element, m.built, m.retired) for m in after.meters}
    ends = date(2027, 12, 31), date(2030, 12, 31)
    assert times == {
        "m": ("L", None, ends[0]),
        "m-2027": ("L-2027", *ends),
        "m-2030": ("L-2030", ends[1], None),
        "m-old": ("L", None, date(2026, 1, 1)),
        "m-new": ("L-2030", ends[1], None),
        "m-grid": ("G", None, None),
    }
    assert {o.element for o in after.outages} == {"L", "L-2027", "L-2030"}


def test_an_id_that_is_taken_is_not_given_twice() -> None:
    other = dataclasses.replace(L, id="L-2027", load_mw=1.0)
    two = dataclasses.replace(park(), loads=(L, other), meters=(), outages=())
    after = grown_park(two, {STAGES[1]: 1.5})
    ids = [load.id for load in after.loads]
    assert ids == ["L", "L-2027-a", "L-2027", "L-2027-2027"] and len(set(ids)) == len(ids)


def test_without_growth_the_park_is_as_it_was() -> None:
    assert with_growth(park(), PlanWishes(years=(2030,))) == park()
    assert grown_park(park(), {STAGES[0]: 1.0}) == park()
