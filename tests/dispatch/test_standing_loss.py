"""A storage at its least content: what standing loss takes is kept above it before, not found to be missing after."""

import dataclasses

import numpy as np
import pytest
from ahead_parks import park_of, state, times, window_of

from holin.dispatch import Ahead, dispatch_ahead
from holin.operation import hours_of, rested_mwh
from holin.park import Grid, Park, Storage
from holin.tariff import Tariff

LOSS_PER_H = 1e-4
CELLS = Storage(
    id="S", bus="A", p_nom_mw=20.0, e_nom_mwh=100.0, efficiency_charge=0.9, efficiency_discharge=0.9,
    standing_loss_per_h=LOSS_PER_H, soc_min=0.1, soc_max=0.9, soc_end=0.1,
)  # fmt: skip


def peaky_park(unit: Storage = CELLS) -> Park:
    """A grid connection with a demand charge beside a storage: each MW of the month's peak costs 40,000."""
    tariff = Tariff(id="T", energy_price_per_mwh=300.0, demand_charge_per_mw_month=40_000.0)
    grid = Grid(id="G", bus="A", sk_max_mva=1e4, import_max_mw=200.0, tariff="T")
    return park_of(grids=(grid,), tariffs=(tariff,), storages=(unit,))


def two_days(park: Park, day_mw: np.ndarray) -> list[Ahead]:
    """Two windows of a day each, the second from the state that the first left, its peak counted."""
    first = dispatch_ahead(window_of(park, day_mw, state(soc={"S": 50.0})), mip_gap=1e-6)
    begun = first.state_after(24)
    window = window_of(park, day_mw, begun)
    moved = dataclasses.replace(window.case.hours, time=times(48)[24:])
    window = dataclasses.replace(
        window,
        case=dataclasses.replace(window.case, hours=moved),
        counted={key: np.array([begun.peak_mw["G"][key[1]]]) for key in window.counted},
    )
    return [first, dispatch_ahead(window, mip_gap=1e-6)]


def test_a_day_spent_to_the_end_leaves_what_the_next_day_loses() -> None:
    # The storage shaves the peaks of both days; the second begins with one: charging first would raise the peak.
    day = np.full(24, 50.0)
    day[[0, 1, 20, 21, 22, 23]] = 100.0
    first, second = two_days(peaky_park(), day)
    low = 0.1 * 100.0
    for made in (first, second):
        assert not [b for b in made.breaches if b.duty]
        assert made.schedule.soc_mwh.values.min() >= low - 1e-6
    left = float(first.schedule.soc_mwh.values[23, 0])
    assert left == pytest.approx(low, abs=0.06) and left > low  # it was spent, but for the loss


def test_the_rest_is_what_standing_loss_takes_until_a_day_after_the_end_but_no_more_than_a_hundredth() -> None:
    hours = hours_of(times(48), "UTC")
    assert rested_mwh(CELLS, hours) * (1 - LOSS_PER_H) ** 72 == pytest.approx(10.0, rel=1e-12)
    assert rested_mwh(dataclasses.replace(CELLS, standing_loss_per_h=0.0), hours) == 10.0
    assert rested_mwh(dataclasses.replace(CELLS, standing_loss_per_h=0.02), hours) == pytest.approx(11.0)


def test_only_the_loss_takes_the_rest() -> None:
    """However dear the peak, what is discharged stops above it."""
    load = np.r_[np.full(20, 100.0), np.full(4, 50.0)]
    made = dispatch_ahead(window_of(peaky_park(), load, state(soc={"S": 12.0})), mip_gap=1e-6)
    held = rested_mwh(CELLS, made.window.case.hours)
    idle = held * (1 - LOSS_PER_H) ** np.arange(1, 25)
    assert (made.schedule.soc_mwh.values[:, 0] >= idle - 1e-6).all()
    assert made.schedule.discharge_mw.values.max() > 0.05
