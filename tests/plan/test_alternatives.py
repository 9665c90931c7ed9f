"""Near-optimal ranges that can be worked out by hand."""

import dataclasses
import itertools
from functools import partial

import pytest
from plan_parks import DEEP, PARK, coal, coal_park, stage_with, wind_cost, with_

from holin.errors import BadInput
from holin.park import Candidate, Choice, Cost, PvPlant, Storage
from holin.plan import Alternatives, Need, PlanStage, Range, Watch, alternatives, solve_plan
from holin.rules import Rule, RuleKind

SHARES = {"more-wind": [0.25, 0.5, 1.0]}
LOAD = [50.0, 50.0, 50.0]


def three_hours(**changes: object) -> tuple[PlanStage, Watch]:
    """A MW of wind costs 300 and saves 300 x 1.75 up to 50 MW, 300 x 0.75 up to 100 MW; the least cost is 33,750."""
    return stage_with(with_(PARK, costs=(wind_cost(100.0),), **changes), SHARES, LOAD)


def range_of(found: Alternatives, technology: str, within: float) -> Range:
    return next(r for r in found.ranges if (r.technology, r.within) == (technology, within))


@pytest.mark.parametrize("solver", ["staged", "simplex"])
@pytest.mark.parametrize(("within", "least", "most"), [(0.01, 48.5, 54.5), (0.1, 35.0, 95.0)])
def test_wind_within_the_cost(solver: str, within: float, least: float, most: float) -> None:
    """Below 50 MW a MW less costs 225 more, above it a MW more 75."""
    stage, watch = three_hours()
    found = alternatives(
        [stage], [watch], within=[within], technologies=["wind"], solve=partial(solve_plan, solver=solver)
    )
    wind = range_of(found, "wind", within)
    assert found.objective == pytest.approx(33750.0, rel=1e-7)
    assert wind.optimum == pytest.approx(50.0, abs=1e-3)
    assert (wind.least.total, wind.most.total) == pytest.approx((least, most), abs=1e-3)
    assert (wind.least.bound, wind.most.bound) == pytest.approx((least, most), abs=1e-2)
    assert wind.least.bound <= wind.least.total + 1e-9
    assert wind.most.bound >= wind.most.total - 1e-9
    for end in (wind.least, wind.most):
        assert end.cost == pytest.approx(33750.0 * (1 + within), rel=1e-6)
        assert end.years["2025"].cost == pytest.approx(end.cost, rel=1e-9)
        assert end.sizes["2025"].mw["more-wind"] == pytest.approx(end.total, rel=1e-9)
    assert wind.need is Need.MUST_HAVE


def test_import_energy_goes_the_other_way() -> None:
    stage, watch = three_hours()
    bought = range_of(alternatives([stage], [watch], within=[0.01]), "import_energy", 0.01)
    assert bought.optimum == pytest.approx(62.5, abs=1e-3)
    assert bought.least.total == pytest.approx(62.5 - 4.5 * 0.75, abs=1e-3)
    assert bought.most.total == pytest.approx(62.5 + 1.5 * 1.75, abs=1e-3)


def test_two_sources_that_are_alike_are_a_choice() -> None:
    """PV that shines when the wind blows, at the same price: any part of 48.5 to 54.5 MW may be either."""
    park = with_(
        PARK,
        costs=(wind_cost(100.0),),
        pv_plants=(PvPlant(id="S", bus="B", p_nom_mw=10.0, p_dc_mw=10.0, cost="wind"),),
        candidates=(
            *PARK.candidates,
            Candidate(id="more-sun", element="S", choice=Choice.BUILD, template=True, p_max_mw=400.0),
        ),
    )
    stage, watch = stage_with(park, SHARES | {"more-sun": SHARES["more-wind"]}, LOAD)
    found = alternatives([stage], [watch], within=[0.01], technologies=["wind", "solar"])
    for name in ("wind", "solar"):
        here = range_of(found, name, 0.01)
        assert here.least.total == pytest.approx(0.0, abs=1e-2)
        assert here.most.total == pytest.approx(54.5, abs=1e-2)
        assert here.need is Need.CHOICE


def test_what_is_far_too_dear_is_never_built_and_an_end_is_sought_once() -> None:
    """Storage at a price that no cost within 3 % can pay: less than 1 % of what there could be."""
    bess = Storage(id="bess", bus="B", p_nom_mw=10, e_nom_mwh=20, cost="b")
    park = with_(
        PARK,
        costs=(wind_cost(100.0), Cost(id="b", capital_cost_per_mwh=8760 * 2000.0 * 20, lifetime_years=20)),
        storages=(bess,),
        candidates=(*PARK.candidates, Candidate(id="more-bess", element="bess", choice=Choice.BUILD, template=True,
                                                p_max_mw=500.0, duration_min_h=1.0, duration_max_h=4.0)),
    )  # fmt: skip
    stage, watch = stage_with(park, SHARES, LOAD)
    found = alternatives([stage], [watch], within=[0.01, 0.03], technologies=["storage", "storage_mwh"])
    for level in (0.01, 0.03):
        assert range_of(found, "storage", level).need is Need.NEVER
    assert range_of(found, "storage", 0.01).least is range_of(found, "storage", 0.03).least
    assert found.solves == 1 + 2 * (1 + 2)
    # 337.5 in three hours pay for 337.5 / (3 x 2000) MWh
    assert range_of(found, "storage_mwh", 0.01).most.total == pytest.approx(337.5 / 6000, abs=2e-3)


def test_ranges_lie_within_each_other_and_keep_the_rules() -> None:
    rule = Rule(id="share", kind=RuleKind.GREEN_SHARE_MIN, value=0.7, enforced=True)
    stage, watch = three_hours(rules=(rule,))
    found = alternatives([stage], [watch], within=[0.05, 0.01, 0.2])
    for name in {r.technology for r in found.ranges}:
        levels = [r for r in found.ranges if r.technology == name]
        assert [r.within for r in levels] == [0.01, 0.05, 0.2]
        for small, large in itertools.pairwise(levels):
            assert large.least.total <= small.least.total + 1e-3
            assert large.most.total >= small.most.total - 1e-3
        for each in levels:
            assert each.least.total - 1e-3 <= each.optimum <= each.most.total + 1e-3
            for end in (each.least, each.most):
                assert end.years["2025"].green_share_annual >= 0.7 - 1e-6
    assert range_of(found, "wind", 0.01).least.total >= (0.7 * 150 - 87.5) / 0.75 + 50 - 1e-3


def test_what_stands_in_any_case_is_counted() -> None:
    standing = dataclasses.replace(PARK.wind_farms[0], id="old", p_nom_mw=20.0)
    park = with_(PARK, costs=(wind_cost(100.0),), wind_farms=(*PARK.wind_farms, standing))
    stage, watch = stage_with(park, SHARES | {"old": SHARES["more-wind"]}, LOAD)
    wind = range_of(alternatives([stage], [watch], within=[0.01], technologies=["wind"]), "wind", 0.01)
    assert wind.optimum == pytest.approx(50.0, abs=1e-3)
    assert (wind.stands, wind.could) == pytest.approx((20.0, 420.0))
    # what stands is paid for: the least cost is 33,750 - 20 x 300
    assert wind.least.total == pytest.approx(50.0 - 277.5 / 225.0, abs=1e-3)
    assert wind.need is Need.MUST_HAVE


def test_a_unit_and_its_refits_share_one_place() -> None:
    """40 MW of coal may stay, be refitted in one of two ways, or retired: between 0 and 40 MW stand in any case.

    At 200 a MWh it saves 100 against the grid: the least cost is 3 x (40 x 200 + 10 x 300) = 33,000, and 20 % more pays
    for 22 MW less. Where it can only be refitted, there is nothing to choose in MW."""
    stop = Candidate(id="stop", element="coal", choice=Choice.RETIRE)
    deeper = dataclasses.replace(DEEP, id="deeper", element="coal-deeper")
    units = (*coal_park().thermal_units, coal("coal-deeper", 5.0))
    park = with_(coal_park(), thermal_units=units, candidates=(DEEP, deeper, stop), wind_farms=())
    stage, watch = stage_with(park, {}, LOAD)
    found = range_of(alternatives([stage], [watch], within=[0.2], technologies=["coal"]), "coal", 0.2)
    assert (found.stands, found.could) == (0.0, 40.0)
    assert found.optimum == pytest.approx(40.0, abs=1e-3) and found.most.total == pytest.approx(40.0, abs=1e-3)
    assert found.least.total == pytest.approx(40.0 - 22.0, abs=1e-2)
    stage, watch = stage_with(with_(park, candidates=(DEEP, deeper)), {}, LOAD)
    with pytest.raises(BadInput, match="can change nothing of this name"):
        alternatives([stage], [watch], technologies=["coal"])


def test_bad_wishes_are_told_at_once() -> None:
    stage, watch = three_hours()
    with pytest.raises(BadInput, match="nuclear") as error:
        alternatives([stage], [watch], within=[0.0], technologies=["nuclear"])
    assert len(error.value.faults) == 2
    with pytest.raises(BadInput, match="no cost is named"):
        alternatives([stage], [watch], within=())


def test_a_technology_that_is_named_twice_is_sought_once() -> None:
    stage, watch = three_hours()
    found = alternatives([stage], [watch], within=[0.01, 0.01], technologies=["wind", "wind"])
    assert [(r.technology, r.within) for r in found.ranges] == [("wind", 0.01)]
