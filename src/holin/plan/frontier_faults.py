"""What cannot be asked of a frontier, and what would be right."""

from __future__ import annotations

import math

from holin.errors import ARGUMENT, BadInput, Fault
from holin.plan.moving import moved_by
from holin.rules import OF_LEDGER, QUANTITIES, Rule, RuleKind, terms_of, value_most


def check_asked(kind: RuleKind, points: int, until: float | None) -> None:
    """Raise BadInput with all that is wrong with a kind of rule, a number of points and an end."""
    faults = []
    unknown = OF_LEDGER & terms_of(Rule(id=str(kind), kind=kind, value=1.0)).keys()
    if unknown:
        right = "a rule on energy, CO2 or sizes, such as green_share_physical_min or co2_max_t"
        problem = f"no optimum knows {', '.join(sorted(unknown))}"
        faults.append(Fault(file=ARGUMENT, field="by", value=str(kind), problem=problem, right=right))
    if points < 2:
        faults.append(Fault(file=ARGUMENT, field="points", value=str(points), problem="no frontier", right="2 or more"))
    most = value_most(kind)
    if until is not None and not (math.isfinite(until) and 0.0 <= until <= most):
        right = "an amount from 0 on" if most > 1.0 else "a share from 0 to 1"
        faults.append(
            Fault(file=ARGUMENT, field="until", value=f"{until:g}", problem="no value of a rule", right=right)
        )
    if faults:
        raise BadInput(faults)


def no_step(until: float, free: float) -> Fault:
    """Return the fault of an end that the plan without the rule goes beyond."""
    problem = f"the cheapest plan goes beyond it by itself, to {free:.6g}"
    right = "give a value that is harder to keep, or none for the farthest"
    return Fault(file=ARGUMENT, field="until", value=f"{until:g}", problem=problem, right=right)


def of_nothing(kind: RuleKind) -> Fault:
    """Return the fault of a share whose whole is nothing."""
    whole = next(iter(moved_by(Rule(id=str(kind), kind=kind, value=0.0), 1.0)))
    problem = f"a share of nothing: the cheapest plan has no {whole} ({QUANTITIES[whole]})"
    right = "a park that has some, or a rule on an amount such as co2_max_t"
    return Fault(file=ARGUMENT, field="by", value=str(kind), problem=problem, right=right)
