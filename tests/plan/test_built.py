"""A plan carried out as a park: by hand-made sizes, without any optimum."""

import dataclasses
from datetime import date
from types import SimpleNamespace

import pytest
from plan_parks import PARK, STAGE, coal_park, with_

from holin.errors import BadInput
from holin.park import Candidate, Choice, Cost, Park, Stage, WindFarm, at_stage, by_id
from holin.plan import PlanWishes, built_park, offers_of, planned_years, stage_at, without_left
from holin.plan.plan import Sizes

LATER = Stage(name="2030", as_of=date(2030, 6, 30))
WIND = Cost(id="wind", capital_cost_per_mw=1.0, lifetime_years=4.5)


def carried_out(park: Park, *sizes: dict[str, dict[str, float]], stages: tuple[Stage, ...] = (STAGE, LATER)) -> Park:
    made, found = [], {}
    for stage, given in zip(stages, sizes, strict=False):
        standing = at_stage(park, stage)
        made.append(SimpleNamespace(name=stage.name, year=stage.as_of.year, offers=offers_of(park, standing, 2025)))
        known = {"mw": {}, "mwh": {}, "built_mw": {}, "built_mwh": {}, "kept_mw": {}}
        found[stage.name] = Sizes(**(known | given))
    plan = SimpleNamespace(stages=made, sizes=found)
    return built_park(park, plan, {s.name: s.as_of for s in stages})  # type: ignore[arg-type]


def test_what_is_built_ends_with_the_years_that_the_plan_counts() -> None:
    """4.5 years from 2025: it stands in 2029, not in 2030, on whatever day the stages are."""
    park = carried_out(with_(PARK, costs=(WIND,)), {"built_mw": {"more-wind": 50.0}, "mw": {"more-wind": 50.0}})
    farm = by_id(park.wind_farms)["more-wind-2025"]
    assert (farm.p_nom_mw, farm.built, farm.retired) == (50.0, date(2025, 12, 31), date(2030, 1, 1))
    assert farm.cost == "wind" and "holin plan" in farm.reference
    assert not farm.stands_at(LATER.as_of)


def test_a_template_goes_with_its_last_candidate_and_what_is_left_stays_on_offer() -> None:
    part = carried_out(with_(PARK, costs=(WIND,)), {"built_mw": {"more-wind": 150.0}})
    assert part.candidates[0].p_max_mw == 250.0 and "W" in by_id(part.wind_farms)
    full = carried_out(with_(PARK, costs=(WIND,)), {"built_mw": {"more-wind": 400.0}})
    assert not full.candidates and [w.id for w in full.wind_farms] == ["more-wind-2025"]


def test_a_template_of_two_candidates_still_never_stands() -> None:
    other = Candidate(id="late-wind", element="W", choice=Choice.BUILD, p_max_mw=10.0)
    park = with_(PARK, costs=(WIND,), candidates=(*PARK.candidates, other))
    built = carried_out(park, {"built_mw": {"more-wind": 400.0}})
    assert [(c.id, c.template) for c in built.candidates] == [("late-wind", True)]
    assert "W" not in by_id(at_stage(built, STAGE).wind_farms)


def test_an_id_that_is_taken_is_not_given_twice() -> None:
    taken = WindFarm(id="more-wind-2025", bus="B", p_nom_mw=1.0)
    park = with_(PARK, costs=(WIND,), wind_farms=(*PARK.wind_farms, taken))
    built = carried_out(park, {"built_mw": {"more-wind": 50.0}})
    assert {w.id: w.p_nom_mw for w in built.wind_farms} == {"W": 60.0, "more-wind-2025": 1.0, "more-wind-2025-a": 50.0}


TIE = Candidate(id="tie", element="G", choice=Choice.BUILD, p_max_mw=100.0, cost="tie")


def test_a_connection_is_widened_twice_and_narrow_again_at_the_end_of_its_life() -> None:
    last = Stage(name="2050", as_of=date(2050, 12, 31))
    park = with_(PARK, costs=(Cost(id="tie"),), candidates=(TIE,))
    sizes = [{"mw": {"tie": mw}, "built_mw": {"tie": more}} for mw, more in ((20.0, 20.0), (50.0, 30.0), (30.0, 0.0))]
    stages = (STAGE, LATER, last)
    built = carried_out(park, *sizes, stages=stages)
    assert [sum(g.import_max_mw for g in at_stage(built, s).grids) for s in stages] == [220.0, 250.0, 230.0]
    before = Stage(name="2024", as_of=date(2024, 12, 31))
    assert [g.import_max_mw for g in at_stage(built, before).grids] == [200.0]
    assert all(g.tariff == "T" for g in built.grids) and len({g.id for g in built.grids}) == 4


@pytest.mark.parametrize(("mva", "count"), [(0.0, 0), (190.5256, 1), (200.0, 2), (381.0512, 2)])
def test_circuits_are_whole_and_enough(mva: float, count: int) -> None:
    wider = Candidate(id="wider", element="AB", choice=Choice.BUILD, p_max_mw=600.0, cost="line")
    park = with_(PARK, costs=(Cost(id="line"),), candidates=(wider,))
    built = carried_out(park, {"built_mw": {"wider": mva}})
    assert [x.id for x in built.lines] == ["AB", *(f"wider-2025-{k + 1}" for k in range(count))]
    assert all(x.i_nom_ka == pytest.approx(1.0, rel=1e-6) for x in built.lines)


def test_a_refit_takes_the_place_of_the_old_unit_and_ends_with_it() -> None:
    old, refit = coal_park().thermal_units
    park = with_(coal_park(), thermal_units=(dataclasses.replace(old, retired=date(2035, 1, 1)), refit))
    built = carried_out(park, {"built_mw": {"deep": 40.0}, "mw": {"deep": 40.0}})
    units = by_id(built.thermal_units)
    assert units["coal"].retired == STAGE.as_of
    assert (units["deep-2025"].built, units["deep-2025"].retired) == (STAGE.as_of, date(2035, 1, 1))
    assert units["deep-2025"].p_min_mw == refit.p_min_mw and not built.candidates
    assert [u.id for u in at_stage(built, STAGE).thermal_units] == ["deep-2025"]
    less = carried_out(park, {"built_mw": {"deep": 10.0}, "mw": {"deep": 10.0}})  # sizes of any amount: not half of it
    assert [u.id for u in at_stage(less, STAGE).thermal_units] == ["coal"] and less.candidates


def test_what_is_left_to_the_plan_stays_as_a_template_only() -> None:
    """Anew: the farm that stands describes what may be built, and no longer stands itself."""
    said = dataclasses.replace(PARK.candidates[0], template=False)
    park = with_(PARK, candidates=(said,))
    assert by_id(at_stage(without_left(park, PlanWishes()), STAGE).wind_farms).keys() == {"W"}
    anew = without_left(park, PlanWishes(anew=True))
    assert not at_stage(anew, STAGE).wind_farms and anew.candidates[0].template


def test_a_year_between_the_stages_is_one_of_its_own() -> None:
    park = with_(PARK, stages=(STAGE, Stage(name="2028", as_of=date(2027, 6, 30)), LATER))
    assert stage_at(park, 2030) is LATER
    assert (stage_at(park, 2028).name, stage_at(park, 2028).as_of) == ("plan-2028", date(2028, 12, 31))
    twice = with_(PARK, stages=(Stage(name="mid", as_of=date(2025, 6, 30)), STAGE))
    assert stage_at(twice, 2025) is STAGE


def test_a_park_without_candidates_says_what_to_do() -> None:
    with pytest.raises(BadInput, match=r"no candidates.*candidate\.csv"):
        planned_years(with_(PARK, candidates=()), PlanWishes())


def test_a_budget_of_a_year_that_is_not_planned_is_refused() -> None:
    with pytest.raises(BadInput, match="2031"):
        planned_years(PARK, PlanWishes(years=(2030,), investment_max={2031: 1.0}))
