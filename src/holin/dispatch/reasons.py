"""Why each step costs what it does: the unit that gives the next MW, what makes up its price, and what binds.

At an optimum the price of a step is, for any column that is not at a bound, its own cost and the shadow prices of the
other rows in which it stands (stationarity). So the parts of a reason add up to the price, exactly.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from holin.dispatch.ahead import Ahead
from holin.kernel.linear import Columns, Floats
from holin.operation import load_buses, renewables_of

NEAR = 1e-5
"""MW from a bound within which a column stands at it."""

LEAST_PER_MWH = 1e-3
"""Smallest shadow price worth naming."""

OWN = frozenset({"fuel", "cost"})
"""Rows that are a piece of a column's own cost: lines of a fuel or cost curve."""

WEAR = frozenset({"charge_slices", "discharge_slices", "soc_slices"})
UPPER = {
    "import": "import", "export": "export", "charge": "charge", "discharge": "discharge", "renewable": "renewable",
    "generator": "full_load", "above": "full_load", "up": "up", "down": "down", "soc": "full",
}  # fmt: skip
LOWER = {
    "generator": "lowest_load", "above": "lowest_load", "soc": "empty", "stock": "stock",
}  # fmt: skip
"""First names of columns whose upper or lower bound is a limit with a price -> the kind of limit."""

ROWS = frozenset({
    "full_load", "ramp_up", "ramp_down", "first_load", "last_load", "heat_led", "heat_on", "peak", "branch", "reserve",
    "largest", "must_run", "charge_power", "discharge_power", "ramp", "stock", "rule", "duty", "pot_heat",
})  # fmt: skip
"""First names of rows that are limits with a price."""


POT_HEAT = ("heat_0", "heat_1", "heat_2", "heat_3", "superheat_", "ledge_", "efficiency_loss")
"""How the rows of a potline's heat begin: together they are one limit."""


def _limit_of(row: str) -> tuple[str, str]:
    """Return the kind of limit and the element that a row's name says."""
    first, _, element = row.partition(".")
    if first.startswith(POT_HEAT):
        return "pot_heat", element
    return ("reserve", element) if first == "reserve_spread" else (first, element)


@dataclass(frozen=True, kw_only=True)
class Part:
    """A part of a price: `kind` is "own" (fuel, tariff, offer) or the row whose shadow price it is, in currency/MWh."""

    kind: str
    element: str
    per_mwh: float


@dataclass(frozen=True, kw_only=True)
class Binding:
    """A limit that binds: what one unit more of it would save (>= 0), per MWh of a MW over the step.

    `kind` is the column or row it belongs to; the peak of a month and what the whole window owes (rule, duty) carry
    their own price, per MW and per MWh or t.
    """

    kind: str
    element: str
    saves: float


@dataclass(frozen=True, kw_only=True)
class Reason:
    """Why a step has its price in an island (`place` is its first bus, "" where there is one island).

    `marginal` is the column that gives the next MW (`import.G`, `above.U`, `discharge.S`, ...) and `unit` whose it is;
    `linked` are, for a storage, the steps between which it carries energy then. `parts` add up to `price_per_mwh`.
    """

    step: int
    place: str
    price_per_mwh: float
    marginal: str
    unit: str
    parts: tuple[Part, ...]
    binding: tuple[Binding, ...]
    linked: tuple[int, ...] = ()


def reasons_of(made: Ahead) -> tuple[Reason, ...]:
    """Return the reason of every step and island with a voltage, in the order of time.

    A schedule without prices (no command) has none.
    """
    if np.isnan(made.solution.linear.row_duals).any():
        return ()
    return tuple(_Prices(made).reasons())


@dataclass(frozen=True, eq=False)
class _Names:
    """The block of every column or row: `block` (number,) into `names`, and its step, -1 where it has none."""

    names: tuple[str, ...]
    block: NDArray[np.int64]
    step: NDArray[np.int64]


def _names_of(blocks: dict[str, Columns], count: int, steps: int) -> _Names:
    block, step = np.full(count, -1, dtype=np.int64), np.full(count, -1, dtype=np.int64)
    for k, where in enumerate(blocks.values()):
        block[where] = k
        if where.ndim and where.shape[0] == steps:
            step[where] = np.arange(steps).reshape((-1,) + (1,) * (where.ndim - 1))
    return _Names(names=tuple(blocks), block=block, step=step)


class _Prices:
    """Reads prices out of a solved window."""

    def __init__(self, made: Ahead) -> None:
        self.made, self.problem, self.linear = made, made.problem, made.solution.linear
        self.hours, self.islands = made.window.case.hours, made.window.case.islands
        self.by_column = made.problem.matrix.tocsc()
        steps = self.hours.count
        self.columns = _names_of(made.problem.variables, len(made.problem.cost), steps)
        self.rows = _names_of(made.problem.rows, len(made.problem.row_lower), steps)
        self.bindings = self._bindings()

    def reasons(self) -> Iterator[Reason]:
        numbers = self.islands.number
        found = []
        for island in range(int(numbers.max(initial=0)) + 1):
            member = numbers == island
            steps = np.flatnonzero(member.any(axis=1))
            place = "" if int(numbers.max(initial=0)) == 0 else None
            for t, row in zip(steps.tolist(), self.problem.rows[f"balance.{island}"].tolist(), strict=True):
                bus = self.islands.buses[int(np.argmax(member[t]))] if place is None else place
                found.append(self._reason(t, row, bus))
        yield from sorted(found, key=lambda r: (r.step, r.place))

    def _reason(self, t: int, row: int, place: str) -> Reason:
        price = float(self.linear.row_duals[row]) / self.hours.step_h
        column = self._marginal(row)
        name = self.columns.names[self.columns.block[column]]
        unit = self._unit_of(name, column)
        return Reason(
            step=t, place=place, price_per_mwh=price, marginal=name, unit=unit, parts=self._parts(column, row),
            binding=self.bindings[t], linked=self._linked(name, unit, t),
        )  # fmt: skip

    def _marginal(self, row: int) -> int:
        """Return the column that sets the price of a balance: at no bound, nearest to its own cost; else the nearest
        to being worth it."""
        matrix, values = self.problem.matrix, self.linear.values
        at = slice(matrix.indptr[row], matrix.indptr[row + 1])
        columns, factor = matrix.indices[at], matrix.data[at]
        free = ~self.problem.integer[columns] & (self.problem.upper[columns] > self.problem.lower[columns])
        columns, factor = columns[free], factor[free]
        reduced = np.abs(self.linear.column_duals[columns] / factor)
        gap = np.minimum(values[columns] - self.problem.lower[columns], self.problem.upper[columns] - values[columns])
        own = np.abs(self.problem.cost[columns] / factor - self.linear.row_duals[row])
        tight = reduced > 1e-6 * max(1.0, abs(float(self.linear.row_duals[row])))
        order = np.lexsort((own, gap <= NEAR, np.where(tight, reduced, 0.0), tight))
        return int(columns[order[0]])

    def _parts(self, column: int, row: int) -> tuple[Part, ...]:
        at = slice(self.by_column.indptr[column], self.by_column.indptr[column + 1])
        rows, entries = self.by_column.indices[at], self.by_column.data[at]
        factor = float(entries[rows == row][0]) * self.hours.step_h
        own = float(self.problem.cost[column])
        others: dict[tuple[str, str], float] = {}
        for other, entry in zip(rows.tolist(), entries.tolist(), strict=True):
            if other == row:
                continue
            kind, element = _limit_of(self.rows.names[self.rows.block[other]])
            paid = -float(self.linear.row_duals[other]) * entry
            if kind in OWN:
                own += paid
            else:
                key = ("wear", element) if kind in WEAR else (kind, element)
                others[key] = others.get(key, 0.0) + paid
        others["bound", ""] = -float(self.linear.column_duals[column])
        parts = [Part(kind="own", element="", per_mwh=own / factor)]
        parts += [Part(kind=k, element=e, per_mwh=v / factor) for (k, e), v in others.items() if abs(v) > 1e-9]
        return tuple(parts)

    def _unit_of(self, name: str, column: int) -> str:
        first, _, element = name.partition(".")
        park = self.made.window.case.park
        if first == "renewable":
            return renewables_of(park)[int(np.argwhere(self.problem.variables[name] == column)[0, 1])].id
        if first == "shed":
            return load_buses(park)[int(np.argwhere(self.problem.variables[name] == column)[0, 1])]
        return element

    def _linked(self, name: str, unit: str, t: int) -> tuple[int, ...]:
        """Return the steps in which a storage charges and discharges between two that leave it full or empty."""
        if name.partition(".")[0] not in ("charge", "discharge"):
            return ()
        soc = self.problem.variables[f"soc.{unit}"]
        values = self.linear.values
        free = np.abs(self.linear.column_duals[soc]) <= 1e-7 * max(1.0, float(np.abs(self.problem.cost).max()))
        first, last = t, t
        while first > 0 and free[first - 1]:
            first -= 1
        while last < len(soc) - 1 and free[last]:
            last += 1
        moved = values[self.problem.variables[f"charge.{unit}"]] + values[self.problem.variables[f"discharge.{unit}"]]
        return tuple(s for s in range(first, last + 1) if moved[s] > NEAR or s == t)

    def _bindings(self) -> list[tuple[Binding, ...]]:
        found: list[dict[tuple[str, str], float]] = [{} for _ in range(self.hours.count)]
        for step, key, saves in (*self._bounds(), *self._limits()):
            for t in range(self.hours.count) if step < 0 else (step,):
                found[t][key] = found[t].get(key, 0.0) + saves
        return [
            tuple(Binding(kind=k, element=e, saves=v) for (k, e), v in sorted(step.items(), key=lambda x: -x[1]))
            for step in found
        ]

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
            element = self._unit_of(name, column)
            if kind == "lowest_load" and first == "above" and self._p_min_mw(element) == 0:
                continue
            per = 1.0 if first in ("soc", "stock") else self.hours.step_h
            yield int(self.columns.step[column]), (kind, element), abs(float(duals[column])) / per

    def _limits(self) -> Iterator[tuple[int, tuple[str, str], float]]:
        """Yield the rows that have a price, likewise."""
        duals = self.linear.row_duals
        for row in np.flatnonzero(np.abs(duals) > LEAST_PER_MWH * self.hours.step_h).tolist():
            first, element = _limit_of(self.rows.names[self.rows.block[row]])
            if first in ROWS:
                step = int(self.rows.step[row])
                per = 1.0 if step < 0 or first in ("peak", "stock") else self.hours.step_h
                yield step, (first, element), abs(float(duals[row])) / per

    def _p_min_mw(self, unit: str) -> float:
        return next((u.p_min_mw for u in self.made.window.case.park.thermal_units if u.id == unit), 0.0)


def own_cost_per_mwh(reason: Reason) -> float:
    """Return what the marginal unit's own MWh costs: fuel, tariff, offer; without opportunities."""
    return sum(p.per_mwh for p in reason.parts if p.kind == "own")


def price_series(reasons: tuple[Reason, ...], count: int) -> Floats:
    """Return the prices of a single island as a series (time,)."""
    prices = np.full(count, np.nan)
    for reason in reasons:
        prices[reason.step] = reason.price_per_mwh
    return prices
