"""A new corridor: a line on offer between buses that none joins, against every number of circuits solved by itself."""

import dataclasses

import pytest
from plan_parks import PARK, stage_with, wind_cost, with_

from holin.errors import BadInput
from holin.park import Bus, Candidate, Choice, Cost, at_stage
from holin.plan import offers_of, sizes_of_circuits, solve_plan, whole_units, worths_of

KA = 20.0 / 110.0 / 3**0.5
"""A circuit of 20 MVA at 110 kV."""

AB = dataclasses.replace(PARK.lines[0], i_nom_ka=KA)
LIKE_AC = dataclasses.replace(AB, id="like-AC", bus_from="A", bus_to="C", length_km=25.0)
CORRIDOR = Candidate(
    id="AC", element="like-AC", choice=Choice.BUILD, template=True, p_max_mw=80.0, cost="line"
)  # fmt: skip


def mesh(per_mva: float):
    """Wind at C behind B, load at A: A - B - C stands with a circuit of 20 MVA each; A - C may be built."""
    bc = dataclasses.replace(AB, id="BC", bus_from="B", bus_to="C")
    load, wind = dataclasses.replace(PARK.loads[0], bus="A"), dataclasses.replace(PARK.wind_farms[0], bus="C")
    return with_(
        PARK, buses=(*PARK.buses, Bus(id="C", v_nom_kv=110.0)), lines=(AB, bc, LIKE_AC), loads=(load,),
        wind_farms=(wind,), costs=(wind_cost(2.0), Cost(id="line", capital_cost_per_mw=per_mva, lifetime_years=20.0)),
        candidates=(*PARK.candidates, CORRIDOR),
    )  # fmt: skip


def staged(park, circuits=None):
    known = None if circuits is None else {"AC": 20.0 * circuits}
    return stage_with(park, {"W": [1.0, 0.2], "more-wind": [1.0, 0.2]}, [90.0, 90.0], circuits_mva=known)


def by_itself(park, circuits: int):
    """The plan with so many circuits in the network."""
    stage, watch = staged(park, circuits)
    return solve_plan([stage], [watch], fixed={("2025", "size.AC"): 20.0 * circuits}, solver="simplex")


@pytest.mark.parametrize("solver", ["staged", "simplex"])
def test_the_bound_holds_for_every_number_of_circuits_and_the_best_is_built(solver: str) -> None:
    park = mesh(1e5)
    stage, watch = staged(park)
    free = solve_plan([stage], [watch], solver=solver)
    costs = [by_itself(park, k).objective for k in range(5)]
    assert free.objective <= min(costs) + 1e-6 * abs(min(costs))
    assert min(costs) < costs[0] * (1 - 1e-3)  # the corridor pays
    fixed = whole_units(free, park)
    assert fixed["2025", "size.AC"] == 20.0 * costs.index(min(costs))
    circuits = sizes_of_circuits(free, fixed)["2025"]["AC"]
    assert by_itself(park, round(circuits / 20.0)).objective == pytest.approx(min(costs))
    assert sum(w.earns for w in worths_of(free) if w.offer == "AC") == pytest.approx(
        next(w for w in worths_of(free) if w.offer == "AC").costs, rel=1e-3
    )


def test_a_corridor_that_costs_too_much_is_not_built() -> None:
    stage, watch = staged(mesh(1e12))
    assert solve_plan([stage], [watch]).sizes["2025"].mw["AC"] == pytest.approx(0.0, abs=1e-4)


def test_what_it_carries_is_held_to_its_size_either_way() -> None:
    """The same with its ends the other way round: nothing but a sign."""
    park = mesh(1e5)
    turned = dataclasses.replace(LIKE_AC, bus_from="C", bus_to="A")
    back = with_(park, lines=(*park.lines[:2], turned))
    one, other = (solve_plan(*([part] for part in staged(p)), solver="simplex") for p in (park, back))
    assert one.objective == pytest.approx(other.objective)
    size = one.sizes["2025"].mw["AC"]
    assert size == pytest.approx(other.sizes["2025"].mw["AC"]) and size > 20.0
    assert one.value("2025:way.AC").min() == pytest.approx(-size)  # from C to A
    assert other.value("2025:way.AC").max() == pytest.approx(size)


def test_a_template_stands_nowhere_and_its_ends_must() -> None:
    park = mesh(1e5)
    at = at_stage(park, park.stages[0])
    assert [line.id for line in at.lines] == ["AB", "BC"]
    gone = dataclasses.replace(at, buses=at.buses[:2])
    with pytest.raises(BadInput, match="a new line from or to C, which does not stand"):
        offers_of(park, gone, 2025)
