"""One all-in price: a run of the park that a plan wrote counts the capital that the plan counts, part by part."""

import dataclasses
import json
from datetime import date
from pathlib import Path

import pytest
from planning_parks import planning_park

from holin.finance import annuity
from holin.park import Candidate, Choice, Cost, Fuel, Park, ThermalUnit
from holin.parkfile import read_park
from holin.picture.texts import text
from holin.plan import PlanWishes, asked_rule
from holin.twin.plan import Planned, plan
from holin.twin.plan_check import grid_checked
from holin.twin.plan_figures import planned_figures
from holin.twin.plan_folder import saved_plan
from holin.twin.run import run

DAY = {"start": date(2028, 3, 4), "end": date(2028, 3, 5)}
COAL = {"capital_cost_per_mw": 4e6, "lifetime_years": 25.0}


def park_with_all() -> Park:
    """The park to plan with a wider connection that must be built, coal that does not pay, and a refit of the potline
    that may make less metal."""
    park = planning_park()
    unit = ThermalUnit(
        id="coal-1", bus="b-main", p_nom_mw=20.0, p_min_mw=8.0, ramp_up_mw_per_h=20.0, ramp_down_mw_per_h=20.0,
        heat_rate_points=((0.4, 30.0), (1.0, 30.0)), fuel="lignite", cost="cost-coal", retired=date(2027, 6, 30),
    )  # fmt: skip
    least = {"tie": 10.0}
    pots = park.potlines[0]
    shell = dataclasses.replace(
        pots, id="shell", production_duty=0.8, amperage_min_ka=0.7 * pots.amperage_ka, heat_window_h=24.0
    )
    return dataclasses.replace(
        park,
        fuels=(Fuel(id="lignite", price_per_gj=40.0, emission_factor_t_per_gj=0.1),),
        thermal_units=(unit, dataclasses.replace(unit, id="coal-2", retired=None)),
        potlines=(*park.potlines, shell),
        costs=(
            *park.costs, Cost(id="cost-coal", fixed_cost_per_mw_year=5e6, **COAL),
            Cost(id="cost-shell", capital_cost_per_mw=1e-3, lifetime_years=15.0),
        ),
        candidates=(
            *(dataclasses.replace(c, p_min_mw=least.get(c.id, 0.0)) for c in park.candidates),
            *(Candidate(id=f"end-{k}", element=f"coal-{k}", choice=Choice.RETIRE) for k in (1, 2)),
            Candidate(
                id="refit", element="shell", choice=Choice.RETROFIT, replaces=park.potlines[0].id, template=True,
                cost="cost-shell",
            ),
        ),
    )  # fmt: skip


@pytest.fixture(scope="module")
def planned() -> Planned:
    wishes = PlanWishes(years=(2026, 2028), rules=(asked_rule("green_share_min", 0.8),))
    return grid_checked(plan(park_with_all(), wishes, **DAY))


@pytest.fixture(scope="module")
def figures(planned: Planned) -> dict:
    return planned_figures(planned)


@pytest.fixture(scope="module")
def park(planned: Planned, figures: dict, tmp_path_factory: pytest.TempPathFactory) -> Park:
    folder = tmp_path_factory.mktemp("one") / "out"
    assert saved_plan(planned, figures, folder) == []
    return read_park(folder / "park")


def capital(parts: dict[str, float]) -> dict[str, float]:
    return {n: v for n, v in parts.items() if n.startswith(("annuity_", "fixed_"))}


@pytest.mark.parametrize("stage", ["2026", "2028"])
def test_a_run_of_the_park_as_written_counts_the_capital_of_the_plan(stage: str, figures: dict, park: Park) -> None:
    told = figures["by_year"][stage]
    found = run(park, stage=stage, **DAY).summary
    assert capital(found["price_parts"]) == pytest.approx(capital(told["price_parts"]), rel=1e-9)
    assert {"annuity_network", "annuity_potline", "annuity_coal", "annuity_wind"} <= set(found["price_parts"])
    assert found["energy_mwh"]["load"] == pytest.approx(told["energy_mwh"]["load"], rel=1e-6)


def test_the_capital_is_all_that_was_decided_by_hand(figures: dict, planned: Planned) -> None:
    """Of every row of the plan's own table: its annuity for a day of 2028's 366; of the works over 30 years; of the
    coal that was retired for as long as it would have stood."""
    built = figures["built"]
    assert {"tie", "refit"} <= {row["candidate"] for row in built}
    assert {row["element"] for row in figures["retired"] if row["stage"] == "2026"} >= {"coal-1", "coal-2"}
    works = {name: check.cost for name, check in planned.checks.items()}
    assert sum(works.values()) > 0
    owed = annuity(0.06, 25) * 20 * 4e6
    for stage, coal in (("2026", 2), ("2028", 1)):
        parts = figures["by_year"][stage]["price_parts"]
        rows = [row for row in built if row["stage"] <= stage]
        network = sum(row["yearly_cost"] for row in rows if row["kind"] == "network")
        network += annuity(0.06, 30) * sum(cost for name, cost in works.items() if name <= stage)
        assert parts["annuity_network"] + parts["fixed_network"] == pytest.approx(network / 366, rel=1e-9)
        refit = sum(row["yearly_cost"] for row in rows if row["kind"] == "potline")
        assert parts["annuity_potline"] == pytest.approx(refit / 366, rel=1e-9) and refit > 0
        assert parts["annuity_coal"] == pytest.approx(coal * owed / 366, rel=1e-9) and parts["fixed_coal"] == 0.0


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_part_of_the_price_has_a_name(figures: dict, language: str) -> None:
    parts = figures["by_year"]["2026"]["price_parts"]
    said = {part: text(f"part.{part}", language) for part in parts}  # type: ignore[arg-type]
    assert len(set(said.values())) == len(parts) and not any("_" in word for word in said.values())


def test_the_json_of_the_plan_and_of_the_park_as_written_say_one_price(
    figures: dict, park: Park, tmp_path: Path
) -> None:
    """What is left is how the last year runs: at the optimum's grid limits, not its own. It is less than 1 %."""
    found = run(park, stage="2028", **DAY).summary
    assert found["all_in_price_per_kwh"] == pytest.approx(figures["by_year"]["2028"]["all_in_price_per_kwh"], rel=0.01)
    assert json.loads(json.dumps(found["price_parts"])) == found["price_parts"]
