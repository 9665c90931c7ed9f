"""From sizes of any amount to whole units, by hand-made sizes: refits of one unit, what stands from before, budgets."""

import dataclasses
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from plan_parks import DEEP, PARK, REFIT, STAGE, coal, coal_park, stage_with, with_

from holin.park import Candidate, Choice, Cost, Park, Stage
from holin.plan import NoPlan, roundings, solve_plan, whole_units
from holin.plan.plan import Sizes
from holin.rules import Rule, RuleKind

LATER = Stage(name="2030", as_of=date(2030, 12, 31))
STOP = Candidate(id="stop", element="coal", choice=Choice.RETIRE)
DEEPER = dataclasses.replace(DEEP, id="deeper", element="coal-deeper")
TWO_REFITS = with_(
    coal_park(), thermal_units=(*coal_park().thermal_units, coal("coal-deeper", 5.0)), candidates=(DEEP, DEEPER, STOP)
)  # fmt: skip


def fixed_of(park: Park, *sizes: dict[str, dict[str, float]], down: tuple[str, ...] = ()) -> dict[Any, float]:
    """Return what is held of a plan with such sizes at one or two stages."""
    found, stages = {}, []
    for stage, given in zip((STAGE, LATER), sizes, strict=False):
        stages.append(stage_with(park, {"W": [0.0], "more-wind": [0.0]}, [50.0], stage=stage)[0])
        known: dict[str, dict[str, float]] = {"mw": {}, "mwh": {}, "built_mw": {}, "built_mwh": {}, "kept_mw": {}}
        found[stage.name] = Sizes(**(known | given))
    plan: Any = SimpleNamespace(stages=tuple(stages), sizes=found)
    return dict(whole_units(plan, park, down=down))


@pytest.mark.parametrize(
    ("deep", "deeper", "kept", "done"),
    [
        (20.0, 20.0, 0.0, (40.0, 0.0, 0.0)),  # half each: one of them, not both
        (12.0, 16.0, 12.0, (0.0, 40.0, 0.0)),  # neither is half of the unit, together they are: the larger
        (20.0, 0.0, 20.0, (40.0, 0.0, 0.0)),  # half is refitted: the other half does not stay beside it
        (10.0, 5.0, 25.0, (0.0, 0.0, 40.0)),
        (10.0, 5.0, 0.0, (0.0, 0.0, 0.0)),  # most of it is retired
    ],
)
def test_a_unit_has_one_refit_or_none(deep: float, deeper: float, kept: float, done: tuple[float, ...]) -> None:
    held = fixed_of(TWO_REFITS, {"mw": {"deep": deep, "deeper": deeper}, "kept_mw": {"coal": kept}})
    names = ("size.deep", "size.deeper", "kept.coal")
    assert tuple(held["2025", name] for name in names) == done


def test_a_refit_that_was_made_stays_though_another_one_grows() -> None:
    first = {"mw": {"deep": 20.0, "deeper": 0.0}, "kept_mw": {"coal": 20.0}}
    held = fixed_of(TWO_REFITS, first, {"mw": {"deep": 18.0, "deeper": 22.0}, "kept_mw": {"coal": 0.0}})
    assert (held["2030", "size.deep"], held["2030", "size.deeper"]) == (40.0, 0.0)


@pytest.mark.parametrize(
    ("then_mw", "now_mw", "down", "held_mw"),
    [
        (12.0, 13.0, (), (15.0, 15.0)),
        (12.0, 13.0, ("2025", "2030"), (10.0, 10.0)),
        (12.0, 13.0, ("2030",), (15.0, 15.0)),  # the first year had no budget: what stands, stands
        (12.0, 22.0, ("2030",), (15.0, 20.0)),
        (12.0, 4.0, ("2030",), (15.0, 0.0)),  # the first ones have come to the end of their life
    ],
)
def test_units_are_rounded_up_or_to_the_budget(
    then_mw: float, now_mw: float, down: tuple[str, ...], held_mw: tuple[float, float]
) -> None:
    wind = dataclasses.replace(PARK.candidates[0], unit_mw=5.0)
    held = fixed_of(
        with_(PARK, candidates=(wind,)), *({"mw": {"more-wind": mw}} for mw in (then_mw, now_mw)), down=down
    )  # fmt: skip
    assert (held["2025", "size.more-wind"], held["2030", "size.more-wind"]) == held_mw


def test_a_refit_of_a_part_that_a_rule_needs_is_carried_out_in_whole() -> None:
    """50 MW of wind full in both hours, a coal unit that must run at 30 of 40 MW and refitted at 10: of 50 MW of load
    20 + 20 r are green with a part r refitted, 0.55 asks for r = 0.375. Less than half is none: 0.4 at most."""
    rule = Rule(id="share", kind=RuleKind.GREEN_SHARE_MIN, value=0.55, enforced=True)
    costs = (
        Cost(id="wind", lifetime_years=20), Cost(id="coal"),
        Cost(id="refit", capital_cost_per_mw=1e9, lifetime_years=20),
    )  # fmt: skip
    park = with_(REFIT, costs=costs, rules=(rule,))
    stage, watch = stage_with(park, {"W": [1.0, 1.0]}, [50.0, 50.0])
    free = solve_plan([stage], [watch])
    assert free.sizes["2025"].mw["deep"] == pytest.approx(15.0, abs=1e-3)
    first, second = roundings(free, park)
    assert first == {("2025", "size.deep"): 0.0}
    with pytest.raises(NoPlan) as error:
        solve_plan([stage], [watch], fixed=first)
    (alone,) = error.value.conflict.alone
    assert alone.reached == pytest.approx(0.4, rel=1e-3)
    assert "Rounded to whole units no plan meets" in str(error.value) and "取整后" in error.value.in_language("zh")
    assert second == {("2025", "size.deep"): 40.0}
    assert solve_plan([stage], [watch], fixed=second).sizes["2025"].mw["deep"] == pytest.approx(40.0)
    assert roundings(free, park, ["2025"]) == (first, second)  # a refit is whole or not, whatever the budget
