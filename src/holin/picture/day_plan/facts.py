"""What stands on the daily dispatch plan beside its tables: heading, cost, what gives way, where it came from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import xarray as xr


@dataclass(frozen=True, kw_only=True)
class UnmetRow:
    """A limit of the grid that is not kept: after which outage ("" for none), what, in how many steps, when it is worst
    (local) and why. `permanent`: no schedule can keep it."""

    outage: str
    what: str
    steps: int
    worst: str
    why: str
    permanent: bool


@dataclass(frozen=True, kw_only=True)
class BindingRow:
    """A limit that binds from a local time until another, and what one `unit` more of it saves at most (currency)."""

    start: str
    end: str
    element: str
    what: str
    saves: float
    unit: str


@dataclass(frozen=True, kw_only=True)
class PlanFacts:
    """What stands on the plan beside its figures: heading, cost by part in words, and breaches as sentences.

    `beside` are amounts that stand below the sum of the cost and are not in it. `breaches` are (is it a duty, ids of
    the elements, sentence); `origin` says in words where state, weather and loads came from; `notes` say what of it is
    synthetic and how it was made. `unmet` is None where the grid was not checked, and `unchecked` why.
    """

    park_name: str
    stage: str
    currency: str
    status: str
    cost: Mapping[str, float]
    breaches: Sequence[tuple[bool, str, str]]
    notes: Sequence[str]
    on_at_first: Mapping[str, bool]
    beside: Mapping[str, float] = field(default_factory=dict)
    origin: Mapping[str, str] = field(default_factory=dict)
    unmet: Sequence[UnmetRow] | None = None
    unchecked: str = ""
    binding: Sequence[BindingRow] = ()


@dataclass(frozen=True, kw_only=True)
class PlanTables:
    """The tables of a plan over its steps: SCHEDULE and AHEAD; the heat of the pots by potline (steps of
    `simulate_heat`); FLOWS and SETPOINTS where the grid was checked."""

    schedule: xr.Dataset
    ahead: xr.Dataset
    pots: Mapping[str, xr.Dataset] = field(default_factory=dict)
    flows: xr.Dataset | None = None
    setpoints: xr.Dataset | None = None
