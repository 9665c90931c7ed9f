"""Near-optimal ends held from outside: plans of fixed sizes, solved for cost by HiGHS, and what lies beyond an end."""

from datetime import date

import pytest
from planning_parks import planning_park

from holin.errors import Infeasible
from holin.plan import PlanWishes, alternatives, asked_rule, solve_plan
from holin.plan.plan import Sizes
from holin.twin.plan import stages_of
from holin.twin.plan_setting import settings_of

SIZE = {"wind": "size.more-wind", "solar": "size.more-pv", "storage": "size.more-storage",
        "storage_mwh": "size_mwh.more-storage", "network": "size.wind-circuit", "tie": "size.tie"}  # fmt: skip
"""Technology -> the one size that it is made of in this park, beside what stands."""

CASES = {"calm": (date(2028, 3, 4), date(2028, 3, 6), 0.005), "windy": (date(2028, 1, 10), date(2028, 1, 12), 0.03)}
"""Two years of two days each, and how much more than the least cost is allowed."""


@pytest.fixture(scope="module", params=list(CASES))
def case(request):
    """The planned stages, the ranges that were found, and the share of cost."""
    start, end, within = CASES[request.param]
    wishes = PlanWishes(years=(2026, 2028), rules=(asked_rule("green_share_min", 0.6),))
    _, settings = settings_of(planning_park(), wishes, start=start, end=end)
    planned = stages_of(settings, wishes, {}, None)
    return planned, alternatives(*planned, within=[within], technologies=[*SIZE, "import_energy"]), within


def ends_of(found):
    return [(r, end, sign) for r in found.ranges for end, sign in ((r.least, -1.0), (r.most, 1.0))]


def fixed_of(sizes: dict[str, Sizes]) -> dict[tuple[str, str], float]:
    """Hold every size of every stage."""
    return {
        (stage, f"{block}.{id_}"): value
        for stage, of in sizes.items()
        for block, values in (("size", of.mw), ("size_mwh", of.mwh))
        for id_, value in values.items()
    }


def cost_with(planned, fixed):
    """The least cost with some sizes held, or None where there is no plan."""
    try:
        return solve_plan(*planned, fixed=fixed, solver="simplex")
    except Infeasible:
        return None


def test_the_sizes_of_every_end_cost_no_more_than_is_allowed(case):
    planned, found, within = case
    most = (1.0 + within) * found.objective
    for each, end, _ in ends_of(found):
        plan = cost_with(planned, fixed_of(end.sizes))
        assert plan is not None, each.technology
        assert found.objective * (1.0 - 1e-6) <= plan.objective <= most * (1.0 + 1e-6), each.technology
        assert plan.objective <= end.cost * (1.0 + 1e-6)


def test_nothing_goes_beyond_an_end(case):
    """1 % of the range farther no plan costs as little, or there is none, and 1 % nearer one does: proven by HiGHS."""
    planned, found, within = case
    most, sought = (1.0 + within) * found.objective, 0
    for each, end, sign in ((r, end, sign) for r, end, sign in ends_of(found) if r.technology in SIZE):
        step = sign * 0.01 * (each.most.total - each.least.total)
        beyond, size = end.total + step, ("2028", SIZE[each.technology])
        if not each.stands <= beyond <= each.could:
            edge = each.could if sign > 0 else each.stands
            assert end.total == pytest.approx(edge, abs=0.01 * (each.could - each.stands))
            continue
        sought += 1
        plan = cost_with(planned, {size: beyond - each.stands})
        assert plan is None or plan.bound > most, each.technology
        nearer = cost_with(planned, {size: end.total - step - each.stands})
        assert nearer is not None and nearer.objective < most, each.technology
    assert sought >= 7


def test_an_end_is_what_its_year_says(case):
    _, found, _ = case
    for each, end, sign in ends_of(found):
        assert sign * (end.bound - end.total) >= -1e-6 * (each.could - each.stands)
        year, sizes = end.years["2028"], end.sizes["2028"]
        if each.technology == "import_energy":
            assert end.total == pytest.approx(year.quantities["import_mwh"], abs=1e-6)
        else:
            block, _, id_ = SIZE[each.technology].partition(".")
            assert end.total - each.stands == pytest.approx((sizes.mw if block == "size" else sizes.mwh)[id_], abs=1e-6)
        assert year.green_share_annual >= 0.6 - 1e-6
