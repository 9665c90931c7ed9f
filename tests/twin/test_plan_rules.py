"""Rules that a plan was asked for: how much room they get for what the optimum does not know."""

import pytest

from holin.errors import BadInput
from holin.plan import asked_rule
from holin.twin.plan_rules import ROOM, with_room


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
