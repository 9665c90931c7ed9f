"""Next year's hours as one linear problem: a list of named blocks (see docs/math.md)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from holin.dispatch.case import Case, fixed_mw
from holin.dispatch.quantities import add_asked_quantities
from holin.kernel.linear import Floats, LinearProblem, ProblemBuilder
from holin.operation import (
    Block,
    BranchLimit,
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
    places_of,
    quantities_of,
)


@dataclass(frozen=True, kw_only=True)
class Elastic:
    """Prices at which an infeasible problem may break its limits, to find out which it must."""

    balance_per_mwh: float = 1e5
    duty_per_t: float = 2e4
    branch_per_mwh: float = 3e4
    rule_per_mwh: float = 1e4


def dispatch_problem(case: Case, limits: Sequence[BranchLimit] = (), elastic: Elastic | None = None) -> LinearProblem:
    """Return the least-cost operation of the park over the case's hours as a linear problem."""
    return problem_and_emissions(case, limits, elastic)[0]


def problem_and_emissions(
    case: Case, limits: Sequence[BranchLimit] = (), elastic: Elastic | None = None
) -> tuple[LinearProblem, Floats]:
    """Return the problem with what a unit of each column emits, (column,) in t: fuel burnt and import."""
    builder = ProblemBuilder()
    blocks = add_operation(builder, case, limits, elastic)
    add_branch_limits(builder, blocks, limits, overload_per_mwh=elastic.branch_per_mwh if elastic else None)
    short_per_mwh = elastic.rule_per_mwh if elastic else None
    blocks += add_asked_quantities(builder, case, blocks, case.park.rules)
    add_rules(builder, case.park.rules, blocks, years=case.hours.years, shortfall_per_mwh=short_per_mwh)
    problem = builder.built()
    emitted = np.zeros(len(problem.cost))
    for columns, values in quantities_of(blocks, "co2_t").terms:
        np.add.at(emitted, *np.broadcast_arrays(columns, values))
    return problem, emitted


def add_operation(
    builder: ProblemBuilder,
    case: Case,
    limits: Sequence[BranchLimit] = (),
    elastic: Elastic | None = None,
    apart: frozenset[str] = frozenset(),
    ways: Sequence[Block] = (),
) -> list[Block]:
    """Add all units and the balance of every island and hour; limits of branches and rules come after.

    Identical units of one place run alike, but those in `apart`. `ways` are blocks that carry power from bus to bus.
    """
    park, hours = case.park, case.hours
    places = places_of(case.islands, limits)
    short_per_t = elastic.duty_per_t if elastic else None
    blocks = [
        add_renewables(builder, hours, park, case.available_mw),
        add_thermal_units(builder, hours, park, case.heat_mw, places=places, apart=apart, ring=case.ring),
        add_generators(builder, hours, park),
        add_storages(builder, hours, park),
        add_potlines(builder, hours, park, places=places, apart=apart, shortfall_per_t=short_per_t),
        add_grids(builder, hours, park),
        add_shedding(builder, hours, park, case.load_mw, case.unfed_mw),
        *ways,
    ]
    add_must_run(builder, hours, park, case.must_run_mw)
    mismatch_per_mwh = elastic.balance_per_mwh if elastic else None
    add_balance(builder, blocks, case.islands, fixed_mw(case), mismatch_per_mwh=mismatch_per_mwh)
    return blocks
