"""The table AHEAD of a solved window: reserves, heat, prices and pots, and what the balance was let off."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import xarray as xr

from holin.dispatch.dispatch import island_prices
from holin.dispatch.pots import pots_of
from holin.dispatch.window import Window, asked_load_mw
from holin.kernel.highs import Solution
from holin.kernel.linear import Floats, LinearProblem
from holin.operation import renewables_of, reserve_asked_mw, reserve_held_mw
from holin.tables import AHEAD, checked


def let_off(window: Window, problem: LinearProblem, values: Floats) -> list[Floats]:
    """Return what each island's balance was let off, (time,) each: missing less surplus."""
    islands, off = window.case.islands.number, []
    for island in range(int(islands.max(initial=0)) + 1):
        steps = np.flatnonzero((islands == island).any(axis=1))
        whole = np.zeros(window.case.hours.count)
        whole[steps] = values[problem.variables[f"missing.{island}"]] - values[problem.variables[f"surplus.{island}"]]
        off.append(whole)
    return off


def ahead_table(
    window: Window, problem: LinearProblem, solution: Solution, schedule: xr.Dataset, off: Sequence[Floats]
) -> xr.Dataset:
    """Return the table AHEAD of a point; `off` is what each island's balance was let off (`let_off`)."""
    case, park, values = window.case, window.case.park, solution.values
    prices = island_prices(problem, solution, case)
    count = case.hours.count

    def value(name: str) -> Floats:
        columns = problem.variables.get(name)
        return values[columns] if columns is not None else np.zeros(count)

    renewable = [u.id for u in renewables_of(park)]
    asked = reserve_asked_mw(
        park, case.hours, asked_load_mw(case), schedule.p_mw.sel(unit=renewable).values.sum(axis=1), schedule.gross_mw,
        window.spread_up_mw, window.spread_down_mw,
    )  # fmt: skip
    held = reserve_held_mw(park, case.hours, problem, values, asked)
    stored = [value(f"heat_stored.{u.id}") for u in park.thermal_units]
    total = np.sum(off, axis=0) if len(off) else np.zeros(count)
    cooling = _stack([value(f"cooling.{p.id}") for p in park.potlines], count)
    pots = pots_of(window, schedule, cooling)
    known = ~np.isnan(prices)
    price = np.where(known, prices, 0.0).sum(axis=1)
    price = np.divide(price, known.sum(axis=1), out=np.full(count, np.nan), where=known.any(axis=1))
    table = xr.Dataset(
        {
            "heat_stored_mwh": (("time", "thermal_unit"), _stack(stored, count)),
            "reserve_asked_mw": (("time", "reserve"), asked),
            "reserve_held_mw": (("time", "reserve"), held),
            "missing_mw": (("time",), np.maximum(total, 0.0)),
            "surplus_mw": (("time",), np.maximum(-total, 0.0)),
            "price_per_mwh": (("time",), price),
            "cooling_mw": (("time", "potline"), cooling),
            **{name: (("time", "potline"), column) for name, column in pots.items()},
        },
        coords={
            "potline": [p.id for p in park.potlines],
            "time": case.hours.time,
            "thermal_unit": [u.id for u in park.thermal_units],
            "reserve": [r.id for r in park.reserves],
        },
    )
    return checked(AHEAD, table)


def _stack(columns: Sequence[Floats], count: int) -> Floats:
    return np.column_stack(columns) if columns else np.zeros((count, 0))
