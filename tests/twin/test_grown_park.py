"""Load growth that was asked of a plan stands in the park as planned: its stages run, flow and dispatch with it."""

import json
from datetime import date

import numpy as np
import pytest
from planning_parks import planning_park

from holin.calendar import hours_between
from holin.park import at_stage
from holin.parkfile import read_park
from holin.plan import PlanWishes
from holin.resource import demand
from holin.twin.plan import plan
from holin.twin.plan_figures import planned_figures
from holin.twin.plan_folder import saved_plan
from holin.twin.run import run, weather_of

DAY = {"start": date(2028, 3, 4), "end": date(2028, 3, 5)}


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    made = plan(planning_park(), PlanWishes(years=(2026, 2028), load_growth=0.1), **DAY)
    figures = planned_figures(made)
    folder = tmp_path_factory.mktemp("grown") / "out"
    assert saved_plan(made, figures, folder) == []
    return made, json.loads((folder / "plan.json").read_text()), read_park(folder / "park")


def test_each_stage_of_the_park_as_read_has_the_load_that_was_planned_for(written):
    """2025 is the base; 2026: 1.1, 2028: 1.1^3 of every hour of each load, the same course."""
    made, _, read = written
    own = at_stage(planning_park(), made.settings[0].stage)
    for setting, factor in zip(made.settings, (1.1, 1.331), strict=True):
        at, time = at_stage(read, setting.stage), setting.demand.time.values
        anew = demand(at, time, weather_of(at, time, None, None)).load_mw
        np.testing.assert_allclose(anew.values, setting.demand.load_mw.values, rtol=1e-12)
        asked = demand(own, time, weather_of(own, time, None, None)).load_mw
        np.testing.assert_allclose(anew.values, factor * asked.values, rtol=1e-12)


def test_it_runs_with_the_energy_that_the_plan_tells(written):
    _, figures, read = written
    for stage, planned in figures["by_year"].items():
        told = run(read, stage=stage, start=DAY["start"], end=DAY["end"]).summary
        assert told["energy_mwh"]["load"] == pytest.approx(planned["energy_mwh"]["load"], rel=1e-6)


def test_planning_on_grows_from_what_has_grown(written):
    """The last planned year is the base: 2030 is 1.1^2 of 2028."""
    made, _, read = written
    wishes = PlanWishes(years=(2030,), load_growth=0.1)
    on = plan(read, wishes, start=date(2030, 3, 4), end=date(2030, 3, 5), with_flows=False)
    [setting] = on.settings
    before = at_stage(read, made.settings[-1].stage)
    time = hours_between(date(2030, 3, 4), date(2030, 3, 5), read.facts.time_zone)
    asked = demand(before, time, weather_of(before, time, None, None)).load_mw
    np.testing.assert_allclose(setting.demand.load_mw.values, 1.21 * asked.values, rtol=1e-12)
