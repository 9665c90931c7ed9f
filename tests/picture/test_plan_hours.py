"""The weeks of a planned year that its report draws: which ones, and how power and stored energy stand in time."""

import base64

import numpy as np
import pytest
from picture_sample import sample_park, sample_run

from holin.picture.figure import Figure
from holin.picture.plan_report.hours import hours_of_plan, weeks
from holin.picture.plan_report.seen import PlanYear
from holin.picture.printed import table
from holin.picture.scene import scene_of


def year_of(days: int, seed: int = 1) -> PlanYear:
    run = sample_run(sample_park(), days=days, seed=seed, traced=False)
    return PlanYear(name="2025", scene=scene_of(run.park, run.stage, run.tables, run.summary))


def values(packed: dict[str, str]) -> np.ndarray:
    return np.frombuffer(base64.b64decode(packed["bdata"]), dtype="<f4")


def trace(figure: Figure, key: str) -> dict:
    return next(t for t in figure.data if t["name"] == "{{energy." + key + "}}")


def test_of_several_weeks_the_middle_and_the_hardest_are_drawn() -> None:
    year = year_of(40)
    scene = year.scene
    whole = [w for w in scene.weeks if w.whole]
    assert len(whole) == 5
    rest = {w.first_day[5:]: float(np.mean(scene.hourly["residual"][w.start : w.stop])) for w in whole}
    ordered = sorted(rest, key=rest.__getitem__)
    typical, hardest = weeks(year)
    assert (typical.words, hardest.words) == ("plan_typical", "plan_hardest")
    assert typical.of.startswith(f"2025 · {ordered[2]} – ") and hardest.of.startswith(f"2025 · {ordered[-1]} – ")
    assert typical.id != hardest.id


@pytest.mark.parametrize("days", [2, 9, 15])
def test_less_than_two_whole_weeks_are_shown_from_first_to_last(days: int) -> None:
    year = year_of(days)
    [only] = weeks(year)
    assert only.words == "plan_only"
    assert len(values(trace(only, "demand")["y"])) == 24 * days + 1


def test_power_reaches_to_the_end_of_its_last_step_and_stored_energy_is_that_of_the_end() -> None:
    year = year_of(2)
    [only] = weeks(year)
    wind, content = trace(only, "wind"), trace(only, "content")
    np.testing.assert_allclose(values(wind["y"])[:-1], year.scene.hourly["wind"], rtol=1e-6)
    assert values(wind["y"])[-1] == values(wind["y"])[-2] and wind["line"]["shape"] == "hv"
    assert (wind["x0"], content["x0"]) == ("2025-01-01 00:00", "2025-01-01 01:00")
    assert len(values(content["y"])) == 48


def test_duration_curves_of_an_odd_number_of_years_leave_no_hole() -> None:
    one, two = year_of(2), year_of(3)
    assert [f.wide for f in hours_of_plan([one]) if f.words == "plan_residual"] == [True]
    assert [f.wide for f in hours_of_plan([one, two]) if f.words == "plan_residual"] == [False, False]
    assert [f.wide for f in hours_of_plan([one, two, one]) if f.words == "plan_residual"] == [False, False, True]


def test_a_cell_of_a_stacked_table_has_its_heading_before_it() -> None:
    html = table(["what", "year", "kind"], [["<th>wind</th>", "2030", '<td class="n">5</td>']], "stacked")
    assert '<td><span class="label">year</span>2030</td>' in html
    assert '<td class="n"><span class="label">kind</span>5</td>' in html and "<th>wind</th>" in html
