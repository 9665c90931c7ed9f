"""How a unit makes way: for its refit, or for nothing."""

from types import SimpleNamespace
from typing import Any

import pytest

from holin.park import Candidate, Choice
from holin.plan.figures import plan_figures

STOP = Candidate(id="stop", element="coal", choice=Choice.RETIRE)
DEEP = Candidate(id="deep", element="coal-deep", choice=Choice.RETROFIT, replaces="coal")


@pytest.mark.parametrize(("refitted_mw", "choice"), [(40.0, "retrofit"), (0.0, "retire")])
def test_what_makes_way_says_for_what(refitted_mw: float, choice: str) -> None:
    stop: Any = SimpleNamespace(id="stop", candidate=STOP, builds=False, p_max_mw=40.0)
    deep: Any = SimpleNamespace(
        id="deep", candidate=DEEP, builds=True, table="thermal_unit", p_max_mw=40.0, investment_per_mw=1.0,
        investment_per_mwh=0.0, fixed_per_mw_year=0.0, lifetime_years=20.0, annuity=0.1,
    )  # fmt: skip
    sizes = SimpleNamespace(
        mw={"deep": refitted_mw}, mwh={}, built_mw={"deep": refitted_mw}, built_mwh={}, kept_mw={"coal": 0.0}
    )
    stage = SimpleNamespace(name="2030", offers=(stop, deep), weight=1.0)
    others = dict.fromkeys(
        ["objective", "bound", "gap", "row_error", "balance_error_mw_max", "solver", "iterations", "solves", "seconds"],
        0.0,
    )
    plan: Any = SimpleNamespace(stages=(stage,), sizes={"2030": sizes}, **others)
    assert plan_figures(plan)["retired"] == [
        {"stage": "2030", "candidate": "stop", "element": "coal", "choice": choice, "mw": 40.0}
    ]


def test_what_is_gone_does_not_go_again() -> None:
    """30 of 40 MW go in 2028, 10 more in 2030, none in 2032."""
    stop: Any = SimpleNamespace(id="stop", candidate=STOP, builds=False, p_max_mw=40.0)
    kept = {"2028": 10.0, "2030": 0.0, "2032": 0.0}
    sizes = {
        year: SimpleNamespace(mw={}, mwh={}, built_mw={}, built_mwh={}, kept_mw={"coal": mw})
        for year, mw in kept.items()
    }
    stages = tuple(SimpleNamespace(name=year, offers=(stop,), weight=1.0) for year in kept)
    others = dict.fromkeys(
        ["objective", "bound", "gap", "row_error", "balance_error_mw_max", "solver", "iterations", "solves", "seconds"],
        0.0,
    )
    plan: Any = SimpleNamespace(stages=stages, sizes=sizes, **others)
    assert [(row["stage"], row["mw"]) for row in plan_figures(plan)["retired"]] == [("2028", 30.0), ("2030", 10.0)]
