"""Measures: what they put into the park, what they cost by the assumed figures, what tripping and breakers do."""

import dataclasses

import pytest
from connection_parks import DAY, small_park

from holin.connection.assumed import largest_mw, line_cost, next_breaker_ka, step_limit, transformer_cost
from holin.connection.circuits import beyond_breakers, stronger_breakers
from holin.connection.measures import MeasureKind, bays_at, breakers, connecting_line, parallel, reinforced
from holin.flow import ShortCircuit, fault
from holin.park import by_id


def test_a_parallel_circuit_is_the_same_line_again() -> None:
    park = small_park()
    measure = parallel(park, "l-pv", DAY)
    assert measure is not None and (measure.kind, measure.size, measure.unit) == (MeasureKind.LINE, 8.0, "km")
    assert measure.cost == 8 * 1_100_000 + 2 * 1_800_000, "8 km at 66 kV and two bays"
    twin = by_id(reinforced(park, [measure]).lines)["new-l-pv"]
    assert dataclasses.replace(twin, id="l-pv", built=None, basis=None, name="", name_zh="") == dataclasses.replace(
        by_id(park.lines)["l-pv"], basis=None
    )
    assert parallel(park, "b-main", DAY) is None


def test_a_second_one_gets_another_id() -> None:
    park = small_park()
    first = parallel(park, "l-pv", DAY)
    assert first is not None
    second = parallel(reinforced(park, [first]), "l-pv", DAY)
    assert second is not None and second.things[0].id == "new-l-pv-2"


def test_costs_are_those_of_the_voltage() -> None:
    assert line_cost(10.0, 2.0) == (2 * 600_000 + 2 * 500_000, 9)
    assert line_cost(220.0, 10.0) == (10 * 1_800_000 + 2 * 6_000_000, 18)
    assert line_cost(10.0, 2.0, cable=True)[0] == 3 * 2 * 600_000 + 2 * 500_000
    assert transformer_cost(66.0, 10.0, 50.0) == 50 * 90_000 + 1_800_000 + 500_000
    assert [largest_mw(kv) for kv in (0.4, 10.0, 66.0, 220.0)] == [0.4, 10.0, 80.0, float("inf")]
    assert (step_limit(10.0), step_limit(66.0)) == (0.03, 0.025)


def test_breakers_are_of_the_next_rating() -> None:
    assert [next_breaker_ka(ka) for ka in (12.0, 31.5, 31.6, 81.0)] == [20.0, 31.5, 40.0, None]
    park = small_park()
    measure = breakers(park, "b-wind", 28.0, 90.0, bays_at(park, "b-wind"))
    assert measure is not None and measure.size == 40.0, "a peak of 90 kA needs 36 kA of breaking current"
    assert bays_at(park, "b-wind") == 3, "two lines and the wind farm"
    assert by_id(reinforced(park, [measure]).buses)["b-wind"].ik_max_ka == 40.0


def test_a_current_beyond_all_ratings_has_no_breakers() -> None:
    park = small_park()
    circuits = fault(park, faults=("3ph",), cases=("max",), with_contributions=False)

    def at(ratio: float, bus: str, ka: float) -> list[ShortCircuit]:
        return [dataclasses.replace(c, ib_breaker_ka=ka, within=ratio <= 1) if c.bus == bus else c for c in circuits]

    over = beyond_breakers(circuits, at(1.1, "b-park", 45.0))
    assert [c.bus for c in over] == ["b-park"]
    [measure] = stronger_breakers(park, over) or ()
    assert measure.size == 50.0
    assert stronger_breakers(park, beyond_breakers(circuits, at(2.0, "b-park", 90.0))) is None
    assert stronger_breakers(park, []) == ()


@pytest.mark.parametrize(("mva", "circuits"), [(60.0, 1), (70.0, 2), (200.0, 3)])
def test_a_connecting_line_has_as_many_circuits_as_carry_the_power(mva: float, circuits: int) -> None:
    """0.61 kA at 66 kV carry 69.7 MVA."""
    park = small_park()
    measure = connecting_line(park, by_id(park.buses)["b-main"], 5.0, mva, DAY)
    assert measure is not None and len(measure.things) == 1 + circuits
    built = reinforced(park, [measure])
    assert by_id(built.buses)["new-site"].v_nom_kv == 66.0
    assert connecting_line(park, by_id(park.buses)["b-park"], 5.0, mva, DAY) is None, "no line at 10 kV to be like"
