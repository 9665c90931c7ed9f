"""What visitors are shown: the hours add up to the run's figures, and a what-if is the park run again."""

import math
import time
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from web_asked import PARKS, Asked, about

from holin.errors import BadInput
from holin.park import at_stage, stage_of
from holin.parkfile import read_park
from holin.store import read_run
from holin.twin import run, saved
from holin.twin.part_year import without_year_rules
from holin.twin.visitors import AVOIDED_PER_DAY, FIGURES, METAL_PER_DAY, visitor_hours, visitor_wanted, visitor_what_if
from holin.web import Library, Role, Visitor, create_app
from holin.web.kept import Kept

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
    trace = read_run(first_run).tables["trace"]
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
    read = read_run(first_run)
    whole = read_park(read.park_folder)
    park = replace(at_stage(whole, stage_of(whole, str(read.summary["stage"]))), emission_factors=())
    found = visitor_hours(park, read.tables["flows"], read.tables["trace"])
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
    assert [f["path"] for f in now["figures"]] == [*FIGURES, METAL_PER_DAY, AVOIDED_PER_DAY]
    assert all(f["unit"] and f["label"]["zh"] != f["label"]["en"] for f in now["figures"])
    assert now["figures"] != more["figures"] and more["seconds"] > 0
    greener = [next(f for f in o["figures"] if f["path"] == FIGURES[0]) for o in (now, more)]
    assert greener[0]["count"] == "physical" and greener[0]["value"] <= greener[1]["value"] + 1e-6


def test_a_position_that_stands_moves_no_knob(first_run: Path) -> None:
    read = read_run(first_run)
    park = read_park(read.park_folder)
    stage = stage_of(park, str(read.summary["stage"]))
    assert visitor_wanted(park, stage, wind=1.0, storage=1.0) == {}
    moved = visitor_wanted(park, stage, wind=1.5, storage=1.0)
    assert set(moved) <= {"wind_mw"} and all(math.isfinite(v) for v in moved.values())


def test_the_park_unchanged_gives_the_runs_own_figures(first_run: Path) -> None:
    """All hours of the run again, nothing moved. The run keeps its weather as float32: a tenth digit differs."""
    summary = read_run(first_run).summary
    found = visitor_what_if(folder=str(first_run), first=0, count=30, wind=1.0, storage=1.0)["figures"]
    wanted = {
        "green_share.physical": summary["green_share"]["physical"],
        "energy_mwh.curtailed": summary["energy_mwh"]["curtailed"],
        "carbon.total_t": summary["carbon"]["total_t"],
        "all_in_price_per_kwh": summary["all_in_price_per_kwh"],
        METAL_PER_DAY: summary["green_metal_t"] * 24 / 30,
    }
    assert found.keys() == {*wanted, AVOIDED_PER_DAY}
    assert {name: found[name] for name in wanted} == pytest.approx(wanted, rel=1e-8)


@pytest.fixture(scope="module")
def day_of_stages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A day of the reference park that has stages to come."""
    made = run(PARKS / "huolinguole", stage="2025", start=datetime(2025, 6, 3), end=datetime(2025, 6, 4))
    return saved(made, tmp_path_factory.mktemp("stages") / "a-day")


def test_another_stage_is_as_a_run_of_it_in_the_same_hours(day_of_stages: Path) -> None:
    """A run of 2030 draws its own weather; drawn weather is of place and seed, so what-if and run meet."""
    found = visitor_what_if(folder=str(day_of_stages), first=0, count=24, wind=1.0, storage=1.0, at="2030")["figures"]
    whole = without_year_rules(read_park(read_run(day_of_stages).park_folder))
    made = run(whole, stage="2030", start=datetime(2025, 6, 3), end=datetime(2025, 6, 4))
    hours = visitor_hours(at_stage(whole, made.stage), made.tables["flows"], made.tables["trace"])
    now = visitor_what_if(folder=str(day_of_stages), first=0, count=24, wind=1.0, storage=1.0)["figures"]
    assert found["carbon.total_t"] == pytest.approx(made.summary["carbon"]["total_t"], rel=1e-8)
    assert found[METAL_PER_DAY] == pytest.approx(made.summary["green_metal_t"], rel=1e-8)
    assert found[AVOIDED_PER_DAY] == pytest.approx(hours.avoided_t.sum(), rel=1e-8)
    assert found[METAL_PER_DAY] > now[METAL_PER_DAY], "2030 has more of everything"


def test_measured_weather_is_not_drawn_where_nothing_was_measured(day_of_stages: Path, tmp_path: Path) -> None:
    of_day = read_run(day_of_stages)
    sky = of_day.tables["weather"].load().assign_attrs(origin="measured")
    measured = saved(run(read_park(of_day.park_folder), stage="2025", sky=sky), tmp_path / "measured")
    with pytest.raises(BadInput, match="its weather was measured and holds nothing for wind-4"):
        visitor_what_if(folder=str(measured), first=0, count=24, wind=1.0, storage=1.0, at="2030")


def test_what_was_worked_out_once_is_there_after_a_new_start(first_run: Path, tmp_path: Path) -> None:
    def served() -> tuple[Library, Asked]:
        library = Library([first_run], kept=Kept(tmp_path / "answers"))
        return library, Asked(create_app(library))

    way = f"{RUN}/visitors/what-if?wind=0.5"
    first, asked = served()
    found = worked_out(asked, way)
    first.close()
    again, asked = served()
    assert asked.json(way) == found, "at the first question"
    again.close()


def test_a_stage_that_the_park_has_not_is_not_found(asked: Asked) -> None:
    answer = asked.get(f"{RUN}/visitors/what-if?stage=1999")
    assert answer.status_code == 404 and "2025" in answer.json()["detail"]


@pytest.mark.parametrize("ask", ["wind=1.7", "storage=9", "wind=nan", "storage=-1"])
def test_no_other_position_is_worked_out(asked: Asked, ask: str) -> None:
    answer = asked.get(f"{RUN}/visitors/what-if?{ask}")
    assert answer.status_code == 422


def test_every_visitor_may_look(first_run: Path) -> None:
    asked = Asked(create_app(Library([first_run]), visitor_of=lambda request: Visitor(role=Role.VIEWER)))
    assert asked.json(f"{RUN}/visitors")["wind"]
