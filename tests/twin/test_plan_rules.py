"""Rules that a plan was asked for: how much room they get for what the optimum does not know."""

import dataclasses
from datetime import datetime

import pytest

from holin.errors import BadInput
from holin.parkfile import example_park
from holin.plan import ROOM, PlanWishes, asked_rule, solve_plan, with_room
from holin.twin.plan import stages_of
from holin.twin.plan_setting import settings_of


@pytest.mark.parametrize(
    ("kind", "value", "kept_at"),
    [
        ("green_share_min", 0.5, 0.5 * (1 + ROOM)),
        ("green_share_physical_min", 1.0, 1.0),
        ("curtailment_share_max", 0.1, 0.1 * (1 - ROOM)),
        ("co2_max_t", 1e6, 1e6 * (1 - ROOM)),
        ("export_max_mwh", 0.0, 0.0),
        ("storage_hours_min", 4.0, 4.0),
        ("storage_power_min", 0.15, 0.15),
        ("land_max_ha", 900.0, 900.0),
    ],
)
def test_a_rule_is_kept_a_little_better_where_losses_could_break_it(kind: str, value: float, kept_at: float) -> None:
    """What only counts what stands is asked as it is: storage of four hours at most can be storage of four hours."""
    assert with_room(asked_rule(kind, value)).value == pytest.approx(kept_at, rel=1e-12)


@pytest.mark.parametrize(
    ("kind", "value"), [("green_share_min", 35.0), ("self_use_min", -0.1), ("co2_max_t", float("nan"))]
)
def test_a_value_that_no_rule_has_is_refused(kind: str, value: float) -> None:
    with pytest.raises(BadInput, match="no value of this rule"):
        asked_rule(kind, value)


def test_a_rule_asked_for_stands_for_the_one_that_an_earlier_plan_was_asked_for() -> None:
    """The park as planned has the earlier wish as a rule of its own, by the same id."""
    park = dataclasses.replace(example_park("example"), candidates=(), rules=(asked_rule("green_share_min", 0.9),))
    wishes = PlanWishes(years=(2028,), rules=(asked_rule("green_share_min", 0.2),))
    _, settings = settings_of(park, wishes, start=datetime(2028, 3, 2), end=datetime(2028, 3, 2, 6))
    [stage], [watch] = stages_of(settings, wishes, {}, None)
    assert [(rule.id, rule.value) for rule in stage.rules] == [("asked-green-share-min", 0.2 * (1 + ROOM))]
    assert solve_plan([stage], [watch], solver="simplex").objective > 0.0
