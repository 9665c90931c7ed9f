"""The planned years before the optimum: each with the park as it stands, what is on offer, and its hours."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import xarray as xr

from holin.park import Candidate, Park, Stage
from holin.parkfile import read_park
from holin.plan import (
    Offer,
    PlanWishes,
    left_to_plan,
    offers_of,
    planned_years,
    stage_at,
    weights_of,
    with_growth,
    with_offers,
)
from holin.resource import available, demand, within_hours
from holin.twin.run import Progress, hours_of_run, weather_of

PLAN_LIFE_YEARS = 25.0
"""How long a development of several years is looked at: the life of wind and PV."""


@dataclass(frozen=True, kw_only=True)
class Setting:
    """A planned year before its optimum: the park frozen and stripped of what is decided, its offers and tables.

    `available` and `demand` are those of its hours, in which it is operated; `of_optimum` are both in the steps of
    `step_h` that the optimum has.
    """

    stage: Stage
    standing: Park
    offers: tuple[Offer, ...]
    available: xr.Dataset
    demand: xr.Dataset
    weight: float
    investment_max: float | None
    step_h: float
    of_optimum: tuple[xr.Dataset, xr.Dataset]


def settings_of(
    park: Park | str | Path,
    wishes: PlanWishes,
    *,
    weather: str | Path | None = None,
    seed: int | None = None,
    start: date | datetime | None = None,
    end: date | datetime | None = None,
    step_h: float = 1.0,
    on_progress: Progress | None = None,
) -> tuple[Park, tuple[Setting, ...]]:
    """Return the whole park, its loads grown as asked, and the planned years with their tables.

    With `start` and `end` (local, excluded) every year is planned for these hours alone: a quick look. A whole year has
    all its hours: 8,784 in a leap year. With `step_h` the optimum has steps of a part of an hour (`within_hours`).
    """
    say = on_progress or (lambda what, share: None)
    whole = with_growth(park if isinstance(park, Park) else read_park(park), wishes)
    years = planned_years(whole, wishes)
    weights = weights_of(years, whole.facts.discount_rate, PLAN_LIFE_YEARS)
    settings, seen = [], dict[str, Candidate]()
    for number, year in enumerate(years):
        say("weather", number / len(years))
        stage = stage_at(whole, year)
        standing = left_to_plan(whole, stage, wishes)
        closed = [c for id_, c in seen.items() if id_ not in {now.id for now in standing.candidates}]
        offers = offers_of(whole, standing, year, closed)
        seen |= {c.id: c for c in standing.candidates}
        full = with_offers(standing, offers)
        hours = hours_of_run(full, stage, start, end)
        sky = weather_of(full, hours, weather, seed)
        may, must = available(full, sky), demand(full, hours, sky)
        settings.append(
            Setting(
                stage=stage, standing=standing, offers=offers, available=may, demand=must, weight=weights[year],
                investment_max=wishes.investment_max.get(year), step_h=step_h,
                of_optimum=within_hours(full, may, must, step_h),
            )
        )  # fmt: skip
    return whole, tuple(settings)
