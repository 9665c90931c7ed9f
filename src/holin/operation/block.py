"""What every block is given and what it gives back."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from holin.calendar import Times, hours_of_year, local
from holin.kernel.linear import Columns, Floats, ProblemBuilder, Term
from holin.thing import Thing


@dataclass(frozen=True, kw_only=True)
class Hours:
    """The steps of a problem: `time` (UTC starts), their common length, and the local month of each.

    `month` counts from 0 within the problem; `month_share` is how much of each calendar month lies in it;
    `years` is how much of a local calendar year all steps together are. `out` names the units that are out of service
    in some step, and when (shape (time,)): planned outages, and buses without voltage.
    """

    time: Times
    step_h: float
    month: NDArray[np.int64]
    month_share: Floats
    years: float
    out: Mapping[str, NDArray[np.bool_]]

    @property
    def count(self) -> int:
        """Number of steps."""
        return len(self.time)


def hours_of(
    time: Times, time_zone: str, *, step_h: float = 1.0, out: Mapping[str, NDArray[np.bool_]] | None = None
) -> Hours:
    """Describe steps of `step_h` hours that start at `time` (UTC)."""
    clock = local(time, time_zone)
    label = clock.year.to_numpy() * 12 + clock.month.to_numpy() - 1
    labels, month = np.unique(label, return_inverse=True)
    year_hours = {y: len(hours_of_year(int(y), time_zone)) for y in np.unique(clock.year)}
    share = [np.sum(month == k) * step_h / _hours_of_month(int(m), time_zone) for k, m in enumerate(labels)]
    years = sum(np.sum(clock.year == y) * step_h / hours for y, hours in year_hours.items())
    return Hours(time=time, step_h=step_h, month=month, month_share=np.array(share), years=float(years), out=out or {})


def _hours_of_month(label: int, time_zone: str) -> int:
    year, month = divmod(label, 12)
    clock = local(hours_of_year(year, time_zone), time_zone)
    return int(np.sum(clock.month.to_numpy() == month + 1))


@dataclass(frozen=True, kw_only=True)
class Injection:
    """Power of one column per hour into one bus: `factor` MW per unit of the column, + into the network.

    `unit` is the source whose it is, where an outage of it would take it away. An `emergency` is load that is cut: no
    means to be ready for an outage.
    """

    bus: str
    columns: Columns
    factor: float
    unit: str = ""
    emergency: bool = False


@dataclass(frozen=True, kw_only=True)
class Quantity:
    """A part of one of the year's quantities (`rules.QUANTITIES`): terms over columns, and a constant."""

    terms: tuple[Term, ...] = ()
    constant: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Block:
    """What a block adds to the problem: injections into buses and parts of the year's quantities."""

    injections: tuple[Injection, ...] = ()
    quantities: Mapping[str, Quantity] = field(default_factory=dict)


def quantities_of(blocks: Iterable[Block], name: str) -> Quantity:
    """Return one quantity summed over all blocks."""
    parts = [block.quantities[name] for block in blocks if name in block.quantities]
    return Quantity(terms=tuple(t for p in parts for t in p.terms), constant=sum(p.constant for p in parts))


def in_service(hours: Hours, ids: Iterable[str]) -> Floats:
    """Return 1 where a unit is in service and 0 where it is out, of shape (time, unit)."""
    none = np.zeros(hours.count, dtype=bool)
    service = np.array([~hours.out.get(i, none) for i in ids], dtype=float).reshape(-1, hours.count)
    return service.T


def leaders(
    things: Sequence[Thing],
    *series: Floats,
    places: Mapping[str, bytes] | None = None,
    apart: frozenset[str] = frozenset(),
) -> list[int]:
    """Return for each thing the position of the first one that equals it in all figures and hourly series.

    Names, dates and owners do not count. Twins share one set of columns: they run alike, as identical units in a
    station do. That costs nothing only where the network cannot tell their buses apart: `places` (`places_of`) has
    equal values for such buses; without it twins stand at the same bus. A thing in `apart` has no twin.
    """
    keys = []
    for k, thing in enumerate(things):
        blank: dict[str, Any] = {name: None for name in NOT_FIGURES if hasattr(thing, name)}
        plain = dataclasses.replace(thing, **blank)
        bus = getattr(thing, "bus", "")
        own = thing.id if thing.id in apart else ""
        keys.append((own, plain, places[bus] if places else bus, *(s[:, k].tobytes() for s in series)))
    return [keys.index(key) for key in keys]


NOT_FIGURES = (
    "id", "name", "name_zh", "bus", "enterprise", "built", "retired", "latitude", "longitude", "diagram_x", "diagram_y",
    "basis", "reference",
)  # fmt: skip


def previous(columns: Columns) -> Columns:
    """Return the columns of the step before, the first step's being the last (a cyclic horizon)."""
    return np.roll(columns, 1, axis=0)


def before(builder: ProblemBuilder, name: str, columns: Columns, first: float) -> Columns:
    """Return the columns of the step before, the first step's being a column fixed at `first` (`NAME.before`)."""
    label = f"{name}.before"
    if label not in builder:
        builder.add_variables(label, (1,), lower=first, upper=first)
    return np.concatenate([builder.columns(label), columns[:-1]])
