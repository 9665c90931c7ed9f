"""The park that a plan writes is read, run, dispatched and drawn by every command as it is, at the plan's own cost."""

import contextlib
import dataclasses
import io
import json
from datetime import date
from unittest import mock

import numpy as np
import pytest
from planning_parks import planning_park

from holin.cli import main
from holin.errors import BadInput
from holin.park import Meter, at_stage
from holin.parkfile import read_park
from holin.plan import PlanWishes, left_to_plan, stage_at, without_left
from holin.resource import available
from holin.store import json_text
from holin.twin.plan import plan
from holin.twin.plan_figures import planned_figures
from holin.twin.plan_folder import free_folder, saved_plan
from holin.twin.plan_operated import tables_of
from holin.twin.run import settled, weather_of

DAY = {"start": date(2028, 3, 4), "end": date(2028, 3, 5)}
SPAN = ("--start", "2028-03-04", "--end", "2028-03-05")


def holin(*arguments: object) -> str:
    output = io.StringIO()
    with mock.patch("sys.argv", ["holin", *map(str, arguments)]), contextlib.redirect_stdout(output):
        try:
            main()
        except SystemExit as end:
            assert not end.code, output.getvalue()
    return output.getvalue()


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    wishes = PlanWishes(years=(2026, 2028), export=False)
    made = plan(planning_park(), wishes, **DAY)
    figures = planned_figures(made)
    assert any(row["candidate"] == "more-wind" for row in figures["built"])
    folder = tmp_path_factory.mktemp("plan") / "out"
    assert saved_plan(made, figures, folder) == []
    return made, figures, folder / "park"


def test_it_is_a_good_park(written):
    found = json.loads(holin("check", written[2], "--json"))
    assert not [f for f in found.get("faults", []) if f.get("severity") != "warning"]


def test_the_park_as_written_costs_what_the_plan_says(written):
    """On the tables of the plan; by itself it has the same weather (the test below)."""
    made, figures, park = written
    read = read_park(park)
    for setting in made.settings:
        at, planned = at_stage(read, setting.stage), figures["by_year"][setting.stage.name]
        held = settled(at, *tables_of(at, setting))
        assert held.optimum.objective == pytest.approx(made.held[setting.stage.name].optimum.objective, rel=1e-6)
        run = json.loads(holin("run", park, "--stage", setting.stage.name, *SPAN, "--json"))
        assert run["energy_mwh"]["export"] == pytest.approx(0.0, abs=1e-3)
        assert run["energy_mwh"]["load"] == pytest.approx(planned["energy_mwh"]["load"], rel=1e-6)


def test_what_is_built_has_the_weather_that_it_was_planned_with(written):
    """The available power of the park as written, drawn anew, is its share of that which was on offer."""
    made, _, park = written
    read = read_park(park)
    for setting in made.settings:
        at = at_stage(read, setting.stage)
        planned, _ = tables_of(at, setting)
        anew = available(at, weather_of(at, planned.time.values, None, None))
        assert any(u.startswith("more-wind-") for u in anew.unit.values)
        assert float(anew.available_mw.sum()) > 0
        np.testing.assert_allclose(
            anew.available_mw.sel(unit=planned.unit).values, planned.available_mw.values, rtol=1e-9, atol=1e-9
        )


def test_flow_dispatch_and_drawing_take_it(written, tmp_path):
    park = written[2]
    assert json.loads(holin("flow", park, "--stage", "2028", "--json"))
    day = json.loads(holin("dispatch", park, "--stage", "2028", "--day", "2028-03-04", "--json"))
    assert day
    holin("draw", park, "--stage", "2028", "--out", tmp_path / "drawn.svg")
    assert (tmp_path / "drawn.svg").stat().st_size > 1000


@pytest.mark.parametrize("base", [None, "2028"])
def test_planning_on_keeps_what_was_built(written, base):
    """The last planned year is the written park's own stage: what was built for it stands in the years after."""
    whole = read_park(written[2])
    assert whole.facts.default_stage == "2028"
    built = {w.id for w in whole.wind_farms if w.id.startswith("more-wind-")}
    assert built
    wishes = PlanWishes(years=(2030,), base=base, export=False)
    stage = stage_at(whole, 2030)
    for park in (left_to_plan(whole, stage, wishes), at_stage(without_left(whole, wishes), stage)):
        assert built <= {w.id for w in park.wind_farms}
        assert {s.id for s in park.storages} == {s.id for s in at_stage(whole, stage).storages}
    anew = left_to_plan(whole, stage, dataclasses.replace(wishes, anew=True))
    assert not built & {w.id for w in anew.wind_farms}
    on = plan(whole, wishes, start=date(2030, 3, 4), end=date(2030, 3, 5), with_flows=False)
    assert built <= {w.id for w in at_stage(on.park, stage).wind_farms}


def test_a_folder_that_is_not_free_is_told_of_before_anything_is_solved(written, tmp_path):
    with pytest.raises(BadInput, match="holds files already"):
        free_folder(written[2])
    (tmp_path / "note").write_text("mine")
    with pytest.raises(BadInput, match="is a file"):
        free_folder(tmp_path / "note")
    assert free_folder(tmp_path / "new") == tmp_path / "new" and not (tmp_path / "new").exists()


def test_a_park_that_cannot_be_read_again_does_not_lose_the_plan(written, tmp_path):
    """No park that a command would take, but the plan's figures with what is wrong with it."""
    made, figures, park = written
    lost = Meter(id="m-lost", enterprise=made.park.enterprises[0].id, element="nowhere")
    wrong = dataclasses.replace(made, park=dataclasses.replace(made.park, meters=(lost,)))
    [fault] = saved_plan(wrong, figures, tmp_path / "out")
    assert (fault.file, fault.value) == ("meter.csv", "nowhere")
    told = json.loads((tmp_path / "out" / "plan.json").read_text())
    assert told["built"] == json.loads(json_text(figures["built"]))
    assert [f["value"] for f in told["park_faults"]] == ["nowhere"]
    assert {p.name for p in (tmp_path / "out").iterdir()} == {"plan.json", "park-faulty"}
    with pytest.raises(BadInput, match="nowhere"):
        read_park(tmp_path / "out" / "park-faulty")
    assert json.loads((park.parent / "plan.json").read_text())["park_faults"] == []
