"""What sets the price that wind or PV gets in each hour: import, its peak charge, a rule, a branch, the park."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from holin.kernel.linear import Floats
from holin.operation import renewables_of
from holin.plan.prices import Prices, earned_by_step
from holin.plan.problem import PlanStage

FLOWS_MW = 1e-3
"""Import or export above this sets the price of its hour."""

NO_PRICE = 1e-4
"""Below so much of the mean price of all hours that have one a price is none: the marginal MW is curtailed."""


@dataclass(frozen=True, kw_only=True, eq=False)
class SourceIncome:
    """Per step: what a MW could give (`available_mw` per MW) and the parts of the price that it gets (discounted
    currency per MW of output in the step)."""

    available_mw: Floats
    parts: dict[str, Floats]

    @property
    def price(self) -> Floats:
        """What a MW more of output saves; below 0 where it is too much already."""
        total: Floats = np.sum(list(self.parts.values()), axis=0)
        return total

    @property
    def taken(self) -> np.ndarray:
        """The steps (bool) in which one MW more of output would be taken."""
        price = np.maximum(self.price, 0.0)
        taken: np.ndarray = price > NO_PRICE * price.sum() / max(np.count_nonzero(price), 1)
        return taken


def source_income(prices: Prices, stage: PlanStage, id_: str, per_mw: float) -> SourceIncome:
    """Return what makes up the price at a source; `per_mw` is the size at which `case.available_mw` holds.

    Parts: `import` (the energy price of a connection that draws), `peak` (its demand charge), `import_limit`,
    `export`, `local` (the park's own units set the price), `own_cost`, `rule.ID`, `branch.NAME`, `matched`.
    """
    k = [u.id for u in renewables_of(stage.case.park)].index(id_)
    columns = prices.linear.variables[f"{stage.prefix}renewable"][:, k]
    parts: dict[str, Floats] = {"own_cost": -prices.linear.cost[columns]}
    energy = np.zeros(len(columns))
    for block, amounts in earned_by_step(prices, columns).items():
        name = block.removeprefix(stage.prefix)
        if name == f"renewable.{id_}.most":
            continue
        if name.startswith("balance."):
            energy += amounts
        else:
            label = part_label(name)
            parts[label] = parts.get(label, 0.0) + amounts
    for label, amounts in _split(prices, stage, k, energy).items():
        parts[label] = parts.get(label, 0.0) + amounts
    kept = {label: amounts for label, amounts in parts.items() if np.abs(amounts).max(initial=0.0) > 0.0}
    return SourceIncome(
        available_mw=stage.case.available_mw[:, k] / per_mw, parts=kept or {"local": np.zeros(len(columns))}
    )


def part_label(name: str) -> str:
    """Return what a block of rows is called as a part of a price."""
    kind, _, element = name.partition(".")
    if kind in ("branch_back", "room", "corridor", "corridor_back"):
        return f"branch.{element}"
    return "matched" if name.startswith("matched_") else name


def _split(prices: Prices, stage: PlanStage, k: int, energy: Floats) -> dict[str, Floats]:
    """Split the price of energy in a source's island by what sets it in each step."""
    case, values = stage.case, prices.plan.solution.linear.values
    variables = prices.linear.variables
    at = case.islands.of(renewables_of(case.park)[k].bus)
    flow, left = np.full(len(energy), FLOWS_MW), energy.copy()
    parts = {name: np.zeros(len(energy)) for name in ("import", "peak", "export")}
    for grid in case.park.grids:
        here = case.islands.of(grid.bus) == at
        taken = variables[f"{stage.prefix}import.{grid.id}"]
        sets = here & (values[taken] > flow)
        flow = np.maximum(flow, np.where(sets, values[taken], 0.0))
        peak = np.zeros(len(energy))
        for block, amounts in earned_by_step(prices, taken).items():
            if block.removeprefix(stage.prefix).startswith("peak."):
                peak -= amounts
        for name, amounts in (("import", prices.linear.cost[taken]), ("peak", peak)):
            parts[name] = np.where(sets, amounts, parts[name])
    for grid in case.park.grids:
        given = variables.get(f"{stage.prefix}export.{grid.id}")
        if given is not None:
            sets = (case.islands.of(grid.bus) == at) & (values[given] > FLOWS_MW) & (flow <= FLOWS_MW)
            parts["export"] = np.where(sets, energy, parts["export"])
    left -= sum(parts.values())
    draws = flow > FLOWS_MW
    parts["import_limit"], parts["local"] = np.where(draws, left, 0.0), np.where(draws, 0.0, left)
    return parts
