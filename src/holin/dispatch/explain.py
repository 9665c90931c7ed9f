"""Why no operation meets all limits: the elastic problem's breaches in words."""

from __future__ import annotations

import numpy as np
import pandas as pd

from holin.calendar import local
from holin.dispatch.case import Case
from holin.flow import DcBranches
from holin.kernel.highs import Solution
from holin.kernel.linear import Floats, LinearProblem
from holin.operation import ANGLE_UNIT_RAD, limited

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


NAMED_MAX = 8


def snapshot_explanation(network: DcBranches, problem: LinearProblem, solution: Solution) -> str:
    """Return what must give way in the cheapest almost-feasible hour: bus, branch or angle, limit and gap."""
    rated, angled = limited(network)
    first = {int(node): bus for node, bus in reversed(list(zip(network.node, network.buses, strict=True)))}
    found: list[tuple[float, str]] = []
    for name, columns in problem.variables.items():
        gap = solution.values[columns].ravel()
        kind, _, element = name.partition(".")
        if kind in ("missing", "surplus") and gap[0] >= BREACH:
            bus = first.get(int(element), f"the inner bus {element}")
            word = "lacks" if kind == "missing" else "has left over"
            found.append((gap[0], f"bus {bus} {word} {gap[0]:.4g} MW"))
        for k in np.flatnonzero(gap >= BREACH) if kind in ("overload_above", "overload_below") else ():
            label, rating = network.branches[rated[k]], network.rating_mva[rated[k]]
            found.append((gap[k], f"branch {label} must carry {gap[k]:.4g} MW beyond its {rating:g} MW"))
        for k in np.flatnonzero(gap >= BREACH) if kind in ("angle_breach_above", "angle_breach_below") else ():
            beyond = np.degrees(gap[k] * ANGLE_UNIT_RAD)
            found.append(
                (beyond, f"the angle across {network.branches[angled[k]]} must pass its limit by {beyond:.3g} deg")
            )
        if kind == "metal_short" and gap.sum() >= BREACH:
            found.append((gap.sum(), f"potline {element} misses its production duty by {gap.sum():.3g} t"))
    found.sort(key=lambda breach: -breach[0])
    more = f"; and {len(found) - NAMED_MAX} more" if len(found) > NAMED_MAX else ""
    said = (
        "; ".join(sentence for _, sentence in found[:NAMED_MAX]) or "the smallest breach is below 1 kW: relax a limit"
    )
    return f"no dispatch of this hour meets all limits. {said}{more}"


def _hours(case: Case, gap: Floats) -> str:
    worst = int(np.argmax(gap))
    clock: pd.DatetimeIndex = local(case.hours.time, case.park.facts.time_zone)
    hours = int(np.sum(gap > BREACH))
    return f"{hours} step(s), worst {gap[worst]:.4g} MW at {clock[worst]:%Y-%m-%d %H:%M}"
