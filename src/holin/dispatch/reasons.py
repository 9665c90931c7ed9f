"""Why each step costs what it does: the unit that gives the next MW, what makes up its price, and what binds.

At an optimum the price of a step is, for any column that is not at a bound, its own cost and the shadow prices of the
other rows in which it stands (stationarity). So the parts of a reason add up to the price, exactly.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from holin.dispatch.ahead import Ahead
from holin.dispatch.binding import NEAR, Binding, Bindings, Prices
from holin.kernel.linear import Floats

OWN = frozenset({"fuel", "cost"})
"""Rows that are a piece of a column's own cost: lines of a fuel or cost curve."""

WEAR = frozenset({"charge_slices", "discharge_slices", "soc_slices"})

POT_HEAT = ("heat_0", "heat_1", "heat_2", "heat_3", "superheat_", "ledge_", "efficiency_loss")
"""How the rows of a potline's heat begin: together they are one part of a price."""


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
    return tuple(_Reasons(made).reasons())


class _Reasons(Prices):
    """Reads reasons out of a solved window."""

    def __init__(self, made: Ahead) -> None:
        super().__init__(made)
        self.islands = made.window.case.islands
        self.by_column = made.problem.matrix.tocsc()
        self.bindings = Bindings(made).by_step()

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
        unit = self.unit_of(name, column)
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


def own_cost_per_mwh(reason: Reason) -> float:
    """Return what the marginal unit's own MWh costs: fuel, tariff, offer; without opportunities."""
    return sum(p.per_mwh for p in reason.parts if p.kind == "own")


def price_series(reasons: tuple[Reason, ...], count: int) -> Floats:
    """Return the prices of a single island as a series (time,)."""
    prices = np.full(count, np.nan)
    for reason in reasons:
        prices[reason.step] = reason.price_per_mwh
    return prices
