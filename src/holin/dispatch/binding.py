"""Which limits bind in each step of a schedule, and what one unit more of each would save."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from holin.dispatch.ahead import Ahead
from holin.kernel.linear import Columns
from holin.operation import bands_of, load_buses, renewables_of

NEAR = 1e-5
"""MW from a bound within which a column stands at it."""

LEAST_PER_MWH = 1e-3
"""Smallest shadow price worth naming."""

UPPER = {
    "import": "import", "export": "export", "charge": "charge", "discharge": "discharge", "renewable": "renewable",
    "generator": "full_load", "above": "full_load", "up": "up", "down": "down", "soc": "full",
}  # fmt: skip
LOWER = {"generator": "lowest_load", "above": "lowest_load", "soc": "empty"}
"""First names of columns whose upper or lower bound is a limit with a price -> the kind of limit."""

ROWS = frozenset({
    "full_load", "ramp_up", "ramp_down", "first_load", "last_load", "heat_led", "heat_on", "peak", "branch", "reserve",
    "largest", "must_run", "charge_power", "discharge_power", "ramp", "stock", "rule", "duty",
})  # fmt: skip
"""First names of rows that are limits with a price."""

OF_ITS_RUNNING = frozenset({"full_load", "ramp_up", "ramp_down", "first_load", "last_load", "heat_led", "heat_on"})
"""Kinds of limit that only a unit that runs can be at; one that is off is held by that."""

POT_LIMITS = {"superheat_low": "K", "superheat_high": "K", "ledge_low": "cm", "ledge_high": "cm"}
"""How the rows of pots' heat begin that are limits -> their unit; the others say what heat becomes."""

UNITS = {"full": "MWh", "empty": "MWh", "stock": "GJ", "peak": "MW", "rule": "MWh (t)", "duty": "t", **POT_LIMITS}
"""Kind of limit -> its unit, where it is not a MW over a step; a stock is counted in thousands of GJ."""


def _limit_of(row: str) -> tuple[str, str] | None:
    """Return the kind of limit and the element that a row's name says; None where it is no limit."""
    first, _, element = row.partition(".")
    kind = next((k for k in POT_LIMITS if first.startswith(k)), first)
    kind = "reserve" if kind == "reserve_spread" else kind
    return (kind, element) if kind in ROWS or kind in POT_LIMITS else None


@dataclass(frozen=True, kw_only=True)
class Binding:
    """A limit that binds: what one `unit` more of it would save (>= 0); of a MW over the step, per MWh.

    `kind` is the column or row it belongs to. The peak of a month has its price per MW, heat of pots per K of superheat
    or cm of ledge, what the whole window owes (rule, duty) per MWh or t. A unit that is out of service or off is held
    by that (`out`, `off`). `passed` says that the limit of a branch is broken, at that price.
    """

    kind: str
    element: str
    saves: float
    unit: str = "MWh"
    passed: bool = False


@dataclass(frozen=True, eq=False)
class Names:
    """The block of every column or row: `block` (number,) into `names`, and its step, -1 where it has none."""

    names: tuple[str, ...]
    block: NDArray[np.int64]
    step: NDArray[np.int64]


def names_of(blocks: dict[str, Columns], count: int, steps: int, some: Mapping[str, NDArray[np.int64]]) -> Names:
    """Return block and step of each of `count` columns or rows; `some` are the steps of blocks that have not all."""
    block, step = np.full(count, -1, dtype=np.int64), np.full(count, -1, dtype=np.int64)
    for k, (name, where) in enumerate(blocks.items()):
        block[where] = k
        at = some.get(name, np.arange(steps))
        if where.ndim and where.shape[0] == len(at):
            step[where] = at.reshape((-1,) + (1,) * (where.ndim - 1))
    return Names(names=tuple(blocks), block=block, step=step)


def _some_steps(made: Ahead) -> dict[str, NDArray[np.int64]]:
    """Return the steps of the rows that stand in some steps only: limits of branches, and bands of a tariff."""
    case = made.window.case
    found = {f"branch.{limit.branch}": limit.hours for limit in made.limits}
    for grid in case.park.grids:
        for band in bands_of(case.park, grid, case.hours):
            found[f"peak.{grid.id}" + (f".{band.id}" if band.id else "")] = np.flatnonzero(band.counts)
    return found


class Prices:
    """A solved window's columns and rows by name and step, and whose they are."""

    def __init__(self, made: Ahead) -> None:
        self.made, self.problem, self.linear = made, made.problem, made.solution.linear
        self.hours, steps = made.window.case.hours, made.window.case.hours.count
        self.columns = names_of(made.problem.variables, len(made.problem.cost), steps, {})
        self.rows = names_of(made.problem.rows, len(made.problem.row_lower), steps, _some_steps(made))

    def unit_of(self, name: str, column: int) -> str:
        """Return whose a column is: the unit, or the bus of shed load."""
        first, _, element = name.partition(".")
        park = self.made.window.case.park
        if first == "renewable":
            return renewables_of(park)[int(np.argwhere(self.problem.variables[name] == column)[0, 1])].id
        if first == "shed":
            return load_buses(park)[int(np.argwhere(self.problem.variables[name] == column)[0, 1])]
        return element


class Bindings(Prices):
    """Reads what binds out of a solved window."""

    def __init__(self, made: Ahead) -> None:
        super().__init__(made)
        self.passed = _passed(made)

    def by_step(self) -> list[tuple[Binding, ...]]:
        """Return the limits that bind in each step, the dearest first."""
        found: list[dict[tuple[str, str], float]] = [{} for _ in range(self.hours.count)]
        for step, key, saves in (*self._bounds(), *self._limits()):
            for t in range(self.hours.count) if step < 0 else (step,):
                there = self._of_what_runs(t, key) if step >= 0 else key
                found[t][there] = found[t].get(there, 0.0) + saves
        return [
            tuple(self._binding(t, *key, v) for key, v in sorted(step.items(), key=lambda x: -x[1]))
            for t, step in enumerate(found)
        ]

    def _binding(self, t: int, kind: str, element: str, saves: float) -> Binding:
        passed = kind == "branch" and t in self.passed.get(element, ())
        return Binding(kind=kind, element=element, saves=saves, unit=UNITS.get(kind, "MWh"), passed=passed)

    def _of_what_runs(self, t: int, key: tuple[str, str]) -> tuple[str, str]:
        """Return the limit, or that its unit is out of service, or off."""
        kind, element = key
        out = self.hours.out.get(element)
        if out is not None and out[t]:
            return "out", element
        on = self.problem.variables.get(f"on.{element}")
        if kind in OF_ITS_RUNNING and on is not None and self.linear.values[on[t]] < 0.5:
            return "off", element
        return key

    def _bounds(self) -> Iterator[tuple[int, tuple[str, str], float]]:
        """Yield the bounds of columns that have a price: step, limit, what one unit more of it saves."""
        duals, potlines = self.linear.column_duals, {p.id for p in self.made.window.case.park.potlines}
        for column in np.flatnonzero(np.abs(duals) > LEAST_PER_MWH * self.hours.step_h).tolist():
            name = self.columns.names[self.columns.block[column]]
            first, _, element = name.partition(".")
            kind = (UPPER if duals[column] < 0 else LOWER).get(first)
            idle = duals[column] > 0 and first == "generator" and self.problem.lower[column] <= 0
            of_reserve = first in ("up", "down") and element not in potlines
            if kind is None or idle or of_reserve or name.endswith(".before"):
                continue
            element = self.unit_of(name, column)
            if kind == "lowest_load" and first == "above" and self._p_min_mw(element) == 0:
                continue
            yield int(self.columns.step[column]), (kind, element), abs(float(duals[column])) / self._per(kind)

    def _limits(self) -> Iterator[tuple[int, tuple[str, str], float]]:
        """Yield the rows that have a price, likewise."""
        duals = self.linear.row_duals
        for row in np.flatnonzero(np.abs(duals) > LEAST_PER_MWH * self.hours.step_h).tolist():
            key = _limit_of(self.rows.names[self.rows.block[row]])
            if key is not None:
                yield int(self.rows.step[row]), key, abs(float(duals[row])) / self._per(key[0])

    def _per(self, kind: str) -> float:
        """Return what a row or bound counts of the kind's unit: a stock in thousands of GJ, power over a step."""
        return 1e3 if kind == "stock" else 1.0 if kind in UNITS else self.hours.step_h

    def _p_min_mw(self, unit: str) -> float:
        return next((u.p_min_mw for u in self.made.window.case.park.thermal_units if u.id == unit), 0.0)


def _passed(made: Ahead) -> dict[str, frozenset[int]]:
    """Return the steps in which the limit of a branch is broken, by its row's name."""
    found, values = {}, made.solution.linear.values
    for limit in made.limits:
        beyond = np.zeros(len(limit.hours))
        for side in ("over", "under"):
            columns = made.problem.variables.get(f"{side}.{limit.branch}")
            beyond += 0.0 if columns is None else values[columns]
        found[limit.branch] = frozenset(limit.hours[beyond > NEAR].tolist())
    return found
