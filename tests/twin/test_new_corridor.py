"""A new line between two buses that none joins: built in whole circuits, operated, written and read again."""

import dataclasses
from datetime import date

import pytest
from planning_parks import planning_park

from holin.park import Candidate, Choice, at_stage
from holin.parkfile import faults_of_park, read_park, write_park
from holin.plan import PlanWishes
from holin.twin.plan import plan
from holin.twin.plan_figures import planned_figures
from holin.twin.plan_folder import saved_plan

CIRCUIT_MVA = 3**0.5 * 66.0 * 0.61
DAY = {"start": date(2028, 3, 4), "end": date(2028, 3, 5)}


def corridor_park(most: float):
    """The wind substation may be joined with the smelter's, by a line like that to the main one but 9 km long."""
    park = planning_park()
    like = dataclasses.replace(park.lines[0], id="like-corridor", bus_from="b-wind", bus_to="b-smelter", length_km=9.0)
    corridor = Candidate(
        id="corridor", name="New line", name_zh="新建线路", element="like-corridor", choice=Choice.BUILD, template=True,
        p_min_mw=60.0, p_max_mw=most, cost="cost-line",
    )  # fmt: skip
    kept = tuple(c for c in park.candidates if c.id in ("more-wind", "more-storage"))
    return dataclasses.replace(park, lines=(*park.lines, like), candidates=(*kept, corridor))


@pytest.fixture(scope="module")
def made():
    return plan(corridor_park(150.0), PlanWishes(years=(2026, 2028)), **DAY)


def test_such_an_offer_is_a_good_park(tmp_path):
    assert [str(f) for f in faults_of_park(write_park(corridor_park(150.0), tmp_path / "park"))] == []
    assert "like-corridor" not in {line.id for line in at_stage(corridor_park(150.0), planning_park().stages[0]).lines}


def test_circuits_join_the_two_buses_and_carry_power(made):
    first = made.settings[0].stage
    lines = [line for line in at_stage(made.park, first).lines if line.id.startswith("corridor-")]
    assert lines and {(line.bus_from, line.bus_to) for line in lines} == {("b-wind", "b-smelter")}
    assert made.plan.sizes["2026"].mw["corridor"] == pytest.approx(CIRCUIT_MVA * len(lines))
    flows = made.held["2026"].flows
    assert made.held["2026"].settled
    assert float(abs(flows.p_from_mw.sel(branch=lines[0].id)).max()) > 1.0
    [row] = [r for r in planned_figures(made)["built"] if r["candidate"] == "corridor" and r["stage"] == "2026"]
    assert row["kind"] == "network" and row["investment"] == pytest.approx(50_000.0 * row["mw"])


@pytest.mark.parametrize(("most", "left"), [(150.0, True), (CIRCUIT_MVA, False)])
def test_it_is_written_and_planned_on(made, tmp_path, most, left):
    """The template stays for as long as more of it is on offer."""
    planned = made if most == 150.0 else plan(corridor_park(most), PlanWishes(years=(2026,)), **DAY, with_flows=False)
    assert saved_plan(planned, {}, tmp_path / "out") == []
    read = read_park(tmp_path / "out" / "park")
    assert ("like-corridor" in {line.id for line in read.lines}) is left
    assert ("corridor" in {c.id for c in read.candidates}) is left
    on = plan(read, PlanWishes(years=(2030,)), start=date(2030, 3, 4), end=date(2030, 3, 5), with_flows=False)
    assert {line.id for line in read.lines if line.id.startswith("corridor-")} <= {line.id for line in on.park.lines}
