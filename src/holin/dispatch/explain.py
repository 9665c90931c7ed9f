"""Why no operation meets all limits: the elastic problem's breaches in words."""

from __future__ import annotations

import numpy as np
import pandas as pd

from holin.calendar import local
from holin.dispatch.problem import Case
from holin.kernel.highs import Solution
from holin.kernel.linear import Floats, LinearProblem

BREACH = 1e-3
"""Smallest breach (MW, t, MWh) worth naming."""


def explanation(case: Case, problem: LinearProblem, solution: Solution) -> str:
    """Return what must give way in the cheapest almost-feasible operation: asset, hours, limit, gap."""
    words = {
        "missing": "power is missing in the balance: demand exceeds import, sources and storage",
        "surplus": "power is left over: must-run, heat-led or potline minimum exceeds load and export",
    }
    found = []
    for name, columns in problem.variables.items():
        gap = solution.values[columns]
        if gap.max(initial=0.0) < BREACH:
            continue
        kind, _, element = name.partition(".")
        if kind in words:
            found.append(f"{words[kind]}: {_hours(case, gap)}")
        elif kind in ("over", "under"):
            found.append(f"branch {element} must carry more than its limit: up to {gap.max():.3g} MW beyond it")
        elif kind == "metal_short":
            found.append(f"potline {element} misses its production duty by {gap.sum():.3g} t")
        elif kind == "rule_short":
            found.append(f"rule {element} is missed by {gap.sum():.3g} MWh (or t)")
    return "no operation meets all limits. " + ("; ".join(found) or "the smallest breach is below 1 kW: relax a limit")


def _hours(case: Case, gap: Floats) -> str:
    worst = int(np.argmax(gap))
    clock: pd.DatetimeIndex = local(case.hours.time, case.park.facts.time_zone)
    hours = int(np.sum(gap > BREACH))
    return f"{hours} step(s), worst {gap[worst]:.4g} MW at {clock[worst]:%Y-%m-%d %H:%M}"
