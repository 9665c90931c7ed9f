"""What visitors are shown: the hours add up to the run's figures, and a what-if is the park run again."""

import math
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from web_asked import Asked, about

from holin.parkfile import read_park
from holin.store import read_run
from holin.twin.visitors import FIGURES, visitor_hours, visitor_wanted, visitor_what_if
from holin.web import Library, Role, Visitor, create_app

RUN = "/api/runs/two-days"


def worked_out(asked: Asked, way: str) -> Any:
    for _ in range(900):
        found = asked.json(way)
        if found["ready"]:
            return found
        assert found["figures"] == []
        time.sleep(0.1)
    raise AssertionError(way)


def test_hours_add_up_to_the_metal_of_the_run(asked: Asked, first_run: Path) -> None:
    table = asked.arrow(f"{RUN}/visitors/hours")
    summary = read_run(first_run).summary
    hours = table.to_pandas()
    assert len(hours) == 30 and about(table)["step_s"] == "3600"
    assert hours["metal"].sum() == pytest.approx(summary["metal_t"], rel=1e-5)
    assert hours["green_metal"].sum() == pytest.approx(summary["green_metal_t"], rel=1e-5)


def test_avoided_co2_is_own_wind_and_sun_times_the_public_grids_factor(asked: Asked, first_run: Path) -> None:
    """By hand from the trace's own arrays: sum over own wind and PV, over loads and potlines, times the factor."""
    run = read_run(first_run)
    trace = run.tables["trace"]
    own = np.isin(trace["source_kind"].values.astype(str), ("wind_farm", "pv_plant"))
    users = np.isin(trace["sink_kind"].values.astype(str), ("load", "potline"))
    dims = ("time", "source", "sink")
    taken = trace["energy_mwh"].transpose(*dims).values[:, own][:, :, users].sum(axis=(1, 2))
    shown = asked.json(f"{RUN}/visitors")
    avoided = asked.arrow(f"{RUN}/visitors/hours").to_pandas()["avoided"]
    assert taken.sum() > 0
    if shown["factors"]:
        [factor] = shown["factors"]
        assert avoided.values == pytest.approx(taken * factor["t_per_mwh"], rel=1e-5, abs=1e-4)
    else:
        assert avoided.isna().all(), "without a factor nothing is said"


def test_a_year_without_a_factor_is_not_known_and_not_zero(first_run: Path) -> None:
    from dataclasses import replace

    from holin.park import at_stage, stage_of

    run = read_run(first_run)
    whole = read_park(run.park_folder)
    park = replace(at_stage(whole, stage_of(whole, str(run.summary["stage"]))), emission_factors=())
    found = visitor_hours(park, run.tables["flows"], run.tables["trace"])
    assert np.isnan(found.avoided_t).all() and found.factors == ()
    assert not np.isnan(found.green_metal_t).any()


def test_what_stands_is_as_the_run_and_more_wind_is_as_the_park_run_again(asked: Asked, first_run: Path) -> None:
    shown = asked.json(f"{RUN}/visitors")
    week = shown["week"]
    assert (week["first"], week["count"]) != (0, 0) and week["first"] + week["count"] <= 30
    assert [s["times"] for s in shown["wind"]] == ["0.5", "1", "1.5", "2", "3"]
    more = worked_out(asked, f"{RUN}/visitors/what-if?wind=2&storage=1")
    now = worked_out(asked, f"{RUN}/visitors/what-if")
    wanted = visitor_what_if(
        folder=str(first_run), first=week["first"], count=week["count"], wind=2.0, storage=1.0
    )  # fmt: skip
    assert {f["path"]: f["value"] for f in more["figures"]} == pytest.approx(wanted["figures"], rel=1e-6)
    assert [f["path"] for f in now["figures"]] == list(FIGURES)
    assert now["figures"] != more["figures"] and more["seconds"] > 0
    greener = [next(f for f in o["figures"] if f["path"] == FIGURES[0]) for o in (now, more)]
    assert greener[0]["count"] == "physical" and greener[0]["value"] <= greener[1]["value"] + 1e-6


def test_a_position_that_stands_moves_no_knob(first_run: Path) -> None:
    from holin.park import stage_of

    run = read_run(first_run)
    park = read_park(run.park_folder)
    stage = stage_of(park, str(run.summary["stage"]))
    assert visitor_wanted(park, stage, wind=1.0, storage=1.0) == {}
    moved = visitor_wanted(park, stage, wind=1.5, storage=1.0)
    assert set(moved) <= {"wind_mw"} and all(math.isfinite(v) for v in moved.values())


@pytest.mark.parametrize("ask", ["wind=1.7", "storage=9", "wind=nan", "storage=-1"])
def test_no_other_position_is_worked_out(asked: Asked, ask: str) -> None:
    answer = asked.get(f"{RUN}/visitors/what-if?{ask}")
    assert answer.status_code == 422


def test_every_visitor_may_look(first_run: Path) -> None:
    asked = Asked(create_app(Library([first_run]), visitor_of=lambda request: Visitor(role=Role.VIEWER)))
    assert asked.json(f"{RUN}/visitors")["wind"]
