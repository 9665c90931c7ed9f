"""The short path: park -> weather -> available power -> schedule, without flow, tracing and carbon."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from holin.dispatch import Dispatch, dispatch
from holin.errors import BadInput, Fault
from holin.park import Park, Stage, at_stage, stage_of
from holin.parkfile import read_park
from holin.resource import available, demand
from holin.twin.run import Progress, hours_of_run, weather_of


@dataclass(frozen=True, kw_only=True)
class Scheduled:
    """The least-cost operation of some hours: the whole park, its stage, and the optimum."""

    park: Park
    stage: Stage
    optimum: Dispatch


def scheduled(
    park: Park | str | Path,
    *,
    stage: str | None = None,
    start: date | datetime | None = None,
    end: date | datetime | None = None,
    weather: str | Path | None = None,
    seed: int | None = None,
    on_progress: Progress | None = None,
) -> Scheduled:
    """Return the least-cost operation of a park at a stage over a year (or from `start` to `end`, local, excluded).

    The network is linear and without losses: `run` goes on to the AC flow, and dispatches again with what it finds.
    `weather` and `seed` are those of `run`.
    """
    say = on_progress or (lambda what, share: None)
    whole = park if isinstance(park, Park) else read_park(park)
    at = stage_of(whole, stage)
    frozen = at_stage(whole, at)
    hours = hours_of_run(frozen, at, start, end)
    if weather is None and not frozen.climates:
        problem = "the park has no climate, so no weather can be drawn"
        right = "dispatch one hour with --snapshot; for days add a row, or give a weather file"
        raise BadInput([Fault(file="climate.csv", problem=problem, right=right)])
    say("weather", 0.0)
    sky = weather_of(frozen, hours, weather, seed)
    say("resource", 0.0)
    may, must = available(frozen, sky), demand(frozen, hours, sky)
    say("dispatch", 0.0)
    return Scheduled(park=whole, stage=at, optimum=dispatch(frozen, may, must))
