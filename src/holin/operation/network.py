"""The network in the optimum: one balance per hour and island, and DC limits of branches where they can bind."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from holin.kernel.linear import Floats, ProblemBuilder, Term
from holin.operation.block import Block, Injection


@dataclass(frozen=True, kw_only=True)
class BranchLimit:
    """A DC limit of one branch in some hours.

    `share` is the part of each bus's injection that flows through it (PTDF), `base_mw` (hour,) the flow from fixed
    loads and losses, `limit_mw` (hour,) what it may carry either way. `element` is the park's name of the branch where
    `branch`, the name of the row, is another one. `outage` is what is out where the limit is one after an outage;
    `without` are the units that feed in nothing then. With `voltage` it stands for the
    voltage of the bus `element`: MW are those of the bus that moves it most. `also` are further (outage, element)
    that the same row stands for.
    """

    branch: str
    hours: NDArray[np.int64]
    share: Mapping[str, float]
    base_mw: Floats
    limit_mw: Floats
    element: str = ""
    outage: str = ""
    without: frozenset[str] = frozenset()
    voltage: bool = False
    also: tuple[tuple[str, str], ...] = ()

    @property
    def is_security(self) -> bool:
        """Whether it is one that only AC flows ask for: of an outage, or of a voltage."""
        return bool(self.outage) or self.voltage

    @property
    def stands_for(self) -> tuple[tuple[str, str], ...]:
        """The (outage, element) that the row limits."""
        return (self.outage, self.element or self.branch), *self.also


@dataclass(frozen=True, kw_only=True)
class Islands:
    """Which island each bus belongs to, step by step: `number` of shape (time, bus), -1 where there is no voltage."""

    buses: tuple[str, ...]
    number: NDArray[np.int64]

    def of(self, bus: str) -> NDArray[np.int64]:
        """Return the island of a bus at each step."""
        return self.number[:, self.buses.index(bus)]


def places_of(islands: Islands, limits: Sequence[BranchLimit]) -> dict[str, bytes]:
    """Return for each bus what the rows of the network make of it: equal values for buses that they cannot tell apart.

    Two buses are of one place when they always belong to the same island and have the same share in every limit.
    """
    share = np.array([[limit.share.get(bus, 0.0) for limit in limits] for bus in islands.buses])
    share = np.round(share, 9) + 0.0  # the sum makes -0 a 0
    return {bus: islands.number[:, k].tobytes() + share[k].tobytes() for k, bus in enumerate(islands.buses)}


def add_balance(
    builder: ProblemBuilder,
    blocks: Sequence[Block],
    islands: Islands,
    fixed_mw: Floats,
    *,
    mismatch_per_mwh: float | None = None,
) -> None:
    """Add one row per step and island: the sum of all injections equals firm load and losses.

    `fixed_mw` (time, bus) is what must be delivered at each bus. With `mismatch_per_mwh` power may be missing or left
    over at that price (to find out why a problem is infeasible).
    """
    for island in range(int(islands.number.max(initial=0)) + 1):
        member = islands.number == island
        steps = np.flatnonzero(member.any(axis=1))
        terms: list[Term] = []
        for injection in (i for block in blocks for i in block.injections):
            here = member[steps, islands.buses.index(injection.bus)]
            terms.append((injection.columns[steps], injection.factor * here))
        if mismatch_per_mwh is not None:
            surplus = builder.add_variables(f"surplus.{island}", steps.shape, cost=mismatch_per_mwh)
            missing = builder.add_variables(f"missing.{island}", steps.shape, cost=mismatch_per_mwh)
            terms += [(surplus, -1.0), (missing, 1.0)]
        needed = np.where(member, fixed_mw, 0.0).sum(axis=1)[steps]
        builder.add_rows(f"balance.{island}", terms, lower=needed, upper=needed)


def add_branch_limits(
    builder: ProblemBuilder,
    blocks: Iterable[Block],
    limits: Iterable[BranchLimit],
    *,
    overload_per_mwh: float | Floats | None = None,
    room: Mapping[str, Term] | None = None,
) -> None:
    """Add -limit <= base + sum(share x injection) <= limit for each branch in its hours.

    With `overload_per_mwh`, one or (time,), a limit may be passed at that price. `room` (element -> column and MW per
    unit of it) is what a column adds to the limit of a branch, either way; rows against the branch's direction are
    `branch_back.NAME` then.
    """
    injections = [i for block in blocks for i in block.injections]
    for limit in limits:
        terms = list(_branch_terms([i for i in injections if _counts(i, limit)], limit))
        if overload_per_mwh is not None:
            price = overload_per_mwh if np.ndim(overload_per_mwh) == 0 else np.asarray(overload_per_mwh)[limit.hours]
            over = builder.add_variables(f"over.{limit.branch}", limit.hours.shape, cost=price)
            under = builder.add_variables(f"under.{limit.branch}", limit.hours.shape, cost=price)
            terms += [(over, -1.0), (under, 1.0)]
        if not terms:
            continue
        lower, upper = -limit.limit_mw - limit.base_mw, limit.limit_mw - limit.base_mw
        more = (room or {}).get(limit.element or limit.branch)
        if more is None:
            builder.add_rows(f"branch.{limit.branch}", terms, lower=lower, upper=upper)
            continue
        column, mw = np.asarray(more[0]), np.asarray(more[1])
        builder.add_rows(f"branch.{limit.branch}", [*terms, (column, -mw)], upper=upper)
        builder.add_rows(f"branch_back.{limit.branch}", [*terms, (column, mw)], lower=lower)


def _counts(injection: Injection, limit: BranchLimit) -> bool:
    """Load is not cut to be ready for an outage or to hold a voltage: such limits take it as served."""
    if limit.is_security and injection.emergency:
        return False
    return not injection.unit or injection.unit not in limit.without


def _branch_terms(injections: Iterable[Injection], limit: BranchLimit) -> Iterable[Term]:
    for injection in injections:
        share = limit.share.get(injection.bus, 0.0)
        if abs(share) > 1e-9:
            yield injection.columns[limit.hours], share * injection.factor
