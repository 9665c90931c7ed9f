"""The grid of a planned park: outages and short circuits held against the base stage, and reinforced."""

import dataclasses
import types
from datetime import date

import pytest
from planning_parks import planning_park

from holin.connection import largest, reinforced, stronger_breakers
from holin.connection.assumed import next_breaker_ka
from holin.flow import ViolationKind, n1
from holin.park import Bus, at_stage, by_id
from holin.plan import PlanWishes, asked_rule
from holin.twin.plan import plan
from holin.twin.plan_breakers import sized_for, with_gear
from holin.twin.plan_check import grid_checked
from holin.twin.plan_figures import planned_figures
from holin.twin.plan_operated import as_planned

DAY = {"start": date(2028, 3, 4), "end": date(2028, 3, 5)}
WISHES = PlanWishes(years=(2026, 2028), rules=(asked_rule("green_share_min", 0.8),))


@pytest.fixture(scope="module")
def bare():
    return plan(planning_park(), WISHES, **DAY)


@pytest.fixture(scope="module")
def checked(bare):
    return grid_checked(bare)


def test_what_the_plan_brings_is_cured_by_things_that_stand_from_the_stage_on(bare, checked):
    first, second = (checked.checks[s.stage.name] for s in checked.settings)
    assert first.caused and not first.secure_alone and first.measures
    assert first.secure and not first.left and first.settled
    assert second.secure_alone and not second.measures  # what was built at the first stage stands at the second
    built = [thing for m in first.measures for thing in m.things]
    assert all(t.id.startswith("reinforce-") and t.built == first.stage.as_of for t in built)
    assert {t.id for t in built} <= {line.id for line in (*checked.park.lines, *checked.park.transformers)}
    assert not {t.id for t in built} & {line.id for line in bare.park.lines}


def test_an_outage_is_secure_again_only_with_every_measure(checked):
    """N-1 anew, in the schedules of the reinforced park: clean with all measures, not with any one left out."""
    check = checked.checks["2026"]
    setting = checked.settings[0]
    at, schedule = as_planned(checked.park, setting), checked.held["2026"].optimum.schedule
    assert n1(at, schedule).secure
    for measure in check.measures:
        gone = {thing.id for thing in measure.things}
        without = dataclasses.replace(at, lines=tuple(x for x in at.lines if x.id not in gone))
        assert any(v.kind is ViolationKind.OVERLOAD for v in n1(without, schedule).violations)


def test_the_base_stage_is_as_it_was(checked):
    whole = checked.whole
    base = whole.stages[0]
    assert at_stage(checked.park, base).lines == at_stage(whole, base).lines


def test_measures_are_told_and_counted(bare, checked):
    figures, alone = planned_figures(checked), planned_figures(bare)
    told = figures["by_year"]["2026"]["grid_check"]
    cost = sum(row["cost"] for row in told["reinforcements"])
    assert cost == told["reinforcement_cost"] > 0
    assert figures["investment"]["2026"] == pytest.approx(alone["investment"]["2026"] + cost)
    assert figures["investment"]["2028"] == alone["investment"]["2028"]
    assert told["secure"] and not told["secure_without_reinforcement"]
    assert "out: " in told["worst"]["en"] and "停运：" in told["worst"]["zh"]
    assert all(row["begin_by"] < "2026-12-31" for row in told["reinforcements"])
    assert alone["by_year"]["2026"]["grid_check"] is None


def test_without_reinforcement_it_is_only_told(bare):
    found = grid_checked(bare, reinforce=False)
    check = found.checks["2026"]
    assert found.park is bare.park and not check.measures
    assert check.left == check.caused and not check.secure


def test_breakers_beyond_their_rating_are_changed_where_only_the_plan_brings_it(bare):
    """The plan's converters add a little at 66 kV: a rating just above today's current no longer does."""
    base = at_stage(bare.whole, bare.whole.stages[0])
    [now] = [c for c in largest(base) if c.bus == "b-main"]
    rating = 1.005 * max(now.ib_breaker_ka, now.ip_breaker_ka / 2.5)

    def rated(park):
        buses = tuple(dataclasses.replace(b, ik_max_ka=rating) if b.id == "b-main" else b for b in park.buses)
        return dataclasses.replace(park, buses=buses)

    settings = tuple(dataclasses.replace(s, standing=rated(s.standing)) for s in bare.settings)
    weak = dataclasses.replace(bare, whole=rated(bare.whole), park=rated(bare.park), settings=settings)
    found = grid_checked(weak)
    check = found.checks["2026"]
    assert [c.bus for c in check.weak] == ["b-main"] and not check.weak_left
    bus: Bus = by_id(found.park.buses)["b-main"]
    assert bus.ik_max_ka is not None and bus.ik_max_ka > rating and "kA from stage 2026" in bus.reference


def circuit(bus, ka):
    """A short circuit of which breakers bear as much as they break."""
    return types.SimpleNamespace(bus=bus, ib_breaker_ka=ka, ip_breaker_ka=2.5 * ka)


@pytest.mark.parametrize(
    ("needs_ka", "rated_for_ka"),
    [
        ((36.0,), 36.0),
        ((36.0, 55.0, 50.0), 55.0),
        ((36.0, 55.0, 90.0), 55.0),
        ((90.0, 36.0), None),
        ((36.0, 20.0), 36.0),
    ],
)
def test_breakers_are_sized_for_the_largest_current_to_come_that_a_rating_holds(needs_ka, rated_for_ka):
    """36 kA now and 55 later: one change to 63, not to 40 first. 90 kA is beyond the series, whatever is done now."""
    found = sized_for([circuit("b", ka) for ka in needs_ka])
    assert (found and found.ib_breaker_ka) == rated_for_ka


@pytest.fixture(scope="module")
def growing(bare):
    """The plan in a park whose own second feeder of 2027 raises the currents, beyond what its breakers hold now."""
    [grid] = bare.whole.grids
    second = dataclasses.replace(grid, id="grid-2", bus="b-main", sk_max_mva=1500.0, built=date(2027, 6, 30))
    base = at_stage(bare.whole, bare.whole.stages[0])
    [now] = [c for c in largest(base) if c.bus == "b-main"]
    rating = 1.005 * max(now.ib_breaker_ka, now.ip_breaker_ka / 2.5)

    def grown(park, grids):
        buses = tuple(dataclasses.replace(b, ik_max_ka=rating) if b.id == "b-main" else b for b in park.buses)
        return dataclasses.replace(park, buses=buses, grids=grids)

    first, last = bare.settings
    settings = (
        dataclasses.replace(first, standing=grown(first.standing, first.standing.grids)),
        dataclasses.replace(last, standing=grown(last.standing, (*last.standing.grids, second))),
    )
    whole, park = (grown(p, (*p.grids, second)) for p in (bare.whole, bare.park))
    return dataclasses.replace(bare, whole=whole, park=park, settings=settings)


def test_breakers_are_changed_once_for_all_stages(growing):
    """Beyond the rating at 2026 already: changed then for the current of 2028, and not again."""
    base = [*largest(at_stage(growing.whole, growing.whole.stages[0]))]
    park, gear = with_gear(growing, growing.park, base, True)
    first, second = gear["2026"], gear["2028"]
    [measure] = first.measures
    assert measure.of == "b-main" and [c.bus for c in first.weak] == ["b-main"]
    assert not second.measures and not second.weak and not first.weak_left and not second.weak_left
    ahead = {name: largest(as_planned(growing.park, s)) for name, s in zip(gear, growing.settings, strict=True)}
    now, later = (next(c for c in found if c.bus == "b-main") for found in ahead.values())
    assert next_breaker_ka(now.ib_breaker_ka) < next_breaker_ka(later.ib_breaker_ka) == measure.size
    assert by_id(park.buses)["b-main"].ik_max_ka == measure.size
    each = zip(growing.settings, (now, later), strict=True)
    two = sum(stronger_breakers(as_planned(growing.park, s), [c])[0].cost for s, c in each)
    assert measure.cost < two  # what changing them at each stage would cost


def test_breakers_of_an_earlier_check_are_sized_anew_and_stay(growing):
    """Found with 20 kA in an earlier pass: as large as is needed now, told once, at its stage; so is one that is no
    longer needed."""
    base = [*largest(at_stage(growing.whole, growing.whole.stages[0]))]
    park, gear = with_gear(growing, growing.park, base, True)
    [bus] = [b for b in growing.whole.buses if b.id == "b-main"]
    small = dataclasses.replace(gear["2026"].measures[0], things=(dataclasses.replace(bus, ik_max_ka=20.0),), size=20.0)
    check = types.SimpleNamespace(measures=(small,), weak=gear["2026"].weak)
    again = dataclasses.replace(growing, checks={"2026": check})
    assert with_gear(again, reinforced(growing.park, (small,)), base, True) == (park, gear)
    big = dataclasses.replace(small, things=(dataclasses.replace(bus, ik_max_ka=80.0),), size=80.0)
    kept, told = with_gear(
        dataclasses.replace(growing, checks={"2026": types.SimpleNamespace(measures=(big,), weak=())}),
        reinforced(growing.park, (big,)), base, True,
    )  # fmt: skip
    assert told["2026"].measures[0].size == 80.0 and by_id(kept.buses)["b-main"].ik_max_ka == 80.0
