"""Which violations are new or worse through a connection: two N-1 studies compared, element by element."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from holin.flow import Violation, ViolationKind

WORSE_BY = 0.01
"""Loading or voltage (p.u. of the limit's unit) by which a violation must grow to count as worse."""

LONGER_BY, LONGER_H = 0.05, 24
"""A violation lasts longer when it has so much more and so many more hours."""


class Grown(StrEnum):
    """How a violation differs from before."""

    NEW = "new"
    WORSE = "worse"
    LONGER = "longer"


@dataclass(frozen=True, kw_only=True)
class Change:
    """A violation beside what it was before: `value_before` is NaN for a new one."""

    outage: str
    kind: ViolationKind
    element: str
    grown: Grown
    value_before: float
    value: float
    limit: float
    time: np.datetime64
    hours_before: int
    hours: int

    @property
    def excess(self) -> float:
        """How bad it is, for comparing measures: beyond the limit or beyond what was, in p.u.; MW / 100 of load lost;
        100 where there is no solution."""
        if self.kind is ViolationKind.NO_SOLUTION:
            return 100.0
        base = self.limit if not np.isfinite(self.value_before) else self.value_before
        return max(abs(self.value - base), 1e-6) / (100.0 if self.kind is ViolationKind.LOST_LOAD else 1.0)


def changes(before: Iterable[Violation], after: Iterable[Violation], new: Collection[str]) -> tuple[Change, ...]:
    """Return the violations that are new, worse, or last longer than before, the worst first; `()` is good.

    Load lost counts only as far as others than the `new` units lose it.
    """
    was = {same_violation(v): v for v in before}
    found = [c for v in after if (c := _change(v, was.get(same_violation(v)), new)) is not None]
    order = {Grown.NEW: 0, Grown.WORSE: 1, Grown.LONGER: 2}
    return tuple(sorted(found, key=lambda c: (order[c.grown], -c.excess, c.outage, c.element)))


def same_violation(v: Violation) -> tuple[str, str, str, str]:
    """Return what two violations have in common when they are one. Load lost is one violation per outage,
    whoever it is; a voltage is another above than below."""
    if v.kind is ViolationKind.LOST_LOAD:
        return v.outage, v.kind, "", ""
    side = "high" if v.kind is ViolationKind.VOLTAGE and v.value > v.limit else ""
    return v.outage, v.kind, v.element, side


def _change(v: Violation, was: Violation | None, new: Collection[str]) -> Change | None:
    if v.kind is ViolationKind.LOST_LOAD:
        return _lost(v, was, new)
    grown = _grown(v, was)
    if grown is None:
        return None
    return Change(
        outage=v.outage, kind=v.kind, element=v.element, grown=grown, value=v.value, limit=v.limit, time=v.time,
        value_before=float("nan") if was is None else was.value, hours_before=0 if was is None else was.hours,
        hours=v.hours,
    )  # fmt: skip


def _grown(v: Violation, was: Violation | None) -> Grown | None:
    if was is None:
        return Grown.NEW
    worse = v.hours > was.hours if v.kind is ViolationKind.NO_SOLUTION else v.severity > was.severity + WORSE_BY
    if worse:
        return Grown.WORSE
    return Grown.LONGER if v.hours > was.hours * (1 + LONGER_BY) and v.hours >= was.hours + LONGER_H else None


def _lost(v: Violation, was: Violation | None, new: Collection[str]) -> Change | None:
    """Load lost by others: those named beside the new units, of whom none was named before."""
    others = _named(v) - set(new)
    gone = others - (_named(was) if was else set())
    if not gone:
        return None
    return Change(
        outage=v.outage, kind=v.kind, element=", ".join(sorted(gone)), grown=Grown.WORSE if was else Grown.NEW,
        value=v.value, value_before=was.value if was else float("nan"), limit=0.0, time=v.time,
        hours_before=was.hours if was else 0, hours=v.hours,
    )  # fmt: skip


def _named(v: Violation) -> set[str]:
    return {name.strip() for name in v.element.split(",")}


def supply_lost(after: Iterable[Violation], load: str) -> tuple[str, ...]:
    """Return the outages after which the new load itself has no voltage: what its own supply hangs on."""
    return tuple(v.outage for v in after if v.kind is ViolationKind.LOST_LOAD and load and load in _named(v))
