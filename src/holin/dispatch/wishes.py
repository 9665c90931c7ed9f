"""What a schedule pays beside its running cost: broken limits and wishes that are left."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from holin.dispatch.breaches import KINDS
from holin.dispatch.window import Window
from holin.kernel.linear import Floats, LinearProblem
from holin.operation import BranchLimit

WISHES = (
    "missing", "surplus", "over", "under", "heat_short", "fuel_short", "must_run_short", "soc_low", "soc_high",
    "deep_cut", "full_stop", "cold", "hot", "thin", "thick",
    "soc_rest", "soc_short", "metal_short", "rule_short", "short",
)  # fmt: skip
"""First names of the columns that a wish or a broken limit is paid by; shed load is part of the running cost."""


def wishes_cost(window: Window, problem: LinearProblem, values: Floats) -> float:
    """Return what a point pays for broken limits and wishes, and for lost load beyond its value (`shed_prices`)."""
    columns = [c.ravel() for name, c in problem.variables.items() if name.partition(".")[0] in WISHES]
    paid = np.concatenate([np.zeros(0, dtype=np.int64), *columns])
    shed = problem.variables["shed"].ravel()
    beyond = problem.cost[shed] - window.case.park.facts.voll_per_mwh * window.case.hours.step_h
    return float(problem.cost[paid] @ values[paid] + beyond @ values[shed])


def wishes_by_kind(
    window: Window, problem: LinearProblem, values: Floats, limits: Sequence[BranchLimit]
) -> dict[str, float]:
    """Return the parts of `wishes_cost` by kind of breach, those that are not 0; of `load` what lost load costs beyond
    its value, which is `cost["shed"]`."""
    voll = window.case.park.facts.voll_per_mwh * window.case.hours.step_h
    shed = problem.variables["shed"].ravel()
    paid = {"load": float((problem.cost[shed] - voll) @ values[shed])}
    after = {x.branch: "over_voltage" if x.voltage else "over_after" for x in limits if x.is_security}
    for name, columns in problem.variables.items():
        first, _, element = name.partition(".")
        if first in WISHES:
            name = after.get(element, first) if first in ("over", "under") else first
            kind = KINDS[name][0] if name in KINDS else name
            paid[kind] = paid.get(kind, 0.0) + float(problem.cost[columns.ravel()] @ values[columns.ravel()])
    return {kind: cost for kind, cost in paid.items() if cost > 0.0}
