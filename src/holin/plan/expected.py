"""What an optimum expects of a stage's hours: the quantities that rules speak of, and in which unit."""

from __future__ import annotations

import numpy as np

from holin.kernel.linear import Floats
from holin.operation.block import quantities_of
from holin.plan.problem import PlanProblem, PlanStage
from holin.rules import Rule, terms_of

ENDS = {"mwh": "MWh", "mw": "MW", "t": "t", "ha": "ha"}
"""How the name of a quantity ends -> its unit."""


def expected_quantities(problem: PlanProblem, stage: PlanStage, values: Floats) -> dict[str, float]:
    """Return the quantities of a stage's hours in a solution, as far as an optimum knows them."""
    blocks = problem.blocks[stage.name]
    found = {}
    for name in dict.fromkeys(name for block in blocks for name in block.quantities):
        sum_ = quantities_of(blocks, name)
        parts = (values[np.asarray(columns)] * np.asarray(factor) for columns, factor in sum_.terms)
        found[name] = sum_.constant + sum(float(np.sum(part)) for part in parts)
    return found


def sum_unit(rule: Rule) -> str:
    """Return the unit of the sum of a rule's terms."""
    return ENDS[next(name for name in terms_of(rule) if name).rsplit("_", 1)[1]]
