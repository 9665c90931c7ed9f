"""A plan carried out as a park: by hand-made sizes, without any optimum."""

import dataclasses
from datetime import date, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from plan_parks import PARK, STAGE, coal_park, with_

from holin.columns import Basis
from holin.errors import BadInput
from holin.park import (
    Candidate,
    Choice,
    Cost,
    Meter,
    Outage,
    Park,
    Provenance,
    Stage,
    Transformer,
    WindFarm,
    at_stage,
    by_id,
)
from holin.parkfile import faults_of_park, read_park, reference_park, write_park
from holin.plan import PlanWishes, built_park, left_to_plan, offers_of, planned_years, stage_at, without_left
from holin.plan.plan import Sizes
from holin.summary import capital_by_part

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
    assert farm.weather_key == "more-wind"
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


def test_a_transformer_of_twice_the_rating_has_twice_its_losses() -> None:
    """One of 80 MVA beside one of 40 MVA: the losses in kW double, the short-circuit voltage stays."""
    standing = Transformer(
        id="T", bus_from="A", bus_to="B", s_nom_mva=40.0, v_from_kv=110.0, v_to_kv=110.0, uk=0.1, pk_kw=160.0,
        p0_kw=20.0, pk0_kw=90.0,
    )  # fmt: skip
    more = Candidate(id="more", element="T", choice=Choice.BUILD, p_max_mw=160.0, unit_mw=80.0, cost="line")
    built = carried_out(
        with_(PARK, transformers=(standing,), costs=(Cost(id="line"),), candidates=(more,)), {"built_mw": {"more": 80}}
    )
    assert built.transformers[0] == standing
    [new] = built.transformers[1:]
    assert (new.s_nom_mva, new.pk_kw, new.p0_kw, new.pk0_kw, new.uk) == (80.0, 320.0, 40.0, 180.0, 0.1)


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


def test_what_is_paid_beside_sources_is_written_down() -> None:
    """A circuit of 200 MVA at 50,000 and 500 a MVA, a tie of 20 MW then 30 more at 100,000: each with its own life.

    Wind names its cost data itself and has no row; a circuit of 2025 ends with its 20 years.
    """
    wider = Candidate(id="wider", name="Wider", element="AB", choice=Choice.BUILD, p_max_mw=600.0, cost="line")
    costs = (
        WIND, Cost(id="line", capital_cost_per_mw=5e4, fixed_cost_per_mw_year=500.0, lifetime_years=20.0),
        Cost(id="tie", capital_cost_per_mw=1e5, lifetime_years=30.0),
    )  # fmt: skip
    park = with_(PARK, costs=costs, candidates=(*PARK.candidates, wider, TIE))
    first = {"wider": 200.0, "tie": 20.0, "more-wind": 50.0}
    built = carried_out(
        park, {"mw": first, "built_mw": first}, {"mw": first | {"tie": 50.0}, "built_mw": {"tie": 30.0}}
    )
    rows = {row.id: (row.capital_cost, row.fixed_cost_per_year, row.built, row.retired) for row in built.capitals}
    assert rows == {
        "paid-wider-2025": (1e7, 1e5, STAGE.as_of, date(2045, 1, 1)),
        "paid-tie-2025": (2e6, 0.0, STAGE.as_of, date(2055, 1, 1)),
        "paid-tie-2030": (3e6, 0.0, LATER.as_of, date(2060, 1, 1)),
    }
    assert {(row.kind, row.element, row.name) for row in built.capitals} == {
        ("network", "wider-2025-1", "Wider"), ("network", "G", "")
    }  # fmt: skip
    at = capital_by_part(at_stage(built, LATER), 1.0)  # no discount: the annuity is a part of the life
    assert at["annuity_network"] == pytest.approx(1e7 / 20 + 5e6 / 30) and at["fixed_network"] == 1e5


def test_a_unit_that_makes_way_is_owed_until_it_would_have_been_retired() -> None:
    """40 MW at 4 million a MW over 20 years, retired in 2035 by itself: 8 million a year from 2025 to then, beside the
    40 MW x 0.2 million of the refit over 10 years; its fixed cost ends."""
    old, refit = coal_park().thermal_units
    costs = (
        WIND,
        Cost(id="coal", capital_cost_per_mw=4e6, fixed_cost_per_mw_year=9e4, lifetime_years=20.0),
        Cost(id="refit", capital_cost_per_mw=2e5, fixed_cost_per_mw_year=1e4, lifetime_years=10.0),
    )
    park = with_(
        coal_park(), costs=costs,
        thermal_units=(dataclasses.replace(old, cost="coal", retired=date(2035, 1, 1)), refit),
    )  # fmt: skip
    built = carried_out(park, {"built_mw": {"deep": 40.0}, "mw": {"deep": 40.0}})
    [owed] = built.capitals
    assert (owed.id, owed.element, owed.sunk, owed.kind) == ("owed-coal", "coal", True, "coal")
    assert (owed.built, owed.retired) == (STAGE.as_of, date(2035, 1, 1))
    at = capital_by_part(at_stage(built, STAGE), 1.0)
    assert at["annuity_coal"] == pytest.approx(40 * 4e6 / 20 + 40 * 2e5 / 10) and at["fixed_coal"] == 40 * 1e4
    gone = at_stage(built, Stage(name="2035", as_of=date(2035, 12, 31)))
    assert not gone.capitals and not gone.thermal_units
    assert capital_by_part(at_stage(park, STAGE), 1.0)["annuity_coal"] == pytest.approx(8e6)


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


def test_a_budget_of_a_year_that_is_not_planned_is_refused() -> None:
    with pytest.raises(BadInput, match="2031"):
        planned_years(PARK, PlanWishes(years=(2030,), investment_max={2031: 1.0}))


METERED = (
    Meter(id="m-load", enterprise="E", element="L"),
    Meter(id="m-new", enterprise="E", element="W-new"),
)


def later_park() -> Park:
    """The park with 60 MW of wind that would come with a stage of 2030: left to the plan, with all that names it."""
    farms = (*PARK.wind_farms, WindFarm(id="W-new", bus="B", p_nom_mw=60.0, cost="wind", built=date(2030, 1, 1)))
    out = Outage(id="out", element="W-new", start=datetime(2030, 5, 1), end=datetime(2030, 5, 2))
    said = Provenance(table="wind_farm", row_id="W-new", field="p_nom_mw", basis=Basis.ASSUMED, reference="a guess")
    return with_(
        PARK, stages=(STAGE, LATER), wind_farms=farms, meters=METERED, outages=(out,), provenance=(said,), costs=(WIND,)
    )  # fmt: skip


def test_what_names_a_thing_that_is_left_to_the_plan_goes_with_it() -> None:
    less = without_left(later_park(), PlanWishes(base="2025"))
    assert [w.id for w in less.wind_farms] == ["W"]
    assert [m.id for m in less.meters] == ["m-load"]
    assert not less.outages and not less.provenance
    stands = without_left(later_park(), PlanWishes(base="2030"))
    assert (stands.meters, len(stands.outages), len(stands.provenance)) == (METERED, 1, 1)


def test_a_template_keeps_its_provenance_and_loses_its_meter() -> None:
    offered = Candidate(id="same-again", element="W-new", choice=Choice.BUILD, p_max_mw=10.0)
    park = with_(later_park(), candidates=(*PARK.candidates, offered))
    less = without_left(park, PlanWishes(base="2025"))
    assert "W-new" in by_id(less.wind_farms) and [m.id for m in less.meters] == ["m-load"]
    assert [p.row_id for p in less.provenance] == ["W-new"]


def test_a_meter_ends_with_the_connection_that_a_wider_one_replaces() -> None:
    wider = Candidate(id="wider", element="G", choice=Choice.BUILD, p_max_mw=100.0)
    meter = Meter(id="m-grid", enterprise="E", element="G")
    park = with_(PARK, stages=(STAGE, LATER), candidates=(wider,), meters=(meter,))
    built = carried_out(park, {}, {"built_mw": {"wider": 40.0}, "mw": {"wider": 40.0}})
    assert [g.id for g in built.grids] == ["G", "wider-2030"]
    assert [(m.id, m.retired) for m in built.meters] == [("m-grid", LATER.as_of)]
    [left] = built.candidates
    assert (left.element, left.p_max_mw, left.built) == ("wider-2030", 60.0, LATER.as_of)


@pytest.mark.parametrize(("base", "anew"), [("2024", False), ("2025", False), ("2025", True), ("2030", False)])
def test_the_reference_park_as_planned_can_be_opened(base: str, anew: bool, tmp_path: Path) -> None:
    """Half of all that may be built, every refit of coal, unit 4 retired: by hand, no optimum."""
    whole = read_park(reference_park("huolinguole"))
    wishes = PlanWishes(years=(2030,), base=base, anew=anew)
    stage = stage_at(whole, 2030)
    offers = offers_of(whole, left_to_plan(whole, stage, wishes), 2030)
    mw = {o.id: o.p_max_mw * (1.0 if o.id.startswith("flexible") else 0.5) for o in offers if o.builds}
    kept = {o.candidate.element: 0.0 if o.id == "retire-coal-4" else o.p_max_mw for o in offers if not o.builds}
    mwh = {o.id: 0.5 * o.e_max_mwh for o in offers}
    sizes = Sizes(mw=mw, mwh=mwh, built_mw=mw, built_mwh=mwh, kept_mw=kept)
    plan = SimpleNamespace(stages=[SimpleNamespace(name="2030", offers=offers)], sizes={"2030": sizes})
    built = built_park(without_left(whole, wishes), plan, {"2030": stage.as_of})  # type: ignore[arg-type]
    write_park(built, tmp_path / "park")
    assert not [f for f in faults_of_park(tmp_path / "park") if f.severity == "error"]
    again = read_park(tmp_path / "park")
    names = {m.element for m in at_stage(again, stage).meters}
    assert "wind-4" not in {w.id for w in again.wind_farms} or base == "2030"
    assert "load-60" in names
    # and what is left may be planned for again
    assert offers_of(again, left_to_plan(again, stage, PlanWishes(base="2030")), 2030)
