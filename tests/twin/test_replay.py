"""Rolling through hours: what is known, what is carried, what it costs."""

import importlib
import itertools
from datetime import date

import numpy as np
import pytest

from holin.errors import BadInput
from holin.parkfile import read_park, reference_park
from holin.twin import replay, replay_figures

module = importlib.import_module("holin.twin.replay")  # its name in the package is the function's

WEEK = {"stage": "2025", "start": date(2025, 3, 3), "end": date(2025, 3, 6), "lookahead_h": 12}


@pytest.fixture(scope="module")
def park():
    return read_park(reference_park("huolinguole"))


@pytest.fixture(scope="module")
def blended(park):
    return replay(park, method="blend", **WEEK)


def test_every_hour_is_decided_once_and_the_state_goes_on(park, blended):
    assert blended.schedule.sizes["time"] == 72 and len(blended.windows) == 3
    assert (np.diff(blended.schedule.time.values) == np.timedelta64(1, "h")).all()
    soc = blended.schedule.soc_mwh.sel(storage="bess-1").values
    unit = next(s for s in park.storages if s.id == "bess-1")
    charge = blended.schedule.charge_mw.sel(storage="bess-1").values
    discharge = blended.schedule.discharge_mw.sel(storage="bess-1").values
    after = (1 - unit.standing_loss_per_h) * soc[:-1] + unit.efficiency_charge * charge[1:]
    assert soc[1:] == pytest.approx(after - discharge[1:] / unit.efficiency_discharge, abs=1e-5)


def test_the_weather_that_came_is_what_was_used(park, blended):
    perfect = replay(park, method="perfect", **WEEK)
    wind = ["wind-1", "wind-2", "wind-3"]
    came = perfect.schedule.available_mw.sel(unit=wind).values
    assert blended.schedule.available_mw.sel(unit=wind).values == pytest.approx(came)
    assert (blended.schedule.p_mw.sel(unit=wind).values <= came + 1e-6).all()
    figures = replay_figures(blended, perfect)
    assert figures["above_perfect"] == pytest.approx(blended.total / perfect.total - 1)
    assert figures["total"] == pytest.approx(sum(figures["cost"].values()))


def test_what_comes_later_changes_nothing_done_before(park, blended, monkeypatch):
    """Calm from the afternoon of the second day on instead of what came: until then all is planned and met alike."""
    given = module.available
    known = 41

    def calm(*arguments):
        table = given(*arguments)
        return table.assign(available_mw=table.available_mw.where(table.time < np.datetime64("2025-03-04T09:00"), 0.0))

    monkeypatch.setattr(module, "available", calm)
    again = replay(park, method="blend", **WEEK)
    wind = ["wind-1", "wind-2", "wind-3"]
    assert again.schedule.available_mw.sel(unit=wind).values[known:].max() == 0.0
    assert blended.schedule.available_mw.sel(unit=wind).values[known:].max() > 0.0
    for column in ("committed", "p_mw", "soc_mwh"):
        before, after = (r.schedule[column].values[:known] for r in (blended, again))
        assert after == pytest.approx(before, abs=1e-6)


def test_knowing_the_whole_day_at_its_start_is_worth_something(park, blended):
    whole_day = replay(park, method="blend", redispatch_h=24, **WEEK)
    perfect = replay(park, method="perfect", **WEEK)
    assert perfect.total < blended.total
    assert whole_day.total < blended.total


def test_steering_anew_must_divide_the_day(park):
    with pytest.raises(BadInput, match="a whole number of hours that divides the horizon"):
        replay(park, redispatch_h=5, **WEEK)


def test_a_unit_keeps_its_least_times_over_the_seams(park):
    """A fortnight in which units are switched, so that there is something to keep."""
    longer = replay(park, method="persistence", redispatch_h=24, **(WEEK | {"end": date(2025, 3, 12)}))
    units, turned = {u.id: u for u in park.thermal_units}, 0
    for name in map(str, longer.schedule.thermal_unit.values):
        unit, on = units[name], longer.schedule.committed.sel(thermal_unit=name).values > 0.5
        turns = np.flatnonzero(np.diff(on.astype(int))) + 1
        turned += len(turns)
        for begin, finish in itertools.pairwise(turns):
            assert finish - begin >= (unit.min_up_h if on[begin] else unit.min_down_h)
    assert turned >= 2
