"""What the first MW of something unbuilt would do: its best running at the plan's prices.

Where nothing stands, the plan's own prices of its limits say nothing: power that must be 0 has any price. The unit's
rows are then solved alone, for one MW, with the prices of all rows that it shares with others held.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from holin.kernel.linear import Columns, Floats, LinearProblem
from holin.kernel.staged import solve_staged
from holin.plan.prices import Prices
from holin.plan.problem import PlanStage


@dataclass(frozen=True, kw_only=True, eq=False)
class FirstMw:
    """The plan's duals with those of the unit's own rows set right, and the MWh that its first MW would have."""

    duals: Floats
    mwh_per_mw: float


def first_mw(
    prices: Prices, stage: PlanStage, id_: str, *, mwh_cost: float = 0.0, mwh_per_mw_max: float = 0.0
) -> FirstMw:
    """Return the prices of a unit's own limits at its first MW, built or kept; a MWh of it costs `mwh_cost`
    (discounted)."""
    linear, matrix = prices.linear, prices.by_column
    names = {name: own for name, own in linear.variables.items() if _is_own(name.removeprefix(stage.prefix), id_)}
    names = {name: own for name, own in names.items() if name.startswith(stage.prefix)}
    columns = np.concatenate([own.ravel() for own in names.values()])
    part = matrix[:, columns]
    entries_own = np.diff(part.tocsr().indptr)
    own_rows = np.flatnonzero((entries_own > 0) & (entries_own == np.diff(linear.matrix.indptr)))
    shared = np.ones(len(linear.row_lower), dtype=bool)
    shared[own_rows] = False
    for name in linear.rows:  # what it costs to stand is asked for apart
        if name.startswith(("stands.", "fixed.")):
            shared[linear.rows[name]] = False
    cost = linear.cost[columns] - part.T @ np.where(shared, prices.duals, 0.0)
    lower, upper = linear.lower[columns].copy(), linear.upper[columns].copy()
    place = {int(c): k for k, c in enumerate(columns)}
    built, kept, energy = (
        place.get(_first(linear, f"{stage.prefix}{kind}.{id_}")) for kind in ("size", "kept", "size_mwh")
    )
    size = kept if built is None else built
    if size is None:
        raise ValueError(f"{id_} has no size at stage {stage.name}")
    lower[size] = upper[size] = 1.0
    cost[size] = 0.0
    if energy is not None:
        upper[energy] = max(mwh_per_mw_max, 0.0)
        cost[energy] += mwh_cost
    alone = _alone(linear, columns, own_rows, part, cost, lower, upper)
    found = solve_staged(alone, stage.case.hours.count)
    duals = prices.duals.copy()
    duals[own_rows] = found.linear.row_duals
    mwh = 0.0 if energy is None else float(found.linear.values[energy])
    return FirstMw(duals=duals, mwh_per_mw=mwh)


def _is_own(name: str, id_: str) -> bool:
    """Whether a block of columns is the unit's: `charge.ID`, or the passage `ramp.ID.within` of a row of its."""
    return name.partition(".")[2] in (id_, f"{id_}.within")


def _first(linear: LinearProblem, name: str) -> int:
    return int(linear.variables[name][0]) if name in linear.variables else -1


def _alone(
    linear: LinearProblem, columns: Columns, rows: Columns, part: sp.csc_matrix, cost: Floats, lower: Floats,
    upper: Floats,
) -> LinearProblem:  # fmt: skip
    """Return the unit's rows and columns as a problem of their own."""
    at_column = np.full(len(linear.cost), -1, dtype=np.int64)
    at_column[columns] = np.arange(len(columns))
    at_row = np.full(len(linear.row_lower), -1, dtype=np.int64)
    at_row[rows] = np.arange(len(rows))
    return LinearProblem(
        cost=cost, quadratic=np.zeros(len(columns)), lower=lower, upper=upper,
        integer=np.zeros(len(columns), dtype=bool), matrix=part.tocsr()[rows],
        row_lower=linear.row_lower[rows], row_upper=linear.row_upper[rows], constant=0.0,
        variables={n: at_column[c] for n, c in linear.variables.items() if c.size and (at_column[c] >= 0).all()},
        rows={n: at_row[r] for n, r in linear.rows.items() if r.size and (at_row[r] >= 0).all()},
    )  # fmt: skip
