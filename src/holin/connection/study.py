"""What a connection study holds: request, park before and after, what the grid says, what to build, the verdict."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

import xarray as xr

from holin.connection.added import Added
from holin.connection.changes import Change
from holin.connection.circuits import BusCurrent, Strength
from holin.connection.grid import Checked
from holin.connection.headroom import Headroom
from holin.connection.measures import Measure
from holin.connection.request import Request
from holin.flow import N1
from holin.park import Bus, Park, Stage, units_of

DAYS_PER_MONTH = 30.4375


@dataclass(frozen=True, kw_only=True)
class Operated:
    """A year (or part of one) of a park in whole hours, so that MW summed over time are MWh: its tables and the figures
    of its summary."""

    park: Park
    demand: xr.Dataset
    available: xr.Dataset
    schedule: xr.Dataset
    flows: xr.Dataset
    trace: xr.Dataset
    carbon: xr.Dataset
    summary: dict[str, Any]
    settled: bool


@dataclass(frozen=True, kw_only=True)
class Choice:
    """A bus that was meant, and how much of the request's kind it takes in the worst hours, everything in service."""

    bus: Bus
    headroom_mw: float


@dataclass(frozen=True, kw_only=True)
class Flexible:
    """Connected at once, without reinforcement: what is held back because the grid is full (MWh and hours), and the
    outages that trip the new units; `cures` says whether tripping leaves nothing new or worse, and no bus beyond its
    `breakers`, which tripping does not help."""

    curtailed_mwh: float
    curtailed_hours: int
    wished_mwh: float
    trips: tuple[str, ...]
    hours_at_risk: int
    cures: bool
    left: tuple[Change, ...]
    breakers: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Works:
    """A way to build the connection: measures, the bus that it stands at, whether it is carried in all states."""

    bus: str
    measures: tuple[Measure, ...]
    connection_cost: float

    @property
    def cost(self) -> float:
        """The cost of all measures and of the connection itself."""
        return self.connection_cost + sum(m.cost for m in self.measures)

    @property
    def months(self) -> int:
        """Months until all measures run; they are built side by side."""
        return max((m.months for m in self.measures), default=0)


class Answer(StrEnum):
    """The verdict."""

    YES = "yes"
    AFTER = "yes_after"
    FLEXIBLE = "flexible"
    NO = "no"


@dataclass(frozen=True, kw_only=True)
class Study:
    """A connection study. `after` is the operation with the new units and with `works` where there are some."""

    whole: Park
    stage: Stage
    request: Request
    decided: date
    beyond_last_stage: bool
    bus: Bus
    choices: tuple[Choice, ...]
    added: Added
    before: Operated
    after: Operated
    n1_before: N1
    unaided: Checked
    final: Checked
    currents: tuple[BusCurrent, ...]
    strength: Strength
    hosting: tuple[Headroom, ...]
    works: Works | None
    alternatives: tuple[Works, ...]
    flexible: Flexible | None
    unserved_mwh: float

    @property
    def answer(self) -> Answer:
        """Yes, yes after works, only as a flexible connection, or no."""
        if self.works is not None and self.unserved_mwh <= UNSERVED_SHARE * wished_mwh(self):
            return Answer.AFTER if self.works.measures else Answer.YES
        found = self.flexible
        if found is not None and found.cures and found.curtailed_mwh <= FLEXIBLE_SHARE * found.wished_mwh:
            return Answer.FLEXIBLE
        return Answer.NO

    @property
    def site(self) -> str:
        """The bus at which the new units stand: the bus asked for, or the end of a line to another one."""
        return next(u.bus for u in units_of(self.after.park) if u.id in self.added.units)

    @property
    def possible_from(self) -> date | None:
        """The first day: when the works run, counted from the decision, and not before the day asked for."""
        if self.answer is Answer.NO:
            return None
        months = self.works.months if self.answer is Answer.AFTER and self.works else 0
        return max(self.request.day, ready(self.decided, months))


UNSERVED_SHARE = 1e-4
FLEXIBLE_SHARE = 0.5
"""A flexible connection that is held back more than this is none."""


def wished_mwh(study: Study) -> float:
    """Return what the new load asks for, or else what the new sources could give (MWh)."""
    return wish_mwh(study.added, study.after.demand, study.after.available)


def wish_mwh(added: Added, demand: xr.Dataset, available: xr.Dataset) -> float:
    """Return what the new load asks for, and what the new sources could give, together (MWh)."""
    load = float(demand["load_mw"].sel(load=added.load).sum()) if added.load else 0.0
    return load + sum(float(available["available_mw"].sel(unit=u).sum()) for u in added.sources)


def ready(decided: date, months: int) -> date:
    """Return the day so many months after a decision (of 30.44 days each)."""
    return decided + timedelta(days=round(months * DAYS_PER_MONTH))


def held_back(added: Added, schedule: xr.Dataset, full: xr.Dataset) -> tuple[float, int]:
    """Return the energy (MWh) that the grid holds back of the new units, and in how many hours.

    `full` is the schedule in which nothing holds them back (`pushed`).
    """
    units = [u for u in (added.load, *added.sources) if u]
    short = abs(full["p_mw"].sel(unit=units) - schedule["p_mw"].sel(unit=units)).sum("unit").values
    return float(short.sum()), int((short > 1e-3).sum())


def shed_mwh(schedule: xr.Dataset, loads: Sequence[str] | None = None) -> float:
    """Return the load that the optimum does not serve (MWh): of all loads, or of some."""
    shed = schedule["shed_mw"]
    return float(shed.sum() if loads is None else shed.sel(load=list(loads)).sum())
