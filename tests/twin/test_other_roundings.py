"""Where sizes rounded to whole units leave no plan, other roundings are tried before it is refused."""

from datetime import date

import pytest
from planning_parks import planning_park

from holin.plan import NoPlan, PlanWishes, asked_rule, roundings
from holin.twin import plan as path
from holin.twin.plan import plan

WISHES = PlanWishes(years=(2028,), rules=(asked_rule("green_share_min", 0.8),))
DAY = {"start": date(2028, 3, 4), "end": date(2028, 3, 5)}
NOTHING = {("2028", "size.more-wind"): 0.0, ("2028", "size.more-pv"): 0.0}
"""A rounding with which the share is out of reach."""


def test_the_next_rounding_is_tried_where_one_leaves_no_plan(monkeypatch):
    park = planning_park()
    usual = plan(park, WISHES, with_flows=False, **DAY)
    monkeypatch.setattr(path, "roundings", lambda *asked: (NOTHING, *roundings(*asked)))
    found = plan(park, WISHES, with_flows=False, **DAY)
    assert found.plan.sizes["2028"].mw == pytest.approx(usual.plan.sizes["2028"].mw)
    assert found.plan.sizes["2028"].mw["more-wind"] % 5.0 == pytest.approx(0.0)


def test_where_no_rounding_leaves_one_it_says_that_sizes_were_rounded(monkeypatch):
    monkeypatch.setattr(path, "roundings", lambda *asked: (NOTHING,))
    with pytest.raises(NoPlan, match="Rounded to whole units no plan meets"):
        plan(planning_park(), WISHES, with_flows=False, **DAY)
