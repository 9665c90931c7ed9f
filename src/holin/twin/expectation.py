"""What the time around a window is expected to be: months' peaks and the worth of stored energy, from a plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import xarray as xr

from holin.calendar import Times, hours_between, local
from holin.dispatch import dispatch
from holin.kernel.linear import Floats
from holin.operation import Hours, State, bands_of, hours_of
from holin.park import Park
from holin.resource import available, demand, weather_year
from holin.twin.part_year import without_year_rules


@dataclass(frozen=True, kw_only=True)
class Expectation:
    """What a plan of the months around a window says: the highest draw by (grid connection, band, local month such as
    2025-03), and the mean price of power in currency/MWh."""

    peak_mw: Mapping[tuple[str, str, str], float] = field(default_factory=dict)
    price_per_mwh: float = 0.0


def expectation_of(park: Park, time: Times, *, seed: int | None = None) -> Expectation:
    """Return what a least-cost plan of the local months of `time` says, on another draw of the park's climate.

    The draw is another one so that nothing of the window's own weather is known beforehand; `seed` is that of the
    window. Rules that only a whole year can keep are left aside. A park without a climate has none: no peak is
    expected, and a MWh is worth what import costs.
    """
    if not park.climates:
        return Expectation()
    months = sorted(set(_months(time, park.facts.time_zone)))
    free = without_year_rules(park)
    peaks: dict[tuple[str, str, str], float] = {}
    prices: list[float] = []
    for month in months:
        hours = _hours_of_month(month, park.facts.time_zone)
        sky = weather_year(park, hours, seed=another_seed(park, seed))
        plan = dispatch(free, available(park, sky), demand(park, hours, sky)).schedule
        prices.append(float(np.nanmean(plan.shadow_price_per_mwh.values)))
        peaks |= _peaks_of(park, plan, month)
    return Expectation(peak_mw=peaks, price_per_mwh=float(np.mean(prices)))


def another_seed(park: Park, seed: int | None) -> int:
    """Return a seed that is not the window's."""
    return (park.climates[0].seed if seed is None else seed) + 1


def counted_mw(park: Park, hours: Hours, state: State, expected: Expectation) -> dict[tuple[str, str], Floats]:
    """Return what counts of each month's peak already, (grid, band) -> (month,): that so far, or what is expected."""
    labels = [_label(hours.time[hours.month == k][:1], park.facts.time_zone) for k in range(len(hours.month_share))]
    now = _label(np.array([state.time]), park.facts.time_zone)
    counted: dict[tuple[str, str], Floats] = {}
    for grid in park.grids:
        for band in bands_of(park, grid, hours):
            so_far = state.peak_mw.get(grid.id, {}).get(band.id, 0.0)
            counted[grid.id, band.id] = np.array(
                [
                    max(expected.peak_mw.get((grid.id, band.id, label), 0.0), so_far if label == now else 0.0)
                    for label in labels
                ]
            )
    return counted


def _peaks_of(park: Park, plan: xr.Dataset, month: str) -> dict[tuple[str, str, str], float]:
    hours = hours_of(plan.time.values, park.facts.time_zone)
    peaks = {}
    for grid in park.grids:
        taken = np.maximum(plan.p_mw.sel(unit=grid.id).values, 0.0)
        for band in bands_of(park, grid, hours):
            peaks[grid.id, band.id, month] = float(taken[band.counts].max(initial=0.0))
    return peaks


def _months(time: Times, zone: str) -> list[str]:
    return [f"{t:%Y-%m}" for t in local(time, zone)]


def _label(time: Times, zone: str) -> str:
    return _months(time, zone)[0]


def _hours_of_month(month: str, zone: str) -> Times:
    year, number = map(int, month.split("-"))
    after = date(year + number // 12, number % 12 + 1, 1)
    return hours_between(date(year, number, 1), after, zone)
