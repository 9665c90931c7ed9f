"""A sweep's work and its figures; the pool itself is tested in tests/jobs."""

import dataclasses
from datetime import datetime
from pathlib import Path

import pytest

from holin.jobs import read_results, run_jobs
from holin.parkfile import read_park, reference_park
from holin.plan import PlanWishes
from holin.scenarios import Change, Factor, Scenario, ScenarioSpec, Uniform, sensitivity_scenarios
from holin.twin.sweep import planned_scenario, sensitivity_figures, sweep_figures

WISHES = PlanWishes(years=(2030,), export=False)
DAY = {"start": datetime(2030, 3, 1), "end": datetime(2030, 3, 2)}


def scenario(id_: str, factor: float) -> Scenario:
    return Scenario(id=id_, changes=(Change(quantity="fuel_price.lignite", how="times", value=factor),))


def figures(price: float, wind: float, investment: float) -> dict[str, object]:
    year = {"all_in_price_per_kwh": price, "green_share_physical": 0.5, "co2_t": 100.0}
    built = {"wind": wind, "solar": 0.0, "storage": 0.0}
    return {"built": built, "investment": investment, "years": {"2030": year}}


def test_dearer_lignite_builds_no_less_and_costs_no_less(tmp_path: Path) -> None:
    park = read_park(reference_park("huolinguole"))
    drawn = [scenario("cheap", 0.5), scenario("dear", 3.0)]
    tasks, shared = {s.id: {"scenario": s} for s in drawn}, {"park": park, "wishes": WISHES, **DAY}
    outcome = run_jobs(tasks, planned_scenario, tmp_path, shared=shared, workers=1)
    assert outcome.done == ("cheap", "dear")
    cheap, dear = (r.result for r in read_results(tmp_path, outcome.done))
    assert cheap is not None
    assert dear is not None
    assert dear["objective"] > cheap["objective"]
    assert dear["years"]["2030"]["green_share_physical"] >= cheap["years"]["2030"]["green_share_physical"] - 1e-6
    assert dear["gap"] < 1e-5
    assert dear["years"]["2030"]["unserved_mwh"] == pytest.approx(0.0, abs=0.5)
    again = run_jobs(tasks, planned_scenario, tmp_path, shared=shared, workers=1)
    assert again.kept == ("cheap", "dear")


def test_what_moves_with_a_factor_is_found_and_what_does_not_is_left_out() -> None:
    drawn = [scenario(f"s{k}", 1.0 + k) for k in range(6)]
    results = {s.id: figures(price=0.3 + 0.1 * k, wind=100.0, investment=1e9 - 1e8 * k) for k, s in enumerate(drawn)}
    found = sweep_figures(drawn, results)
    assert found["scenarios"] == 6
    assert found["spread"]["all_in_price_per_kwh"]["p50"] == pytest.approx(0.55)
    assert found["spread"]["wind"]["least"] == found["spread"]["wind"]["most"] == 100.0
    assert found["mattered"]["all_in_price_per_kwh"]["rank"]["fuel_price.lignite"] == pytest.approx(1.0)
    assert found["mattered"]["investment"]["regression"]["fuel_price.lignite"] == pytest.approx(-1.0)
    assert "wind" not in found["mattered"]


def test_scenarios_that_do_not_serve_all_load_are_named_with_their_worst_year() -> None:
    drawn = [scenario(id_, 1.0) for id_ in ("a", "b", "c")]
    results = {s.id: figures(0.3, 100.0, 1e9) for s in drawn}
    worst = {"2028": {"unserved_mwh": 4.0}, "2030": {"unserved_mwh": 1.0}}
    for year, more in worst.items():
        results["b"]["years"] = {**results["b"]["years"], year: {**figures(0.3, 1.0, 1.0)["years"]["2030"], **more}}
    assert sweep_figures(drawn, results)["unserved_mwh"] == {"b": 4.0}


def test_scenarios_whose_rules_have_no_room_are_named() -> None:
    drawn = [scenario(id_, 1.0) for id_ in ("a", "b", "c")]
    rule = {"stage": "2030", "rule": "share", "name": "Share", "name_zh": "占比"}
    more = {"a": {}, "b": {"rules_without_room": []}, "c": {"rules_without_room": [rule]}}
    assert sweep_figures(drawn, {k: figures(0.3, 1.0, 1.0) | v for k, v in more.items()})["cramped"] == ["c"]


def test_scenarios_without_a_plan_are_left_out() -> None:
    drawn = [scenario("a", 1.0), scenario("b", 2.0)]
    assert sweep_figures(drawn, {"a": figures(0.3, 1.0, 1.0)})["scenarios"] == 1
    assert sweep_figures(drawn, {})["spread"] == {}


def test_a_figure_that_a_scenario_has_not_is_told_of_the_others() -> None:
    """Without load there is no price: the sweep goes on, and its other figures are of all scenarios."""
    drawn = [scenario(f"s{k}", 1.0 + k) for k in range(7)]
    results = {s.id: figures(price=0.3 + 0.1 * k, wind=1.0 + k, investment=1e9) for k, s in enumerate(drawn)}
    results["s6"]["years"]["2030"]["all_in_price_per_kwh"] = None  # type: ignore[index]
    found = sweep_figures(drawn, results)
    assert found["scenarios"] == 7
    assert found["spread"]["all_in_price_per_kwh"]["most"] == pytest.approx(0.8)
    assert found["mattered"]["all_in_price_per_kwh"]["rank"]["fuel_price.lignite"] == pytest.approx(1.0)
    assert found["spread"]["wind"]["most"] == 7.0


def test_each_factor_makes_its_share_of_the_variance() -> None:
    """Price = 2 a + b with a and b even in 0..1: variances 4/12 and 1/12, so 0.8 and 0.2, and nothing together."""
    factors = tuple(
        Factor(quantity=name, how="to", distribution=Uniform(low=0.0, high=1.0)) for name in ("co2_price", "load")
    )
    drawn = sensitivity_scenarios(ScenarioSpec(name="two", factors=factors), 256, 1)
    results = {s.id: figures(2 * s.changes[0].value + s.changes[1].value, wind=80.0, investment=1e9) for s in drawn}
    for id_ in ("a00007", "x002-00011"):
        del results[id_]
    found = sensitivity_figures(drawn, results)
    assert set(found) == {"all_in_price_per_kwh"}  # the others do not vary
    price = found["all_in_price_per_kwh"]
    assert (price["points"], price["missing"]) == (254, 2)
    for name, share in (("co2_price", 0.8), ("load", 0.2)):
        of = price["factors"][name]
        assert of["first"] == pytest.approx(share, abs=0.02) and of["total"] == pytest.approx(share, abs=0.02)
        assert of["first_low"] < share < of["first_high"] and of["total_low"] < share < of["total_high"]
    few = {id_: r for id_, r in results.items() if id_[-5:] <= "00006"}
    assert sensitivity_figures(drawn, few) == {}


def test_what_a_solver_leaves_over_is_no_size_and_goes_with_nothing() -> None:
    drawn = [scenario(f"s{k}", 1.0 + k) for k in range(6)]
    results = {s.id: figures(price=0.3 * (1.0 + 1e-6 * k), wind=0.0, investment=0.0) for k, s in enumerate(drawn)}
    assert sweep_figures(drawn, results)["mattered"] == {}


def test_a_factor_without_an_order_is_named_as_ranked_nowhere() -> None:
    """A weather seed is a label: nothing goes up with it, and yet all may hang on it."""
    drawn = [
        dataclasses.replace(
            one, changes=(*one.changes, Change(quantity="weather_seed", how="to", value=float(11 + k % 3)))
        )
        for k, one in enumerate(scenario(f"s{k}", 1.0 + k) for k in range(9))
    ]
    results = {s.id: figures(price=0.3 + 0.1 * (k % 3), wind=1.0, investment=1e9) for k, s in enumerate(drawn)}
    found = sweep_figures(drawn, results)
    assert found["unranked"] == ["weather_seed"]
    assert set(found["mattered"]["all_in_price_per_kwh"]["rank"]) == {"fuel_price.lignite"}
    assert sweep_figures(drawn[:1], {})["unranked"] == []
