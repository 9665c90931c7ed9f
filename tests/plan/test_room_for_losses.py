"""Rules lose the room that they get for AC losses where no plan has it, and only then."""

import dataclasses
from collections.abc import Sequence
from functools import partial

import pytest
from plan_parks import PARK, stage_with, wind_cost, with_

from holin.park import Park
from holin.plan import NoPlan, Plan, PlanStage, Watch, solve_plan, with_room, with_room_left, without_room
from holin.rules import Rule, RuleKind

SHARES = {"more-wind": [0.5, 1.0]}
LOAD = [50.0, 50.0]
SMALL = dataclasses.replace(PARK.candidates[0], p_max_mw=20.0)
GREEN = Rule(id="share", kind=RuleKind.GREEN_SHARE_MIN, value=0.3, enforced=True)
KEPT = Rule(id="kept", kind=RuleKind.CURTAILMENT_SHARE_MAX, value=0.05, enforced=True)


def asked(*rules: Rule, park: Park | None = None) -> tuple[list[PlanStage], list[Watch]]:
    """20 MW of wind on offer give 30 of 100 MWh; rules as they are kept, with room."""
    park = park or with_(PARK, costs=(wind_cost(1.0),), candidates=(SMALL,))
    stage, watch = stage_with(with_(park, rules=rules), SHARES, LOAD)
    strict = dataclasses.replace(stage, rules=tuple(map(with_room, rules)), asked={r.id: r.value for r in rules})
    return [strict], [watch]


def planned(stages: Sequence[PlanStage], watches: Sequence[Watch], **more: object) -> Plan:
    ask = partial(solve_plan, watches=watches, solver="simplex")
    return with_room_left(stages, ask, **more)[0]  # type: ignore[arg-type]


def test_what_can_just_be_reached_is_planned_as_asked_and_other_rules_keep_their_room() -> None:
    stages, watches = asked(GREEN, KEPT)
    with pytest.raises(NoPlan):
        solve_plan(stages, watches)
    found = planned(stages, watches)
    assert found.sizes["2025"].mw["more-wind"] == pytest.approx(20.0)
    assert without_room(found.stages) == (("2025", "share"),)
    assert {r.id: r.value for r in found.stages[0].rules} == {"share": 0.3, "kept": pytest.approx(0.05 * (1 - 2e-3))}


def test_rules_with_room_are_left_alone() -> None:
    stages, watches = asked(dataclasses.replace(GREEN, value=0.29))
    assert without_room(planned(stages, watches).stages) == ()


def test_what_is_far_off_is_refused_at_once_and_what_is_near_with_what_can_be_reached() -> None:
    """0.8 of the load cannot be by far; of 0.301 only 0.3 can, without any room."""
    for value, tries in ((0.8, 1), (0.301, 2)):
        stages, watches = asked(dataclasses.replace(GREEN, value=value))
        tried = []

        def ask(now: Sequence[PlanStage], tried: list[float] = tried, watches: Sequence[Watch] = watches) -> Plan:
            tried.append(now[0].rules[0].value)
            return solve_plan(now, watches, solver="simplex")

        with pytest.raises(NoPlan) as error:
            with_room_left(stages, ask)
        assert len(tried) == tries and tried[-1] == pytest.approx(value, rel=3e-3)
        (alone,) = error.value.conflict.alone
        assert (alone.asked, alone.reached) == (value, pytest.approx(0.3, rel=1e-4))


@pytest.mark.parametrize(("part", "lost"), [(1e-3, {"share"}), (1e-6, {"share", "kept"})])
def test_of_two_rules_that_conflict_by_their_room_one_loses_it_or_both(part: float, lost: set[str]) -> None:
    """Beyond 50 MW what exceeds the load in the second hour is curtailed: with 5 % of 1.5 m curtailed, 0.5 m + 50 =
    1.5 m x 0.95 at m = 50 / 0.925, a share of 0.7703. Just below it no room is left on either side; a thousandth below
    it what is curtailed may keep its own."""
    share = dataclasses.replace(GREEN, value=(1.0 - part) * (0.5 * (50 / 0.925) + 50) / 100)
    stages, watches = asked(share, KEPT, park=with_(PARK, costs=(wind_cost(1.0),)))
    assert {rule for _, rule in without_room(planned(stages, watches).stages)} == lost


def test_rules_known_to_be_cramped_are_asked_as_they_are_from_the_first() -> None:
    stages, _ = asked(GREEN)
    seen = []

    def ask(now: Sequence[PlanStage]) -> None:
        seen.append(now[0].rules[0].value)

    assert with_room_left(stages, ask, cramped=[("2025", "share")])[0] is None
    assert seen == [0.3]
