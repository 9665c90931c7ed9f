"""Rules that are asked from a year on: in the optimum of the years that they hold in, and in the park as planned."""

import dataclasses
from datetime import date

import pytest
from planning_parks import planning_park

from holin.errors import BadInput
from holin.plan import PlanWishes, asked_rule, planned_years
from holin.twin.plan import plan, stages_of
from holin.twin.plan_figures import planned_figures
from holin.twin.plan_rules import as_rule_of_park
from holin.twin.plan_setting import settings_of

DAY = {"start": date(2028, 3, 4), "end": date(2028, 3, 5)}
LATE = dataclasses.replace(asked_rule("green_share_min", 0.95), id="asked-late", built=date(2028, 1, 1))
EARLY = dataclasses.replace(asked_rule("green_share_min", 0.5), id="asked-early", retired=date(2028, 1, 1))
WISHES = PlanWishes(years=(2026, 2028), rules=(EARLY, LATE))


def test_each_year_keeps_the_rules_that_hold_then() -> None:
    _, settings = settings_of(planning_park(), WISHES, **DAY)
    stages, _ = stages_of(settings, WISHES, {}, None)
    kept = [{rule.id for rule in stage.rules if rule.id.startswith("asked")} for stage in stages]
    assert kept == [{"asked-early"}, {"asked-late"}]
    assert [dict(stage.asked).get("asked-late") for stage in stages] == [None, 0.95]


def test_the_plan_as_operated_is_held_to_them_and_the_park_has_their_dates() -> None:
    made = plan(planning_park(), WISHES, **DAY)
    figures = planned_figures(made)
    judged = {y: {r["rule"] for r in found["rules"]} for y, found in figures["by_year"].items()}
    assert "asked-early" in judged["2026"] and "asked-late" not in judged["2026"]
    assert "asked-late" in judged["2028"] and "asked-early" not in judged["2028"]
    priced = {(x["stage"], x["element"]) for x in figures["why"]["limits"] if x["element"].startswith("asked")}
    assert priced == {("2026", "asked-early"), ("2028", "asked-late")}
    rules = {rule.id: rule for rule in made.park.rules}
    assert rules["asked-late"].built == date(2028, 1, 1) and rules["asked-early"].retired == date(2028, 1, 1)
    assert figures["asked"]["rules"] == [
        {"kind": "green_share_min", "value": 0.5, "since": None},
        {"kind": "green_share_min", "value": 0.95, "since": 2028},
    ]


def test_a_rule_without_a_year_holds_from_the_first_planned_one() -> None:
    _, settings = settings_of(planning_park(), WISHES, **DAY)
    assert as_rule_of_park(asked_rule("self_use_min", 0.5), settings[0].stage).built == settings[0].stage.as_of


def test_a_rule_that_holds_in_no_planned_year_is_refused() -> None:
    with pytest.raises(BadInput, match="holds in no planned year"):
        planned_years(planning_park(), dataclasses.replace(WISHES, years=(2026,)))


def test_land_is_judged_by_what_the_plan_builds() -> None:
    """Wind takes half a hectare a MW, PV three; by the second year what the first built counts as well."""
    ha = {"more-wind": 0.5, "more-pv": 3.0}
    park = planning_park()
    candidates = tuple(dataclasses.replace(c, land_ha_per_mw=ha.get(c.id, 0.0)) for c in park.candidates)
    wishes = PlanWishes(years=(2026, 2028), rules=(asked_rule("land_max_ha", 60.0),))
    made = plan(dataclasses.replace(park, candidates=candidates), wishes, **DAY)
    for year, found in planned_figures(made)["by_year"].items():
        (judged,) = [r for r in found["rules"] if r["kind"] == "land_max_ha"]
        mw = made.plan.sizes[year].mw
        assert judged["reached"] == pytest.approx(sum(of * mw[id_] for id_, of in ha.items()))
        assert judged["holds"] and 0.0 < judged["reached"] <= 60.0 * (1.0 + 1e-5)
