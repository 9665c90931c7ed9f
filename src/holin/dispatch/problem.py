"""Next year's hours as one linear problem: a list of named blocks (see docs/math.md)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from holin.kernel.linear import Floats, LinearProblem, ProblemBuilder
from holin.operation import (
    Block,
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
    `must_run_mw` what captive units must give together (gross). `in_place` are potlines that may take the place of
    another one, whose nominal power stands for theirs."""

    park: Park
    hours: Hours
    available_mw: Floats
    load_mw: Floats
    heat_mw: Floats
    loss_mw: Floats
    islands: Islands
    unfed_mw: Floats
    must_run_mw: float = 0.0
    in_place: frozenset[str] = frozenset()


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
    blocks = add_operation(builder, case, limits, elastic)
    add_branch_limits(builder, blocks, limits, overload_per_mwh=elastic.branch_per_mwh if elastic else None)
    short_per_mwh = elastic.rule_per_mwh if elastic else None
    add_rules(builder, case.park.rules, blocks, years=case.hours.years, shortfall_per_mwh=short_per_mwh)
    return builder.built()


def add_operation(
    builder: ProblemBuilder,
    case: Case,
    limits: Sequence[BranchLimit] = (),
    elastic: Elastic | None = None,
    apart: frozenset[str] = frozenset(),
) -> list[Block]:
    """Add all units and the balance of every island and hour; limits of branches and rules come after.

    Identical units of one place run alike, but those in `apart`.
    """
    park, hours = case.park, case.hours
    places = places_of(case.islands, limits)
    short_per_t = elastic.duty_per_t if elastic else None
    blocks = [
        add_renewables(builder, hours, park, case.available_mw),
        add_thermal_units(builder, hours, park, case.heat_mw, places=places, apart=apart),
        add_generators(builder, hours, park),
        add_storages(builder, hours, park),
        add_potlines(builder, hours, park, places=places, apart=apart, shortfall_per_t=short_per_t),
        add_grids(builder, hours, park),
        add_shedding(builder, hours, park, case.load_mw, case.unfed_mw),
    ]
    add_must_run(builder, hours, park, case.must_run_mw)
    mismatch_per_mwh = elastic.balance_per_mwh if elastic else None
    add_balance(builder, blocks, case.islands, fixed_mw(case), mismatch_per_mwh=mismatch_per_mwh)
    return blocks


def fixed_mw(case: Case) -> Floats:
    """Return what must be delivered at each bus (time, bus): firm load, nominal potlines, losses."""
    total = np.array(case.loss_mw, dtype=float)
    position = {bus: k for k, bus in enumerate(case.islands.buses)}
    for k, load in enumerate(case.park.loads):
        total[:, position[load.bus]] += case.load_mw[:, k]
    nominal = nominal_potline_mw(case.park, case.hours)
    for k, potline in enumerate(case.park.potlines):
        if potline.id not in case.in_place:
            total[:, position[potline.bus]] += nominal[:, k]
    return total
