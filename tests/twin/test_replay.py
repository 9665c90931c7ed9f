"""Rolling through hours: what is known, what is carried, what it costs."""

import dataclasses
import itertools
from datetime import date

import numpy as np
import pytest

from holin.parkfile import read_park, reference_park
from holin.twin import replay, replay_figures

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


def test_what_comes_later_changes_no_plan_made_before(park, blended):
    """The third day drawn anew: what was done on the first two stays as it was."""
    again = replay(park, method="blend", **(WEEK | {"end": date(2025, 3, 5)}))
    first = blended.schedule.isel(time=slice(0, 24))
    assert again.schedule.isel(time=slice(0, 24)).committed.values == pytest.approx(first.committed.values)


def test_a_unit_keeps_its_least_times_over_the_seams(park, blended):
    for unit in dataclasses.replace(park).thermal_units:
        if unit.id not in blended.schedule.thermal_unit.values:
            continue
        on = blended.schedule.committed.sel(thermal_unit=unit.id).values > 0.5
        turns = np.flatnonzero(np.diff(on.astype(int))) + 1
        for begin, finish in itertools.pairwise(turns):
            assert finish - begin >= (unit.min_up_h if on[begin] else unit.min_down_h)
