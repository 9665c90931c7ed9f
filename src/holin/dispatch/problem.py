"""Next year's hours as one linear problem: a list of named blocks (see docs/math.md)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from holin.kernel.linear import Floats, LinearProblem, ProblemBuilder
from holin.operation import (
    BranchLimit,
    Hours,
    Islands,
    add_balance,
    add_branch_limits,
    add_generators,
    add_grids,
    add_must_run,
    add_potlines,
    add_renewables,
    add_rules,
    add_shedding,
    add_storages,
    add_thermal_units,
    nominal_potline_mw,
    places_of,
)
from holin.park import Park


@dataclass(frozen=True, kw_only=True)
class Case:
    """What a dispatch is solved for, as arrays in park order: available (time, wind and PV), load (time, load),
    heat (time, thermal unit), loss (time, bus); all in MW. `islands` tells which buses balance together,
    `unfed_mw` (time, load) what loads ask for while the network leaves their bus without voltage,
    `must_run_mw` what captive units must give together (gross)."""

    park: Park
    hours: Hours
    available_mw: Floats
    load_mw: Floats
    heat_mw: Floats
    loss_mw: Floats
    islands: Islands
    unfed_mw: Floats
    must_run_mw: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Elastic:
    """Prices at which an infeasible problem may break its limits, to find out which it must."""

    balance_per_mwh: float = 1e5
    duty_per_t: float = 2e4
    branch_per_mwh: float = 3e4
    rule_per_mwh: float = 1e4


def dispatch_problem(case: Case, limits: Sequence[BranchLimit] = (), elastic: Elastic | None = None) -> LinearProblem:
    """Return the least-cost operation of the park over the case's hours as a linear problem."""
    builder = ProblemBuilder()
    park, hours, places = case.park, case.hours, places_of(case.islands, limits)
    blocks = [
        add_renewables(builder, hours, park, case.available_mw),
        add_thermal_units(builder, hours, park, case.heat_mw, places=places),
        add_generators(builder, hours, park),
        add_storages(builder, hours, park),
        add_potlines(builder, hours, park, places=places, shortfall_per_t=elastic.duty_per_t if elastic else None),
        add_grids(builder, hours, park),
        add_shedding(builder, hours, park, case.load_mw, case.unfed_mw),
    ]
    add_must_run(builder, hours, park, case.must_run_mw)
    mismatch_per_mwh = elastic.balance_per_mwh if elastic else None
    add_balance(builder, blocks, case.islands, fixed_mw(case), mismatch_per_mwh=mismatch_per_mwh)
    add_branch_limits(builder, blocks, limits, overload_per_mwh=elastic.branch_per_mwh if elastic else None)
    add_rules(
        builder, park.rules, blocks, years=hours.years, shortfall_per_mwh=elastic.rule_per_mwh if elastic else None
    )
    return builder.built()


def fixed_mw(case: Case) -> Floats:
    """Return what must be delivered at each bus (time, bus): firm load, nominal potlines, losses."""
    total = np.array(case.loss_mw, dtype=float)
    position = {bus: k for k, bus in enumerate(case.islands.buses)}
    for k, load in enumerate(case.park.loads):
        total[:, position[load.bus]] += case.load_mw[:, k]
    nominal = nominal_potline_mw(case.park, case.hours)
    for k, potline in enumerate(case.park.potlines):
        total[:, position[potline.bus]] += nominal[:, k]
    return total
