"""A plan whose optimum has quarter-hours: that of hours where nothing changes within them, another where it does."""

import dataclasses
from datetime import date

import numpy as np
import pytest

from holin.calendar import steps_of
from holin.park import Candidate, Choice, Park, Series
from holin.parkfile import example_park
from holin.plan import PlanWishes, asked_rule, plan_year, solve_plan
from holin.twin.frontier import frontier_of_park
from holin.twin.plan import plan, planning_of, stages_of
from holin.twin.plan_figures import planned_figures
from holin.twin.plan_report import plan_report

DAYS = {"start": date(2025, 3, 3), "end": date(2025, 3, 5)}
HOURS = np.datetime64("2025-03-02T16:00", "ns") + np.arange(48) * np.timedelta64(1, "h")
WISHES = PlanWishes(rules=(asked_rule("green_share_physical_min", 0.94),), whole=False)

BANNER = {
    "en": 'data-t="plan.finer_optimum">The optimum has steps of a part of an hour',
    "zh": 'data-t="plan.finer_optimum">优化按不足一小时的时段求解',
}


def measured_park(within: float) -> Park:
    """The example park without its potline, all sources and loads measured in quarter-hours, which lie up to `within`
    of their hour's mean apart from it; wind, PV and storage on offer."""
    rng, park = np.random.default_rng(7), example_park("measured")
    hour = np.arange(48) % 24
    means = {
        "wind": rng.uniform(0.0, 0.4, 48), "sun": np.maximum(np.sin((hour - 6) * np.pi / 12), 0.0) * 0.7,
        "load": rng.uniform(0.5, 0.8, 48),
    }  # fmt: skip
    swing = np.array([1.0, -1.0, 1.0, -1.0])
    series = tuple(
        Series(
            id=id_, file="measured.csv", header=id_, time=steps_of(HOURS, 0.25),
            values=(mean[:, None] * (1.0 + within * swing)).ravel(),
        )
        for id_, mean in means.items()
    )  # fmt: skip
    return dataclasses.replace(
        park,
        series=series,
        potlines=(),
        wind_farms=tuple(dataclasses.replace(f, series="wind", full_load_hours=None) for f in park.wind_farms),
        pv_plants=tuple(dataclasses.replace(p, series="sun") for p in park.pv_plants),
        loads=tuple(dataclasses.replace(x, series="load", load_mw=2.5 * x.load_mw, shape=None) for x in park.loads),
        contracts=(), meters=(),
        candidates=(
            Candidate(id="more-wind", element="wind-1", choice=Choice.BUILD, p_max_mw=300.0),
            Candidate(id="more-sun", element="pv-1", choice=Choice.BUILD, p_max_mw=200.0),
            Candidate(id="more-bess", element="battery-1", choice=Choice.BUILD, p_max_mw=100.0, duration_max_h=6.0),
        ),
    )  # fmt: skip


def optimum(park: Park, step_h: float):
    """The plan of the optimum alone, and its year in figures."""
    planning = planning_of(park, WISHES, **DAYS, step_h=step_h)
    stages, watches = stages_of(planning.settings, WISHES, {}, None)
    found = solve_plan(stages, watches, solver="simplex")
    return found, plan_year(found, found.stages[0])


def test_quarter_hours_that_are_alike_within_each_hour_give_the_plan_of_hours() -> None:
    park = measured_park(0.0)
    (hours, year), (quarters, finer) = optimum(park, 1.0), optimum(park, 0.25)
    assert [s.case.hours.count for s in (*hours.stages, *quarters.stages)] == [48, 192]
    assert quarters.objective == pytest.approx(hours.objective, rel=1e-6)
    built = hours.sizes["2025"].built_mw
    assert sum(built.values()) > 5.0
    for id_, mw in built.items():
        assert quarters.sizes["2025"].built_mw[id_] == pytest.approx(mw, rel=1e-6, abs=1e-6), id_
        mwh = hours.sizes["2025"].built_mwh.get(id_, 0.0)
        assert quarters.sizes["2025"].built_mwh.get(id_, 0.0) == pytest.approx(mwh, rel=1e-6, abs=1e-6), id_
    for name in ("years", "cost", "all_in_price_per_kwh", "green_share_physical", "green_share_annual"):
        assert getattr(finer, name) == pytest.approx(getattr(year, name), rel=1e-6), name
    for name, amount in year.quantities.items():
        assert finer.quantities[name] == pytest.approx(amount, rel=1e-6, abs=1e-5), name


def test_what_swings_within_the_hour_costs_more_than_its_means() -> None:
    """Every hour's energy is the same; the hourly plan does not see that the import's peak is higher."""
    park = measured_park(0.3)
    (hours, year), (quarters, finer) = optimum(park, 1.0), optimum(park, 0.25)
    assert finer.quantities["load_mwh"] == pytest.approx(year.quantities["load_mwh"], rel=1e-9)
    assert quarters.objective > 1.001 * hours.objective


def test_it_is_operated_in_hours_and_says_so_and_knows_what_their_flows_taught() -> None:
    made = plan(measured_park(0.3), WISHES, **DAYS, step_h=0.25)
    [stage] = made.plan.stages
    lost = stage.case.loss_mw.sum(axis=1)
    assert made.refused is None and lost.shape == (192,)
    assert lost.min() > 0.0
    np.testing.assert_array_equal(np.ptp(lost.reshape(48, 4), axis=1), 0.0)
    assert made.held["2025"].flows.sizes["time"] == 48
    figures = planned_figures(made)
    assert figures["step_h"] == {"optimum": 0.25, "operated": 1.0}
    for step_h, language, said in ((0.25, "en", True), (0.25, "zh", True), (1.0, "en", False)):
        told = figures | {"step_h": {"optimum": step_h, "operated": 1.0}}
        page = plan_report(made, told, None, language=language)
        assert (BANNER[language] in page) == said
    asked = 2.5 * 21.0 * 48 * np.mean(measured_park(0.0).series[2].values)
    assert figures["by_year"]["2025"]["energy_mwh"]["load"] == pytest.approx(asked, rel=1e-6)


def test_a_frontier_in_quarter_hours_is_that_of_hours_where_they_are_alike() -> None:
    wishes = dataclasses.replace(WISHES, rules=())
    hours, quarters = (
        frontier_of_park(
            planning_of(measured_park(0.0), wishes, **DAYS, step_h=step_h, solver="simplex"),
            by=asked_rule("green_share_physical_min", 0.5).kind, points=3, until=0.97,
        )
        for step_h in (1.0, 0.25)
    )  # fmt: skip
    assert (hours["step_h"], quarters["step_h"], quarters["hours"]) == (1.0, 0.25, [48])
    for one, other in zip(hours["points"], quarters["points"], strict=True):
        assert other["value"] == pytest.approx(one["value"], rel=1e-6)
        assert other["cost"] == pytest.approx(one["cost"], rel=1e-6)
